"""Room for long headers in the handshake of a WebSocket.

A browser sends the cookies of all servers on this computer to each of them, whatever their ports: a notebook's, a
dashboard's. Pages may come with 64 KB of them, but the library `websockets` takes lines of 8 KB, and where one is
longer the handshake is never answered: the page came, and stayed empty for good.
"""

from __future__ import annotations

from websockets import http11

MAX_LINE_LENGTH = 65_536
"""Bytes of one header, as many as uvicorn takes for all headers of other requests."""


def allow_long_headers() -> None:
    """Let a handshake have cookies as long as a page may come with. To be called before the server is built."""
    http11.MAX_LINE_LENGTH = max(http11.MAX_LINE_LENGTH, MAX_LINE_LENGTH)
