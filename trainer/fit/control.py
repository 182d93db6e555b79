"""How the outside steps into a fit: one object that the Reporter asks at each batch boundary."""

from __future__ import annotations

import threading
from typing import Literal, Protocol

Wish = Literal["stop", "interrupt"]


class Turn(Protocol):
    """The right to compute, which several fits share."""

    def offer(self) -> None:
        """Give somebody else a go if this one has lasted long enough; returns when it is our turn again."""


class FitEndedError(Exception):
    """Raised inside a fit at a batch boundary to leave it at once, without a pretended end of the epoch."""


class Control:
    """What is wished of a run. Any thread may call `end`; the fit's own thread asks."""

    def __init__(self, turn: Turn | None = None) -> None:
        self._turn = turn
        self._ended = threading.Event()
        self.wish: Wish | None = None

    def end(self, wish: Wish) -> None:
        """Ask the fit to end at the next batch boundary; the first wish counts."""
        if not self._ended.is_set():
            self.wish = wish
            self._ended.set()

    @property
    def ending(self) -> bool:
        return self._ended.is_set()

    def boundary(self) -> None:
        """Called by the fit between two batches.

        Raises:
            FitEndedError: somebody wants the fit to end.
        """
        if self._turn is not None and not self.ending:
            self._turn.offer()
        if self.ending:
            raise FitEndedError
