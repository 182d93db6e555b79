"""A recipe -> a compiled Keras model, the same one each time for the same seed."""

from __future__ import annotations

import threading
from typing import Any

import keras
import numpy as np

from trainer.recipe.layers import Layer
from trainer.recipe.losses import LossChoice
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape
from trainer.recipe.spec import Kind

BUILD_LOCK = threading.Lock()
"""Keras races when several threads build models at once."""


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


def _plain(spec: Kind) -> keras.layers.Layer:
    arguments = {
        name: _plain(value) if isinstance(value, Layer) else value for name, value in spec.keras_arguments().items()
    }
    return getattr(keras.layers, spec.kind)(**arguments)


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


def compile_model(model: keras.Sequential, recipe: Recipe, loss: LossChoice, at_a_stretch: int = 1) -> None:
    """Give the model its optimizer, loss and accuracy; `at_a_stretch` batches run without Python in between."""
    with BUILD_LOCK:
        # Compiling with XLA takes seconds and does not pay back in short runs on a CPU.
        model.compile(
            optimizer=optimizer(recipe),
            loss=loss.name,
            metrics=["accuracy"],
            jit_compile=False,
            steps_per_execution=at_a_stretch,
        )
