"""How much a layer computes, from its shape alone."""

from __future__ import annotations

from math import prod

from trainer.recipe.layers import (
    Augmentation,
    Bidirectional,
    Embedding,
    Layer,
    MultiHeadAttention,
    PReLU,
    Recurrent,
    Transposed,
)
from trainer.recipe.shapes import Shape

BLENDED = 8
"""Multiplications for each number of a picture that is moved or turned: four neighbours, each with its weight twice."""


def work(layer: Layer, shape: Shape) -> int:
    """Multiplications that a layer makes for one example of `shape`, forwards: one for each use of a parameter."""
    leaving = layer.output_shape(shape)
    if isinstance(layer, Embedding):
        return prod(leaving)  # it looks rows up
    if isinstance(layer, Recurrent | Bidirectional):
        return shape[0] * layer.parameter_count(shape)
    if isinstance(layer, Transposed):
        return prod(shape[:-1]) * layer.parameter_count(shape)  # each place that arrives is drawn with the whole window
    if isinstance(layer, MultiHeadAttention):
        # Beside its weights: each look compares two places by `key_dim` numbers, and takes over as many.
        return prod(shape[:-1]) * layer.parameter_count(shape) + 2 * layer.looks(shape) * layer.key_dim
    if isinstance(layer, PReLU):
        return prod(shape)
    if isinstance(layer, Augmentation):
        return BLENDED * prod(leaving)
    return max(prod(leaving[:-1]) * layer.parameter_count(shape), prod(shape))
