"""A browser tab without a browser: it speaks Streamlit's protocol, brings files and hears what the page says."""

from __future__ import annotations

import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from uuid import uuid4

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

BOUNDARY = "fitboard-benchmark"


class Tab:
    """One tab, on one page, of somebody with a cookie of their own."""

    def __init__(self, server: str, page: str, query: str = "") -> None:
        """Open a page.

        Args:
            server: its address, such as http://localhost:8501.
            page: the path of the page.
            query: what stands behind the question mark of the address.
        """
        self._server, self._page = server, page
        with urllib.request.urlopen(f"{server}/_stcore/health") as answer:  # noqa: S310 - our own server
            self._token = str(answer.headers["Set-Cookie"]).partition("=")[2].partition(";")[0]
        self._cookie = {"Cookie": f"_streamlit_xsrf={self._token}"}
        self._open = ExitStack()
        self._socket = self._open.enter_context(
            connect(
                server.replace("http", "ws") + "/_stcore/stream",
                origin=Origin(server),
                additional_headers=self._cookie,
                subprotocols=[Subprotocol("streamlit")],
                max_size=None,
                ping_interval=None,
                close_timeout=1,
            )
        )
        self.session = ""
        self.uploaders: list[str] = []
        """The ids of the file uploaders that the page shows."""
        self.finished = False
        """Whether the latest run of the page is over."""
        self.taken = False
        """Whether the page has learned how many rows a table has."""
        self.said: list[str] = []
        """Its notes, warnings and errors, in the order in which they came."""
        self.rerun(query=query)
        self.wait_for(lambda: bool(self.uploaders))

    def __enter__(self) -> Tab:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the tab."""
        self._open.close()

    def rerun(self, query: str = "", uploader: str = "", name: str = "", file: str = "", size: int = 0) -> None:
        """Have the page run again, as a click does; with an uploader, a file has been brought into it."""
        message = BackMsg()
        state = message.rerun_script
        state.page_name, state.query_string = self._page, query
        if uploader:
            widget = state.widget_states.widgets.add()
            widget.id = uploader
            info = widget.file_uploader_state_value.uploaded_file_info.add()
            info.file_id, info.name, info.size = file, name, size
        self.finished = False
        self._socket.send(message.SerializeToString())

    def bring(self, name: str, content: bytes) -> None:
        """Send a file into the first uploader, and tell the page of it."""
        file = str(uuid4())
        status, text = self.put(file, name, content)
        if status != 204:
            raise RuntimeError(f"The upload was refused with {status}: {text}")
        self.rerun(uploader=self.uploaders[-1], name=name, file=file, size=len(content))

    def put(self, file: str, name: str, content: bytes) -> tuple[int, str]:
        """Send a file, and tell nobody; returns status and text of the answer."""
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{file}"; filename="{name}"\r\n'
            "Content-Type: text/csv\r\n\r\n"
        )
        body = [head.encode(), content, f"\r\n--{BOUNDARY}--\r\n".encode()]
        request = urllib.request.Request(  # noqa: S310 - our own server
            f"{self._server}/_stcore/upload_file/{self.session}/{file}",
            data=body,  # one after another: thirty copies would take more memory here than at the server
            method="PUT",
            headers={
                "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
                "X-Xsrftoken": self._token,
                "Origin": self._server,
                "Content-Length": str(sum(map(len, body))),
                **self._cookie,
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
            message = self._socket.recv(timeout=max(0.0, end - time.monotonic()))
            assert isinstance(message, bytes)
            self._hear(ForwardMsg.FromString(message))

    def _hear(self, message: ForwardMsg) -> None:
        if message.WhichOneof("type") == "new_session":
            self.session = message.new_session.initialize.session_id
            self.uploaders.clear()
        elif message.WhichOneof("type") == "script_finished":
            self.finished = True
        element = message.delta.new_element
        if element.WhichOneof("type") == "file_uploader":
            self.uploaders.append(element.file_uploader.id)
        elif element.WhichOneof("type") == "alert":
            self.said.append(element.alert.body)
        elif element.WhichOneof("type") == "metric":
            self.taken = element.metric.label == "Training" or self.taken


def any_name() -> str:
    """A name for a file that nobody has used."""
    return f"{secrets.token_hex(4)}.csv"
