"""Turns: many fits, one computer, and everybody's curve moves.

Fits that compute at the same time take as long in all as one after another, so they take turns: one computes, and at a
batch boundary, when it has had its slice, passes the turn to whoever has waited longest.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

SLICE = 0.5
"""Seconds that a fit computes before it passes its turn on, if somebody waits."""


class Turns:
    """A queue for one turn. First come, first served; nobody can be overtaken twice."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._queue: deque[Ticket] = deque()
        self._usual = SLICE

    def ticket(self, given_up: Callable[[], bool]) -> Ticket:
        """A place at the end of the queue; `given_up` tells that its owner no longer wants the turn."""
        return Ticket(self, given_up)

    def seconds(self, turns: int) -> float:
        """A guess at how long so many turns of others take, from how long turns took lately."""
        return turns * self._usual

    def _has_lasted(self, seconds: float) -> None:
        self._usual += 0.2 * (seconds - self._usual)

    def wake(self) -> None:
        """Let everybody who waits ask again whether they still want to."""
        with self._changed:
            self._changed.notify_all()


class Ticket:
    """One fit's place in the queue. The first in the queue has the turn."""

    def __init__(self, turns: Turns, given_up: Callable[[], bool]) -> None:
        self._turns, self._given_up = turns, given_up
        self._since = 0.0
        self._is_new = True

    @property
    def waiting(self) -> int:
        """How many stand before this one; 0 if it has the turn or does not stand in the queue."""
        with self._turns._changed:
            return self._turns._queue.index(self) if self in self._turns._queue else 0

    def take(self, moved: Callable[[int], object] = lambda _: None) -> bool:
        """Wait for the turn; False if the owner gave up meanwhile.

        Args:
            moved: told how many stand before this one, at once and whenever that changes.
        """
        turns = self._turns
        with turns._changed:
            turns._queue.append(self)
            told = None
            while turns._queue[0] is not self and not self._given_up():
                before = turns._queue.index(self)
                if before != told:
                    told = before
                    moved(before)
                turns._changed.wait()
            if turns._queue[0] is not self:
                turns._queue.remove(self)
                turns._changed.notify_all()
                return False
            self._since = turns._clock()
            return True

    def offer(self) -> None:
        """Pass the turn on if the slice is used up and somebody waits; returns when it is back, or given up.

        A first turn ends with its first batch if the next in the queue has not had one yet: when thirty begin at once,
        each has its first point half a minute sooner or later, and nobody loses anything.
        """
        turns = self._turns
        with turns._changed:
            if len(turns._queue) < 2:
                return
            slice_ = 0.0 if self._is_new and turns._queue[1]._is_new else SLICE
            if turns._clock() - self._since < slice_:
                return
            self._is_new = False
            turns._has_lasted(turns._clock() - self._since)
            turns._queue.rotate(-1)
            turns._changed.notify_all()
            turns._changed.wait_for(lambda: turns._queue[0] is self or self._given_up())
            self._since = turns._clock()

    def leave(self) -> None:
        """Leave the queue, with or without the turn."""
        turns = self._turns
        with turns._changed:
            if self in turns._queue:
                if turns._queue[0] is self:
                    turns._has_lasted(turns._clock() - self._since)
                turns._queue.remove(self)
            turns._changed.notify_all()
