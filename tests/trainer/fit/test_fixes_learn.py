"""Each fix of what a check warns of leads to a model that learns: more than always giving the most common class."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.support.fits import Tiny, fit
from trainer import data
from trainer.recipe.check import check
from trainer.recipe.layers import (
    LSTM,
    BatchNormalization,
    Bidirectional,
    Conv1D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GlobalAveragePooling1D,
    GlobalMaxPooling1D,
    Layer,
    RandomFlip,
    Reshape,
    SimpleRNN,
)
from trainer.recipe.layers.augmentation import RandomRotation
from trainer.recipe.layers.normalisation import RMSNormalization
from trainer.recipe.optimizers import SGD, Adam
from trainer.recipe.recipe import Fit, Recipe
from trainer.sources.mnist.spec import Mnist

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:.*does not support masking:UserWarning")]

MARGIN = 0.1
"""By so much an accuracy has to lie above the share of the most common class."""
TEN = Dense(units=10, activation="softmax")


def digits(*layers: Layer, epochs: int = 5, batch_size: int = 16, **parts: Any) -> Recipe:
    size = Fit(epochs=epochs, batch_size=batch_size)
    return Recipe(data=Mnist(limit=600, validation=0.25), layers=layers, fit=size, **parts)


def mlp(activation: Any, count: int) -> list[Layer]:
    return [Flatten(), *[Dense(units=32, activation=activation)] * count]


DIGITS = [
    ("mirrored", digits(RandomFlip(), Flatten(), TEN)),
    ("upside_down", digits(RandomRotation(factor=0.5), Flatten(), TEN)),
    ("loss_for_amounts", digits(*mlp("relu", 1), TEN, loss="mean_squared_error")),
    ("last_is_stochastic", digits(*mlp("relu", 1), TEN, Dropout())),
    ("vanishing_gradients", digits(*mlp("sigmoid", 6), TEN, optimizer=SGD(), epochs=10)),
    ("weak_gradients", digits(*mlp("tanh", 10), TEN, optimizer=SGD(learning_rate=0.001))),
    ("learning_rate_high", digits(*mlp("relu", 1), TEN, optimizer=Adam(learning_rate=0.5))),
    ("batch_of_one", digits(*mlp("relu", 1), BatchNormalization(), TEN, batch_size=1, epochs=2)),
    ("one_step", digits(*mlp("relu", 1), TEN, batch_size=1000)),
    ("short_memory", digits(Reshape(target_shape=(784, 1)), SimpleRNN(), TEN)),
]
WORDS = Embedding(input_dim=50, output_dim=8)
YES = Dense(units=1, activation="sigmoid")
TEXTS: list[tuple[str, list[Layer]]] = [
    ("padding_as_words", [WORDS, Flatten(), YES]),
    ("padding_as_words", [WORDS, GlobalMaxPooling1D(), YES]),
    ("mask_without_effect", [WORDS, Conv1D(filters=8), GlobalAveragePooling1D(), YES]),
    ("mask_without_effect", [WORDS, RMSNormalization(), GlobalAveragePooling1D(), YES]),
    ("lost_mask_read_last", [WORDS, Conv1D(filters=8), LSTM(units=8), YES]),
    ("lost_mask_read_both_ways", [WORDS, Conv1D(filters=8), Bidirectional(layer=LSTM(units=8)), YES]),
    ("padding_read_last", [WORDS.with_(mask_zero=False), LSTM(units=8), YES]),
    ("vocabulary_too_large", [WORDS.with_(input_dim=10_000), LSTM(units=8), YES]),
]


@cache
def learned(recipe: Recipe) -> tuple[float, float]:
    """The share of the most common class, and the accuracy that is reached; several fixes lead to the same recipe."""
    with TemporaryDirectory() as folder:
        _, history = fit(recipe, Path(folder))
    assert history.prepared is not None
    assert history.prepared.val_majority is not None
    return history.prepared.val_majority, history.epochs[-1].logs["val_accuracy"]


def assert_each_fix_learns(recipe: Recipe, code: str) -> None:
    facts = data.facts(recipe.data, recipe.seed)
    found = next(one for one in check(recipe, facts).diagnoses if one.code == f"check.{code}")
    assert found.fixes
    for one in found.fixes:
        majority, reached = learned(one.result)
        assert reached > majority + MARGIN, f"{one.label}: {reached}"


@pytest.mark.parametrize(("code", "recipe"), DIGITS, ids=[row[0] for row in DIGITS])
def test_digits(code: str, recipe: Recipe) -> None:
    assert_each_fix_learns(recipe, code)


@pytest.mark.parametrize(("code", "layers"), TEXTS, ids=[f"{row[0]} {row[1][1].kind}" for row in TEXTS])
def test_texts(code: str, layers: list[Layer], texts: Callable[..., Recipe]) -> None:
    """80 texts of five words, filled up to forty."""
    recipe: Tiny = texts
    read = recipe("data.sequence_length=40", "data.validation=0.3", "fit.epochs=20", "fit.batch_size=8")
    assert_each_fix_learns(read.with_(layers=tuple(layers), optimizer=Adam(learning_rate=0.01)), code)
