"""What makes a fit fast without changing its numbers: batches at a stretch, and compiling where it pays back.

Between two batches that Python sees lies half a millisecond or more of overhead, which small models spend mostly
waiting. An execution of about a twentieth of a second hides that, and still lets Stop, turns and the live curve in some
twenty times a second.

A recurrent layer is a loop of many tiny operations. XLA makes one piece of machine code of it, about three times as
fast, but takes seconds to do so; everything else was no faster with it, or slower, on a processor
(`docs/performance.md`). The numbers stay the same to the fifth digit either way, except that dropout leaves out others.
"""

from __future__ import annotations

from math import floor

from trainer.recipe.layers import Bidirectional, Recurrent
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape
from trainer.runs.events import ExecutionConfig

EXECUTION_SECONDS = 0.05
"""Seconds that an execution should last."""
MAX_STEPS_PER_EXECUTION = 64
"""More batches at a stretch gain nothing that could be measured."""
PER_BATCH, PER_STEP, PER_PRODUCT = 7e-4, 1.5e-4, 2.5e-11
"""Seconds, on two cores of an ordinary computer: of a batch, of a step of a recurrent layer, of a multiplication.
Orders of size are enough: on a computer half as fast an execution takes a tenth of a second."""
COMPILED = 0.4
"""The share of the time of a recurrent step that is left once it is compiled."""
COMPILING = 4.0
"""Seconds that compiling takes for each recurrent layer."""
UNROLLED = 256_000_000
"""Bytes. XLA holds the weights of a recurrent layer once for each step; where that is more, it would cost gigabytes."""
WORTH = 1.5
"""Compiling has to gain so many times what it takes: the estimate may be wrong, and the first point comes later."""


def execution_config(recipe: Recipe, input_shape: Shape, rows: int, epochs: int) -> ExecutionConfig:
    """How to run a fit of `rows` training rows over `epochs` epochs.

    Args:
        recipe: what is trained.
        input_shape: of one example.
        rows: training rows.
        epochs: how many epochs are still to be done.
    """
    steps = -(-rows // recipe.fit.batch_size)
    plain, readers = seconds_per_batch(recipe, input_shape), recurrent_steps(recipe, input_shape)
    gain = (1 - COMPILED) * PER_STEP * sum(readers) * steps * epochs
    cost = COMPILING * len(readers)
    fits = _bytes_compiled(recipe, input_shape) <= UNROLLED
    compiled = bool(readers) and fits and rows >= recipe.fit.batch_size and gain > WORTH * cost
    per_batch = plain - (1 - COMPILED) * PER_STEP * sum(readers) if compiled else plain
    stretch = max(1, min(round(EXECUTION_SECONDS / per_batch), MAX_STEPS_PER_EXECUTION, steps))
    return ExecutionConfig(
        steps_per_execution=stretch,
        jit_compile=compiled,
        why=_why(stretch, per_batch, readers, gain if fits else 0.0, cost),
    )


def compiled_from(recipe: Recipe, input_shape: Shape, rows: int) -> int | None:
    """From how many epochs on a fit is compiled; None if it never is. As for `execution_config`."""
    readers = recurrent_steps(recipe, input_shape)
    if not execution_config(recipe, input_shape, rows, epochs=10**9).jit_compile:
        return None
    gain = (1 - COMPILED) * PER_STEP * sum(readers) * -(-rows // recipe.fit.batch_size)
    return floor(WORTH * COMPILING * len(readers) / gain) + 1


def _why(stretch: int, per_batch: float, readers: list[int], gain: float, cost: float) -> str:
    if stretch == 1:
        words = f"One batch at a time: it takes about {1000 * per_batch:.0f} ms, long enough by itself."
    else:
        words = (
            f"{stretch} batches at a stretch, together about {1000 * per_batch * stretch:.0f} ms: less waiting between "
            "them, and the curve still moves."
        )
    if not readers:
        return words + " Not compiled: that pays only for layers that read step by step."
    if gain > WORTH * cost:
        return words + f" Compiled: takes about {cost:.0f} s once and saves about {gain:.0f} s."
    if not gain:
        return words + " Not compiled: that would take too much memory."
    return words + f" Not compiled: that would take about {cost:.0f} s and save only about {gain:.1f} s."


def seconds_per_batch(recipe: Recipe, input_shape: Shape) -> float:
    """A guess at how long one batch trains without compiling, from the stack alone."""
    shape, products = input_shape, 0.0
    for layer in recipe.layers:
        products += layer.multiplications(shape)
        shape = layer.output_shape(shape)
    steps = sum(recurrent_steps(recipe, input_shape))
    return PER_BATCH + PER_STEP * steps + PER_PRODUCT * products * recipe.fit.batch_size * 3


def recurrent_steps(recipe: Recipe, input_shape: Shape) -> list[int]:
    """The steps of each recurrent layer; a Bidirectional one reads twice."""
    shape, steps = input_shape, []
    for layer in recipe.layers:
        if isinstance(layer, Bidirectional):
            steps += [shape[0], shape[0]]
        elif isinstance(layer, Recurrent):
            steps.append(shape[0])
        shape = layer.output_shape(shape)
    return steps


def _bytes_compiled(recipe: Recipe, input_shape: Shape) -> int:
    shape, largest = input_shape, 0
    for layer in recipe.layers:
        if isinstance(layer, Recurrent | Bidirectional):
            largest = max(largest, 4 * shape[0] * layer.parameter_count(shape))
        shape = layer.output_shape(shape)
    return largest
