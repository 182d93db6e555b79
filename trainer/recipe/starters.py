"""A small model that fits the data at hand, for whoever wants to begin with something that works."""

from __future__ import annotations

from trainer.recipe.data import DataFacts
from trainer.recipe.layers import LSTM, Conv2D, Dense, Embedding, Flatten, GlobalAveragePooling1D, Layer, MaxPooling2D


def head(classes: int) -> Dense:
    """The last layer for so many classes: a single chance for two of them, else one for each."""
    return Dense(units=1, activation="sigmoid") if classes == 2 else Dense(units=classes, activation="softmax")


def starter(facts: DataFacts) -> tuple[Layer, ...]:
    """The layers of the first lesson for pictures, of the second for texts, with the head that the classes need."""
    answer = head(facts.classes)
    if facts.vocabulary is not None:
        return Embedding(input_dim=facts.vocabulary, output_dim=32), LSTM(dropout=0.2), answer
    if min(facts.input_shape[:2]) < 10:  # too small for two rounds of window and pooling
        return Flatten(), Dense(units=64, activation="relu"), answer
    return Conv2D(), MaxPooling2D(), Conv2D(filters=64), MaxPooling2D(), Flatten(), answer


def bare(facts: DataFacts) -> tuple[Layer, ...]:
    """No more than what turns the data into an answer: to build upon."""
    if facts.vocabulary is not None:
        return Embedding(input_dim=facts.vocabulary), GlobalAveragePooling1D(), head(facts.classes)
    return Flatten(), head(facts.classes)
