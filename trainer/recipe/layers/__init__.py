"""Every kind of layer, found by its Keras name.

A new kind is one class in any file of this folder: all of them are imported here, and the class registers itself. The
names below are those that other modules ask for.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Annotated

from trainer.recipe.layers.activation import ELU, Activation, LeakyReLU, PReLU, ReLU, Softmax
from trainer.recipe.layers.attention import MultiHeadAttention
from trainer.recipe.layers.augmentation import (
    Augmentation,
    RandomBrightness,
    RandomContrast,
    RandomFlip,
    RandomRotation,
    RandomTranslation,
    RandomZoom,
)
from trainer.recipe.layers.base import Group, Layer
from trainer.recipe.layers.convolution import Conv1D, Conv2D
from trainer.recipe.layers.dense import Dense
from trainer.recipe.layers.edges import Cropping1D, Cropping2D, UpSampling1D, UpSampling2D, ZeroPadding1D, ZeroPadding2D
from trainer.recipe.layers.normalisation import (
    BatchNormalization,
    GroupNormalization,
    LayerNormalization,
    RMSNormalization,
    UnitNormalization,
)
from trainer.recipe.layers.pooling import (
    AveragePooling1D,
    AveragePooling2D,
    GlobalAveragePooling1D,
    GlobalAveragePooling2D,
    GlobalMaxPooling1D,
    GlobalMaxPooling2D,
    MaxPooling1D,
    MaxPooling2D,
)
from trainer.recipe.layers.regularisation import (
    AlphaDropout,
    Dropout,
    GaussianDropout,
    GaussianNoise,
    SpatialDropout1D,
    SpatialDropout2D,
)
from trainer.recipe.layers.scaling import CenterCrop, Rescaling, Resizing
from trainer.recipe.layers.separable import (
    Conv1DTranspose,
    Conv2DTranspose,
    DepthwiseConv1D,
    DepthwiseConv2D,
    SeparableConv1D,
    SeparableConv2D,
)
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
    "AlphaDropout",
    "AnyLayer",
    "Augmentation",
    "AveragePooling1D",
    "AveragePooling2D",
    "BatchNormalization",
    "Bidirectional",
    "CenterCrop",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Cropping1D",
    "Cropping2D",
    "Dense",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "Dropout",
    "Embedding",
    "Flatten",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "Group",
    "GroupNormalization",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "MaxPooling1D",
    "MaxPooling2D",
    "MultiHeadAttention",
    "PReLU",
    "Permute",
    "RMSNormalization",
    "RandomBrightness",
    "RandomContrast",
    "RandomFlip",
    "RandomRotation",
    "RandomTranslation",
    "RandomZoom",
    "ReLU",
    "Recurrent",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "Resizing",
    "SeparableConv1D",
    "SeparableConv2D",
    "SimpleRNN",
    "Softmax",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "UnitNormalization",
    "UpSampling1D",
    "UpSampling2D",
    "ZeroPadding1D",
    "ZeroPadding2D",
]

AnyLayer = Annotated[Layer, OneOf(Layer)]
