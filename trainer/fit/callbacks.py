"""Callback specs -> Keras callbacks that write only into the run's folder."""

from __future__ import annotations

from pathlib import Path

import keras

from trainer.fit.checkpoint import CheckpointSaver
from trainer.recipe.callbacks import Callback, CSVLogger, LearningRateScheduler, ModelCheckpoint, TensorBoard
from trainer.recipe.recipe import Recipe


def keras_callbacks(recipe: Recipe, folder: Path) -> list[keras.callbacks.Callback]:
    """The recipe's callbacks, in its order."""
    return [_keras_callback(spec, recipe, folder) for spec in recipe.callbacks]


def _keras_callback(spec: Callback, recipe: Recipe, folder: Path) -> keras.callbacks.Callback:
    match spec:
        case ModelCheckpoint():
            return CheckpointSaver(spec, folder / "checkpoints")
        case LearningRateScheduler():
            start, epochs = recipe.optimizer.learning_rate, recipe.fit.epochs
            return keras.callbacks.LearningRateScheduler(lambda epoch, rate: spec.rate(epoch, epochs, start))
        case CSVLogger():
            return keras.callbacks.CSVLogger(folder / "training.csv", separator=spec.separator)
        case TensorBoard():
            return keras.callbacks.TensorBoard(folder / "tensorboard", histogram_freq=spec.histogram_freq)
    return getattr(keras.callbacks, spec.kind)(**spec.keras_arguments())
