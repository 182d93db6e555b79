"""Writing and following `events.jsonl`. One writer appends; any number of readers follow, each with its own cursor.

Each line is a JSON object that ends with a checksum of itself without it: in `{"n":0,"t":0.0, ... ,"crc":"57f1646b"}`
that is the CRC-32 of the bytes `{"n":0,"t":0.0, ... }` in eight hexadecimal digits. Lines of versions 0.1 and 0.2 have
none, and are read as they are.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable
from difflib import get_close_matches
from errno import ENOSPC
from pathlib import Path
from zlib import crc32

from pydantic import ValidationError

from trainer.messages import MessageError
from trainer.recipe.spec import NewerVersionError
from trainer.runs.events import KINDS, AnyEvent, parse
from trainer.runs.wording import WORDING

_CHECKSUM_AND_MORE = re.compile(rb',"crc":"[0-9a-f]{8}"\}.', re.DOTALL)


class DamagedLogError(MessageError):
    """A log holds a line that is not as it was written, or lacks one."""


def _damaged() -> DamagedLogError:
    return DamagedLogError(WORDING.message("log_damaged"))


MAX_BYTES = 200_000_000
"""Of a log that is read: some two days of training without a break, ten points a second."""


class LogWriter:
    """Appends events, each as one whole line that is flushed before `write` returns. Safe from several threads."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Open the log at `path`, which is created if it is not there, after its last whole line.

        Raises:
            DamagedLogError: it is damaged: nobody could read what is written after the damage.
            NewerVersionError: a later version of Fitboard has written to it.
            OSError: it cannot be opened.
        """
        self._lock = threading.Lock()
        self._clock = clock
        reader = LogReader(path)
        past = reader.read() if path.exists() else []
        if reader.error is not None:
            raise reader.error
        self._next = past[-1].n + 1 if past else 0
        self._begin = clock() - (past[-1].t if past else 0.0)
        # Without a buffer of Python's: what a full disk refuses must not turn up later under a number given again.
        self._file = path.open("ab", buffering=0)
        # A crash may have left half a line: cut it off, so that the next line starts at the beginning of one.
        self._size = reader.offset
        self._file.truncate(self._size)

    def write(self, event: AnyEvent) -> AnyEvent:
        """Append an event under the next number and return it as written.

        Raises:
            OSError: the disk does not take it.
        """
        with self._lock:
            written = event.model_copy(update={"n": self._next, "t": round(self._clock() - self._begin, 3)})
            line = to_line(written)
            try:
                if self._file.write(line) != len(line):
                    raise OSError(ENOSPC, os.strerror(ENOSPC))
            except OSError:
                self._file.truncate(self._size)
                raise
            self._size += len(line)
            self._next += 1
        return written

    def sync(self) -> None:
        """Ask the operating system to bring all that was written to the disk, so that it outlives a power cut."""
        with self._lock:
            os.fsync(self._file.fileno())

    def close(self) -> None:
        with self._lock:
            self._file.close()


class LogReader:
    """Follows a log: each `read` returns what has come since the last one.

    A line that is not yet whole is left for the next time. A line that is not an event, not as it was written, or not
    the next one by its number ends the reading permanently, because what follows it cannot be trusted; so does one that
    only a later version of Fitboard knows. `error` then says which.

    Times are not looked at: where a line has a checksum they are as they were written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._next = 0
        self.offset = 0
        """Bytes up to the end of the last line that was read."""
        self.error: DamagedLogError | NewerVersionError | None = None
        """Why the reading has ended; None as long as it has not."""

    @property
    def damaged(self) -> bool:
        """Whether the reading has ended before the end of the log."""
        return self.error is not None

    def read(self) -> list[AnyEvent]:
        """The events since the last call, in order.

        Raises:
            OSError: the log cannot be opened.
        """
        if self.error is not None or self._path.stat().st_size <= self.offset:
            return []
        with self._path.open("rb") as file:
            file.seek(self.offset)
            *lines, rest = file.read().split(b"\n")
        events: list[AnyEvent] = []
        for line in lines:
            try:
                event = from_line(line)
            except NewerVersionError as error:
                self.error = NewerVersionError(*error.args)  # without its traceback, which would keep all lines
                return events
            except ValueError:
                event = None
            if event is None or event.n != self._next:
                self.error = _damaged()
                return events
            events.append(event)
            self._next += 1
            self.offset += len(line) + 1
        # A crash, or a writer that is at it, leaves half a line. A whole one is followed by a newline and nothing else.
        if _CHECKSUM_AND_MORE.search(rest):
            self.error = _damaged()
        return events


def to_line(event: AnyEvent) -> bytes:
    """An event as a line of a log, with its checksum."""
    body = event.model_dump_json().encode()
    return b'%b,"crc":"%08x"}\n' % (body[:-1], crc32(body))


def from_line(line: bytes) -> AnyEvent:
    """The event of a line, which comes without its newline.

    Raises:
        NewerVersionError: only a later version of Fitboard knows such events.
        ValueError: the line is not an event, or not as it was written.
    """
    # `,"crc":"` and eight digits and `"}`
    has_checksum = line[-18:-10] == b',"crc":"' and line[-2:] == b'"}'
    if has_checksum:
        checksum, line = line[-10:-2], line[:-18] + b"}"
        if b"%08x" % crc32(line) != checksum:
            raise ValueError("the checksum is another")
    try:
        # A field that is not known is one of a later version where the checksum holds, and damage where there is none.
        return parse(line, strict=not has_checksum)
    except ValidationError as error:
        if has_checksum or _is_unknown_kind(error):
            raise NewerVersionError.of("run") from None
        raise


def _is_unknown_kind(error: ValidationError) -> bool:
    """Whether a line without a checksum holds an event of a kind that is not known, nor is one with a wrong letter."""
    problem = error.errors()[0]
    return problem["type"] == "union_tag_invalid" and not get_close_matches(problem["ctx"]["tag"], KINDS)
