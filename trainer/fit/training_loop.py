"""The loop that trains a model: the lean one, or Keras's own where the lean one cannot be used."""

from __future__ import annotations

from typing import Protocol

import keras
import tensorflow as tf

from trainer.fit.control import FitEndedError
from trainer.fit.execution import Surroundings
from trainer.fit.inputs import EpochNumber, Rows, evaluation_batches, training_batches
from trainer.fit.lean_loop import LeanLoop
from trainer.fit.shared_graphs import stack_of
from trainer.recipe.recipe import Recipe
from trainer.runs.events import ExecutionConfig


class Loop(Protocol):
    """Trains and evaluates a model, and tells callbacks what Keras tells them."""

    def fit(self, callbacks: keras.callbacks.CallbackList, epochs: range) -> None:
        """Train these epochs (from 0), and validate after each if there are validation rows."""

    def evaluate(self, callbacks: keras.callbacks.CallbackList) -> dict[str, float]:
        """Loss and metrics of the validation rows; empty without any."""


class KerasLoop:
    """Keras's own loop, on batches of `tf.data`."""

    def __init__(self, model: keras.Model, training: Rows, validation: Rows | None, batch_size: int, seed: int) -> None:
        """A loop of one fit; the arguments as for `LeanLoop`."""
        self._model, self._epoch = model, EpochNumber()
        self._training = training_batches(training, batch_size, seed, self._epoch.number)
        self._validation = None if validation is None else evaluation_batches(validation)

    def fit(self, callbacks: keras.callbacks.CallbackList, epochs: range) -> None:
        callbacks.callbacks.insert(0, self._epoch)
        self._model.fit(
            self._training,
            initial_epoch=epochs.start,
            epochs=epochs.stop,
            validation_data=self._validation,
            callbacks=callbacks,
            shuffle=False,  # our batches come shuffled
            verbose=0,
        )

    def evaluate(self, callbacks: keras.callbacks.CallbackList) -> dict[str, float]:
        if self._validation is None:
            return {}
        return dict(self._model.evaluate(self._validation, callbacks=callbacks, verbose=0, return_dict=True))


def training_loop(
    model: keras.Model, recipe: Recipe, execution: ExecutionConfig, training: Rows, validation: Rows | None
) -> Loop:
    """The loop that was chosen for a fit.

    Args:
        model: compiled for this execution.
        recipe: what is trained.
        execution: what was chosen.
        training: the training rows.
        validation: the validation rows; None leaves validation out.
    """
    size, seed = recipe.fit.batch_size, recipe.seed
    if execution.loop == "keras":
        return KerasLoop(model, training, validation, size, seed)
    stack = stack_of(recipe, jit_compile=execution.jit_compile)
    return LeanLoop(model, training, validation, size, seed, execution, stack)


def fit(loop: Loop, callbacks: keras.callbacks.CallbackList, epochs: range) -> None:
    """Train, and let callbacks end properly if one of them ends the fit.

    Raises:
        FitEndedError: a callback has ended it; EarlyStopping has restored the best weights, and loggers have closed
            their files.
    """
    try:
        loop.fit(callbacks, epochs)
    except FitEndedError:
        callbacks.on_train_end()
        raise


def surroundings() -> Surroundings:
    """What of this process decides which loop can be used."""
    return Surroundings(
        accelerators=sum(device.device_type != "CPU" for device in tf.config.list_logical_devices()),
        has_strategy=tf.distribute.has_strategy(),
        is_eager=tf.config.functions_run_eagerly(),
        is_capped=keras.config.max_epochs() is not None or keras.config.max_steps_per_epoch() is not None,
        intra_op_threads=tf.config.threading.get_intra_op_parallelism_threads(),
    )
