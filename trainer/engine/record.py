"""The log of a run as the worker writes it: training never waits for a disk; a run can be closed over its thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from trainer.fit.control import FitEndedError
from trainer.runs.events import AnyEvent, BatchSeen
from trainer.runs.log import LogWriter

LOG = logging.getLogger(__name__)
TRIES, PAUSE = 5, 1.0
"""How often the last words of a run are tried where the disk refuses them, and the seconds in between."""


class Record:
    """Takes a run's events. Safe from several threads.

    What the disk refuses is kept in memory and written with the next event, so that epochs are never lost while the
    trainer lives; points of a curve are dropped meanwhile.
    """

    def __init__(self, path: Path, trouble: Callable[[str | None], object] = lambda _: None) -> None:
        """Open the log at `path`; `trouble` is told in a sentence when the disk refuses it, and None once it takes it.

        Raises:
            DamagedLogError, NewerVersionError: nothing may be written to it; see `LogWriter`.
            OSError: the log cannot be opened.
        """
        self._log = LogWriter(path)
        self._lock = threading.RLock()
        self._waiting: list[AnyEvent] = []
        self._trouble, self._told = trouble, False
        self.sealed = False
        """Whether the run has had its last word; whatever still comes from its thread is refused."""
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
                    self._trouble(
                        f"The disk does not take what this run has to report ({error.strerror}), so its curves stand "
                        "still here. Training goes on in memory. Make room on the disk; then they catch up."
                    )
                return False
            del self._waiting[0]
        if self._told:
            self._told = False
            self._trouble(None)
        return True

    def seal(self, *last: AnyEvent, patience: threading.Event | None = None) -> bool:
        """Write the last events and close the log; False if somebody else had done so before.

        Args:
            last: the last words.
            patience: where the disk refuses them, they are tried some times more until this is set; None tries once.
        """
        with self._lock:
            if self.sealed:
                return False
            self.sealed = True
            self._waiting.extend(last)
            for _ in range(TRIES if patience is not None else 1):
                if self._flush() or patience is None or patience.wait(PAUSE):
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
