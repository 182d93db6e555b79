"""What makes a fit fast without changing its numbers: the lean loop, one thread for tiny operations, and compiling.

Between two batches that Python sees lies half a millisecond or more of overhead, which small models spend mostly
waiting. An execution of about a twentieth of a second hides that, and still lets Stop, other fits and the live curve in
some twenty times a second. The lean loop measures how many batches that is; for Keras's own, an estimate has to do.

A recurrent layer is a loop of many tiny operations. TensorFlow hands each to a thread, which takes as long as the
operation; in one thread, it does not. In a graph for batches of one size, none of them finds out sizes. XLA makes one
piece of machine code of a small layer's loop, faster still, but takes seconds to do so; everything else was no faster
with it, or slower, on a processor (`docs/performance.md`). The numbers stay the same to the fifth digit each time,
except that dropout leaves out others once it is compiled.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import floor
from typing import NamedTuple

from trainer.messages import Message
from trainer.recipe.layers import Bidirectional, Layer, Recurrent
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape
from trainer.runs.events import ExecutionConfig
from trainer.runs.wording import WORDING

EXECUTION_SECONDS = 0.05
"""How long an execution should take: Stop, Pause, other fits and the live curve come in between two."""
MAX_STEPS_PER_EXECUTION = 64
"""More batches in one execution gain nothing that could be measured."""
SECONDS_PER_BATCH, SECONDS_PER_STEP, SECONDS_PER_PRODUCT = 7e-4, 1.5e-4, 2.5e-11
"""On two cores of an ordinary computer: of a batch, of a step of a recurrent layer, of a multiplication. Orders of
magnitude are enough: on a computer half as fast an execution takes a tenth of a second."""
ONE_THREAD, KNOWN_SIZES, COMPILED = 0.85, 0.72, 0.3
"""The share of the time of a recurrent step that is left in one thread, in a graph for batches of one size, and once it
is compiled instead."""
KNOWN_SIZES_SECONDS, COMPILING_SECONDS = 0.5, 1.5
"""What the graph for the shorter last batch takes for each recurrent layer, and what compiling takes."""
MAX_UNROLLED_BYTES = 256_000_000
"""XLA holds the weights of a recurrent layer once for each step; where that is more, it would cost gigabytes."""
MAX_PRODUCTS_IN_ONE_THREAD = 1.5e6
"""Up to how many multiplications of a recurrent step there is a gain in one thread, and by compiling: with more, the
threads and the faster operations that only they use are worth their overhead."""
MIN_GAIN_RATIO = 1.5
"""Compiling has to gain so many times what it takes: the estimate may be wrong, and the first point comes later."""


class Surroundings(NamedTuple):
    """What of a process decides which loop can be used; without arguments: nothing special."""

    accelerators: int = 0
    """Devices other than processors that TensorFlow computes on."""
    has_strategy: bool = False
    """Whether TensorFlow distributes training over several devices or computers."""
    is_eager: bool = False
    """Whether TensorFlow runs without graphs, to search for an error."""
    is_capped: bool = False
    """Whether Keras is told to end fits or epochs early, to try something out."""
    intra_op_threads: int = 0
    """Threads that an operation is split among; 0 if TensorFlow chooses."""


def obstacle_to_lean_loop(surroundings: Surroundings) -> Message | None:
    """Why a fit here is left to Keras's own loop; None if the lean loop can have it.

    All else that Keras's loop can do, no recipe asks for: generators, weights of classes and rows, limits of steps.
    """
    if surroundings.has_strategy:
        return WORDING.message("keras_loop_distributed")
    if surroundings.accelerators:
        return WORDING.message("keras_loop_accelerator")
    if surroundings.is_eager:
        return WORDING.message("keras_loop_eager")
    if surroundings.is_capped:
        return WORDING.message("keras_loop_capped")
    return None


def execution_config(
    recipe: Recipe, input_shape: Shape, rows: int, epochs: int, surroundings: Surroundings | None = None
) -> ExecutionConfig:
    """How to run a fit.

    Args:
        recipe: what is trained.
        input_shape: of one example.
        rows: training rows.
        epochs: how many epochs are still to be trained.
        surroundings: where; None if nothing is special there.
    """
    surroundings = surroundings or Surroundings()
    obstacle = obstacle_to_lean_loop(surroundings)
    steps = -(-rows // recipe.fit.batch_size)
    from_epochs = compiled_from(recipe, input_shape, rows)
    is_compiled = from_epochs is not None and epochs >= from_epochs
    is_plain = obstacle is None and not is_compiled
    one_thread = is_plain and gains_in_one_thread(recipe, input_shape)
    known_sizes = is_plain and _gains_by_known_sizes(recipe, input_shape, steps * epochs)
    share = COMPILED if is_compiled else (ONE_THREAD if one_thread else 1.0) * (KNOWN_SIZES if known_sizes else 1.0)
    per_batch = seconds_per_batch(recipe, input_shape) - (1 - share) * _reading(recipe, input_shape)
    together = max(1, min(round(EXECUTION_SECONDS / per_batch), MAX_STEPS_PER_EXECUTION, steps))
    if together == 1:
        why = WORDING.message("one_batch", milliseconds=round(1000 * per_batch))
    elif obstacle is None:
        why = WORDING.message("batches_by_time", milliseconds=round(1000 * EXECUTION_SECONDS))
    else:
        why = WORDING.message("several_batches", batches=together, milliseconds=round(1000 * per_batch * together))
    compiling = _compiling(recipe, input_shape, steps * epochs, is_compiled=is_compiled)
    return ExecutionConfig(
        steps_per_execution=together,
        jit_compile=is_compiled,
        loop="lean" if obstacle is None else "keras",
        one_thread=one_thread,
        intra_op_threads=surroundings.intra_op_threads,
        known_sizes=known_sizes,
        why=_why(why, compiling, obstacle, one_thread=one_thread),
    )


def _why(steps: Message, compiling: Message, obstacle: Message | None, *, one_thread: bool) -> Message:
    if obstacle is not None:
        return WORDING.message("execution_by_keras", steps=steps, compiling=compiling, obstacle=obstacle)
    return WORDING.message("execution_in_one_thread" if one_thread else "execution", steps=steps, compiling=compiling)


def gains_in_one_thread(recipe: Recipe, input_shape: Shape) -> bool:
    """Whether a batch is mostly steps of recurrent layers so small that handing them to threads takes longer than they.

    Everything else loses in one thread, convolutions above all. The same batches gain by compiling.
    """
    size, reading, others = recipe.fit.batch_size, 0.0, 0.0
    for layer, shape in _layers_and_shapes(recipe, input_shape):
        products, steps = layer.multiplications(shape) * size, _steps(layer, shape)
        if steps and products / steps > MAX_PRODUCTS_IN_ONE_THREAD:
            return False
        reading += SECONDS_PER_STEP * steps
        others += 0 if steps else 3 * SECONDS_PER_PRODUCT * products
    return reading > 2 * others


def compiled_from(recipe: Recipe, input_shape: Shape, rows: int) -> int | None:
    """From how many epochs on a fit is compiled; None if it never is. As for `execution_config`."""
    recurrent = recurrent_steps(recipe, input_shape)
    if not recurrent or rows < recipe.fit.batch_size or not _fits_compiled(recipe, input_shape):
        return None
    gain = _gain_per_batch(recipe, input_shape) * -(-rows // recipe.fit.batch_size)
    if not gain:
        return None
    return floor(MIN_GAIN_RATIO * COMPILING_SECONDS * len(recurrent) / gain) + 1


def _gain_per_batch(recipe: Recipe, input_shape: Shape) -> float:
    """Seconds that a batch takes less once it is compiled."""
    if not gains_in_one_thread(recipe, input_shape):
        return 0.0
    return (ONE_THREAD * KNOWN_SIZES - COMPILED) * _reading(recipe, input_shape)


def _gains_by_known_sizes(recipe: Recipe, input_shape: Shape, batches: int) -> bool:
    """Whether so many batches gain more in a graph of their size than another one for the last batch takes."""
    takes = KNOWN_SIZES_SECONDS * len(recurrent_steps(recipe, input_shape))
    return (1 - KNOWN_SIZES) * _reading(recipe, input_shape) * batches > takes


def _reading(recipe: Recipe, input_shape: Shape) -> float:
    """Seconds that the steps of recurrent layers take in a batch, in several threads."""
    return SECONDS_PER_STEP * sum(recurrent_steps(recipe, input_shape))


def _compiling(recipe: Recipe, input_shape: Shape, batches: int, *, is_compiled: bool) -> Message:
    """Why a fit of so many batches is compiled or not."""
    recurrent = recurrent_steps(recipe, input_shape)
    if not recurrent:
        return WORDING.message("not_compiled")
    if not _fits_compiled(recipe, input_shape):
        return WORDING.message("not_compiled_memory")
    cost, gain = COMPILING_SECONDS * len(recurrent), _gain_per_batch(recipe, input_shape) * batches
    return WORDING.message("compiled" if is_compiled else "not_compiled_gain", cost=cost, gain=round(gain, 1))


def seconds_per_batch(recipe: Recipe, input_shape: Shape) -> float:
    """An estimate of how long one batch trains without compiling, from the stack alone."""
    products = sum(layer.multiplications(shape) for layer, shape in _layers_and_shapes(recipe, input_shape))
    computing = SECONDS_PER_PRODUCT * products * recipe.fit.batch_size * 3
    return SECONDS_PER_BATCH + _reading(recipe, input_shape) + computing


def recurrent_steps(recipe: Recipe, input_shape: Shape) -> list[int]:
    """The steps of each recurrent layer; a Bidirectional one reads twice."""
    steps = []
    for layer, shape in _layers_and_shapes(recipe, input_shape):
        if isinstance(layer, Bidirectional):
            steps += [shape[0], shape[0]]
        elif _steps(layer, shape):
            steps.append(shape[0])
    return steps


def _steps(layer: Layer, shape: Shape) -> int:
    """The steps of a layer, both directions together; 0 if it does not read step by step."""
    if isinstance(layer, Bidirectional):
        return 2 * shape[0]
    return shape[0] if isinstance(layer, Recurrent) else 0


def _fits_compiled(recipe: Recipe, input_shape: Shape) -> bool:
    """Whether the compiled step would not take too much memory."""
    return all(
        4 * shape[0] * layer.parameter_count(shape) <= MAX_UNROLLED_BYTES
        for layer, shape in _layers_and_shapes(recipe, input_shape)
        if isinstance(layer, Recurrent | Bidirectional)
    )


def _layers_and_shapes(recipe: Recipe, input_shape: Shape) -> Iterator[tuple[Layer, Shape]]:
    """Each layer with the shape of what arrives at it."""
    shape = input_shape
    for layer in recipe.layers:
        yield layer, shape
        shape = layer.output_shape(shape)
