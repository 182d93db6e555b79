"""The log of a run as the worker writes it: training never waits for a disk; a run can be closed over its thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from trainer.fit.control import FitEndedError
from trainer.messages import Message
from trainer.runs.events import AnyEvent, BatchSeen
from trainer.runs.log import LogWriter
from trainer.runs.wording import WORDING

LOG = logging.getLogger(__name__)
TRIES, PAUSE_SECONDS = 5, 1.0
"""How often the last events of a run are tried where the disk refuses them, and how long in between."""


class Record:
    """Takes a run's events. Safe from several threads.

    What the disk refuses is kept in memory and written with the next event, so that epochs are never lost while the
    trainer lives; points of a curve are dropped meanwhile.
    """

    def __init__(self, path: Path, tell_problem: Callable[[Message | None], object] = lambda _: None) -> None:
        """Open the log at `path`; `tell_problem` is told when the disk refuses it, and None once it takes it again.

        Raises:
            DamagedLogError, NewerVersionError: nothing may be written to it; see `LogWriter`.
            OSError: the log cannot be opened.
        """
        self._log = LogWriter(path)
        self._lock = threading.RLock()
        self._waiting: list[AnyEvent] = []
        self._tell_problem, self._told = tell_problem, False
        self.sealed = False
        """Whether its last event is written; whatever still comes from its thread is refused."""
        self.has_learned = False
        """Whether a batch has been trained, so that there is something to keep."""

    def write(self, event: AnyEvent) -> None:
        """Append an event.

        Raises:
            FitEndedError: the record is sealed: its thread is to end without another word.
        """
        with self._lock:
            if self.sealed:
                raise FitEndedError
            if isinstance(event, BatchSeen):
                self.has_learned = True
                if self._waiting:
                    return
            self._waiting.append(event)
            self._flush()

    @property
    def has_lost(self) -> bool:
        """Whether the disk did not take all of it to the end."""
        with self._lock:
            return self.sealed and bool(self._waiting)

    def _flush(self) -> bool:
        while self._waiting:
            try:
                self._log.write(self._waiting[0])
            except OSError as error:
                if isinstance(self._waiting[0], BatchSeen):
                    del self._waiting[0]
                if not self._told:
                    self._told = True
                    LOG.warning("The disk does not take the record of a run (%s).", error)
                    self._tell_problem(WORDING.message("record_delayed", error=error.strerror))
                return False
            del self._waiting[0]
        if self._told:
            self._told = False
            self._tell_problem(None)
        return True

    def seal(self, *last: AnyEvent, retry_until: threading.Event | None = None) -> bool:
        """Write the last events and close the log; False if somebody else had done so before.

        Args:
            last: the last events.
            retry_until: where the disk refuses them, they are tried some times more until this is set; None tries once.
        """
        with self._lock:
            if self.sealed:
                return False
            self.sealed = True
            self._waiting.extend(last)
            for _ in range(TRIES if retry_until is not None else 1):
                if self._flush() or retry_until is None or retry_until.wait(PAUSE_SECONDS):
                    break
            if self._waiting:
                LOG.error("The last %d events of a run could not be written.", len(self._waiting))
            else:
                try:
                    self._log.sync()
                except OSError as error:
                    LOG.warning("The record of a run may not outlive a power cut (%s).", error)
            self._log.close()
            return True
