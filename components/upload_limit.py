"""Limits the memory that uploaded files take: ASGI middleware around Streamlit's own upload route.

Streamlit keeps each uploaded file in memory until its session ends, whether or not a page has asked for it. Here the
bytes of all files that are arriving or kept are counted. A browser may hold one file of the largest size; when all
browsers together hold too much, the next file waits in its browser. A file that no page has taken is removed after a
while.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, Protocol

import anyio
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config, runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from components.person import person_of
from components.refusals import refused
from components.wording import WORDING

MAX_BYTES_PER_PERSON = 56_000_000
"""One file of the largest size, with its HTTP headers."""
MAX_BYTES = 112_000_000
"""All files together: two files of the largest size."""
UNUSED_SECONDS = 60.0
"""After this time, a file that no page has taken is removed; a page takes it in less than one second."""
WAIT_SECONDS = 300.0
"""How long an upload waits for its turn: thirty of the largest files need one minute."""
STALLED_SECONDS = 30.0
"""After this time without a byte, an upload is cancelled."""
MIN_BYTES_PER_SECOND = 100_000
"""An upload that is slower on average is cancelled as well."""
_PATH = re.compile(r"/_stcore/upload_file/([^/]+)/([^/]+)$")
_File = tuple[str, str]
"""The id of its session, and its own."""


class Files(Protocol):
    """Where Streamlit keeps uploaded files: what is used of its `UploadedFileManager`."""

    def get_files(self, session_id: str, file_ids: Sequence[str]) -> list[Any]: ...

    def remove_file(self, session_id: str, file_id: str) -> None: ...


@dataclass
class _Upload:
    size: int
    person: str
    kept_at: float | None = None
    """When it had arrived; None while it is arriving."""


class _StalledError(Exception):
    """No bytes arrive any more, or far too few."""


def _retry_later(code: str, status: int, scope: Scope) -> PlainTextResponse:
    return refused(WORDING.message(code), status, scope, {"Retry-After": str(int(UNUSED_SECONDS))})


def _streamlit_files() -> Files:
    files = runtime.get_instance().uploaded_file_mgr
    if not isinstance(files, MemoryUploadedFileManager):
        raise TypeError(f"Streamlit keeps uploads in a {type(files).__name__} now, whose memory is not known here.")
    return files


def _largest() -> int:
    return int(config.get_option("server.maxUploadSize")) * 1024 * 1024


@dataclass(eq=False)
class UploadLimit:
    """Middleware that lets an upload through only when there is memory for it."""

    app: ASGIApp
    _: KW_ONLY
    per_person: int = MAX_BYTES_PER_PERSON
    """Bytes that the files of one browser may have, in all its tabs."""
    total: int = MAX_BYTES
    """Bytes that all files may have."""
    wait: float = WAIT_SECONDS
    """Seconds that an upload waits for memory."""
    stalled: float = STALLED_SECONDS
    """Seconds without a byte after which an upload is cancelled."""
    files: Callable[[], Files] = _streamlit_files
    """Where the files are kept."""
    largest: Callable[[], int] = _largest
    """Bytes of the largest file that is taken."""
    clock: Callable[[], float] = time.monotonic
    """Seconds of any clock that goes forward."""
    pause: Callable[[], Any] = lambda: anyio.sleep(0.1)
    """Waits a moment between two checks of the memory."""
    _held: dict[_File, _Upload] = field(default_factory=dict, init=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; all but uploads are passed on unchanged."""
        found = _PATH.search(scope["path"]) if scope["type"] == "http" and scope["method"] == "PUT" else None
        if found is None:
            await self.app(scope, receive, send)
            return
        said = Headers(scope=scope).get("content-length", "")
        size = int(said) if said.isdecimal() else self.largest()
        if size > self.largest():
            await self.app(scope, receive, send)  # Streamlit refuses it at once
            return
        receive = self._in_time(receive, size)
        try:
            person = person_of(scope) or found[1]  # of a browser without cookies, the tab
            refusal = await self._wait_for_memory(person, size, scope)
            if refusal is None:
                await self._pass_on((found[1], found[2]), _Upload(size, person), scope, receive, send)
            else:
                # A browser that is answered before it has sent everything only reports a broken connection.
                while (await receive()).get("more_body", False):
                    pass
                await refusal(scope, receive, send)
        except ClientDisconnect:
            pass  # nobody waits for the answer
        except _StalledError:
            await refused(WORDING.message("upload_not_arrived"), 408, scope)(scope, receive, send)

    def _in_time(self, receive: Receive, size: int) -> Receive:
        """The messages of a request; raises an error once none arrive any more, or far too few bytes."""
        deadline: float | None = None

        async def in_time() -> Message:
            nonlocal deadline
            deadline = deadline or self.clock() + self.stalled + size / MIN_BYTES_PER_SECOND
            with anyio.move_on_after(self.stalled):
                message = await receive()
                if self.clock() <= deadline:
                    return message
            raise _StalledError

        return in_time

    def held(self) -> int:
        """Bytes of all files that are arriving or kept."""
        files = self.files()
        for (session, file), one in list(self._held.items()):
            if one.kept_at is not None and not files.get_files(session, [file]):
                del self._held[session, file]  # a page has taken it, or it went with its session
        return sum(one.size for one in self._held.values())

    def remove_unused(self) -> None:
        """Remove files that no page has taken in time."""
        now = self.clock()
        for (session, file), one in list(self._held.items()):
            if one.kept_at is not None and now - one.kept_at >= UNUSED_SECONDS:
                self.files().remove_file(session, file)
                del self._held[session, file]

    async def _wait_for_memory(self, person: str, size: int, scope: Scope) -> PlainTextResponse | None:
        """Wait until there is memory; returns the refusal if there is none in time."""
        end = self.clock() + self.wait
        while True:
            self.remove_unused()
            total = self.held()
            mine = sum(one.size for one in self._held.values() if one.person == person)
            if mine and mine + size > self.per_person:
                return _retry_later("upload_unread", 429, scope)
            if not total or total + size <= self.total:
                return None
            if self.clock() >= end:
                return _retry_later("many_uploads", 503, scope)
            await self.pause()

    async def _pass_on(self, file: _File, held: _Upload, scope: Scope, receive: Receive, send: Send) -> None:
        self._held[file] = held
        status = 0

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        finally:
            if 200 <= status < 300:
                held.kept_at = self.clock()
                asyncio.get_running_loop().call_later(UNUSED_SECONDS + 1, self.remove_unused)
            elif self._held.get(file) is held:
                del self._held[file]
