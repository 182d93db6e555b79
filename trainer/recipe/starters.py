"""A small model that fits the data at hand, for whoever wants to begin with something that works."""

from __future__ import annotations

from typing import assert_never

from trainer.recipe.data import DataFacts
from trainer.recipe.layers import LSTM, Conv2D, Dense, Embedding, Flatten, GlobalAveragePooling1D, Layer, MaxPooling2D


def output_layer(classes: int) -> Dense:
    """The last layer for so many classes: a single probability for two of them, else one for each."""
    return Dense(units=1, activation="sigmoid") if classes == 2 else Dense(units=classes, activation="softmax")


def starter(facts: DataFacts) -> tuple[Layer, ...]:
    """The layers of the first lesson for pictures, of the second for texts, Dense layers for rows of numbers."""
    answer = output_layer(facts.classes)
    match facts.modality:
        case "text":
            return Embedding(input_dim=facts.vocabulary or 1, output_dim=32), LSTM(dropout=0.2), answer
        case "image" if min(facts.input_shape[:2]) < 10:  # too small for two rounds of window and pooling
            return Flatten(), Dense(units=64, activation="relu"), answer
        case "image":
            return Conv2D(), MaxPooling2D(), Conv2D(filters=64), MaxPooling2D(), Flatten(), answer
        case "table":
            return Dense(units=32, activation="relu"), Dense(units=16, activation="relu"), answer
        case _:
            assert_never(facts.modality)


def output_layer_only(facts: DataFacts) -> tuple[Layer, ...]:
    """No more than what turns the data into an answer: to build upon."""
    match facts.modality:
        case "text":
            return Embedding(input_dim=facts.vocabulary or 1), GlobalAveragePooling1D(), output_layer(facts.classes)
        case "image":
            return Flatten(), output_layer(facts.classes)
        case "table":
            return (output_layer(facts.classes),)
        case _:
            assert_never(facts.modality)
