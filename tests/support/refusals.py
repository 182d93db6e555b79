"""Refusals told apart by their codes, never by their words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from trainer.data.files import FileError
from trainer.messages import Message
from trainer.recipe.spec import RecipeError


@contextmanager
def refused(code: str, kind: type[Exception] = RecipeError, /, **parameters: object) -> Iterator[None]:
    """What is done within this is refused with a message of this code, and with these among its parameters."""
    with pytest.raises(kind) as caught:
        yield
    error = caught.value
    if isinstance(error, FileError):
        assert (error.code, error.parameters) == (code, error.parameters | parameters)
        return
    message = getattr(error, "message", None)
    assert isinstance(message, Message), error
    assert (message.code, message.parameters) == (code, message.parameters | parameters)
    assert "\n" not in str(message)
