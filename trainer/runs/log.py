"""Writing and following `events.jsonl`. One writer appends; any number of readers follow, each with its own cursor."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from errno import ENOSPC
from pathlib import Path

from trainer.runs.events import AnyEvent, parse

MAX_BYTES = 200_000_000
"""Of a log that is read: some two days of training without a break, ten points a second."""


class LogWriter:
    """Appends events, each as one whole line that is flushed before `write` returns. Safe from several threads."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._clock = clock
        # A crash may have left half a line: cut it off, so that the next line starts at the beginning of one.
        past = LogReader(path).read() if path.exists() else []
        self._next = past[-1].n + 1 if past else 0
        self._begin = clock() - (past[-1].t if past else 0.0)
        # Without a buffer of Python's: what a full disk refuses must not turn up later under a number given again.
        self._file = path.open("ab", buffering=0)
        self._size = _end_of_last_line(path)
        self._file.truncate(self._size)

    def write(self, event: AnyEvent) -> AnyEvent:
        """Append an event under the next number and return it as written.

        Raises:
            OSError: the disk does not take it.
        """
        with self._lock:
            written = event.model_copy(update={"n": self._next, "t": round(self._clock() - self._begin, 3)})
            line = written.model_dump_json().encode() + b"\n"
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

    A line that is not yet whole is left for the next time; a line that is not an event ends the reading for good, and
    `damaged` says so, because what follows it cannot be trusted.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.offset = 0
        self.damaged = False

    def read(self) -> list[AnyEvent]:
        """The events since the last call, in order.

        Raises:
            OSError: the log cannot be opened.
        """
        if self.damaged or self._path.stat().st_size <= self.offset:
            return []
        with self._path.open("rb") as file:
            file.seek(self.offset)
            whole, _, _ = file.read().rpartition(b"\n")
        events: list[AnyEvent] = []
        for line in whole.splitlines(keepends=True):
            try:
                events.append(parse(line))
            except ValueError:
                self.damaged = True
                break
            self.offset += len(line)
        else:
            self.offset += 1 if whole else 0  # the newline that rpartition took away
        return events


def _end_of_last_line(path: Path) -> int:
    data = path.read_bytes()
    return data.rfind(b"\n") + 1
