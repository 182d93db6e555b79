"""How much of the server's memory uploaded files may take: ASGI middleware around Streamlit's own upload route.

Streamlit keeps each uploaded file in memory until its session ends, whether or not a page has asked for it. Here the
bytes of all files that are on their way or kept are counted. A browser may hold one file of the largest size; where
all of them together hold too much, the next file waits, and its bytes with it in the browser. A file that no page has
taken is removed after a while.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import anyio
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config, runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from components.person import person_of

PER_PERSON = 56_000_000
"""Bytes: one file of the largest size, with what HTTP writes around it."""
TOTAL = 112_000_000
"""Bytes of everybody's files together: two files of the largest size."""
UNUSED = 60.0
"""Seconds after which a file is removed that no page has taken; a page takes it in less than one."""
WAIT = 300.0
"""Seconds that an upload waits for its turn: thirty of the largest files need one minute."""
STALLED = 30.0
"""Seconds without a byte after which an upload is given up."""
SLOWEST = 100_000
"""Bytes in a second, on average, below which it is given up as well."""
_PATH = re.compile(r"/_stcore/upload_file/([^/]+)/([^/]+)$")
_File = tuple[str, str]
"""The id of its session, and its own."""


class Files(Protocol):
    """Where Streamlit keeps uploaded files: what is used of its `UploadedFileManager`."""

    def get_files(self, session_id: str, file_ids: Sequence[str]) -> list[Any]: ...

    def remove_file(self, session_id: str, file_id: str) -> None: ...


@dataclass
class _Held:
    size: int
    person: str
    kept_at: float | None = None
    """When all of it was there; None while it is on its way."""


class _StalledError(Exception):
    """No bytes come any more, or far too few."""


_NOT_ARRIVED = PlainTextResponse("The file did not arrive. Upload it again.", 408)


def _streamlit_files() -> Files:
    files = runtime.get_instance().uploaded_file_mgr
    if not isinstance(files, MemoryUploadedFileManager):
        raise TypeError(f"Streamlit keeps uploads in a {type(files).__name__} now, whose memory is not known here.")
    return files


def _largest() -> int:
    return int(config.get_option("server.maxUploadSize")) * 1024 * 1024


class UploadLimit:
    """Middleware that lets an upload through only where there is room for it."""

    def __init__(  # noqa: PLR0913 - its limits, and what a test puts in the place of Streamlit and the clock
        self,
        app: ASGIApp,
        *,
        per_person: int = PER_PERSON,
        total: int = TOTAL,
        wait: float = WAIT,
        stalled: float = STALLED,
        files: Callable[[], Files] = _streamlit_files,
        largest: Callable[[], int] = _largest,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[], Any] = lambda: anyio.sleep(0.1),
    ) -> None:
        """Wrap an application.

        Args:
            app: Streamlit's application.
            per_person: bytes that the files of one browser may have, in all its tabs.
            total: bytes that all files may have.
            wait: seconds that an upload waits for room.
            stalled: seconds without a byte after which an upload is given up.
            files: where the files are kept.
            largest: bytes of the largest file that is taken.
            clock: seconds of any clock that goes forward.
            pause: waits a moment before it is looked again whether there is room.
        """
        self._app = app
        self._per_person, self._total, self._wait, self._stalled = per_person, total, wait, stalled
        self._files, self._largest, self._clock, self._pause = files, largest, clock, pause
        self._held: dict[_File, _Held] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; all but uploads are passed on unchanged."""
        found = _PATH.search(scope["path"]) if scope["type"] == "http" and scope["method"] == "PUT" else None
        if found is None:
            await self._app(scope, receive, send)
            return
        said = Headers(scope=scope).get("content-length", "")
        size = int(said) if said.isdecimal() else self._largest()
        if size > self._largest():
            await self._app(scope, receive, send)  # Streamlit refuses it at once
            return
        receive = self._in_time(receive, size)
        try:
            person = person_of(scope) or found[1]  # of a browser without cookies, the tab
            refused = await self._wait_for_room(person, size)
            if refused is None:
                await self._pass_on((found[1], found[2]), _Held(size, person), scope, receive, send)
            else:
                # A browser that is answered before it has sent everything hears of a broken connection, and no more.
                while (await receive()).get("more_body", False):
                    pass
                await refused(scope, receive, send)
        except ClientDisconnect:
            pass  # nobody waits for an answer any more
        except _StalledError:
            await _NOT_ARRIVED(scope, receive, send)

    def _in_time(self, receive: Receive, size: int) -> Receive:
        """Messages of a request; an error once none come any more, or far too few."""
        deadline: float | None = None

        async def in_time() -> Message:
            nonlocal deadline
            deadline = deadline or self._clock() + self._stalled + size / SLOWEST
            with anyio.move_on_after(self._stalled):
                message = await receive()
                if self._clock() <= deadline:
                    return message
            raise _StalledError

        return in_time

    def held(self) -> int:
        """Bytes of all files that are on their way or kept."""
        self._forget_removed()
        return sum(one.size for one in self._held.values())

    def remove_unused(self) -> None:
        """Remove files that no page has taken in time."""
        now = self._clock()
        for (session, file), one in list(self._held.items()):
            if one.kept_at is not None and now - one.kept_at >= UNUSED:
                self._files().remove_file(session, file)
                del self._held[session, file]

    async def _wait_for_room(self, person: str, size: int) -> PlainTextResponse | None:
        """Wait until there is room; the answer if there is none."""
        end = self._clock() + self._wait
        while True:
            self.remove_unused()
            total = self.held()
            mine = sum(one.size for one in self._held.values() if one.person == person)
            if mine and mine + size > self._per_person:
                return PlainTextResponse(
                    "Your last file has not been read yet. Wait a moment, then upload this one again.",
                    429,
                    {"Retry-After": str(int(UNUSED))},
                )
            if not total or total + size <= self._total:
                return None
            if self._clock() >= end:
                return PlainTextResponse(
                    "Many people are uploading large files right now. Wait a few minutes, then try again.",
                    503,
                    {"Retry-After": str(int(UNUSED))},
                )
            await self._pause()

    async def _pass_on(self, file: _File, held: _Held, scope: Scope, receive: Receive, send: Send) -> None:
        self._held[file] = held
        status = 0

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_note)
        finally:
            if 200 <= status < 300:
                held.kept_at = self._clock()
                asyncio.get_running_loop().call_later(UNUSED + 1, self.remove_unused)
            elif self._held.get(file) is held:
                del self._held[file]

    def _forget_removed(self) -> None:
        """Stop counting files that a page has taken, or that went with their session."""
        files = self._files()
        for (session, file), one in list(self._held.items()):
            if one.kept_at is not None and not files.get_files(session, [file]):
                del self._held[session, file]
