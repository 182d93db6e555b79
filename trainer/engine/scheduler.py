"""Many fits take turns on one computer.

Fits that compute at the same time take as long in all as one after another. So one computes, and at a batch boundary,
once it has used up its time slice, it yields to whoever has waited longest. That way every curve moves.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from trainer.fit.control import Slot

SLICE_SECONDS = 0.5
"""How long a fit computes before it yields, if somebody waits."""


class Scheduler:
    """A queue of slots, the first of which may compute. First come, first served; nobody is overtaken twice."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._queue: deque[QueuedSlot] = deque()
        self._usual_slice = SLICE_SECONDS

    def slot(self, is_cancelled: Callable[[], bool]) -> QueuedSlot:
        """A slot that does not stand in the queue yet; `is_cancelled` tells that its owner no longer wants it."""
        return QueuedSlot(self, is_cancelled)

    def expected_seconds(self, slices: int) -> float:
        """How long so many slices of others may take, judged by how long they took lately."""
        return slices * self._usual_slice

    def wake(self) -> None:
        """Let everybody who waits check whether they have been cancelled."""
        with self._changed:
            self._changed.notify_all()

    @property
    def length(self) -> int:
        """How many slots stand in the queue, the one that computes included."""
        with self._changed:
            return len(self._queue)

    def _note_duration(self, seconds: float) -> None:
        self._usual_slice += 0.2 * (seconds - self._usual_slice)


class QueuedSlot(Slot):
    """One fit's place in the queue of a scheduler."""

    def __init__(self, scheduler: Scheduler, is_cancelled: Callable[[], bool]) -> None:
        self._scheduler, self._is_cancelled = scheduler, is_cancelled
        self._since = 0.0
        self._is_new = True

    @property
    def waiting(self) -> int:
        """How many stand before this one; 0 if it may compute or does not stand in the queue."""
        with self._scheduler._changed:
            return self._scheduler._queue.index(self) if self in self._scheduler._queue else 0

    def take(self, on_move: Callable[[int], object] = lambda _: None) -> bool:
        """Join the queue and wait until it is this slot's turn.

        Args:
            on_move: told how many stand before this one, at once and whenever that changes.

        Returns:
            False if the owner cancelled meanwhile.
        """
        scheduler = self._scheduler
        with scheduler._changed:
            scheduler._queue.append(self)
            told = None
            while scheduler._queue[0] is not self and not self._is_cancelled():
                before = scheduler._queue.index(self)
                if before != told:
                    told = before
                    on_move(before)
                scheduler._changed.wait()
            if scheduler._queue[0] is not self:
                scheduler._queue.remove(self)
                scheduler._changed.notify_all()
                return False
            self._since = scheduler._clock()
            return True

    def yield_(self) -> None:
        """Let the next one compute if the slice is used up and somebody waits.

        Returns when it is this slot's turn again, or it is cancelled. A first slice ends with its first batch if the
        next in the queue has not had one yet: when thirty begin at once, each has its first point half a minute sooner
        or later, and nobody loses anything.
        """
        scheduler = self._scheduler
        with scheduler._changed:
            if len(scheduler._queue) < 2:
                return
            slice_seconds = 0.0 if self._is_new and scheduler._queue[1]._is_new else SLICE_SECONDS
            if scheduler._clock() - self._since < slice_seconds:
                return
            self._is_new = False
            scheduler._note_duration(scheduler._clock() - self._since)
            scheduler._queue.rotate(-1)
            scheduler._changed.notify_all()
            scheduler._changed.wait_for(lambda: scheduler._queue[0] is self or self._is_cancelled())
            self._since = scheduler._clock()

    def leave(self) -> None:
        """Leave the queue, whether or not it is this slot's turn."""
        scheduler = self._scheduler
        with scheduler._changed:
            if self in scheduler._queue:
                if scheduler._queue[0] is self:
                    scheduler._note_duration(scheduler._clock() - self._since)
                scheduler._queue.remove(self)
            scheduler._changed.notify_all()
