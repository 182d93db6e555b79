"""Recipes and facts about data, made from nothing but layers."""

from typing import Any

from trainer.recipe.data import DataFacts
from trainer.recipe.layers import (
    Dense,
    Embedding,
    Layer,
)
from trainer.recipe.recipe import Recipe
from trainer.sources.mnist.spec import Mnist
from trainer.sources.text_csv.spec import TextCsv


def pictures(*layers: Layer, classes: int = 10, validation: int = 10, **parts: Any) -> tuple[Recipe, DataFacts]:
    names = tuple(str(number) for number in range(classes))
    facts = DataFacts(
        input_shape=(28, 28, 1), class_names=names, train=100, validation=validation, test=20, modality="image"
    )
    return Recipe(**{"data": Mnist(), "layers": layers, **parts}), facts


def texts(*layers: Layer, classes: int = 2, vocabulary: int = 500, **parts: Any) -> tuple[Recipe, DataFacts]:
    names = tuple(str(number) for number in range(classes))
    facts = DataFacts(
        input_shape=(40,), class_names=names, train=100, validation=10, test=20, vocabulary=vocabulary, modality="text"
    )
    return Recipe(data=TextCsv(path="a.csv"), layers=layers, **parts), facts


TEN = Dense(units=10, activation="softmax")
ONE = Dense(units=1, activation="sigmoid")
WORDS = Embedding(input_dim=500)
