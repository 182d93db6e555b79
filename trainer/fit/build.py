"""A recipe -> a compiled Keras model, the same one each time for the same seed."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import reduce
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from trainer.fit.repeatable import compile_whole_batches, draw_apart, seed_again, seeded
from trainer.recipe.layers import Layer
from trainer.recipe.losses import LossChoice, Targets
from trainer.recipe.recipe import Recipe
from trainer.recipe.regularizers import Regularizer
from trainer.recipe.shapes import Shape
from trainer.recipe.spec import Kind
from trainer.runs.events import ExecutionConfig

BUILD_LOCK = threading.Lock()
"""Keras races when several threads build models at once."""
ACCURACIES: dict[Targets, str] = {
    "index": "SparseCategoricalAccuracy",
    "one_hot": "CategoricalAccuracy",
    "binary": "BinaryAccuracy",
}
"""What Keras takes the word "accuracy" for."""


def build(recipe: Recipe, input_shape: Shape, tokens: bool) -> keras.Model:
    """The recipe's stack as a built, not yet compiled model: a `keras.Sequential` wherever Keras can make it one.

    Args:
        recipe: a recipe that has passed its check.
        input_shape: of one example, without the batch axis.
        tokens: whether the inputs are word numbers (int32) and not quantities (float32).
    """
    seeds = np.random.SeedSequence(recipe.seed)
    with BUILD_LOCK:
        generators = [np.random.default_rng(seed) for seed in seeds.spawn(len(recipe.layers))]
        layers = [
            keras_layer(spec, rng, f"layer_{place}")
            for place, (spec, rng) in enumerate(zip(recipe.layers, generators, strict=True), start=1)
        ]
        model = joined(keras.Input(input_shape, dtype="int32" if tokens else "float32"), layers)
        for layer, rng in zip(layers, generators, strict=True):
            if isinstance(layer, keras.layers.MultiHeadAttention):
                draw_apart(layer, rng)
            elif isinstance(layer, keras.layers.SimpleRNN | keras.layers.Bidirectional):
                seed_again(layer, rng)
        return model


def joined(inputs: Any, layers: Sequence[keras.layers.Layer]) -> keras.Model:
    """Keras's layers, one after the other, as a model with these inputs."""
    if not any(_is_query_and_value(layer) for layer in layers):
        return keras.Sequential([inputs, *layers], name="model")
    return keras.Model(inputs, reduce(lambda x, layer: called(layer, x), layers, inputs), name="model")


def layers_of(model: keras.Model) -> list[keras.layers.Layer]:
    """Keras's layers of a model that was built from a recipe, one for each layer there."""
    return [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]


def called(layer: keras.layers.Layer, x: Any, **named: Any) -> Any:
    """What one of Keras's layers makes of what arrives."""
    return layer(x, x, **named) if _is_query_and_value(layer) else layer(x, **named)


def _is_query_and_value(layer: keras.layers.Layer) -> bool:
    return bool(Layer.registry[type(layer).__name__].is_query_and_value)


def keras_layer(spec: Layer, rng: np.random.Generator, name: str | None = None) -> keras.layers.Layer:
    """One layer, with a seed of its own for everything in it that is random.

    Seeds set for the whole process would make a run depend on what else is being built, so each initialiser and each
    dropout gets one: Keras's own config says where they go.
    """
    layer = _plain(spec)
    config = seeded(layer.get_config(), rng)
    if name is not None:
        config["name"] = name
    return type(layer).from_config(config)


def _plain(spec: Kind) -> Any:
    module = keras.regularizers if isinstance(spec, Regularizer) else keras.layers
    arguments = {
        name: _plain(value) if isinstance(value, Kind) else value for name, value in spec.keras_arguments().items()
    }
    return getattr(module, spec.kind)(**arguments)


def optimizer(recipe: Recipe) -> keras.optimizers.Optimizer:
    """The recipe's optimizer, fresh."""
    return getattr(keras.optimizers, recipe.optimizer.kind)(**recipe.optimizer.keras_arguments())


def compile_model(
    model: keras.Model, recipe: Recipe, loss: LossChoice, execution: ExecutionConfig | None = None
) -> None:
    """Give the model its optimizer, loss and accuracy, and the way it runs (None: one batch at a time)."""
    with BUILD_LOCK:
        if execution is not None and execution.jit_compile:
            compile_whole_batches(model, recipe.fit.batch_size)
        model.compile(
            optimizer=optimizer(recipe),
            loss=loss.name,
            # An object has its variables already. Those of the word "accuracy" Keras makes while it traces the training
            # step, which TensorFlow then traces once more: a second lost with an LSTM.
            metrics=[getattr(keras.metrics, ACCURACIES[loss.targets])(name="accuracy")],
            jit_compile=False,
            steps_per_execution=1 if execution is None else execution.steps_per_execution,
        )
        model.optimizer.build(model.trainable_variables)  # before anything is traced: XLA cannot make variables


def warm_up() -> None:
    """Let TensorFlow take its first steps with a tiny model: they load code and start threads, which takes a second."""
    with BUILD_LOCK:
        model = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Conv2D(1, 2), keras.layers.Flatten()])
        model.compile("adam", "mean_squared_error", metrics=["accuracy"], jit_compile=False, steps_per_execution=2)
    batches = tf.data.Dataset.range(2).map(lambda _: (tf.zeros((2, 4, 4, 1)), tf.zeros((2, 9))))
    model.fit(batches, validation_data=batches, shuffle=False, verbose=0)
