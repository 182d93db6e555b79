"""A browser that takes nothing any more is given up: its connection, and whoever sends to it, do not stay for ever."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send

from components.send_timeout import SendTimeout
from tests.support.journeys import handshake
from tests.support.processes import wait_until


class Chatterbox:
    """An app that sends as much as a connection takes, or nothing at all, and notes how it ended."""

    def __init__(self, *, sends: bool) -> None:
        self.sends, self.over = sends, threading.Event()
        self.error: BaseException | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return
        try:
            await send({"type": "websocket.accept"})
            if self.sends:
                while True:
                    await send({"type": "websocket.send", "text": "x" * 100_000})
            await send({"type": "websocket.send", "text": "x" * 20_000_000})  # far more than the system buffers
            assert (await receive())["type"] == "websocket.connect"
            assert (await receive())["type"] == "websocket.disconnect"
        except OSError as error:
            self.error = error
        finally:
            self.over.set()


@contextlib.contextmanager
def serving(app: Chatterbox, timeout: float, ping: float | None) -> Iterator[tuple[uvicorn.Server, int]]:
    """A real server, as Streamlit sets it up, in a thread."""
    config = uvicorn.Config(
        SendTimeout(app, timeout),
        lifespan="off",
        log_config=None,
        ws="websockets-sansio",
        ws_ping_interval=ping,
        ws_ping_timeout=ping,
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="server")
        thread.start()
        try:
            yield server, listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(60)
            assert not thread.is_alive()


@contextlib.contextmanager
def deaf_client(port: int) -> Iterator[None]:
    """Opens a WebSocket by hand, then reads nothing more: not a message, not a ping."""
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(("127.0.0.1", port))
        client.sendall(handshake(port, "/"))
        yield


def test_who_reads_nothing_does_not_hold_the_sender() -> None:
    app = Chatterbox(sends=True)
    with serving(app, 0.2, None) as (server, port), deaf_client(port):
        assert app.over.wait(60)
        assert isinstance(app.error, OSError)
        wait_until(lambda: not server.server_state.connections)


def test_who_answers_no_ping_does_not_keep_the_connection() -> None:
    """The server itself only closed it after what was still to be sent, which the other end never took."""
    app = Chatterbox(sends=False)
    with serving(app, 0.2, 0.2) as (server, port), deaf_client(port):
        assert app.over.wait(60)
        assert app.error is None
        wait_until(lambda: not server.server_state.connections)


def talk(app_sends: list[Message], timeout: float) -> list[Message]:
    """What reaches a server without a connection that can be seen, as in a test client."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        if message.get("text") == "blocks":
            await asyncio.Event().wait()
        sent.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def app(_scope: Scope, receive: Receive, send: Send) -> None:
        assert (await receive())["type"] == "websocket.connect"
        for message in app_sends:
            await send(message)

    asyncio.run(SendTimeout(app, timeout)({"type": "websocket"}, receive, send))
    return sent


def test_messages_pass_unchanged() -> None:
    messages: list[Message] = [{"type": "websocket.accept"}, {"type": "websocket.send", "text": "hello"}]
    assert talk(messages, 60) == messages


def test_a_send_that_blocks_is_an_error_of_the_connection() -> None:
    with pytest.raises(OSError, match="takes no messages"):
        talk([{"type": "websocket.send", "text": "blocks"}], 0.01)
