"""How the outside steps into a fit: one object that the Reporter asks at each batch boundary."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Literal, Protocol

Wish = Literal["stop", "interrupt", "diverged", "memory"]
"""Why a fit is to end before its time: somebody pressed Stop, Fitboard closes, the loss is no longer a number, or it
needs more memory than there is."""


class Turn(Protocol):
    """The right to compute, which several fits share."""

    def offer(self) -> None:
        """Give somebody else a go if this one has lasted long enough; returns when it is our turn again."""

    def leave(self) -> None:
        """Give the turn up altogether."""

    def take(self) -> bool:
        """Wait for the turn; False if the fit is to end meanwhile."""


class Room(Protocol):
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

    def __init__(self, turn: Turn | None = None) -> None:
        self._turn = turn
        self._ended, self._going = threading.Event(), threading.Event()
        self._going.set()
        self.wish: Wish | None = None
        self.by: str | None = None
        """Who wants it, if it is known."""
        self.on_hold: Callable[[bool], object] = lambda held: None
        """Called by the fit's thread with True when it begins to hold still, and with False when it goes on."""

    def end(self, wish: Wish, by: str | None = None) -> None:
        """Ask the fit to end at the next batch boundary; the first wish counts. A paused one ends at once."""
        if not self._ended.is_set():
            self.wish, self.by = wish, by
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
    def ending(self) -> bool:
        return self._ended.is_set()

    def check(self) -> None:
        """Called by the fit between two steps of its preparation, where it neither pauses nor gives its turn away.

        Raises:
            FitEndedError: somebody wants the fit to end.
        """
        if self.ending:
            raise FitEndedError

    def boundary(self) -> None:
        """Called by the fit between two batches; returns when it may compute again.

        Raises:
            FitEndedError: somebody wants the fit to end.
        """
        if not self._going.is_set():
            self._hold_still()
        if self._turn is not None and not self.ending:
            self._turn.offer()
        self.check()

    def _hold_still(self) -> None:
        self.on_hold(True)
        if self._turn is not None:
            self._turn.leave()  # whoever waits need not wait for somebody who has gone to lunch
        self._going.wait()
        if self.ending or (self._turn is not None and not self._turn.take()):
            return
        self.on_hold(False)
