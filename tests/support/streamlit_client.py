"""A tab without a browser: speaks Streamlit's protocol over its WebSocket, a hundred times cheaper than Chromium."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from http.cookies import SimpleCookie
from types import TracebackType
from uuid import uuid4

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

BOUNDARY = "fitboard-benchmark"
_SPLIT = "fb-split-bar"
"""A class of the bar of the Data page that shows how rows are divided."""
TIMEOUT = 60.0
"""Seconds to wait for each answer of the server, unless told otherwise."""


class Tab:
    """One tab, on one page, in a browser of its own; to the server, `close` is what closing a browser's tab is."""

    def __init__(self, url: str, page: str = "", query: str = "", timeout: float = TIMEOUT) -> None:
        """Connect; the page is first drawn by `run`.

        Args:
            url: address of the server, without a slash at the end.
            page: the page's part of the address, such as `data`; empty for the first one.
            query: what stands after the question mark in the first run.
            timeout: seconds to wait for each answer.

        Raises:
            OSError, websockets.exceptions.WebSocketException: the server does not answer, or refuses.
        """
        self._url, self._page, self._query, self._timeout = url, page, query, timeout
        cookies = SimpleCookie()
        for path in ("health", "host-config"):  # as the front end does before it connects
            with urllib.request.urlopen(f"{url}/_stcore/{path}", timeout=timeout) as answer:  # noqa: S310 - our server
                for cookie in answer.headers.get_all("Set-Cookie", ()):
                    cookies.load(cookie)
        self._cookies = {name: cookie.value for name, cookie in cookies.items()}
        self._open = ExitStack()
        self._socket = self._open.enter_context(
            connect(
                f"{url.replace('http', 'ws', 1)}/_stcore/stream",
                origin=Origin(url),
                additional_headers={"Cookie": self._cookie()},
                subprotocols=[Subprotocol("streamlit")],
                max_size=None,
                open_timeout=timeout,
                ping_interval=None,
                close_timeout=1,
                proxy=None,
            )
        )
        self.session = ""
        """The id that the server has given this tab."""
        self.uploaders: list[str] = []
        """The ids of the file uploaders that the page shows."""
        self.finished = False
        """Whether the latest run of the page is over."""
        self.split = ""
        """What the Data page has shown last of how the rows are divided, as HTML."""
        self.said: list[str] = []
        """Its notes, warnings and errors, in the order in which they came."""

    def __enter__(self) -> Tab:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the tab."""
        self._open.close()

    def run(self) -> list[ForwardMsg]:
        """Have the page run; returns all that the server sends until it is done.

        Raises:
            OSError, websockets.exceptions.WebSocketException: the server gives no answer.
        """
        self._rerun()
        heard: list[ForwardMsg] = []
        while not self.finished:
            heard.append(self._hear(self._timeout))
        return heard

    def upload(self, name: str, content: bytes) -> None:
        """Upload a file with the page's last uploader, and have the page run with it."""
        file = str(uuid4())
        status, text = self.put(name, content, file)
        if status != 204:
            raise RuntimeError(f"The upload was refused with {status}: {text}")
        self._rerun(uploader=self.uploaders[-1], name=name, file=file, size=len(content))

    def put(self, name: str, content: bytes, file: str | None = None) -> tuple[int, str]:
        """Upload a file without telling the page.

        Args:
            name: of the file.
            content: of the file.
            file: the id that it gets; a new one by default.

        Returns:
            Status and text of the answer.
        """
        file = file or str(uuid4())
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{file}"; filename="{name}"\r\n'
            "Content-Type: text/csv\r\n\r\n"
        )
        body = [head.encode(), content, f"\r\n--{BOUNDARY}--\r\n".encode()]
        request = urllib.request.Request(  # noqa: S310 - our own server
            f"{self._url}/_stcore/upload_file/{self.session}/{file}",
            data=body,  # one after another: thirty copies would take more memory here than at the server
            method="PUT",
            headers={
                "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
                "X-Xsrftoken": self._cookies["_streamlit_xsrf"],
                "Origin": self._url,
                "Content-Length": str(sum(map(len, body))),
                "Cookie": self._cookie(),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=600) as answer:  # noqa: S310 - our own server
                return int(answer.status), answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def wait_for(self, true: Callable[[], bool], timeout: float = 600.0) -> None:
        """Hear what the server says until something is true.

        Args:
            true: a function without arguments.
            timeout: in seconds.

        Raises:
            TimeoutError: it did not happen.
        """
        end = time.monotonic() + timeout
        while not true():
            self._hear(max(0.0, end - time.monotonic()))

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def _rerun(self, uploader: str = "", name: str = "", file: str = "", size: int = 0) -> None:
        """Ask for a run of the page, as a click does; with an uploader, a file has been uploaded with it."""
        ask = BackMsg()
        state = ask.rerun_script
        state.page_name, state.query_string = self._page, self._query
        self._query = ""  # the page takes what it asks for out of the address
        if uploader:
            widget = state.widget_states.widgets.add()
            widget.id = uploader
            info = widget.file_uploader_state_value.uploaded_file_info.add()
            info.file_id, info.name, info.size = file, name, size
        self.finished = False
        self._socket.send(ask.SerializeToString())

    def _hear(self, timeout: float) -> ForwardMsg:
        """The next message of the server, noted."""
        data = self._socket.recv(timeout)
        message = ForwardMsg()
        message.ParseFromString(data if isinstance(data, bytes) else data.encode())
        match message.WhichOneof("type"):
            case "new_session":
                self.session = message.new_session.initialize.session_id
                self.uploaders.clear()
                self.finished = False
            case "script_finished":
                self.finished = True
        element = message.delta.new_element
        match element.WhichOneof("type"):
            case "file_uploader":
                self.uploaders.append(element.file_uploader.id)
            case "alert":
                self.said.append(element.alert.body)
            case "html":
                if _SPLIT in element.html.body:
                    self.split = element.html.body
        return message


def elements(messages: list[ForwardMsg]) -> int:
    """How many elements a page has put on the screen."""
    return sum(message.WhichOneof("type") in {"delta", "ref_hash"} for message in messages)
