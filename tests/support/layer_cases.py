"""Small stacks with each kind of layer in them, as Keras models, for whatever has to treat every kind as Keras does."""

from __future__ import annotations

import json
from collections.abc import Sequence

import keras
import numpy as np

from tests.support.variants import variants
from trainer.fit.build import joined, keras_layer
from trainer.recipe.layers import Embedding, Layer, Softmax
from trainer.recipe.shapes import Shape, ShapeError

SHAPES: list[Shape] = [(12,), (6, 4), (8, 8, 4), (5, 7, 3)]
WORDS, LENGTH, WIDTH = 30, 6, 4
MASKED = Embedding(input_dim=WORDS, output_dim=WIDTH, mask_zero=True)
"""Before a layer that reads sequences: it has to treat padding as Keras does."""


def other_weights(model: keras.Model, seed: int = 5) -> None:
    """Give a model weights that its graph has not seen."""
    chance = np.random.default_rng(seed)
    for one in model.weights:
        if keras.backend.is_float_dtype(one.dtype):
            numbers = chance.uniform(-0.2, 0.2, one.shape)
            one.assign(np.abs(numbers) + 0.1 if "variance" in one.path else numbers)


def stack(specs: Sequence[Layer], shape: Shape) -> keras.Model:
    layers = [keras_layer(one, np.random.default_rng(1), f"layer_{place}") for place, one in enumerate(specs, 1)]
    tokens = specs[0].reads_word_numbers
    return joined(keras.Input(shape, dtype="int32" if tokens else "float32"), layers)


def accepts(spec: Layer, shape: Shape) -> bool:
    try:
        spec.output_shape(shape)
    except ShapeError:
        return False
    return True


def cases(spec: Layer) -> list[tuple[list[Layer], Shape]]:
    """Stacks with a layer in them: alone on the first shapes that it reads, and behind words with padding."""
    if spec.reads_word_numbers:
        return [([spec.with_(input_dim=WORDS)], (LENGTH,))]
    found: list[tuple[list[Layer], Shape]] = [([spec], shape) for shape in SHAPES if accepts(spec, shape)]
    if accepts(spec, (LENGTH, WIDTH)) and not isinstance(spec, Softmax):  # which Keras refuses behind a mask
        found.append(([MASKED, spec], (LENGTH,)))
    return found


def computing(cls: type[Layer]) -> list[Layer]:
    """The variants of a kind that compute differently: with which numbers training begins makes no difference."""
    seen = dict[str, Layer]()
    for spec in variants(cls):
        if spec.inner_layer.is_recurrent and spec.inner_layer.activation == "exponential":
            continue  # step by step it grows beyond what numbers there are, and at which step is a matter of rounding
        tree = json.loads(spec.to_json())
        for part in (tree, tree.get("layer", {})):
            for name in [name for name in part if name.endswith(("initializer", "regularizer", "seed"))]:
                part.pop(name)
        seen.setdefault(json.dumps(tree), spec)
    return list(seen.values())
