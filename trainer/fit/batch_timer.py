"""Times the batches of a fit or an evaluation, and ends it when it has seen enough."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

import keras

from trainer.fit.control import Control

TIMED_SECONDS, MIN_EXECUTIONS = 1.5, 3
"""Seconds and executions that are timed at least, once the graphs are made."""
MAX_TIMED_SECONDS = 4.0
"""Seconds of its own after which one timed execution has to be enough."""
Clock = Callable[[], float]


class TimingDoneError(Exception):
    """Raised at a batch boundary: what had to be timed has been."""


class BatchTimer(keras.callbacks.Callback):  # type: ignore[misc]  # keras ships no types
    """Times the executions of a fit or an evaluation, without the time in which somebody else has the turn.

    The first execution makes the graphs and is kept apart.
    """

    def __init__(self, control: Control, batches: int, clock: Clock) -> None:
        """A timer for one call of Keras.

        Args:
            control: asked at each boundary whether to continue.
            batches: of an epoch, the last and shorter one included.
            clock: seconds.
        """
        super().__init__()
        self._control, self._batches, self._clock = control, batches, clock
        self.first: float | None = None
        """Seconds of the first execution."""
        self.batches_of_first = 0
        """Batches of the first execution."""
        self.laps: list[tuple[int, float]] = []
        """Batches and seconds of each later one, with what lies between it and the one before."""
        self.epochs: list[float] = []
        """Seconds of completed epochs after the first."""
        self.spent = 0.0
        """Seconds timed after the first execution."""
        self._since = clock()
        self._done = 0
        self._epoch: float | None = None

    def per_batch(self) -> float:
        """Seconds for each batch; of the first execution too if there is no other."""
        whole = max((batches for batches, _ in self.laps), default=0)
        # Executions of few batches say more of what lies between two than of the batches.
        timed = [seconds / batches for batches, seconds in self.laps if 2 * batches > whole]
        return median(timed) if timed else (self.first or 0.0) / max(1, self._done)

    def graphs(self) -> float:
        """Seconds that the first execution took longer than a later one of as many batches."""
        return max(0.0, (self.first or 0.0) - self.batches_of_first * self.per_batch())

    def per_epoch(self) -> float:
        """Seconds for all batches of an epoch."""
        return median(self.epochs) if len(self.epochs) >= MIN_EXECUTIONS else self.per_batch() * self._batches

    @property
    def is_enough(self) -> bool:
        return (self.spent >= TIMED_SECONDS and len(self.laps) >= MIN_EXECUTIONS) or (
            self.spent >= MAX_TIMED_SECONDS and bool(self.laps)
        )

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        if self._epoch is not None and epoch > 1:
            self.epochs.append(self._epoch)
        self._epoch, self._done = 0.0, 0

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self._lap(batch, logs)

    def on_test_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self._lap(batch, logs)

    def _lap(self, batch: int, logs: dict[str, float] | None) -> None:
        float((logs or {}).get("loss", 0.0))  # waits for a device that computes on its own
        seconds, last = self._clock() - self._since, min(batch + 1, self._batches)
        if self.first is None:
            self.first, self.batches_of_first = seconds, last
        else:
            self.laps.append((last - self._done, seconds))
            self.spent += seconds
        self._done = last
        self._epoch = (self._epoch or 0.0) + seconds
        self._control.boundary()
        if self.is_enough:
            raise TimingDoneError
        self._since = self._clock()
