"""What the reading of one file may take: rows, cells, bytes and seconds, counted while it is read."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Literal

from trainer.data.files import FileError
from trainer.data.progress import report
from trainer.data.wording import WORDING
from trainer.messages import Message

Unit = Literal["rows", "columns", "cells", "bytes", "archives", "seconds"]
EVERY = 0.2
"""Seconds between two reports; each is also where a newer click or a closed tab ends the reading."""
MAX_SECONDS = 120
"""Of the processor, for one file: what takes longer is no table for a lesson, whatever its numbers say."""
READING = WORDING.message("reading_table")


class LimitError(FileError):
    """A limit is exceeded."""

    def __init__(self, unit: Unit, limit: float) -> None:
        super().__init__(f"too_many_{unit}", limit=limit)
        self.unit, self.limit = unit, limit


class ReadingBudget:
    """Counts what a reading takes. Every reader of files calls it for each piece of its work."""

    def __init__(
        self,
        limits: Mapping[Unit, int],
        what: Message,
        *,
        seconds: float = MAX_SECONDS,
        clock: Callable[[], float] = time.thread_time,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin to count.

        Args:
            limits: the most of each unit; what is not named is not limited.
            what: is being done, for whoever waits.
            seconds: of the processor, after which the reading is refused.
            clock: seconds of the processor that this thread has used.
            now: seconds of a clock on the wall, for the reports.
        """
        self._limits, self._what, self._seconds = limits, what, seconds
        self._clock, self._now = clock, now
        self._taken: dict[Unit, int] = {}
        self._end, self._reported = clock() + seconds, now()
        self._share: float | None = None

    def take(self, unit: Unit, count: int = 1) -> None:
        """Count some units, and look at the clocks.

        Raises:
            LimitError: that was more than there may be, or it has taken too long.
        """
        taken = self._taken[unit] = self._taken.get(unit, 0) + count
        if unit in self._limits and taken > self._limits[unit]:
            raise LimitError(unit, self._limits[unit])
        self.tick()

    def begin(self, unit: Unit) -> None:
        """Count a unit from 0, for a file that is read once more."""
        self._taken[unit] = 0

    def tick(self) -> None:
        """Report from time to time that the reading continues; a listener may end it by raising.

        Raises:
            LimitError: it has taken too long.
        """
        if self._clock() > self._end:
            raise LimitError("seconds", self._seconds)
        if self._now() - self._reported >= EVERY:
            self.report(self._share)

    def report(self, share: float | None) -> None:
        """Say how much of the work is done, from 0 to 1; None where that is not known."""
        self._share, self._reported = share, self._now()
        report(self._what, share)
