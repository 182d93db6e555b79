"""Answers to requests that are refused: a sentence as plain text, in the language of the request."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import PlainTextResponse
from starlette.types import Scope

from components.language import of_request
from trainer.i18n import using
from trainer.messages import Message


def refused(
    message: Message | str, status: int, scope: Scope, headers: Mapping[str, str] | None = None
) -> PlainTextResponse:
    """The answer to a request that is refused.

    Args:
        message: why, and what to do.
        status: the HTTP status.
        scope: of the request.
        headers: further headers of the answer.
    """
    with using(of_request(scope)):
        return PlainTextResponse(str(message), status, headers)
