"""What a pasted Keras model has and Fitboard does not: it is named, and so is the way on where nothing can be read."""

# ruff: noqa: E501 - programs of several lines in one

from __future__ import annotations

from typing import Any

import keras
import pytest

from tests.support.keras_programs import START
from trainer.keras_code.reader import read_model
from trainer.messages import Message
from trainer.recipe.layers import Dense
from trainer.recipe.spec import RecipeError


@pytest.mark.parametrize(
    ("layer", "left_out"),
    [
        ("GRU(8, reset_after=False)", "reset_after"),
        ("Dense(5, trainable=False)", "trainable"),
        ("Dropout(0.3, noise_shape=(None, 1))", "noise_shape"),
        ("LSTM(8, unit_forget_bias=False)", "unit_forget_bias"),
        ("BatchNormalization(axis=1)", "axis"),
        ("Bidirectional(LSTM(8), backward_layer=GRU(8, go_backwards=True))", "backward_layer"),
        ("Dense(5, kernel_regularizer=OrthogonalRegularizer())", "kernel_regularizer"),
        ("Dense(5, bias_initializer=Constant(0.1))", "bias_initializer"),
        ("BatchNormalization(gamma_initializer='zeros')", "gamma_initializer"),
        ("BatchNormalization(1, 0.9)", "axis"),
        ("Embedding(9, 3, weights=[[1]])", "weights"),
        ("LSTM(8, stateful=True)", "stateful"),
        ("Dense(5, bias_regularizer=L2())", "bias_regularizer"),
    ],
)
def test_what_changes_the_model_is_never_left_out_without_a_word(layer: str, left_out: str) -> None:
    (note,) = read_model(f"keras.Sequential([{layer}])").notes
    assert note.code in {"keras_code.argument_left_out", "keras_code.value_left_out"}
    assert note.parameters["name"] == left_out


@pytest.mark.parametrize(
    ("setting", "read_as"),
    [
        ("kernel_initializer=RandomNormal(stddev=1.0)", "random_normal"),
        ("kernel_initializer=RandomNormal(0.0, 1.0)", "random_normal"),
        ("kernel_initializer=RandomUniform(0, 1)", "random_uniform"),
        ("kernel_initializer=TruncatedNormal(1)", "truncated_normal"),
        ("kernel_initializer=Orthogonal(gain=0.05)", "orthogonal"),
        ("kernel_initializer=VarianceScaling(2.0)", "variance_scaling"),
        ("kernel_initializer=VarianceScaling(1.0, 'fan_in', 'uniform')", "variance_scaling"),
        ("kernel_initializer=VarianceScaling(mode='fan_avg')", "variance_scaling"),
        ("activation=LeakyReLU()", "leaky_relu"),
        ("activation=LeakyReLU(0.05)", "leaky_relu"),
        ("activation=ReLU(6)", "relu"),
        ("activation=ReLU(threshold=1)", "relu"),
        ("activation=ELU(0.05)", "elu"),
        ("activation=Softmax(axis=1)", "softmax"),
    ],
)
def test_settings_that_a_word_does_not_have_are_named(setting: str, read_as: str) -> None:
    (note,) = read_model(f"keras.Sequential([Dense(5, {setting})])").notes
    assert (note.code, note.parameters["value"]) == ("keras_code.settings_left_out", read_as)
    scope: dict[str, Any] = {}
    exec("from keras.layers import *\nfrom keras.initializers import *", scope)  # noqa: S102 - written above
    (from_json,) = read_model(keras.Sequential([eval(f"Dense(5, {setting})", scope)]).to_json()).notes  # noqa: S307
    assert from_json.parameters | {"layer": None} == note.parameters | {"layer": None}


@pytest.mark.parametrize(
    "setting",
    [
        "kernel_initializer=RandomNormal()", "kernel_initializer=RandomNormal(0.0, 0.05, 3)", "activation=LeakyReLU(0.2)",
        "kernel_initializer=GlorotUniform(42)", "activation=LeakyReLU(alpha=0.2)", "activation=ELU()", "activation=ReLU()",
        "kernel_initializer=RandomUniform(-0.05, 0.05)", "activation=Softmax(-1)", "bias_initializer=Zeros()",
    ],
)  # fmt: skip
def test_settings_that_a_word_has_anyway_are_no_news(setting: str) -> None:
    assert read_model(f"keras.Sequential([Dense(5, {setting})])").notes == ()


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("d = Dense(3)\nd.trainable = False\nm = Sequential([d, Dense(4)])", ["argument_left_out"]),
        ("d = Dense(3)\nm = Sequential([d, Dense(4)])\nd.trainable = False", ["argument_left_out"]),
        ("m = Sequential([Dense(3), Dense(4)])\nm.layers[0].trainable = False", ["argument_left_out"]),
        ("m = Sequential([Dense(3), Dense(4)])\nm.layers[-1].trainable = True", []),
        ("m = Sequential([Dense(3), Dense(4)])\nfor l in m.layers[:1]:\n    l.trainable = False", ["argument_left_out"]),
        ("m = Sequential([Dense(3), Dense(4)])\nm.trainable = False", ["argument_left_out"] * 2),
        ("m = Sequential([Dense(3)])\nm.compile(optimizer='adam', loss='mse')", ["compiled"]),
        ("m = Sequential([Dense(3)])\nm.compile('adam')\nm.compile('sgd', 'mse')\nm.fit(x, y)", ["compiled"]),
        ("m = Sequential([Dense(3)])\nif x:\n    m.compile('adam')", ["compiled"]),
        ("m = Sequential([Dense(3)])\nm.compile(metrics=['accuracy'])\nm.compile()", []),
        ("m = Sequential([Dense(3)])\nm.load_weights('w.h5')", ["weights_loaded"]),
        ("i = Input((3,))\nx = Dropout(.5)(i, training=True)\nm = Model(i, Dense(3)(x))", ["call_argument"]),
        ("i = Input((3,))\nd, f = Dense(3), Flatten()\nm = Model(i, f(f(d(d(i)))))", ["shared"]),
    ],
)  # fmt: skip
def test_what_is_done_to_a_model_beside_its_layers_is_named(text: str, noted: list[str]) -> None:
    assert [note.code for note in read_model(text).notes] == [f"keras_code.{code}" for code in noted]


def test_a_compiled_model_as_json_says_so_too() -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    assert read_model(model.to_json()).notes == ()
    model.compile("adam", "mse")
    assert [note.code for note in read_model(model.to_json()).notes] == ["keras_code.compiled"]


NET = """
class Net(keras.Model):
    def __init__(self, units=3):
        super().__init__()
        self.hidden, self.out = Dense(units, "relu"), Dense(2)

    def call(self, inputs, training=None):
        return self.out(self.hidden(inputs))
model = Net(5)
model.compile(loss="mse")
"""


def test_a_class_of_its_own_is_told_the_way_on_and_that_way_works() -> None:
    with pytest.raises(RecipeError) as refused:
        read_model(NET)
    assert refused.value.code == "keras_code.model_class"
    scope: dict[str, Any] = {}
    exec(START + NET, scope)  # noqa: S102 - written above
    i = keras.Input((4,))
    read = read_model(keras.Model(i, scope["model"].call(i)).to_json())
    assert read == ((Dense(units=5, activation="relu"), Dense(units=2)), (), (4,))


@pytest.mark.parametrize(
    ("layer", "missing"),
    [
        ("Dense(activation='relu')", ["units"]),
        ("Conv2D(8)", ["kernel_size"]),
        ("MultiHeadAttention()", ["num_heads", "key_dim"]),
        ("Bidirectional(LSTM())", ["units"]),
    ],
)
def test_what_keras_does_not_do_without_is_not_made_up(layer: str, missing: list[str]) -> None:
    with pytest.raises(RecipeError) as refused:
        read_model(f"keras.Sequential([{layer}])")
    assert isinstance(refused.value.message, Message)
    assert refused.value.message.parameters["names"] == missing
