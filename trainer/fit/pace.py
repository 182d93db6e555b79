"""How many batches to run at a stretch inside TensorFlow: enough to be fast, few enough for a curve that moves.

Between two batches that Python sees lies half a millisecond or more of overhead, which small models spend mostly
waiting. An execution of about a twentieth of a second hides that, and still lets Stop, turns and the live curve in some
twenty times a second. The numbers stay the same to the last digit: only who counts the batches changes.
"""

from __future__ import annotations

from math import prod

from trainer.recipe.layers import Bidirectional, Embedding, Layer, Recurrent
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape

TARGET = 0.05
"""Seconds that an execution should last."""
MOST = 64
"""More batches at a stretch gain nothing that could be measured."""
PER_BATCH, PER_STEP, PER_PRODUCT = 7e-4, 1e-4, 2.5e-11
"""Seconds, on two cores of an ordinary computer: of a batch, of a step of a recurrent layer, of a multiplication.
Orders of size are enough: on a computer half as fast an execution takes a tenth of a second."""


def steps_per_execution(recipe: Recipe, input_shape: Shape, steps: int) -> int:
    """How many batches to run at a stretch, for an epoch of `steps` batches."""
    return max(1, min(round(TARGET / seconds_per_batch(recipe, input_shape)), MOST, steps))


def seconds_per_batch(recipe: Recipe, input_shape: Shape) -> float:
    """A guess at how long one batch trains, from the stack alone."""
    shape, products, recurrent_steps = input_shape, 0.0, 0
    for layer in recipe.layers:
        products += work(layer, shape)
        if isinstance(layer, Recurrent | Bidirectional):
            recurrent_steps += shape[0]
        shape = layer.output_shape(shape)
    return PER_BATCH + PER_STEP * recurrent_steps + PER_PRODUCT * products * recipe.fit.batch_size * 3


def work(layer: Layer, shape: Shape) -> int:
    """Multiplications that a layer makes for one example of `shape`, forwards: one for each use of a parameter."""
    leaving = layer.output_shape(shape)
    if isinstance(layer, Embedding):
        return prod(leaving)  # it looks rows up
    if isinstance(layer, Recurrent | Bidirectional):
        return shape[0] * layer.parameter_count(shape)
    return max(prod(leaving[:-1]) * layer.parameter_count(shape), prod(shape))
