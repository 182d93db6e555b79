"""Accepts long headers in the handshake of a WebSocket.

A browser sends the cookies of all servers on this computer to each of them, whatever their ports: a notebook's, a
dashboard's. Pages may be requested with 64 KB of cookies, but the library `websockets` accepts lines of 8 KB, and does
not answer a handshake with a longer one: the page was loaded, and stayed empty.
"""

from __future__ import annotations

from websockets import http11

MAX_LINE_LENGTH = 65_536
"""Bytes of one header, as many as uvicorn accepts for all headers of other requests."""


def allow_long_headers() -> None:
    """Accept cookies in a handshake that are as long as in a page request. Call this before the server is built."""
    http11.MAX_LINE_LENGTH = max(http11.MAX_LINE_LENGTH, MAX_LINE_LENGTH)
