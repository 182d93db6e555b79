"""The middleware that every request passes on its way to Streamlit's pages and to our own routes."""

from __future__ import annotations

import logging
import sys

from starlette.middleware import Middleware

from components.guard import Guard, rules
from components.person import BrowserCookie
from components.response_headers import ResponseHeaders, frame_ancestors, response_headers
from components.send_timeout import SendTimeout
from components.upload_limit import UploadLimit


def middleware() -> list[Middleware]:
    """The middleware for `st.App`, outermost first.

    Raises:
        SystemExit: a setting is wrong; the message names it.
    """
    try:
        ancestors = frame_ancestors()
        allowed = rules(may_be_framed=bool(ancestors))
    except ValueError as error:
        sys.exit(f"Fitboard was not started: {error}. See docs/security.md.")
    logging.getLogger("uvicorn.error").addFilter(_is_worth_logging)
    return [
        Middleware(SendTimeout),
        Middleware(ResponseHeaders, headers=response_headers(ancestors)),
        Middleware(Guard, rules=allowed),
        Middleware(BrowserCookie),
        Middleware(UploadLimit),
    ]


def _is_worth_logging(record: logging.LogRecord) -> bool:
    """Uvicorn reports each WebSocket that is refused by a response, which ASGI allows, as one without an answer."""
    return record.msg != "ASGI callable returned without completing handshake."
