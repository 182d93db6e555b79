"""The memory that fits share: each reserves what it needs, and waits while the others leave too little."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from trainer.engine.memory import SettingError, available, for_a_run, limit_this_process
from trainer.engine.scheduler import QueuedSlot
from trainer.fit.control import Control, FitEndedError, MemoryReservation
from trainer.runs.events import Waiting
from trainer.runs.wording import WORDING

LOG = logging.getLogger(__name__)
HEADROOM = 512 * 2**20
"""Bytes that the whole trainer may take beyond what its fits may plan with."""


class MemoryBudget:
    """What is free for fits, and who has reserved how much of it."""

    def __init__(self, free: Callable[[], int] = for_a_run) -> None:
        self._free = free
        self._changed = threading.Condition()
        self._reserved: dict[str, int] = {}

    def limit(self) -> int:
        """Bytes that a fit could have if it were alone.

        Raises:
            SettingError: the cap in the environment is no number.
        """
        with self._changed:
            return self._free() + self.reserved

    @property
    def reserved(self) -> int:
        """Bytes that all fits together have reserved."""
        with self._changed:
            return sum(self._reserved.values())

    def try_reserve(self, owner: str, needed: int) -> bool:
        """Reserve memory if the others leave enough.

        Args:
            owner: whose it is: the id of a run or of a question.
            needed: in bytes, at most `limit()`; whoever is alone gets it in any case.
        """
        with self._changed:
            if self._reserved and self.reserved + needed > self.limit():
                return False
            self._reserved[owner] = needed
            return True

    def reserve(self, owner: str, needed: int, is_cancelled: Callable[[], bool]) -> None:
        """As `try_reserve`, but waits until there is enough.

        Raises:
            FitEndedError: the owner has been cancelled.
        """
        with self._changed:
            while not is_cancelled() and not self.try_reserve(owner, needed):
                self._changed.wait(1.0)  # nobody tells us when other programs give memory back
            if is_cancelled():
                self.release(owner)
                raise FitEndedError

    def release(self, owner: str) -> None:
        """Give back what an owner had."""
        with self._changed:
            self._reserved.pop(owner, None)
            self._changed.notify_all()

    def wake(self) -> None:
        """Let everybody who waits check whether they have been cancelled."""
        with self._changed:
            self._changed.notify_all()


class SharedReservation(MemoryReservation):
    """What one run or question takes of a budget; while it waits for memory, others may compute."""

    def __init__(
        self, budget: MemoryBudget, owner: str, control: Control, slot: QueuedSlot, on_wait: Callable[[Waiting], object]
    ) -> None:
        """Nothing is reserved yet; `on_wait` is told if it has to wait."""
        self._budget, self._owner, self._control, self._slot, self._on_wait = budget, owner, control, slot, on_wait
        self.size = 0
        """Bytes that were asked for."""

    def limit(self) -> int:
        """Bytes that the owner may need at most."""
        return self._budget.limit()

    def take(self, needed: int) -> None:
        """Reserve so many bytes; waits while others have too much.

        Raises:
            FitEndedError: the fit is to end.
        """
        self._control.check()
        self.size = needed
        if self._budget.try_reserve(self._owner, needed):
            return
        reason = WORDING.message("waiting_for_memory", needed=needed, taken=self._budget.reserved, limit=self.limit())
        self._on_wait(Waiting(before=0, seconds=None, reason=reason))
        self._slot.leave()  # the others have to compute, so that they end
        self._budget.reserve(self._owner, needed, lambda: self._control.is_ending)
        if not self._slot.take():
            raise FitEndedError


def cap_this_process() -> None:
    """Let a fit that outgrows its estimate be refused memory, alone, instead of bringing the whole trainer down.

    Without a cap Linux promises memory that it does not have, and ends the largest process when it is used. On other
    systems the computer swaps, and a trainer that is ended is replaced.
    """
    try:
        limit_this_process(available() + HEADROOM)
    except SettingError as error:
        LOG.warning("The trainer's memory is not capped: %s", error)
