"""A tab without a browser: speaks Streamlit's protocol over its WebSocket, a hundred times cheaper than Chromium."""

from __future__ import annotations

import contextlib
import urllib.request
from collections.abc import Iterator

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

TIMEOUT = 60.0
"""Seconds to wait for each answer of the server, unless told otherwise."""


@contextlib.contextmanager
def tab(url: str, page: str = "", query: str = "", timeout: float = TIMEOUT) -> Iterator[Tab]:
    """A tab that is open on a page; to the server its end is what closing a browser's tab is.

    Args:
        url: address of the server, without a slash at the end.
        page: the page's part of the address, such as `data`; empty for the first one.
        query: what stands after the question mark.
        timeout: seconds to wait for each answer.

    Raises:
        OSError, websockets.exceptions.WebSocketException: the server does not answer, or refuses.
    """
    for path in ("health", "host-config"):  # as the front end does before it connects
        with urllib.request.urlopen(f"{url}/_stcore/{path}", timeout=timeout) as answer:  # noqa: S310 - our own http
            answer.read()
    with connect(
        f"{url.replace('http', 'ws', 1)}/_stcore/stream",
        origin=Origin(url),
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
        open_timeout=timeout,
        proxy=None,
    ) as socket:
        yield Tab(socket, page, query, timeout)


class Tab:
    """One tab; see `tab`."""

    def __init__(self, socket: ClientConnection, page: str, query: str, timeout: float) -> None:
        self._socket, self._page, self._query, self._timeout = socket, page, query, timeout

    def run(self) -> list[ForwardMsg]:
        """Have the page run; returns all that the server sends until it is done.

        Raises:
            OSError, TimeoutError, websockets.exceptions.WebSocketException: the server gives no answer.
        """
        ask = BackMsg()
        ask.rerun_script.query_string = self._query
        ask.rerun_script.page_name = self._page
        self._socket.send(ask.SerializeToString())
        heard: list[ForwardMsg] = []
        while not (heard and heard[-1].WhichOneof("type") == "script_finished"):
            message = ForwardMsg()
            data = self._socket.recv(self._timeout)
            message.ParseFromString(data if isinstance(data, bytes) else data.encode())
            heard.append(message)
        return heard


def elements(messages: list[ForwardMsg]) -> int:
    """How many elements a page has put on the screen."""
    return sum(message.WhichOneof("type") in {"delta", "ref_hash"} for message in messages)
