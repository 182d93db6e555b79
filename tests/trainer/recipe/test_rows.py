"""Where pictures become rows of numbers: which Dense gets its Flatten, and which is left alone."""

import pytest

from trainer.recipe.check import check
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import (
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPooling2D,
    Rescaling,
    Reshape,
    SpatialDropout2D,
)
from trainer.recipe.recipe import Recipe
from trainer.sources.mnist.spec import Mnist

TEN = Dense(units=10, activation="softmax")
MOVED = {"check.insert_before_dense", "check.insert_before_dense_and_end", "check.move_flatten"}
NEEDED = {"check.output_is_no_row", "check.answer_needs_row", "check.answer_needs_row_earlier", "check.late_flatten"}
FACTS = DataFacts((28, 28, 1), tuple("0123456789"), train=100, validation=10, test=20, modality="image")


@pytest.mark.parametrize(
    ("stack", "fixed"),
    [
        ((Dense(), TEN), "Flatten Dense Dense"),
        ((Dense(),), "Flatten Dense Dense"),
        (
            (Conv2D(), BatchNormalization(), Dense(), Dropout(), TEN),
            "Conv2D BatchNormalization Flatten Dense Dropout Dense",
        ),
        ((Conv2D(), Dense(), MaxPooling2D(), TEN), "Conv2D Dense MaxPooling2D Flatten Dense"),
        ((Conv2D(), Dense(), SpatialDropout2D(), TEN), "Conv2D Dense SpatialDropout2D Flatten Dense"),
        ((Rescaling(scale=1.0), Dense(), Dropout(), Flatten(), TEN), "Rescaling Flatten Dense Dropout Dense"),
    ],
)
def test_pictures_become_a_row_before_the_first_dense_that_could_read_one(stack: tuple[Layer, ...], fixed: str) -> None:
    found = check(Recipe(data=Mnist(), layers=stack), FACTS).diagnoses
    fix = next(fix for problem in found for fix in problem.fixes if fix.code in MOVED)
    assert " ".join(layer.kind for layer in fix.result.layers) == fixed
    assert not {problem.code for problem in check(fix.result, FACTS).diagnoses} & NEEDED


@pytest.mark.parametrize(
    "stack",
    [
        (Dense(units=1), Flatten(), Dense(units=64, activation="relu"), TEN),
        (Conv2D(filters=1, padding="same"), Dense(units=64, activation="relu"), Flatten(), TEN),
        (Dense(units=64, activation="relu"), Flatten(), Reshape(target_shape=(28, 28, 64)), Conv2D(), Flatten(), TEN),
    ],
)
def test_a_dense_that_reads_dots_on_purpose_is_left_alone(stack: tuple[Layer, ...]) -> None:
    """One number for each dot, dots that have seen their neighbours, and a row that is made a picture again."""
    found = check(Recipe(data=Mnist(), layers=stack), FACTS).diagnoses
    assert "check.late_flatten" not in {problem.code for problem in found}
