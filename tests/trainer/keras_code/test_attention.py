"""Pasted models with attention: read where they look at what arrives itself, else refused with the reason."""

from __future__ import annotations

import json
from typing import Any

import keras
import numpy as np
import pytest

from trainer.recipe.layers import Dense, Embedding, GlobalAveragePooling1D, MultiHeadAttention
from trainer.recipe.parse import parse_keras
from trainer.recipe.spec import RecipeError

LAYERS = (Embedding(input_dim=30), MultiHeadAttention(), GlobalAveragePooling1D(), Dense(units=4, activation="softmax"))
START = "i = Input((12,))\nx = Embedding(30, 16, mask_zero=True)(i)\ne = x\n"
END = "x = GlobalAveragePooling1D()(x)\nmodel = Model(i, Dense(4, 'softmax')(x))"
CAUSAL = "use_causal_mask=True is left out, since Fitboard does not have it."


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
    assert parse_keras(program(line)) == (LAYERS, (), (12,))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("x = MultiHeadAttention(2, 16)(x, x, use_causal_mask=True)", f"Line 4: {CAUSAL}"),
        (
            "x = MultiHeadAttention(2, 16)(x, x, training=True)",
            "Line 4: training=True is left out, since Fitboard does not have it.",
        ),
        (
            "x = MultiHeadAttention(2, 16, value_dim=8)(x, x)",
            "Layer 2 (MultiHeadAttention): value_dim is left out, since Fitboard does not have it.",
        ),
    ],
)
def test_what_is_left_out_is_said(line: str, says: str) -> None:
    assert parse_keras(program(line)) == (LAYERS, (says,), (12,))


def test_one_that_is_used_twice_learns_twice() -> None:
    line = "a = MultiHeadAttention(2, 16)\nx = a(x, x, use_causal_mask=True)\nx = a(x, x, use_causal_mask=True)"
    notes = parse_keras(program(line)).notes
    assert "Layer 3 (MultiHeadAttention) is layer 2 once more" in notes[0]
    assert notes[1:] == (f"Line 5: {CAUSAL}", f"Line 6: {CAUSAL}")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("x = MultiHeadAttention(2, 16)(x, LSTM(16, return_sequences=True)(x))", "Line 4: .*not called on the same"),
        ("x = MultiHeadAttention(2, 16)(x)", "Line 4: .*as in \\(x, x\\)"),
        ("x = MultiHeadAttention(2, 16)([x, x])", "Line 4: .*as in \\(x, x\\)"),
        ("x = MultiHeadAttention(2, 16)(x, x, attention_mask=m)", "Line 4: .*with attention_mask"),
        ("x, s = MultiHeadAttention(2, 16)(x, x, return_attention_scores=True)", "Line 4: .*return_attention_scores"),
        ("x = Add()([x, MultiHeadAttention(2, 16)(x, x)])", "Line 4: .Add. joins two ways .* shortcut"),
        ("x = x + MultiHeadAttention(2, 16)(x, x)", "Line 4: .* joins two ways .* \\(a residual\\)"),
        ("x = LayerNormalization()(x + MultiHeadAttention(2, 16)(x, x))", "Line 4: .* joins two ways"),
        ("x = MultiheadAttention(2, 16)(x, x)", "no layer MultiheadAttention. Write MultiHeadAttention"),
        ("x = Attention()([x, x])", "no layer Attention. MultiHeadAttention is the one"),
        ("x = GroupQueryAttention(16, 4, 2)(x, x)", "no layer GroupQueryAttention. MultiHeadAttention is the one"),
        ("x = Dense(3, use_causal_mask=True)(x)", "Dense.* has no argument .*use_causal_mask"),
        ("x = Dense(3, value_dim=None)(x)", "Dense.* has no argument .*value_dim"),
    ],
)
def test_what_is_not_to_be_had_is_refused_with_the_reason(line: str, says: str) -> None:
    with pytest.raises(RecipeError, match=says):
        parse_keras(program(line))


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
    read = parse_keras(text)
    assert read.layers[1] == MultiHeadAttention()
    assert "reads two inputs in Keras, which a Sequential cannot give it" in read.notes[0]


def as_json(*shape: int, **call: Any) -> str:
    """A model that looks at its input, and is called with something more."""
    inputs = keras.Input(shape)
    found = keras.layers.MultiHeadAttention(2, 16, attention_axes=call.pop("axes", None))(inputs, inputs, **call)
    return str(keras.Model(inputs, found[0] if isinstance(found, tuple) else found).to_json())


def test_json_says_what_is_left_out() -> None:
    assert parse_keras(as_json(6, 4, return_attention_scores=True)).notes == ()
    assert CAUSAL in parse_keras(as_json(6, 4, use_causal_mask=True)).notes[0]
    assert "training=True is left out" in parse_keras(as_json(6, 4, training=True)).notes[0]
    assert "attention_axes is left out" in parse_keras(as_json(6, 5, 4, axes=1)).notes[0], "along the rows alone"
    with pytest.raises(RecipeError, match="called with attention_mask"):
        parse_keras(as_json(6, 4, attention_mask=np.tril(np.ones((1, 6, 6), bool))))


def test_scores_that_go_on_are_a_branch() -> None:
    inputs = keras.Input((6, 4))
    _, scores = keras.layers.MultiHeadAttention(2, 16)(inputs, inputs, return_attention_scores=True)
    with pytest.raises(RecipeError, match="without branches"):
        parse_keras(keras.Model(inputs, keras.layers.Flatten()(scores)).to_json())


@pytest.mark.parametrize(("marks", "compared_with"), [(True, 5), (False, 0)])
def test_a_mask_of_ones_own_is_a_branch(marks: bool, compared_with: int) -> None:
    i = keras.Input((9,), dtype="int32")
    x = keras.layers.Embedding(30, 8, mask_zero=marks)(i)
    own = keras.ops.not_equal(i, compared_with)
    for model in (keras.layers.GRU(4)(x, mask=own), keras.layers.MultiHeadAttention(2, 16)(x, x, value_mask=own)):
        with pytest.raises(RecipeError, match=r"without branches|value_mask"):
            parse_keras(keras.Model(i, model).to_json())


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
    assert parse_keras(keras_2(looks)) == (LAYERS, (), (12,))
    assert CAUSAL in parse_keras(keras_2(looks | {"use_causal_mask": True})).notes[0]
    with pytest.raises(RecipeError, match="without branches"):
        parse_keras(keras_2({"value": ["i", 0, 0]}))
