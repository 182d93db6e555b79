"""How much a layer computes, from its shape alone."""

from __future__ import annotations

from math import prod

from trainer.recipe.layers import Bidirectional, Embedding, Layer, Recurrent
from trainer.recipe.shapes import Shape


def work(layer: Layer, shape: Shape) -> int:
    """Multiplications that a layer makes for one example of `shape`, forwards: one for each use of a parameter."""
    leaving = layer.output_shape(shape)
    if isinstance(layer, Embedding):
        return prod(leaving)  # it looks rows up
    if isinstance(layer, Recurrent | Bidirectional):
        return shape[0] * layer.parameter_count(shape)
    return max(prod(leaving[:-1]) * layer.parameter_count(shape), prod(shape))
