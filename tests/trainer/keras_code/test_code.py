"""The Keras script of a recipe, and models that are read back: against Keras itself, for every kind and setting."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from tests.support.variants import each_setting, shaping, variants
from trainer.fit.build import build, joined, keras_layer
from trainer.keras_code import signatures
from trainer.keras_code.reader import read_model
from trainer.keras_code.signatures import REQUIRED
from trainer.keras_code.writer import keras_code, layer_code
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Conv2D, Dense, Flatten, Layer
from trainer.recipe.optimizers import Optimizer
from trainer.recipe.recipe import Recipe
from trainer.sources.mnist.spec import Mnist

LAYERS = Layer.registry
OWN = {"RandomContrast": ("value_range", "factor"), "RandomBrightness": ("value_range",)}
"""Keras's own defaults are for pixels from 0 to 255, and ours are 0 to 1; a contrast goes both ways here."""
PICTURES = DataFacts((8, 8, 1), tuple("abcd"), 8, 4, 4, None, modality="image")


def config_of(layer: keras.layers.Layer) -> Any:
    """A layer's settings, without names and seeds."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: plain(v) for k, v in value.items() if k not in {"name", "seed"}}
        return [plain(part) for part in value] if isinstance(value, list | tuple) else value

    return plain(layer.get_config())


@pytest.mark.slow
@pytest.mark.parametrize("cls", LAYERS.values(), ids=list(LAYERS))
def test_what_one_clicks_is_what_one_would_write(cls: type[Any]) -> None:
    for spec in each_setting(cls):
        try:
            ours = keras_layer(spec, np.random.default_rng(1))
        except ValueError:
            continue  # such as 32 filters in 3 groups, which the check refuses
        written = eval(layer_code(spec), {"keras": keras})  # noqa: S307 - what we wrote ourselves
        assert config_of(written) == config_of(ours), layer_code(spec)


@pytest.mark.parametrize("cls", LAYERS.values(), ids=list(LAYERS))
def test_a_layer_is_read_back_from_python_and_from_json(cls: type[Layer]) -> None:
    for spec in shaping(cls):
        if not cls.is_query_and_value:
            assert read_model(f"keras.Sequential([{layer_code(spec)}])") == ((spec,), (), None)
        else:
            program = f"i = keras.Input((6, 4))\nx = {layer_code(spec)}(i, i)\nkeras.Model(i, x)"
            assert read_model(program) == ((spec,), (), (6, 4))
        try:
            layer = keras_layer(spec, np.random.default_rng(1))
        except ValueError:
            continue
        unbuilt = config_of(layer)  # building fills in over which axes an attention looks
        alone = joined(keras.Input((6, 4)), [layer]) if cls.is_query_and_value else keras.Sequential([layer])
        (read,), notes, _ = read_model(alone.to_json())
        assert notes == (), "what Keras takes anyway is no news"
        assert config_of(keras_layer(read, np.random.default_rng(1))) == unbuilt


@pytest.mark.parametrize("cls", LAYERS.values(), ids=list(LAYERS))
def test_what_is_not_said_is_what_keras_takes(cls: type[Any]) -> None:
    needed = [name for name, default in signatures.layers()[cls.kind_name()].items() if default is REQUIRED]
    values = [getattr(cls(), name) for name in needed]
    bare = ", ".join("keras.layers.LSTM(32)" if isinstance(v, Layer) else repr(v) for v in values)
    text = f"keras.layers.{cls.kind_name()}({bare})"
    read = read_model(f"keras.Sequential([{text}])").layers[0]
    plain = eval(text, {"keras": keras})  # noqa: S307 - made from our own names
    ours, theirs = config_of(keras_layer(read, np.random.default_rng(1))), config_of(plain)
    for name in OWN.get(cls.kind_name(), ()):
        assert ours.pop(name) != theirs.pop(name)
    assert ours == theirs


@pytest.mark.parametrize("cls", Optimizer.registry.values(), ids=list(Optimizer.registry))
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
