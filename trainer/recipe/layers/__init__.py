"""Every kind of layer, found by its Keras name. A new kind is one class in one of these files, listed in `__all__`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trainer.recipe.layers.base import Layer
from trainer.recipe.layers.core import Activation, BatchNormalization, Dense, Dropout, Flatten, Reshape
from trainer.recipe.layers.image import (
    AveragePooling2D,
    Conv1D,
    Conv2D,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    MaxPooling1D,
    MaxPooling2D,
)
from trainer.recipe.layers.text import GRU, LSTM, Bidirectional, Embedding, Recurrent, SimpleRNN
from trainer.recipe.spec import one_of

__all__ = [
    "GRU",
    "LSTM",
    "Activation",
    "AnyLayer",
    "AveragePooling2D",
    "BatchNormalization",
    "Bidirectional",
    "Conv1D",
    "Conv2D",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling1D",
    "Layer",
    "MaxPooling1D",
    "MaxPooling2D",
    "Recurrent",
    "Reshape",
    "SimpleRNN",
]

if TYPE_CHECKING:
    AnyLayer = Layer
else:
    AnyLayer = one_of(Layer)
