"""Callback specs -> Keras callbacks that write only into the run's folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras

from trainer.fit.checkpoint import CheckpointSaver
from trainer.recipe.callbacks import Callback, CSVLogger, LearningRateScheduler, ModelCheckpoint, TensorBoard
from trainer.recipe.recipe import Recipe
from trainer.runs.events import Notice

Write = Callable[[Notice], object]


def keras_callbacks(recipe: Recipe, folder: Path, write: Write = lambda _: None) -> list[keras.callbacks.Callback]:
    """The recipe's callbacks, in its order; `write` takes what their owner has to know."""
    return [_keras_callback(spec, recipe, folder, write) for spec in recipe.callbacks]


def _keras_callback(spec: Callback, recipe: Recipe, folder: Path, write: Write) -> keras.callbacks.Callback:
    match spec:
        case ModelCheckpoint():
            return CheckpointSaver(spec, folder / "checkpoints", write)
        case LearningRateScheduler():
            start, epochs = recipe.optimizer.learning_rate, recipe.fit.epochs
            return keras.callbacks.LearningRateScheduler(lambda epoch, rate: spec.rate(epoch, epochs, start))
        case CSVLogger():
            return TableWriter(folder / "training.csv", spec.separator, write)
        case TensorBoard():
            return keras.callbacks.TensorBoard(folder / "tensorboard", histogram_freq=spec.histogram_freq)
    return getattr(keras.callbacks, spec.kind)(**spec.keras_arguments())


class TableWriter(keras.callbacks.CSVLogger):  # type: ignore[misc]  # keras ships no types
    """Keras's CSVLogger; what the disk does not take is told once, and training goes on without it."""

    def __init__(self, file: Path, separator: str, write: Write) -> None:
        super().__init__(file, separator=separator)
        self._write, self._told = write, False

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        with self._going_on():
            super().on_train_begin(logs)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if self.csv_file is not None:
            with self._going_on():
                super().on_epoch_end(epoch, logs)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        with self._going_on():
            super().on_train_end(logs)

    @contextmanager
    def _going_on(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if not self._told:
                self._told = True
                why = error.strerror or error
                self._write(
                    Notice(
                        text=f"The disk did not take the table of CSVLogger ({why}). Training goes on; rows of the "
                        "table may be missing. Make room on the disk."
                    )
                )
