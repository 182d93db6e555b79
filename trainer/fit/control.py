"""How the outside steps into a fit: one object that the Reporter asks at each batch boundary."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Literal, Protocol

StopReason = Literal["stop", "interrupt", "diverged", "memory"]
"""Why a fit is to end before its time: somebody pressed Stop, Fitboard closes, the loss is no longer a number, or it
needs more memory than there is."""


class Slot(Protocol):
    """The right to compute, which several fits share."""

    def yield_(self) -> None:
        """Give somebody else a go if this one has lasted long enough; returns when it is our turn again."""

    def leave(self) -> None:
        """Give the turn up altogether."""

    def take(self) -> bool:
        """Wait for the turn; False if the fit is to end meanwhile."""


class MemoryReservation(Protocol):
    """The memory of the computer, which several fits share."""

    def limit(self) -> int:
        """Bytes that this fit may need at most."""

    def take(self, needed: int) -> None:
        """Set so many bytes aside; waits while others have too much.

        Raises:
            FitEndedError: the fit is to end.
        """


class FitEndedError(Exception):
    """Raised inside a fit at a batch boundary to leave it at once, without a pretended end of the epoch."""


class Control:
    """What is wished of a run. Any thread may call `end`, `pause` and `resume`; the fit's own thread asks."""

    def __init__(self, slot: Slot | None = None) -> None:
        self._slot = slot
        self._ended, self._going = threading.Event(), threading.Event()
        self._going.set()
        self.stop_reason: StopReason | None = None
        self.by: str | None = None
        """Who wants it, if it is known."""
        self.on_hold: Callable[[bool], object] = lambda held: None
        """Called by the fit's thread with True when it begins to hold still, and with False when it goes on."""

    def end(self, stop_reason: StopReason, by: str | None = None) -> None:
        """Ask the fit to end at the next batch boundary; the first reason counts. A paused one ends at once."""
        if not self._ended.is_set():
            self.stop_reason, self.by = stop_reason, by
            self._ended.set()
            self._going.set()

    def pause(self) -> None:
        """Ask the fit to hold still at the next batch boundary."""
        if not self._ended.is_set():
            self._going.clear()

    def resume(self) -> None:
        """Let a fit that holds still go on where it is."""
        self._going.set()

    @property
    def is_ending(self) -> bool:
        return self._ended.is_set()

    def check(self) -> None:
        """Called by the fit between two steps of its preparation, where it neither pauses nor gives its turn away.

        Raises:
            FitEndedError: somebody wants the fit to end.
        """
        if self.is_ending:
            raise FitEndedError

    def boundary(self) -> None:
        """Called by the fit between two batches; returns when it may compute again.

        Raises:
            FitEndedError: somebody wants the fit to end.
        """
        if not self._going.is_set():
            self._hold_still()
        if self._slot is not None and not self.is_ending:
            self._slot.yield_()
        self.check()

    def _hold_still(self) -> None:
        self.on_hold(True)
        if self._slot is not None:
            self._slot.leave()  # whoever waits need not wait for somebody who has gone to lunch
        self._going.wait()
        if self.is_ending or (self._slot is not None and not self._slot.take()):
            return
        self.on_hold(False)
