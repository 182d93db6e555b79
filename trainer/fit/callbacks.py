"""Callback specs -> Keras callbacks that write only into the run's folder."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from trainer.fit.checkpoint import CheckpointSaver
from trainer.recipe.callbacks import Callback, CSVLogger, LearningRateScheduler, ModelCheckpoint, TensorBoard
from trainer.recipe.recipe import Recipe
from trainer.runs.events import Notice
from trainer.runs.wording import WORDING

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
            return TolerantCSVLogger(folder / "training.csv", spec.separator, write)
        case TensorBoard():
            return TolerantTensorBoard(folder / "tensorboard", spec.histogram_freq, write)
    return getattr(keras.callbacks, spec.kind)(**spec.keras_arguments())


class _DiskErrors:
    """What the disk does not take is told once, and training continues without it."""

    def __init__(self, write: Write, callback: str) -> None:
        self._write, self._callback, self._told = write, callback, False

    @contextmanager
    def tolerated(self) -> Iterator[None]:
        try:
            yield
        except (OSError, tf.errors.OpError) as error:
            if not self._told:
                self._told = True
                self._write(
                    Notice(text=WORDING.message("disk_refused_file_of", callback=self._callback, error=_reason(error)))
                )


def _reason(error: OSError | tf.errors.OpError) -> str:
    """The system's words; TensorFlow has them between the name of a file and more names of files."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    words = re.search(r"; ([^;/\n]+)$", error.message, re.MULTILINE)
    return words.group(1) if words else type(error).__name__


class TolerantCSVLogger(keras.callbacks.CSVLogger):  # type: ignore[misc]  # keras ships no types
    """Keras's CSVLogger on a disk that may be full."""

    def __init__(self, file: Path, separator: str, write: Write) -> None:
        super().__init__(file, separator=separator)
        self._disk = _DiskErrors(write, "CSVLogger")

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        with self._disk.tolerated():
            super().on_train_begin(logs)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        if self.csv_file is not None:
            with self._disk.tolerated():
                super().on_epoch_end(epoch, logs)

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        with self._disk.tolerated():
            super().on_train_end(logs)


class _NullWriter(tf.summary.SummaryWriter):  # type: ignore[misc]  # tensorflow ships no types
    """A writer that has nothing to write, and so never fails to."""

    def init(self) -> None: ...

    def flush(self) -> None: ...

    def close(self) -> None: ...


def _tolerant(name: str) -> Callable[..., None]:
    """A method of Keras's TensorBoard, from which what the disk does not take is kept."""

    def method(self: TolerantTensorBoard, *args: Any, **named: Any) -> None:
        with self._tolerated():
            getattr(keras.callbacks.TensorBoard, name)(self, *args, **named)

    return method


class TolerantTensorBoard(keras.callbacks.TensorBoard):  # type: ignore[misc]  # keras ships no types
    """Keras's TensorBoard on a disk that may be full: it writes graphs at first, numbers at the end of epochs."""

    def __init__(self, folder: Path, histogram_freq: int, write: Write) -> None:
        super().__init__(folder, histogram_freq=histogram_freq)
        self._disk = _DiskErrors(write, "TensorBoard")

    set_model = _tolerant("set_model")
    on_train_begin = _tolerant("on_train_begin")
    on_train_batch_end = _tolerant("on_train_batch_end")  # the first batch's graph
    on_test_begin = _tolerant("on_test_begin")
    on_test_end = _tolerant("on_test_end")
    on_epoch_end = _tolerant("on_epoch_end")
    on_train_end = _tolerant("on_train_end")

    @contextmanager
    def _tolerated(self) -> Iterator[None]:
        null = _NullWriter()
        with (before := null.as_default()):
            pass  # now it knows which writer was TensorFlow's default one, and leaving it once more restores that
        try:
            with self._disk.tolerated():
                yield
        finally:
            # A writer that cannot flush stays the default one, and every later batch of this thread would go to it.
            null.set_as_default()
            before.__exit__(None, None, None)
