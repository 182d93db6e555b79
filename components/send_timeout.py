"""Ends WebSockets whose other end takes nothing any more.

The server pings every connection and gives up one that does not answer. But where it still has something to send that
the other end does not take, the connection would only be closed after that, so never: whoever sends would wait for
ever, and the descriptor stay open.
"""

from __future__ import annotations

import asyncio

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SEND_TIMEOUT = 30.0
"""Seconds that a message may wait until it can be sent."""


class SendTimeout:
    """ASGI middleware; to be the outermost, since it needs the server's own `send` to get at the connection."""

    def __init__(self, app: ASGIApp, seconds: float = SEND_TIMEOUT) -> None:
        self.app, self.seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        transport = _transport(send)

        async def send_in_time(message: Message) -> None:
            if message["type"] == "websocket.send" and _is_given_up(transport):
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
                if transport is not None and _is_given_up(transport):
                    transport.abort()  # now `receive` says that the connection is gone

        try:
            await self.app(scope, receive_or_end, send_in_time)
        finally:
            if transport is not None and transport.get_write_buffer_size():
                asyncio.get_running_loop().call_later(self.seconds, transport.abort)


def _is_given_up(transport: asyncio.WriteTransport | None) -> bool:
    return transport is not None and transport.is_closing()


def _transport(send: Send) -> asyncio.WriteTransport | None:
    """The connection itself, as ASGI cannot end one without waiting for the other end; None where it is not known."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    return transport if isinstance(transport, asyncio.WriteTransport) else None
