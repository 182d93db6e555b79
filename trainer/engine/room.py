"""Memory shared by many fits: each says what it needs, and waits while the others leave too little."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from trainer.engine.memory import SettingError, available, for_a_run, limit_this_process
from trainer.fit.control import FitEndedError

LOG = logging.getLogger(__name__)
HEADROOM = 512 * 2**20
"""Bytes that the whole trainer may take beyond what its fits may plan with."""


class Room:
    """What is free for fits, and who has taken how much of it."""

    def __init__(self, free: Callable[[], int] = for_a_run) -> None:
        self._free = free
        self._changed = threading.Condition()
        self._taken: dict[str, int] = {}

    def limit(self) -> int:
        """Bytes that a fit could have if it were alone.

        Raises:
            SettingError: the cap in the environment is no number.
        """
        with self._changed:
            return self._free() + sum(self._taken.values())

    def take(self, run: str, needed: int, given_up: Callable[[], bool], full: Callable[[int, int], object]) -> None:
        """Set memory aside for a run; waits while others have too much of it.

        Args:
            run: whose it is.
            needed: in bytes, at most `limit()`.
            given_up: whether the run is to end.
            full: told once, with what others have taken and what there is, if the run has to wait.

        Raises:
            FitEndedError: the run is to end.
        """
        with self._changed:
            told = False
            while self._taken and not given_up() and sum(self._taken.values()) + needed > self.limit():
                if not told:
                    told = True
                    full(sum(self._taken.values()), self.limit())
                self._changed.wait(1.0)  # what other programs give back is told by nobody
            if given_up():
                raise FitEndedError
            self._taken[run] = needed

    def leave(self, run: str) -> None:
        """Give back what a run had."""
        with self._changed:
            self._taken.pop(run, None)
            self._changed.notify_all()

    def wake(self) -> None:
        """Let everybody who waits ask again whether they still want to."""
        with self._changed:
            self._changed.notify_all()


def cap_this_process() -> None:
    """Let a fit that outgrows its estimate be refused memory, alone, instead of bringing the whole trainer down.

    Without a cap Linux promises memory that it does not have, and ends the largest process when it is used. On other
    systems the computer swaps, and a trainer that is ended is replaced.
    """
    try:
        limit_this_process(available() + HEADROOM)
    except SettingError as error:
        LOG.warning("The trainer's memory is not capped: %s", error)
