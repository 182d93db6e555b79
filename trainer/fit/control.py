"""How the outside steps into a fit: one object that the Reporter asks at each batch boundary."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Literal, Protocol

StopReason = Literal["stop", "interrupt", "diverged"]
"""Why a fit is to end before its time: somebody pressed Stop, Fitboard closes, or the loss is no longer a number."""


class Slot(Protocol):
    """The right to compute, which several fits share."""

    def yield_(self) -> None:
        """Let somebody else compute if this one has done so for long enough; returns when it is our turn again."""

    def leave(self) -> None:
        """Give up the right to compute."""

    def take(self) -> bool:
        """Wait for the right to compute; False if the fit is to end meanwhile."""


class MemoryReservation(Protocol):
    """What one fit takes of the computer's memory, which several fits share."""

    def limit(self) -> int:
        """Bytes that this fit may need at most."""

    def take(self, needed: int) -> None:
        """Reserve so many bytes; waits while others have too much.

        Raises:
            FitEndedError: the fit is to end.
        """


class FitEndedError(Exception):
    """Raised inside a fit at a batch boundary to leave it at once, without a pretended end of the epoch."""


class Control:
    """What is asked of a run. Any thread may call `end`, `pause` and `resume`; the fit's own thread looks at it."""

    def __init__(self, slot: Slot | None = None) -> None:
        self._slot = slot
        self._ended, self._going = threading.Event(), threading.Event()
        self._going.set()
        self.stop_reason: StopReason | None = None
        self.by: str | None = None
        """Who wants it to end, if it is known."""
        self.on_hold: Callable[[bool], object] = lambda held: None
        """Called by the fit's thread with True when it begins a pause, and with False when it continues."""

    def end(self, reason: StopReason, by: str | None = None) -> None:
        """Ask the fit to end at the next batch boundary; the first reason counts. A paused one ends at once."""
        if not self._ended.is_set():
            self.stop_reason, self.by = reason, by
            self._ended.set()
            self._going.set()

    def pause(self) -> None:
        """Ask the fit to pause at the next batch boundary."""
        if not self._ended.is_set():
            self._going.clear()

    def resume(self) -> None:
        """Let a paused fit continue where it is."""
        self._going.set()

    @property
    def is_ending(self) -> bool:
        """Whether it has been asked to end."""
        return self._ended.is_set()

    def check(self) -> None:
        """Called by the fit between two steps of its preparation, where it neither pauses nor yields.

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
            self._hold()
        if self._slot is not None and not self.is_ending:
            self._slot.yield_()
        self.check()

    def _hold(self) -> None:
        self.on_hold(True)
        if self._slot is not None:
            self._slot.leave()  # others may compute during the pause
        self._going.wait()
        if self.is_ending or (self._slot is not None and not self._slot.take()):
            return
        self.on_hold(False)
