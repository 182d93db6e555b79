"""A pasted model in front of other examples than it was written for."""

from __future__ import annotations

import pytest

from trainer.keras_code.input_adapter import adapted
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import (
    LSTM,
    Activation,
    BatchNormalization,
    Conv1D,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    Layer,
    Rescaling,
    Reshape,
    ZeroPadding2D,
)
from trainer.recipe.shapes import Shape

DIGITS = DataFacts((28, 28, 1), tuple("0123456789"), 80, 10, 10, modality="image")
TEXTS = DataFacts((200,), ("ham", "spam"), 80, 10, 10, vocabulary=50, modality="text")
PHOTOS = DataFacts((64, 48, 1), ("cat", "dog"), 80, 10, 10, modality="image")


@pytest.mark.parametrize(
    ("layers", "reads", "front"),
    [
        ((Dense(),), (784,), Flatten()),
        ((Dropout(), Rescaling(), Dense()), (784,), Flatten()),
        ((LSTM(),), (28, 28), Reshape(target_shape=(28, 28))),
        ((LSTM(),), (14, 56), Reshape(target_shape=(14, 56))),
        ((Dense(), Flatten(), Dense()), (28, 28), Reshape(target_shape=(28, 28))),
        ((BatchNormalization(), LSTM()), (28, 28), Reshape(target_shape=(28, 28))),
        ((Dense(), Activation(), Conv1D()), (28, 28), Reshape(target_shape=(28, 28))),
        ((Activation(), Dropout(), LSTM()), (28, 28), Reshape(target_shape=(28, 28))),
    ],
)
def test_what_the_program_did_to_its_examples_is_done_by_a_layer(
    layers: tuple[Layer, ...], reads: Shape, front: Layer
) -> None:
    found, note = adapted(layers, reads, DIGITS)
    assert found == (front, *layers)
    assert note is not None
    assert note.parameters["kind"] == front.kind
    assert front.output_shape(DIGITS.input_shape) == reads


@pytest.mark.parametrize(
    ("layers", "reads"),
    [
        ((Dense(),), None),
        ((Conv2D(),), (28, 28, 1)),
        ((Conv2D(),), (28, 28)),
        ((ZeroPadding2D(), Conv2D()), (28, 28)),
        ((Rescaling(), Flatten(), Dense()), (28, 28)),
        ((Reshape(target_shape=(28, 28, 1)), Conv2D()), (784,)),
        ((Conv2D(),), (None, None, 1)),
    ],
)
def test_where_nothing_is_to_be_done_nothing_is_said(
    layers: tuple[Layer, ...], reads: tuple[int | None, ...] | None
) -> None:
    assert adapted(layers, reads, DIGITS) == (layers, None)


@pytest.mark.parametrize(
    ("layers", "reads", "facts", "code"),
    [
        ((Conv2D(),), (32, 32, 3), DIGITS, "other_shape"),
        ((Conv2D(),), (1, 28, 28), DIGITS, "other_shape"),
        ((Flatten(),), (32, 32, 3), PHOTOS, "other_shape"),
        ((LSTM(),), (200, 1), TEXTS, "other_shape"),
        ((Embedding(), LSTM()), (200,), DIGITS, "reads_texts"),
    ],
)
def test_other_examples_are_named_and_nothing_is_put_in(
    layers: tuple[Layer, ...], reads: Shape, facts: DataFacts, code: str
) -> None:
    found, note = adapted(layers, reads, facts)
    assert found == layers
    assert note is not None
    assert note.code == f"keras_code.{code}"
