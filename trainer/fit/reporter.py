"""The Keras callback that turns a fit into events, and lets the outside step in between two batches."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import isfinite
from typing import Any

import keras

from trainer.fit.control import Control, FitEndedError
from trainer.fit.state_saver import NotFiniteError
from trainer.runs.events import AnyEvent, BatchSeen, EpochEnded, Phase, Watch

INTERVAL = 0.1
"""Seconds between two batch points: as often as the eye follows, far less often than batches come."""

HUGE, BLUR = 1e4, 1e-5
"""Where the mean so far is beyond the first, a part below the second share of the sum is only a rounding error."""


class Reporter(keras.callbacks.Callback):  # type: ignore[misc]  # keras ships no types
    """Writes a point about ten times a second and one at the end of each epoch.

    Keras gives the mean since the epoch began. A curve of that would move ever more slowly, so the mean over just the
    batches since the last point is computed from two such means.
    """

    def __init__(
        self,
        write: Callable[[AnyEvent], Any],
        control: Control,
        batch_size: int,
        rows: int,
        save: Callable[[EpochEnded], Watch | None] = lambda _: None,
        epochs_done: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Report to `write` and ask `control` at each boundary.

        Args:
            write: takes the events.
            control: asked between two batches.
            batch_size: rows of a batch.
            rows: rows of an epoch.
            save: told of each epoch before it is reported, so that nothing is reported that a crash could take away;
                returns what is to be reported of the callbacks.
            epochs_done: completed epochs of an earlier fit that this one continues.
            clock: monotonic seconds.
        """
        super().__init__()
        self._save = save
        self._has_begun = self._has_seen_batch = False
        self._write, self._control, self._clock = write, control, clock
        self._batch_size, self._rows = batch_size, rows
        self._epoch = 0
        self._epoch_began = self._last_point = 0.0
        self._points: list[tuple[int, dict[str, float]]] = []
        self._learning_rate = 0.0
        self.epochs_done = epochs_done
        """Completed epochs, validation included."""
        self.last_loss = 0.0
        """The training loss at the last point or epoch; not finite once training has diverged."""

    @property
    def is_inside_epoch(self) -> bool:
        """Whether batches of an epoch have been trained that has not ended."""
        return self._has_seen_batch and self._epoch > self.epochs_done

    @property
    def has_diverged(self) -> bool:
        """Whether the fit ends because its loss or its weights are no longer numbers."""
        return self._control.stop_reason == "diverged"

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        self._epoch = epoch + 1
        self._epoch_began = self._clock()
        if epoch:  # the very first batch is shown at once; later epochs begin with a full portion like any other
            self._last_point = self._epoch_began
        self._points, self._has_seen_batch = [(0, {})], False
        # Read now: at the end of the epoch ReduceLROnPlateau may already have set the rate of the next one.
        self._learning_rate = float(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate))

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        now, self._has_seen_batch = self._clock(), True
        if not self._has_begun:
            self._has_begun = True
            self._write(Phase(name="training"))
        rows = min((batch + 1) * self._batch_size, self._rows)
        if now - self._last_point >= INTERVAL or rows == self._rows:
            self._last_point = now
            means = {name: float(value) for name, value in (logs or {}).items()}
            step = -(-rows // self._batch_size)  # a stretch of batches may reach beyond the end of the epoch
            self._write(BatchSeen(epoch=self._epoch, step=step, logs=self._fresh(rows, means)))
            self._points = [*self._points[-1:], (rows, means)]
            self._note_loss(means.get("loss"))
        self._control.boundary()

    def _note_loss(self, loss: float | None) -> None:
        """Nothing is learned from a loss that is no longer a number: the next boundary ends the fit."""
        self.last_loss = self.last_loss if loss is None else loss
        if not isfinite(self.last_loss):
            self._control.end("diverged")

    def _fresh(self, rows: int, means: dict[str, float]) -> dict[str, float]:
        """The means over the rows since the last point, from two means since the epoch began.

        The last point of an epoch comes early and may hold a single batch, whose mean would stick out like an accident:
        then it reaches back over the point before as well.
        """
        then, before = self._points[-1]
        if len(self._points) > 1 and rows - then < (then - self._points[0][0]) / 2:
            then, before = self._points[0]
        means_of_points = {}
        for name, mean in means.items():
            whole, past = mean * rows, before.get(name, 0.0) * then
            # After a loss of 1e13 Keras's sum of 32 bits no longer knows what small losses were added to it.
            if abs(before.get(name, 0.0)) < HUGE or abs(whole - past) > BLUR * abs(past):
                means_of_points[name] = (whole - past) / (rows - then)
        return means_of_points

    def on_test_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self._control.boundary()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        values = {name: float(value) for name, value in (logs or {}).items()}
        values["learning_rate"] = self._learning_rate
        self._note_loss(values.get("loss"))
        ended = EpochEnded(epoch=epoch + 1, seconds=round(self._clock() - self._epoch_began, 3), logs=values)
        if isfinite(self.last_loss):
            try:
                ended = ended.model_copy(update={"watch": self._save(ended)})
            except NotFiniteError:
                self._control.end("diverged")
        self.epochs_done = epoch + 1
        self._write(ended)
        if self.has_diverged:
            raise FitEndedError
