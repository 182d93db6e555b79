"""Lets something that is done for those who watch a fit happen so rarely that the fit does not become slower."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

MAX_COST = 0.02
"""The share of the training time that it may take."""
MIN_INTERVAL = 0.25
"""Seconds between two times at least: more often nobody could follow."""


class Throttle:
    """Says when it is time to do it again, from how long it took the last time."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """It is time at once; `clock` gives monotonic seconds."""
        self._clock, self._last, self._cost = clock, clock() - MIN_INTERVAL, 0.0

    @property
    def is_time(self) -> bool:
        return self._clock() - self._last >= max(MIN_INTERVAL, self._cost / MAX_COST)

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Time what is done in it."""
        began = self._clock()
        yield
        self._last = self._clock()
        self._cost = self._last - began
