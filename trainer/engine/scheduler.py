"""Many fits take turns on one computer.

A few compute at the same time, as many as the scheduler has lanes; more would take as long in all as one after another.
At a batch boundary, once it has used up its time slice, a fit yields to whoever has waited longest. That way every
curve moves.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from trainer.fit.control import Slot

SLICE_SECONDS = 0.05
"""How long a fit computes before it yields, if somebody waits: a call of the lean loop. Handing over takes next to
nothing, and of thirty fits that begin together each moves about once a second."""


class Scheduler:
    """Slots that compute, and a queue of those that wait. First come, first served; nobody is overtaken twice."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, lanes: int = 1) -> None:
        """A scheduler that lets `lanes` slots compute at the same time."""
        self._clock, self._lanes = clock, lanes
        self._changed = threading.Condition()
        self._computing: list[QueuedSlot] = []
        self._queue: deque[QueuedSlot] = deque()
        self._usual_slice = SLICE_SECONDS

    def slot(self, is_cancelled: Callable[[], bool], *, exclusive: bool = False) -> QueuedSlot:
        """A slot that does not stand in the queue yet.

        Args:
            is_cancelled: tells that its owner no longer wants it.
            exclusive: it computes only while no other does.
        """
        return QueuedSlot(self, is_cancelled, exclusive=exclusive)

    def expected_seconds(self, slices: int) -> float:
        """How long so many slices of others may take, judged by how long they took lately."""
        return slices * self._usual_slice / self._lanes

    def wake(self) -> None:
        """Let everybody who waits check whether they have been cancelled."""
        with self._changed:
            self._changed.notify_all()

    @property
    def length(self) -> int:
        """How many slots compute or stand in the queue."""
        with self._changed:
            return len(self._computing) + len(self._queue)

    def _let_in(self) -> None:
        """Let the first in the queue compute for as long as there is room; called whenever something has changed."""
        while self._queue and self._has_room_for(self._queue[0]):
            slot = self._queue.popleft()
            slot._since = self._clock()
            self._computing.append(slot)
        self._changed.notify_all()

    def _has_room_for(self, slot: QueuedSlot) -> bool:
        if slot.exclusive:
            return not self._computing
        return len(self._computing) < self._lanes and not any(other.exclusive for other in self._computing)

    def _take_back(self, slot: QueuedSlot) -> None:
        """A slot computes no longer."""
        self._computing.remove(slot)
        self._usual_slice += 0.2 * (self._clock() - slot._since - self._usual_slice)


class QueuedSlot(Slot):
    """One fit's place in the queue of a scheduler."""

    def __init__(self, scheduler: Scheduler, is_cancelled: Callable[[], bool], *, exclusive: bool = False) -> None:
        self._scheduler, self._is_cancelled, self.exclusive = scheduler, is_cancelled, exclusive
        self._since = 0.0
        self._is_new = True

    @property
    def waiting(self) -> int:
        """How many stand before this one; 0 if it may compute or does not stand in the queue."""
        with self._scheduler._changed:
            return self._before() if self in self._scheduler._queue else 0

    def _before(self) -> int:
        return len(self._scheduler._computing) + self._scheduler._queue.index(self)

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
            scheduler._let_in()
            told = None
            while self in scheduler._queue and not self._is_cancelled():
                before = self._before()
                if before != told:
                    told = before
                    on_move(before)
                scheduler._changed.wait()
            if self in scheduler._queue:
                scheduler._queue.remove(self)
                scheduler._let_in()
                return False
            return True

    def yield_(self) -> None:
        """Let the next one compute if the slice is used up and somebody waits.

        Returns when it is this slot's turn again, or it is cancelled. A first slice ends with its first batch if the
        next in the queue has not had one yet: of thirty that begin at once, all have a first point before any goes on.
        """
        scheduler = self._scheduler
        with scheduler._changed:
            if not scheduler._queue or self not in scheduler._computing:
                return
            slice_seconds = 0.0 if self._is_new and scheduler._queue[0]._is_new else SLICE_SECONDS
            if scheduler._clock() - self._since < slice_seconds:
                return
            self._is_new = False
            scheduler._take_back(self)
            scheduler._queue.append(self)
            scheduler._let_in()
            scheduler._changed.wait_for(lambda: self not in scheduler._queue or self._is_cancelled())

    def leave(self) -> None:
        """Leave the queue, whether or not it is this slot's turn."""
        scheduler = self._scheduler
        with scheduler._changed:
            if self in scheduler._computing:
                scheduler._take_back(self)
            elif self in scheduler._queue:
                scheduler._queue.remove(self)
            scheduler._let_in()
