"""Ends WebSockets whose other end accepts no data any more.

The server pings every connection and closes one that does not answer, but only after it has sent what is still waiting.
If the other end accepts nothing, that never happens: the sender would wait forever, and the descriptor stay open.
"""

from __future__ import annotations

import asyncio

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SEND_TIMEOUT = 30.0
"""How many seconds a message may wait until it can be sent."""


class SendTimeout:
    """ASGI middleware; the outermost, since it needs the server's own `send` to access the connection."""

    def __init__(self, app: ASGIApp, seconds: float = SEND_TIMEOUT) -> None:
        self.app, self.seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        transport = _transport(send)

        async def send_in_time(message: Message) -> None:
            if message["type"] == "websocket.send" and _is_closing(transport):
                raise OSError("The connection is closed.")  # how an ASGI server says so too
            try:
                with anyio.fail_after(self.seconds):
                    await send(message)
            except TimeoutError:
                if transport is not None:
                    transport.abort()
                raise OSError("The other end of the connection takes no messages.") from None

        async def receive_or_end() -> Message:
            while True:
                with anyio.move_on_after(self.seconds):
                    return await receive()
                if transport is not None and _is_closing(transport):
                    transport.abort()  # now `receive` says that the connection is gone

        try:
            await self.app(scope, receive_or_end, send_in_time)
        finally:
            if transport is not None and transport.get_write_buffer_size():
                asyncio.get_running_loop().call_later(self.seconds, transport.abort)


def _is_closing(transport: asyncio.WriteTransport | None) -> bool:
    return transport is not None and transport.is_closing()


def _transport(send: Send) -> asyncio.WriteTransport | None:
    """The connection itself, since ASGI cannot end one without waiting for the other end; None if it is unknown."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    return transport if isinstance(transport, asyncio.WriteTransport) else None
