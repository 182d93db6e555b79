"""Every kind of layer, found by its Keras name.

A new kind is one class in any file of this folder: all of them are imported here, and the class registers itself. The
names below are those that other modules ask for.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Annotated

from trainer.recipe.layers.activation import ELU, Activation, ReLU, Softmax
from trainer.recipe.layers.attention import MultiHeadAttention
from trainer.recipe.layers.augmentation import Augmentation, RandomFlip
from trainer.recipe.layers.base import Group, Layer
from trainer.recipe.layers.convolution import Conv1D, Conv2D
from trainer.recipe.layers.dense import Dense
from trainer.recipe.layers.edges import UpSampling2D, ZeroPadding2D
from trainer.recipe.layers.normalisation import BatchNormalization, LayerNormalization
from trainer.recipe.layers.pooling import (
    AveragePooling2D,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    MaxPooling1D,
    MaxPooling2D,
)
from trainer.recipe.layers.regularisation import Dropout, SpatialDropout2D
from trainer.recipe.layers.scaling import CenterCrop, Rescaling, Resizing
from trainer.recipe.layers.separable import Conv2DTranspose
from trainer.recipe.layers.shape import Flatten, Permute, RepeatVector, Reshape
from trainer.recipe.layers.text import GRU, LSTM, Bidirectional, Embedding, Recurrent, SimpleRNN
from trainer.recipe.spec import OneOf

for _module in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = [
    "ELU",
    "GRU",
    "LSTM",
    "Activation",
    "AnyLayer",
    "Augmentation",
    "AveragePooling2D",
    "BatchNormalization",
    "Bidirectional",
    "CenterCrop",
    "Conv1D",
    "Conv2D",
    "Conv2DTranspose",
    "Dense",
    "Dropout",
    "Embedding",
    "Flatten",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling1D",
    "Group",
    "Layer",
    "LayerNormalization",
    "MaxPooling1D",
    "MaxPooling2D",
    "MultiHeadAttention",
    "Permute",
    "RandomFlip",
    "ReLU",
    "Recurrent",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "Resizing",
    "SimpleRNN",
    "Softmax",
    "SpatialDropout2D",
    "UpSampling2D",
    "ZeroPadding2D",
]

AnyLayer = Annotated[Layer, OneOf(Layer)]
