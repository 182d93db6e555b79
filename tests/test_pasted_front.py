"""A pasted model in front of other examples than it was written for."""

from __future__ import annotations

import pytest

from trainer.recipe.layers import LSTM, Conv2D, Dense, Dropout, Flatten, Layer, Rescaling, Reshape
from trainer.recipe.pasted.front import laid_out
from trainer.recipe.shapes import Shape

DIGITS = (28, 28, 1)


@pytest.mark.parametrize(
    ("layers", "reads", "front"),
    [
        ((Dense(),), (784,), Flatten()),
        ((Dropout(), Rescaling(), Dense()), (784,), Flatten()),
        ((LSTM(),), (28, 28), Reshape(target_shape=(28, 28))),
        ((LSTM(),), (14, 56), Reshape(target_shape=(14, 56))),
    ],
)
def test_what_the_program_did_to_its_examples_is_done_by_a_layer(
    layers: tuple[Layer, ...], reads: Shape, front: Layer
) -> None:
    found, note = laid_out(layers, reads, DIGITS)
    assert found == (front, *layers)
    assert note
    assert front.kind in note
    assert front.output_shape(DIGITS) == reads


@pytest.mark.parametrize(
    ("layers", "reads"),
    [
        ((Dense(),), None),
        ((Conv2D(),), DIGITS),
        ((Rescaling(), Flatten(), Dense()), (28, 28)),
        ((Reshape(target_shape=DIGITS), Conv2D()), (784,)),
        ((Conv2D(),), (None, None, 1)),
    ],
)
def test_where_nothing_is_to_be_done_nothing_is_said(
    layers: tuple[Layer, ...], reads: tuple[int | None, ...] | None
) -> None:
    assert laid_out(layers, reads, DIGITS) == (layers, None)


def test_other_examples_are_named_and_nothing_is_put_in() -> None:
    layers, note = laid_out((Conv2D(),), (32, 32, 3), DIGITS)
    assert layers == (Conv2D(),)
    assert note == "It was written for examples of 32 × 32 × 3; here 28 × 28 × 1 arrives."
