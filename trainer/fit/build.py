"""A recipe -> a compiled Keras model, the same one each time for the same seed."""

from __future__ import annotations

import threading
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from trainer.recipe.layers import Layer
from trainer.recipe.losses import LossChoice, Targets
from trainer.recipe.recipe import Recipe
from trainer.recipe.regularizers import Regularizer
from trainer.recipe.shapes import Shape
from trainer.recipe.spec import Kind
from trainer.runs.events import Pace

BUILD_LOCK = threading.Lock()
"""Keras races when several threads build models at once."""
ACCURACIES: dict[Targets, str] = {
    "index": "SparseCategoricalAccuracy",
    "one_hot": "CategoricalAccuracy",
    "binary": "BinaryAccuracy",
}
"""What Keras takes the word "accuracy" for."""


def build(recipe: Recipe, input_shape: Shape, tokens: bool) -> keras.Sequential:
    """The recipe's stack as a built, not yet compiled model.

    Args:
        recipe: a recipe that has passed its check.
        input_shape: of one example, without the batch axis.
        tokens: whether the inputs are word numbers (int32) and not quantities (float32).
    """
    seeds = np.random.SeedSequence(recipe.seed)
    with BUILD_LOCK:
        model = keras.Sequential(name="model")
        model.add(keras.Input(input_shape, dtype="int32" if tokens else "float32"))
        for place, (layer, seed) in enumerate(zip(recipe.layers, seeds.spawn(len(recipe.layers)), strict=True)):
            model.add(keras_layer(layer, np.random.default_rng(seed), f"layer_{place + 1}"))
        return model


def keras_layer(spec: Layer, chance: np.random.Generator, name: str | None = None) -> keras.layers.Layer:
    """One layer, with a seed of its own for everything in it that is random.

    Seeds set for the whole process would make a run depend on what else is being built, so each initialiser and each
    dropout gets one: Keras's own config says where they go.
    """
    layer = _plain(spec)
    config = _seeded(layer.get_config(), chance)
    if name is not None:
        config["name"] = name
    return type(layer).from_config(config)


def _plain(spec: Kind) -> Any:
    module = keras.regularizers if isinstance(spec, Regularizer) else keras.layers
    arguments = {
        name: _plain(value) if isinstance(value, Kind) else value for name, value in spec.keras_arguments().items()
    }
    return getattr(module, spec.kind)(**arguments)


def _seeded(config: Any, chance: np.random.Generator) -> Any:
    if isinstance(config, dict):
        return {
            key: int(chance.integers(2**31)) if key == "seed" and value is None else _seeded(value, chance)
            for key, value in config.items()
        }
    if isinstance(config, list):
        return [_seeded(value, chance) for value in config]
    return config


def optimizer(recipe: Recipe) -> keras.optimizers.Optimizer:
    """The recipe's optimizer, fresh."""
    return getattr(keras.optimizers, recipe.optimizer.kind)(**recipe.optimizer.keras_arguments())


def compile_model(model: keras.Sequential, recipe: Recipe, loss: LossChoice, pace: Pace | None = None) -> None:
    """Give the model its optimizer, loss and accuracy, and let it train as `pace` says (None: a batch at a time)."""
    with BUILD_LOCK:
        if pace is not None and pace.jit_compile:
            _compile_whole_batches(model, recipe.fit.batch_size)
        model.compile(
            optimizer=optimizer(recipe),
            loss=loss.name,
            # An object has its variables already. Those of the word "accuracy" Keras makes while it traces the training
            # step, which TensorFlow then traces once more: a second lost with an LSTM.
            metrics=[getattr(keras.metrics, ACCURACIES[loss.targets])(name="accuracy")],
            jit_compile=False,
            steps_per_execution=1 if pace is None else pace.steps_per_execution,
        )
        model.optimizer.build(model.trainable_variables)  # before anything is traced: XLA cannot make variables


def _compile_whole_batches(model: keras.Sequential, batch_size: int) -> None:
    """Let XLA compile the training step for batches of just this size.

    Keras's own `jit_compile` also compiles the shorter last batch of an epoch and both sizes of validation, each for
    seconds, although few of them are ever computed.
    """
    plain = model.train_step
    compiled = tf.function(plain, jit_compile=True, autograph=False)

    def train_step(data: Any) -> Any:
        whole = tf.equal(tf.shape(data[0])[0], batch_size)
        return tf.cond(whole, lambda: compiled(data), lambda: plain(data))

    model.train_step = train_step


def warm_up() -> None:
    """Let TensorFlow take its first steps with a tiny model: they load code and start threads, which takes a second."""
    with BUILD_LOCK:
        model = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Conv2D(1, 2), keras.layers.Flatten()])
        model.compile("adam", "mean_squared_error", metrics=["accuracy"], jit_compile=False, steps_per_execution=2)
    batches = tf.data.Dataset.range(2).map(lambda _: (tf.zeros((2, 4, 4, 1)), tf.zeros((2, 9))))
    model.fit(batches, validation_data=batches, shuffle=False, verbose=0)
