"""How far slow work on data is, told to whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from trainer.messages import Message

Listener = Callable[[Message, float | None], object]
"""Told what is being done, and how much of it is, from 0 to 1; None where that is not known."""
_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def reported_to(listener: Listener) -> Iterator[None]:
    """Within this, `listener` hears of slow work that this thread does; if it raises, the work is broken off."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def report(what: Message, share: float | None = None) -> None:
    """Say how far some work is, to whoever listens."""
    listener = _listener.get()
    if listener is not None:
        listener(what, share)
