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
FACTS = DataFacts((28, 28, 1), tuple("0123456789"), train=100, validation=10, test=20, modality="image")


@pytest.mark.parametrize(
    ("stack", "mended"),
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
def test_pictures_become_a_row_before_the_first_dense_that_could_read_one(
    stack: tuple[Layer, ...], mended: str
) -> None:
    found = check(Recipe(data=Mnist(), layers=stack), FACTS).problems
    mend = next(mend for problem in found for mend in problem.mends if "Flatten before Dense" in mend.title)
    assert " ".join(layer.kind for layer in mend.recipe.layers) == mended
    assert not any("Flatten" in problem.message for problem in check(mend.recipe, FACTS).problems)


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
    assert not any(
        "each dot" in problem.message for problem in check(Recipe(data=Mnist(), layers=stack), FACTS).problems
    )
