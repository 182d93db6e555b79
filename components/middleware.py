"""What every request passes on its way to Streamlit's pages and to our own routes."""

from __future__ import annotations

import sys

from starlette.middleware import Middleware

from components.guard import Guard, rules
from components.response_headers import ResponseHeaders, frame_ancestors, response_headers
from components.send_timeout import SendTimeout


def middleware() -> list[Middleware]:
    """The middleware for `st.App`, outermost first.

    Raises:
        SystemExit: a setting is wrong; says which one.
    """
    try:
        ancestors = frame_ancestors()
        allowed = rules(may_be_framed=bool(ancestors))
    except ValueError as error:
        sys.exit(f"Fitboard was not started: {error}. See docs/security.md.")
    return [
        Middleware(SendTimeout),
        Middleware(ResponseHeaders, headers=response_headers(ancestors)),
        Middleware(Guard, rules=allowed),
    ]
