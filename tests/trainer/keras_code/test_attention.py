"""Pasted models with attention: read where they look at what arrives itself, else refused with the reason."""

from __future__ import annotations

import json
from typing import Any

import keras
import numpy as np
import pytest

from trainer.keras_code.reader import read_model
from trainer.recipe.layers import Dense, Embedding, GlobalAveragePooling1D, MultiHeadAttention
from trainer.recipe.spec import RecipeError

LAYERS = (Embedding(input_dim=30), MultiHeadAttention(), GlobalAveragePooling1D(), Dense(units=4, activation="softmax"))
START = "i = Input((12,))\nx = Embedding(30, 16, mask_zero=True)(i)\ne = x\n"
END = "x = GlobalAveragePooling1D()(x)\nmodel = Model(i, Dense(4, 'softmax')(x))"


def program(line: str) -> str:
    return f"{START}{line}\n{END}"


@pytest.mark.parametrize(
    "line",
    [
        "x = MultiHeadAttention(2, 16)(x, x)",
        "x = layers.MultiHeadAttention(num_heads=2, key_dim=16)(x, x, x)",
        "x = MultiHeadAttention(2, 16)(query=x, value=x, key=x)",
        "x = MultiHeadAttention(2, 16)(x, value=x, key=None)",
        "x = MultiHeadAttention(2, 16)(x, e)",
        "x = MultiHeadAttention(2, 16)(x, x, return_attention_scores=False, attention_mask=None)",
        "attend = MultiHeadAttention(2, 16, value_dim=16)\nx = attend(x, x)",
        "def block(x):\n    return MultiHeadAttention(2, 16)(x, x)\nx = block(x)",
    ],
)
def test_what_looks_at_itself_is_read(line: str) -> None:
    assert read_model(program(line)) == (LAYERS, (), (12,))


@pytest.mark.parametrize(
    ("line", "code", "name"),
    [
        ("x = MultiHeadAttention(2, 16)(x, x, use_causal_mask=True)", "call_argument", "use_causal_mask"),
        ("x = MultiHeadAttention(2, 16)(x, x, training=True)", "call_argument", "training"),
        ("x = MultiHeadAttention(2, 16, value_dim=8)(x, x)", "argument_left_out", "value_dim"),
    ],
)
def test_what_is_left_out_is_said(line: str, code: str, name: str) -> None:
    layers, (note,), shape = read_model(program(line))
    assert (layers, shape) == (LAYERS, (12,))
    assert (note.code, note.parameters["name"]) == (f"keras_code.{code}", name)


def test_one_that_is_used_twice_learns_twice() -> None:
    line = "a = MultiHeadAttention(2, 16)\nx = a(x, x, use_causal_mask=True)\nx = a(x, x, use_causal_mask=True)"
    notes = read_model(program(line)).notes
    assert [note.code for note in notes] == ["keras_code.shared", "keras_code.call_argument"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("x = MultiHeadAttention(2, 16)(x, LSTM(16, return_sequences=True)(x))", "attends_elsewhere"),
        ("x = MultiHeadAttention(2, 16)(x)", "attends_elsewhere"),
        ("x = MultiHeadAttention(2, 16)([x, x])", "attends_elsewhere"),
        ("x = MultiHeadAttention(2, 16)(x, x, attention_mask=m)", "called_with"),
        ("x, s = MultiHeadAttention(2, 16)(x, x, return_attention_scores=True)", "called_with"),
        ("x = Add()([x, MultiHeadAttention(2, 16)(x, x)])", "joins"),
        ("x = x + MultiHeadAttention(2, 16)(x, x)", "joins"),
        ("x = LayerNormalization()(x + MultiHeadAttention(2, 16)(x, x))", "joins"),
        ("x = MultiheadAttention(2, 16)(x, x)", "layer_unknown"),
        ("x = Attention()([x, x])", "layer_unknown"),
        ("x = GroupQueryAttention(16, 4, 2)(x, x)", "layer_unknown"),
        ("x = Dense(3, use_causal_mask=True)(x)", "argument_unknown"),
        ("x = Dense(3, value_dim=None)(x)", "argument_unknown"),
    ],
)
def test_what_is_not_to_be_had_is_refused_with_the_reason(line: str, code: str) -> None:
    with pytest.raises(RecipeError) as refused:
        read_model(program(line))
    assert refused.value.code == f"keras_code.{code}"


@pytest.mark.parametrize(
    "text",
    [
        "keras.Sequential([Embedding(30, 16), MultiHeadAttention(2, 16)])",
        "m = Sequential([Embedding(30, 16)])\nm.add(MultiHeadAttention(2, 16))",
        "rows = [Embedding(30, 16)]\nrows.append(MultiHeadAttention(2, 16))\nSequential(rows)",
        "Sequential([Embedding(30, 16)] + [MultiHeadAttention(2, 16) for _ in range(2)])",
        keras.Sequential([keras.layers.Embedding(30, 16), keras.layers.MultiHeadAttention(2, 16)]).to_json(),
    ],
)
def test_in_a_sequential_it_is_read_and_said(text: str) -> None:
    read = read_model(text)
    assert read.layers[1] == MultiHeadAttention()
    assert read.notes[0].code == "keras_code.attention_alone"


def as_json(*shape: int, **call: Any) -> str:
    """A model that looks at its input, and is called with something more."""
    inputs = keras.Input(shape)
    found = keras.layers.MultiHeadAttention(2, 16, attention_axes=call.pop("axes", None))(inputs, inputs, **call)
    return str(keras.Model(inputs, found[0] if isinstance(found, tuple) else found).to_json())


def left_out(text: str) -> list[tuple[str, object]]:
    return [(note.code.removeprefix("keras_code."), note.parameters["name"]) for note in read_model(text).notes]


def refused(text: str) -> str | None:
    with pytest.raises(RecipeError) as error:
        read_model(text)
    return error.value.code


def test_json_says_what_is_left_out() -> None:
    assert left_out(as_json(6, 4, return_attention_scores=True)) == []
    assert left_out(as_json(6, 4, use_causal_mask=True)) == [("call_argument", "use_causal_mask")]
    assert left_out(as_json(6, 4, training=True)) == [("call_argument", "training")]
    assert left_out(as_json(6, 5, 4, axes=1)) == [("argument_left_out", "attention_axes")], "along the rows alone"
    mask = np.tril(np.ones((1, 6, 6), bool))
    assert refused(as_json(6, 4, attention_mask=mask)) == "keras_code.called_with"


def test_scores_that_go_on_are_a_branch() -> None:
    inputs = keras.Input((6, 4))
    _, scores = keras.layers.MultiHeadAttention(2, 16)(inputs, inputs, return_attention_scores=True)
    assert refused(keras.Model(inputs, keras.layers.Flatten()(scores)).to_json()) == "keras_code.branches"


@pytest.mark.parametrize(("marks", "compared_with"), [(True, 5), (False, 0)])
def test_a_mask_of_ones_own_is_a_branch(marks: bool, compared_with: int) -> None:
    i = keras.Input((9,), dtype="int32")
    x = keras.layers.Embedding(30, 8, mask_zero=marks)(i)
    own = keras.ops.not_equal(i, compared_with)
    for model in (keras.layers.GRU(4)(x, mask=own), keras.layers.MultiHeadAttention(2, 16)(x, x, value_mask=own)):
        assert refused(keras.Model(i, model).to_json()) in {"keras_code.branches", "keras_code.called_with"}


def keras_2(call: dict[str, Any]) -> str:
    """As Keras 2 writes it: the first input in the node, what has a name beside it, shapes among the settings."""
    tensors = {"query_shape": [None, 12, 16], "key_shape": [None, 12, 16], "value_shape": [None, 12, 16]}
    settings: dict[str, Any] = {
        "name": "attention",
        "num_heads": 2,
        "key_dim": 16,
        "value_dim": 16,
        "attention_axes": [1],
        **tensors,
    }
    layers: list[tuple[str, dict[str, Any], list[Any]]] = [
        ("InputLayer", {"name": "i", "batch_input_shape": [None, 12], "dtype": "int32"}, []),
        ("Embedding", {"name": "e", "input_dim": 30, "output_dim": 16, "mask_zero": True}, [[["i", 0, 0, {}]]]),
        ("MultiHeadAttention", settings | {"softmax_robust_masking": True}, [[["e", 0, 0, call]]]),
        ("GlobalAveragePooling1D", {"name": "g"}, [[["attention", 0, 0, {}]]]),
        ("Dense", {"name": "d", "units": 4, "activation": "softmax"}, [[["g", 0, 0, {}]]]),
    ]
    rows = [
        {"class_name": kind, "config": of, "name": of["name"], "inbound_nodes": nodes} for kind, of, nodes in layers
    ]
    return json.dumps({"class_name": "Functional", "config": {"name": "m", "layers": rows}, "keras_version": "2.21.0"})


def test_keras_2_is_read_too() -> None:
    looks = {"value": ["e", 0, 0]}
    assert read_model(keras_2(looks)) == (LAYERS, (), (12,))
    assert left_out(keras_2(looks | {"use_causal_mask": True})) == [("call_argument", "use_causal_mask")]
    assert refused(keras_2({"value": ["i", 0, 0]})) == "keras_code.branches"
