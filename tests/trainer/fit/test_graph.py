"""The graph of a network against Keras: every kind of layer with every setting, random stacks, texts with padding.

A new kind of layer is tested here without a line of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from base64 import b64decode, b64encode
from functools import cache
from typing import Any

import keras
import numpy as np
import onnx
import pytest
import tensorflow as tf
from hypothesis import HealthCheck, given, settings
from numpy.typing import NDArray

from tests.support.layer_cases import LENGTH, MASKED, WORDS, cases, computing, other_weights, stack
from tests.support.random_stacks import recipes
from trainer import PROJECT
from trainer.fit import graph as graph_module
from trainer.fit.build import BUILD_LOCK, build, layers_of
from trainer.fit.control import Control, FitEndedError
from trainer.fit.graph import GraphError, blamed, checked_graph, describe, model_graph, run_graph
from trainer.fit.graph_weights import model_bytes
from trainer.recipe.check import check
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import (
    GRU,
    LSTM,
    BatchNormalization,
    Bidirectional,
    Conv1D,
    Conv2D,
    Dense,
    Embedding,
    Flatten,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    Layer,
    MultiHeadAttention,
)
from trainer.recipe.layers.regularisation import SpatialDropout1D
from trainer.recipe.recipe import Recipe

pytestmark = pytest.mark.filterwarnings("ignore:.*does not support masking:UserWarning")
LAYERS = Layer.registry
TOLERANCE = 1e-5
NODE = shutil.which("node")
STACKS = int(os.environ.get("FITBOARD_STACKS", "10"))
SETTINGS = None if os.environ.get("FITBOARD_ALL_SETTINGS") else 1
"""Variants of a kind that are tried: all 817 take a quarter of an hour."""


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


@cache
def usual(kind: str) -> tuple[keras.Model, bytes]:
    """A kind with its usual settings, in the last of its stacks, and the graph of that."""
    model = stack(*cases(LAYERS[kind]())[-1])
    return model, model_graph(model)


def assert_same(model: keras.Model, graph: bytes = b"") -> None:
    """The graph of a model outputs what the model predicts, layer by layer, also with weights put in later."""
    graph = graph or model_graph(model)
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
            # Inside, where numbers may be in the hundreds, rounding counts as a share of the largest.
            most = np.abs(theirs[np.isfinite(theirs)]).max(initial=1.0)
            np.testing.assert_allclose(ours, theirs, rtol=TOLERANCE, atol=TOLERANCE * most)
    np.testing.assert_allclose(found[-1], model.predict(x, verbose=0), rtol=TOLERANCE, atol=TOLERANCE)


@pytest.mark.slow
@pytest.mark.parametrize("cls", LAYERS.values(), ids=list(LAYERS))
def test_each_kind_of_layer_is_computed_as_keras_does(cls: type[Layer]) -> None:
    found = cases(cls())  # type: ignore[call-arg]  # each kind has its own
    assert_same(*usual(cls.kind_name()))
    if len(found) > 1:
        assert_same(stack(*found[0]))


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("cls", LAYERS.values(), ids=list(LAYERS))
def test_each_setting_of_a_layer_is_computed_as_keras_does(cls: type[Layer]) -> None:
    """`FITBOARD_ALL_SETTINGS=1 pytest -m "" tests/trainer/fit/test_graph.py -k setting` tries every one."""
    found = computing(cls)
    for spec in found[-SETTINGS:] if SETTINGS else found:
        for specs, shape in cases(spec)[-1:]:  # all its cases have been tried with the usual settings
            assert_same(stack(specs, shape))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_runtime_of_browsers_computes_each_kind_as_keras_does() -> None:
    if NODE is None and not os.environ.get("FITBOARD_NEEDS_BROWSER"):
        pytest.skip("needs Node")
    asked, expected = [], dict[str, NDArray[Any]]()
    for name in LAYERS:
        model, graph = usual(name)
        x = examples(model, 7)
        other_weights(model)
        expected[name] = np.asarray(model(x, training=False), "float32")
        files = {"graph": graph, "weights": model_bytes(model), "x": x.tobytes()}
        question: dict[str, Any] = {key: b64encode(content).decode() for key, content in files.items()}
        question |= {"dtype": str(x.dtype), "shape": list(x.shape), "output": f"layer_{len(layers_of(model)) - 1}"}
        asked.append(json.dumps(question))
    script = PROJECT / "tests" / "javascript" / "run_graph.js"
    command, lines = [NODE or "node", str(script)], "\n".join(asked) + "\n"
    said = subprocess.run(command, input=lines, capture_output=True, text=True, check=True).stdout.splitlines()
    for (name, theirs), line in zip(expected.items(), said, strict=True):
        ours = np.frombuffer(b64decode(json.loads(line)), "<f4").reshape(theirs.shape)
        np.testing.assert_allclose(ours, theirs, rtol=TOLERANCE, atol=TOLERANCE, err_msg=name)


@pytest.mark.parametrize("specs", [
    [MASKED, MultiHeadAttention(), LSTM(units=5)],
    [MASKED, MultiHeadAttention(num_heads=3, key_dim=5), MultiHeadAttention(), GlobalAveragePooling1D()],
    [MASKED, GRU(units=3, return_sequences=True), LSTM(units=4, go_backwards=True), Dense(units=2)],
    [MASKED, Bidirectional(layer=LSTM(units=3, return_sequences=True)), Bidirectional(layer=GRU(units=2))],
    [MASKED, SpatialDropout1D(), Conv1D(filters=3), GlobalMaxPooling1D(), BatchNormalization(), Dense(units=2)],
], ids=lambda specs: "-".join(one.kind for one in specs))  # fmt: skip
def test_padding_is_read_as_in_training(specs: list[Layer]) -> None:
    """Attention makes the model a functional one with branches; masks go through all of it."""
    assert_same(stack(specs, (LENGTH,)))


def test_attention_over_a_picture() -> None:
    assert_same(stack([Conv2D(filters=4), MultiHeadAttention(), Flatten(), Dense(units=3)], (8, 8, 1)))


def test_half_precision_is_computed_as_such() -> None:
    """No recipe asks for it yet; what is kept of weights is float32 in any case."""
    layers = [keras.layers.Conv2D(4, 3, dtype="mixed_float16"), keras.layers.Flatten(dtype="mixed_float16"),
              keras.layers.Dense(3, activation="softmax", dtype="float32")]  # fmt: skip
    model = keras.Sequential([keras.Input((8, 8, 1)), *layers])
    graph = model_graph(model)
    other_weights(model)
    x = examples(model, 7)
    np.testing.assert_allclose(run_graph(graph, model_bytes(model), x)[-1], model(x), atol=2e-3)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), max_examples=STACKS)
@given(recipes())
def test_random_stacks_are_computed_as_keras_does(case: tuple[Recipe, DataFacts]) -> None:
    """`FITBOARD_STACKS=1000 pytest tests/trainer/fit/test_graph.py` tries more of them."""
    recipe, facts = case
    report = check(recipe, facts)
    for _ in range(10 + len(recipe.layers)):
        if not report.errors:
            break
        recipe = report.errors[0].fixes[0].result
        report = check(recipe, facts)
    assert not report.errors
    assert_same(build(recipe, facts.input_shape, tokens=facts.modality == "text"))


class Unheard(keras.layers.Layer):
    """A layer of an operation that ONNX does not have."""

    def call(self, x: Any) -> Any:
        return tf.math.igamma(1.0 + keras.ops.abs(x), 1.0 + keras.ops.abs(x))


def test_a_layer_without_a_counterpart_is_named() -> None:
    model = keras.Sequential([keras.Input((12,)), keras.layers.Dense(4), Unheard(), keras.layers.Dense(2)])
    with pytest.raises(GraphError) as refused:
        checked_graph(model)
    assert refused.value.code == "unknown"
    why = blamed(model, refused.value)
    assert (why.code, why.parameters) == ("runs.network_layer_unknown", {"number": 2, "kind": "Unheard"})


@pytest.mark.parametrize("wrong", [1, 7, 16])
def test_the_layer_to_blame_is_found_in_few_conversions(wrong: int, monkeypatch: pytest.MonkeyPatch) -> None:
    model, tried = stack([Dense(units=2)] * 16, (12,)), list[int]()

    def checked(part: keras.Model, *_: object) -> bytes:
        tried.append(len(layers_of(part)))
        if tried[-1] >= wrong:
            raise GraphError("different", "")
        return b""

    monkeypatch.setattr(graph_module, "checked_graph", checked)
    why = blamed(model, GraphError("different", ""))
    assert (why.code, why.parameters["number"]) == ("runs.network_layer_different", wrong)
    assert len(tried) == 4


class Turns:
    """The slot of somebody whom others wait for."""

    def __init__(self) -> None:
        self.given = 0

    def yield_(self) -> None:
        """It lets them compute."""
        assert BUILD_LOCK.acquire(blocking=False), "whoever computes now builds models as well"
        BUILD_LOCK.release()
        self.given += 1

    def leave(self) -> None:
        """It never pauses."""

    def take(self) -> bool:
        """It always may."""
        return True


def test_making_a_graph_lets_others_compute_and_can_be_given_up() -> None:
    model, turns = stack([Dense(units=2)], (12,)), Turns()
    control = Control(turns)
    assert checked_graph(model, control.boundary)
    assert turns.given >= 5

    def give_up() -> None:
        if turns.given == 8:
            control.end("stop")
        control.boundary()

    with pytest.raises(FitEndedError):
        checked_graph(model, give_up)


def test_a_graph_that_computes_something_else_is_not_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    model = stack([Dense(units=4), Dense(units=2)], (12,))
    good = graph_module.run_graph

    def wrong(*given: Any) -> list[NDArray[Any]]:
        outputs = good(*given)
        return [one + 0.1 if place == 1 else one for place, one in enumerate(outputs)]

    monkeypatch.setattr(graph_module, "run_graph", wrong)
    with pytest.raises(GraphError) as refused:
        checked_graph(model)
    assert refused.value.code == "different"


def test_what_is_in_a_graph_is_described() -> None:
    model = stack([Embedding(input_dim=WORDS), Bidirectional(layer=LSTM(units=3)), Dense(units=2)], (LENGTH,))
    graph = checked_graph(model)
    found = describe(model, graph)
    assert found.input.model_dump() == {"dtype": "int32", "shape": (LENGTH,)}
    assert [(one.kind, one.output, one.shape) for one in found.layers] == [
        ("Embedding", "layer_0", (LENGTH, 16)), ("Bidirectional", "layer_1", (6,)), ("Dense", "layer_2", (2,))
    ]  # fmt: skip
    assert [(one.name, one.layer) for one in found.weights][:2] == [
        ("embeddings", 0), ("forward_lstm/lstm_cell/kernel", 1)
    ]  # fmt: skip
    weights = model_bytes(model)
    for one, variable in zip(found.weights, model.weights, strict=True):
        numbers = np.frombuffer(weights, "<f4", one.length // 4, one.offset).reshape(one.shape)
        np.testing.assert_array_equal(numbers, variable.numpy())
    assert found.sha256 == hashlib.sha256(graph).hexdigest()
    proto = onnx.ModelProto.FromString(graph)
    assert [one.name for one in proto.graph.input] == ["x"]
    assert {one.version for one in proto.opset_import if not one.domain} == {18}
    outside = [one for one in proto.graph.initializer if one.data_location == onnx.TensorProto.EXTERNAL]
    assert [one.name for one in outside] == [f"weight_{place}" for place in range(len(found.weights))]
