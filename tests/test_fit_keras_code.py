"""The Keras script of a recipe, and models that are read back: against Keras itself, for every kind and setting."""

from __future__ import annotations

import inspect
from typing import Any

import keras
import numpy as np
import pytest
from test_fit_contract import shaping, variants

from trainer.fit.build import build, keras_layer
from trainer.recipe.code import keras_code, layer_code
from trainer.recipe.data import DataFacts, Mnist
from trainer.recipe.layers import Bidirectional, Conv2D, Dense, Embedding, Flatten, Layer
from trainer.recipe.optimizers import Optimizer
from trainer.recipe.parse import parse_keras
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError

LAYERS = Layer.family
OWN = {"RandomContrast": ("value_range", "factor"), "RandomBrightness": ("value_range",)}
"""Keras's own defaults are for pixels from 0 to 255, and ours are 0 to 1; a contrast goes both ways here."""
PICTURES = DataFacts((8, 8, 1), tuple("abcd"), 8, 4, 4, None)


def config_of(layer: keras.layers.Layer) -> Any:
    """A layer's settings, without names and seeds."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: plain(v) for k, v in value.items() if k not in {"name", "seed"}}
        return [plain(part) for part in value] if isinstance(value, list | tuple) else value

    return plain(layer.get_config())


@pytest.mark.parametrize("cls", LAYERS.values(), ids=list(LAYERS))
def test_what_one_clicks_is_what_one_would_write(cls: type[Layer]) -> None:
    for spec in variants(cls):
        try:
            ours = keras_layer(spec, np.random.default_rng(1))
        except ValueError:
            continue  # such as 32 filters in 3 groups, which the check refuses
        written = eval(layer_code(spec), {"keras": keras})  # noqa: S307 - what we wrote ourselves
        assert config_of(written) == config_of(ours), layer_code(spec)


@pytest.mark.parametrize("cls", LAYERS.values(), ids=list(LAYERS))
def test_a_layer_is_read_back_from_python_and_from_json(cls: type[Layer]) -> None:
    for spec in shaping(cls):
        assert parse_keras(f"keras.Sequential([{layer_code(spec)}])") == ((spec,), ())
        try:
            layer = keras_layer(spec, np.random.default_rng(1))
        except ValueError:
            continue
        (read,) = parse_keras(keras.Sequential([layer]).to_json()).layers
        assert config_of(keras_layer(read, np.random.default_rng(1))) == config_of(layer)


@pytest.mark.parametrize("cls", LAYERS.values(), ids=list(LAYERS))
def test_what_is_not_said_is_what_keras_takes(cls: type[Layer]) -> None:
    arguments = list(inspect.signature(getattr(keras.layers, cls.kind_name()).__init__).parameters.values())[1:]
    needed = [a for a in arguments if a.default is a.empty and a.kind is a.POSITIONAL_OR_KEYWORD]
    in_order = cls.positional or tuple(cls.form_fields())
    ours = [argument.name for argument in arguments if argument.name in cls.form_fields()]
    assert list(in_order)[: len(needed)] == ours[: len(needed)], "the arguments that Keras needs"
    assert list(cls.positional) == ours[: len(cls.positional)]
    values = [getattr(cls(), a.name) for a in needed if a.name in cls.form_fields()]
    bare = ", ".join("keras.layers.LSTM(32)" if isinstance(v, Layer) else repr(v) for v in values)
    text = f"keras.layers.{cls.kind_name()}({bare})"
    read = parse_keras(f"keras.Sequential([{text}])").layers[0]
    plain = eval(text, {"keras": keras})  # noqa: S307 - made from our own names
    ours, theirs = config_of(keras_layer(read, np.random.default_rng(1))), config_of(plain)
    for name in OWN.get(cls.kind_name(), ()):
        assert ours.pop(name) != theirs.pop(name)
    assert ours == theirs


@pytest.mark.parametrize("cls", Optimizer.family.values(), ids=list(Optimizer.family))
def test_the_script_compiles_the_same_model(cls: type[Optimizer]) -> None:
    for spec in variants(cls)[:4]:
        recipe = Recipe(
            data=Mnist(), optimizer=spec, layers=(Conv2D(), Flatten(), Dense(units=4, activation="softmax"))
        )
        scope: dict[str, Any] = {}
        exec(keras_code(recipe, PICTURES), scope)  # noqa: S102 - what we wrote ourselves
        model, ours = scope["model"], build(recipe, PICTURES.input_shape, tokens=False)
        assert [config_of(layer) for layer in model.layers] == [config_of(layer) for layer in ours.layers]
        assert model.loss == "sparse_categorical_crossentropy"
        assert type(model.optimizer).__name__ == spec.kind
    recipe = recipe.with_(layers=(Flatten(), Conv2D()))
    assert 'loss="auto"' in keras_code(recipe, PICTURES), "a stack that does not fit yet has its code too"


MODEL = """
import tensorflow as tf
from tensorflow.keras import layers
model = tf.keras.models.Sequential([
    layers.Input(shape=(28, 28, 1)),
    layers.Conv2D(32, 3, activation=tf.nn.relu, kernel_constraint="max_norm"),
    layers.MaxPooling2D(2),
    layers.Flatten(name="row"),
])
model.add(layers.Dense(10, "softmax"))
model.compile(optimizer="adam")
"""


def test_a_script_as_people_write_it() -> None:
    layers, notes = parse_keras(MODEL)
    assert [layer.kind for layer in layers] == ["Conv2D", "MaxPooling2D", "Flatten", "Dense"]
    assert layers[0] == Conv2D(filters=32, kernel_size=(3, 3), activation="relu")
    assert layers[3] == Dense(units=10, activation="softmax")
    assert notes == ("Layer 1 (Conv2D): kernel_constraint is left out, since Fitboard does not have it.",)
    assert parse_keras(
        "model = Sequential()\nmodel.add(Embedding(100, 8))\nmodel.add(Bidirectional(GRU(4)))"
    ).layers == (
        Embedding(input_dim=100, output_dim=8, mask_zero=False),
        Bidirectional.from_json('{"kind": "Bidirectional", "layer": {"kind": "GRU", "units": 4}}'),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "neither"),
        ("print('hello')", "neither"),
        ("keras.Sequential([", "Line 1"),
        ("keras.Sequential([])", "no layers"),
        ("keras.Sequential(layers)", "Write the layers out"),
        ("keras.Sequential([x])", "Line 1: x is not a layer"),
        ("keras.Sequential([Dense(n)])", "Layer 1 (Dense): \"n\""),
        ("keras.Sequential([Rescaling(1 / 0)])", "Layer 1 (Rescaling)"),
        ("keras.Sequential([Dense(*n)])", "star"),
        ("keras.Sequential([Dense(**n)])", "star"),
        ("keras.Sequential([Dense(-3)])", "Layer 1 (Dense): “units” must be at least 1"),
        ("keras.Sequential([Flatten(), Magic(3)])", "Layer 2: Fitboard has no layer Magic"),
        ("keras.Sequential([Dense(1, 'relu', True, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)])", "more arguments"),
        ("keras.Sequential([Conv2D(1, 3, data_format='channels_first')])", "channels"),
        ("keras.Sequential([Dense(1)]); keras.Sequential([Dense(1)])", "several"),
        ("keras.Sequential([" + "Flatten()," * 201 + "])", "201"),
        ("keras.Sequential([Dense(__import__('os').system('touch /tmp/no'))])", "Layer 1 (Dense)"),
        ("(" * 5000, ""),
        ("{", "neither"),
        ('{"class_name": "Functional", "config": {"layers": []}}', "Functional"),
        ('{"class_name": "Sequential", "config": {"layers": []}}', "no layers"),
        ('{"class_name": "Sequential", "config": {"layers": [3]}}', "neither"),
        ('{"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense", "config": {"units": "many"}}]}}',
         "Layer 1 (Dense): “units”"),
        ('{"a": ' * 5000, ""),
        ("x" * 1_000_001, "too long"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_so(text: str, said: str) -> None:
    with pytest.raises(RecipeError) as refused:
        parse_keras(text)
    assert said in str(refused.value)
    assert str(refused.value).endswith(".")


def test_keras_second_names_of_layers_are_known() -> None:
    names = {name: getattr(keras.layers, name) for name in dir(keras.layers)}
    seconds = {n: c.__name__ for n, c in names.items() if getattr(c, "__name__", n) != n and c.__name__ in Layer.family}
    assert {"MaxPool2D", "AvgPool1D", "GlobalAvgPool2D", "Convolution2D"} <= seconds.keys()
    windows = {"Conv": "8, 3", "Glob": "", "Max": "", "Aver": "", "Sepa": "8, 3"}
    for name, kind in seconds.items():
        given = next(words for begin, words in windows.items() if kind.startswith(begin))
        assert parse_keras(f"keras.Sequential([keras.layers.{name}({given})])").layers[0].kind == kind
