"""The graph of a network against Keras: every kind of layer with every setting, random stacks, texts with padding.

A new kind of layer is tested here without a line of its own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from numpy.typing import NDArray

from tests.support.random_stacks import recipes
from tests.support.variants import variants
from trainer.fit.build import build, joined, keras_layer, layers_of
from trainer.fit.graph import GraphError, checked_graph, describe, model_graph, run_graph
from trainer.fit.graph_weights import model_bytes
from trainer.recipe.check import check
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Embedding, Layer, Softmax
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape, ShapeError

pytestmark = pytest.mark.filterwarnings("ignore:.*does not support masking:UserWarning")
LAYERS = Layer.registry
SHAPES: list[Shape] = [(12,), (6, 4), (8, 8, 4), (5, 7, 3)]
WORDS, LENGTH, WIDTH = 30, 6, 4
TOLERANCE = 1e-5
MASKED = Embedding(input_dim=WORDS, output_dim=WIDTH, mask_zero=True)
"""Before a layer that reads sequences: it has to treat padding as Keras does."""


def other_weights(model: keras.Model, seed: int = 5) -> None:
    """Give a model weights that its graph has not seen."""
    chance = np.random.default_rng(seed)
    for one in model.weights:
        if keras.backend.is_float_dtype(one.dtype):
            numbers = chance.uniform(-0.5, 0.5, one.shape)
            one.assign(np.abs(numbers) + 0.1 if "variance" in one.path else numbers)


def examples(model: keras.Model, count: int) -> NDArray[Any]:
    """As many examples; among texts one is padding alone, others end in it, and one has it in between."""
    chance, (shape, dtype) = np.random.default_rng(count), (model.inputs[0].shape[1:], model.inputs[0].dtype)
    if dtype != "int32":
        return chance.uniform(0, 1, (count, *shape)).astype("float32")
    x = chance.integers(1, WORDS, (count, *shape)).astype("int32")
    x[-1, shape[0] // 2 :] = 0
    if count > 1:
        x[0] = 0
        x[1, shape[0] // 3] = 0
        x[2, 1:] = 0
    return x


def assert_same(model: keras.Model) -> None:
    """The graph of a model outputs what the model predicts, layer by layer, also with weights put in later."""
    graph = model_graph(model)
    other_weights(model)
    weights = model_bytes(model)
    assert len(weights) == describe(model, graph).bytes
    layered = keras.Model(model.inputs[0], [layer.output for layer in layers_of(model)])
    for count in (1, 7):
        x = examples(model, count)
        found = run_graph(graph, weights, x)
        expected = [np.asarray(one, "float32") for one in keras.tree.flatten(layered(x, training=False))]
        assert len(found) == len(expected)
        for ours, theirs in zip(found, expected, strict=True):
            assert ours.dtype == np.float32
            np.testing.assert_allclose(ours, theirs, rtol=TOLERANCE, atol=TOLERANCE)
    np.testing.assert_allclose(found[-1], model.predict(x, verbose=0), rtol=TOLERANCE, atol=TOLERANCE)


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
        tree = json.loads(spec.to_json())
        for part in (tree, tree.get("layer", {})):
            for name in [name for name in part if name.endswith(("initializer", "regularizer", "seed"))]:
                part.pop(name)
        seen.setdefault(json.dumps(tree), spec)
    return list(seen.values())


@pytest.mark.parametrize("cls", LAYERS.values(), ids=list(LAYERS))
def test_each_kind_of_layer_is_computed_as_keras_does(cls: type[Layer]) -> None:
    found = cases(cls())  # type: ignore[call-arg]  # each kind has its own
    assert found
    for specs, shape in found:
        assert_same(stack(specs, shape))


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("cls", LAYERS.values(), ids=list(LAYERS))
def test_each_setting_of_a_layer_is_computed_as_keras_does(cls: type[Layer]) -> None:
    for spec in computing(cls):
        for specs, shape in cases(spec)[-2:]:
            assert_same(stack(specs, shape))
