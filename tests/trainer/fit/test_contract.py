"""Every kind of layer, optimizer and callback against Keras. A new kind is tested here without a line of its own."""

import inspect
import json
from math import isclose
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from tests.support.variants import each_setting, shaping, variants
from trainer.fit.build import joined, keras_layer, optimizer
from trainer.fit.callbacks import keras_callbacks
from trainer.recipe.callbacks import Callback, LearningRateScheduler
from trainer.recipe.data import Data
from trainer.recipe.layers import (
    Augmentation,
    Bidirectional,
    CenterCrop,
    Embedding,
    Layer,
    MultiHeadAttention,
    Resizing,
)
from trainer.recipe.layers.base import Group
from trainer.recipe.optimizers import Optimizer
from trainer.recipe.recipe import Recipe
from trainer.recipe.regularizers import Regularizer
from trainer.recipe.shapes import Shape, ShapeError
from trainer.recipe.spec import Kind, typical
from trainer.sources.mnist.spec import Mnist

LAYERS, OPTIMIZERS, CALLBACKS = Layer.registry, Optimizer.registry, Callback.registry
ALL = [
    kind
    for registry in (LAYERS, OPTIMIZERS, CALLBACKS, Data.registry, Regularizer.registry)
    for kind in registry.values()
]
LENIENT = (Augmentation, CenterCrop, Resizing)
"""Read pictures; Keras does not look at what arrives until the first batch."""
ROWS_TOO = (MultiHeadAttention,)
"""Keras makes them for rows of numbers, and fails on the first batch (trainer/fit/test_attention.py)."""
SHAPES: list[Shape] = [(12,), (1,), (9, 4), (2, 6), (8, 8, 4), (5, 7, 3), (1, 2, 2)]


def same(ours: Any, theirs: Any) -> bool:
    """Equal, whether Keras keeps a tuple or a list, one number or a row of one, float32 or float64."""
    if isinstance(theirs, list | tuple):
        ours = ours if isinstance(ours, list | tuple) else [ours] * len(theirs)
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(ours, float) and isinstance(theirs, float):
        return isclose(ours, theirs, rel_tol=1e-6)
    return bool(ours == theirs)


def assert_config(spec: Kind, config: dict[str, Any]) -> None:
    for name in spec.form_fields():
        value = getattr(spec, name)
        if isinstance(value, Kind):
            assert config[name]["class_name"] == value.kind
            assert_config(value, config[name]["config"])
        elif name.endswith("initializer"):
            assert config[name]["class_name"] == type(keras.initializers.get(value)).__name__
        elif name == "factor":
            assert same(value, config[name][1])  # Keras keeps the range that it stands for
        elif value is None and name == "strides":
            assert same(config["pool_size"], config["strides"])
        else:
            assert same(value, config[name]), name


@pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.__name__)
def test_words(cls: type[Kind]) -> None:
    assert cls.sentence.endswith(".")
    assert "\n" not in cls.sentence
    for name, field in cls.form_fields().items():
        assert field.title, name
        assert field.description, name
        assert field.description.endswith((".", "?")), name


@pytest.mark.parametrize("cls", LAYERS.values(), ids=list(LAYERS))
def test_each_setting_of_a_layer_says_what_a_change_does(cls: type[Layer]) -> None:
    for name, field in cls.form_fields().items():
        extra = field.json_schema_extra
        assert isinstance(extra, dict), name
        assert str(extra["effect"]).endswith("."), name
        usual, default = typical(field), field.default
        if usual is not None and default is not None:
            least, most = usual
            assert least < most, name
            assert all(least <= one <= most for one in (default if isinstance(default, tuple) else (default,))), name


@pytest.mark.parametrize("cls", LAYERS.values(), ids=list(LAYERS))
def test_layer_title_and_group(cls: type[Layer]) -> None:
    assert cls.title
    assert cls.group in Group
    assert hasattr(keras.layers, cls.kind_name())
    assert isinstance(cls().summary(), str)  # type: ignore[call-arg]  # each kind has its own


@pytest.mark.parametrize("cls", [*LAYERS.values(), *OPTIMIZERS.values(), *CALLBACKS.values()], ids=lambda c: c.__name__)
def test_json_round_trip(cls: type[Kind]) -> None:
    for spec in variants(cls):
        assert cls.from_json(spec.to_json()) == spec
        assert type(spec).from_json(spec.model_dump_json()) == spec
        assert spec.kind == cls.kind_name()


@pytest.mark.parametrize("cls", LAYERS.values(), ids=list(LAYERS))
def test_layer_config(cls: type[Layer]) -> None:
    for spec in each_setting(cls):
        if not any(ours(spec, shape) for shape in SHAPES):
            continue  # such as 32 filters in 3 groups: no shape can pass, and Keras does not even build it
        layer = keras_layer(spec, np.random.default_rng(1))
        assert type(layer).__name__ == spec.kind
        assert_config(spec, layer.get_config())


def theirs(spec: Layer, shape: Shape) -> tuple[Shape, int] | None:
    """What Keras makes of a shape, and how many parameters it takes; None if it refuses."""
    dtype = "int32" if spec.reads_word_numbers else "float32"
    try:
        layer = keras_layer(spec, np.random.default_rng(1))
        model = joined(keras.Input(shape, dtype=dtype), [layer])
    except (ValueError, ZeroDivisionError, IndexError):
        return None
    return model.output_shape[1:], model.count_params()


def ours(spec: Layer, shape: Shape) -> tuple[Shape, int] | None:
    try:
        return spec.output_shape(shape), spec.parameter_count(shape)
    except ShapeError:
        return None


@pytest.mark.parametrize("cls", LAYERS.values(), ids=list(LAYERS))
def test_layer_shape_and_count(cls: type[Layer]) -> None:
    for spec in shaping(cls):
        least = 3 if issubclass(cls, LENIENT) else 2 if issubclass(cls, ROWS_TOO) else 1
        shapes = [shape for shape in SHAPES if len(shape) >= least]
        if spec.inner_layer.is_recurrent and spec != cls():  # type: ignore[call-arg]  # each kind has its own
            shapes = [(1,), (9, 4)]  # Keras takes long to make them, and what they refuse depends on no setting
        found = {shape: ours(spec, shape) for shape in shapes}
        assert found == {shape: theirs(spec, shape) for shape in shapes}, spec
    assert any(ours(cls(), shape) for shape in SHAPES)  # type: ignore[call-arg]  # each kind has its own


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ('{"kind": "Conv1D", "padding": "causal", "dilation_rate": 3, "kernel_size": 4}', (9, 4)),
        ('{"kind": "Conv1D", "padding": "same", "strides": 3, "groups": 2}', (10, 4)),
        ('{"kind": "Conv2D", "padding": "same", "strides": [2, 3], "use_bias": false}', (9, 7, 3)),
        ('{"kind": "Conv2D", "strides": [3, 2], "kernel_size": [5, 2]}', (28, 28, 1)),
        ('{"kind": "Conv2D", "dilation_rate": [2, 3], "groups": 4}', (9, 9, 8)),
        ('{"kind": "MaxPooling2D", "padding": "same", "pool_size": [3, 2], "strides": [1, 2]}', (7, 7, 2)),
        ('{"kind": "AveragePooling2D", "pool_size": [3, 3], "strides": [2, 2]}', (8, 9, 2)),
        ('{"kind": "MaxPooling1D", "pool_size": 4, "strides": 3, "padding": "same"}', (11, 2)),
        ('{"kind": "Bidirectional", "layer": {"kind": "GRU", "units": 3, "return_sequences": true}}', (6, 2)),
        ('{"kind": "Bidirectional", "layer": {"kind": "LSTM", "use_bias": false}, "merge_mode": "sum"}', (6, 2)),
        ('{"kind": "GRU", "use_bias": false, "return_sequences": true}', (6, 2)),
        ('{"kind": "Reshape", "target_shape": [7, -1, 2]}', (28, 28)),
    ],
)
def test_layer_settings_together(text: str, shape: Shape) -> None:
    spec = LAYERS[json.loads(text)["kind"]].from_json(text)
    found = ours(spec, shape)
    assert found is not None
    assert found == theirs(spec, shape)
    assert_config(spec, keras_layer(spec, np.random.default_rng(1)).get_config())


@pytest.mark.parametrize("cls", [cls for cls in LAYERS.values() if cls is not Embedding], ids=lambda cls: cls.__name__)
def test_keeps_and_uses_mask_as_keras_does(cls: type[Layer]) -> None:
    """The checker once believed that Dense drops the padding mask, and stayed silent about an LSTM behind it."""
    spec = cls()  # type: ignore[call-arg]  # each kind has its own
    if isinstance(spec, Bidirectional):
        spec = spec.with_(layer=spec.layer.with_(return_sequences=True))
    elif "return_sequences" in cls.model_fields:
        spec = spec.with_(return_sequences=True)
    layer = keras_layer(spec, np.random.default_rng(1))
    mask = np.array([[True, False, False, False]])
    keeps = layer.supports_masking and layer.compute_mask(np.ones((1, 4, 2), "float32"), mask) is not None
    assert cls.keeps_mask == keeps
    arguments = inspect.signature(layer.call).parameters
    assert cls.uses_mask == (layer.supports_masking and any(name.endswith("mask") for name in arguments))


def recipe(**parts: Any) -> Recipe:
    return Recipe(data=Mnist(), **parts)


def test_all_optimizers_of_keras() -> None:
    offered = {
        name
        for name, value in vars(keras.optimizers).items()
        if isinstance(value, type) and issubclass(value, keras.optimizers.Optimizer)
    }
    assert set(OPTIMIZERS) == offered - {"LossScaleOptimizer", "MultiOptimizer", "Optimizer"}


@pytest.mark.parametrize("cls", OPTIMIZERS.values(), ids=list(OPTIMIZERS))
def test_optimizer_config_and_step(cls: type[Optimizer]) -> None:
    for spec in variants(cls):
        built = optimizer(recipe(optimizer=spec))
        assert type(built).__name__ == spec.kind
        assert_config(spec, built.get_config())
        weights = keras.Variable(np.ones((3, 2), "float32"))
        built.apply([keras.ops.ones((3, 2))], [weights])
        assert np.isfinite(weights.numpy()).all(), spec


KEPT_AS = {"separator": "sep"}
"""Where Keras keeps an argument under another name."""


@pytest.mark.parametrize("cls", CALLBACKS.values(), ids=list(CALLBACKS))
def test_callback_arguments(cls: type[Callback], tmp_path: Path) -> None:
    assert hasattr(keras.callbacks, cls.kind_name())
    for spec in variants(cls):
        (built,) = keras_callbacks(recipe(callbacks=(spec,)), tmp_path)
        assert isinstance(built, getattr(keras.callbacks, spec.kind))
        if isinstance(spec, LearningRateScheduler):
            start = Recipe(data=Mnist()).optimizer.learning_rate
            assert [built.schedule(e, 0.5) for e in range(3)] == [spec.rate(e, 5, start) for e in range(3)]
            continue
        for name in spec.form_fields():
            assert same(getattr(spec, name), getattr(built, KEPT_AS.get(name, name))), name
