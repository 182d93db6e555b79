"""How long a recipe would train on this computer: a few timed batches of the very model, which is then thrown away.

The model is built, paced and fed as a fit of the recipe would be, on data that all fits share. What would have to be
waited for too long is worked out instead: batches that last seconds, compiling that does, and the disk. Seeds are the
layers' own; nothing that other fits read is changed.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, replace
from math import prod

import keras
import tensorflow as tf

from trainer import data
from trainer.fit.batch_timer import BatchTimer, Clock, EnoughError
from trainer.fit.build import build, compile_model
from trainer.fit.control import Control, MemoryReservation
from trainer.fit.execution import PER_STEP, compiled_from, execution_config, recurrent_steps, seconds_per_batch
from trainer.fit.inputs import (
    EVALUATION_BATCH,
    EpochNumber,
    Examples,
    answers,
    evaluation_batches,
    examples,
    preparation_of,
    training_batches,
)
from trainer.fit.run import Prepare, prepare
from trainer.recipe.check import first_error, needed
from trainer.recipe.cost import SPREAD, SPREAD_GUESSED, Compiled, Cost
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape
from trainer.recipe.spec import RecipeError
from trainer.runs.events import ExecutionConfig

LONG = 1.0
"""Seconds. A batch that by its size takes longer is timed with fewer rows, and multiplied."""
SAVING, SAVED_PER_SECOND = 0.02, 150e6
"""What the end of an epoch takes on an ordinary disk: seconds, and bytes of weights and optimizer in a second."""
LEFT, TAKES = 0.2, 2.0
"""What compiling leaves of the time of a recurrent step, and its seconds for each recurrent layer, where it is not
tried: found with LSTM, GRU and SimpleRNN of 8 to 128 units. `execution.py` is
more careful before it chooses to compile."""
LONGEST = 8.0
"""Seconds that compiling may take to be tried: it cannot be interrupted, and others wait meanwhile."""
FASTEST, SLOWEST = 0.3, 4.0
"""How many times as slow as the one of `execution.py` a computer may be taken to be."""
MOST_EPOCHS = 10_000


@dataclass(frozen=True)
class _SetAside:
    """Memory that has been waited for already."""

    memory: MemoryReservation

    def limit(self) -> int:
        return self.memory.limit()

    def take(self, needed: int) -> None:
        """It is taken."""


def measure(
    recipe: Recipe,
    control: Control,
    memory: MemoryReservation | None = None,
    clock: Clock = time.perf_counter,
) -> Cost:
    """Time a few batches of a recipe's model; some three seconds; some ten where compiling is tried.

    Args:
        recipe: what may be trained.
        control: asked between two steps and two executions; it has the turn.
        memory: the memory that it takes.
        clock: seconds.

    Raises:
        RecipeError: the data is wrong or the stack cannot work; one sentence.
        FitEndedError: nobody wants to know any more.
        Exception: whatever Keras raises.
    """
    _warm(recipe, control, memory)
    began = clock()
    ready = prepare(recipe, control=control, memory=None if memory is None else _SetAside(memory))
    x = examples(ready.dataset.train, ready.preparation)
    shape, rows, epochs = ready.dataset.input_shape, len(x), recipe.fit.epochs
    steps = -(-rows // recipe.fit.batch_size)
    tried, factor = _tried(recipe, shape, rows)
    chosen = execution_config(tried, shape, rows, epochs)
    plain = ExecutionConfig(steps_per_execution=chosen.steps_per_execution, jit_compile=False, why=chosen.why)
    compile_model(ready.model, tried, ready.loss, plain)
    control.check()
    building = clock() - began
    training = _time_training(ready, x, tried, control, clock)
    batch = training.per_batch() * factor
    an_epoch = training.per_epoch() if factor == 1 else batch * steps
    graphs = training.graphs(plain.steps_per_execution)
    validation, more_graphs = _time_validation(ready, recipe, batch, control, clock)
    compiled = _compiled(recipe, shape, rows, batch)
    if compiled is not None and epochs >= compiled.from_epochs:
        compiled = compiled.model_copy(update={"final": True})
        if chosen.jit_compile and factor == 1 and compiled.takes <= LONGEST:
            compiled = _time_compiled(ready, x, recipe, chosen, compiled, training, control, clock)
    return Cost(
        first=building + graphs + batch * plain.steps_per_execution,
        once=building + graphs + more_graphs + _saving(ready.model),
        training=an_epoch,
        validation=validation,
        saving=_saving(ready.model),
        spread=SPREAD if factor == 1 and training.laps else SPREAD_GUESSED,
        compiled=compiled,
    )


def _warm(recipe: Recipe, control: Control, memory: MemoryReservation | None) -> None:
    """Before the clock runs, read data and words, which the fit that may follow finds ready, and wait for memory."""
    dataset = data.load(recipe.data, recipe.seed)
    facts = dataset.facts()
    rows, error = first_error(recipe, facts, None if memory is None else memory.limit())
    if error is not None:
        raise RecipeError(error.message)
    if memory is not None:
        memory.take(needed(recipe, rows, facts).total)
    preparation = preparation_of(dataset)
    for part in (dataset.train, dataset.validation):
        if part is not None:
            control.check()
            examples(part, preparation)


def _tried(recipe: Recipe, shape: Shape, rows: int) -> tuple[Recipe, float]:
    """The recipe with batches small enough to be timed, and how many times as long its own take."""
    size = min(recipe.fit.batch_size, rows)
    seconds = seconds_per_batch(recipe.with_(fit=recipe.fit.with_(batch_size=size)), shape)
    if seconds <= LONG:
        return recipe, 1.0
    fewer = max(1, int(size * LONG / seconds))
    return recipe.with_(fit=recipe.fit.with_(batch_size=fewer)), size / fewer


def _time_training(ready: Prepare, x: Examples, recipe: Recipe, control: Control, clock: Clock) -> BatchTimer:
    batch_size, epoch = recipe.fit.batch_size, EpochNumber()
    y = answers(ready.dataset.train.y, ready.loss, len(ready.dataset.class_names))
    timer = BatchTimer(control, -(-len(x) // batch_size), clock)
    batches = training_batches(x, y, batch_size, recipe.seed, epoch.number)
    with suppress(EnoughError):
        ready.model.fit(batches, epochs=MOST_EPOCHS, callbacks=[epoch, timer], shuffle=False, verbose=0)
    return timer


def _time_validation(
    ready: Prepare, recipe: Recipe, batch: float, control: Control, clock: Clock
) -> tuple[float, float]:
    """Seconds for the validation rows of an epoch, and for making their graphs."""
    part = ready.dataset.validation
    if part is None:
        return 0.0, 0.0
    batches = -(-len(part) // EVALUATION_BATCH)
    # Forwards it is a third of the work of training.
    guess = batch / 3 * len(part) / min(recipe.fit.batch_size, len(ready.dataset.train))
    if guess / batches > LONG:
        return guess, 0.0
    y = answers(part.y, ready.loss, len(ready.dataset.class_names))
    rows = evaluation_batches(examples(part, ready.preparation), y)
    first = _time_evaluation(ready, rows, batches, control, clock)
    if first.laps:
        return first.per_batch() * batches, first.graphs(max(number for number, _ in first.laps))
    # One execution holds all batches: the first made the graphs as well, the second does not.
    again = _time_evaluation(ready, rows, batches, control, clock)
    return again.first or 0.0, max(0.0, (first.first or 0.0) - (again.first or 0.0))


def _time_evaluation(ready: Prepare, rows: tf.data.Dataset, batches: int, control: Control, clock: Clock) -> BatchTimer:
    timer = BatchTimer(control, batches, clock)
    with suppress(EnoughError):
        ready.model.evaluate(rows, callbacks=[timer], verbose=0)
    return timer


def _compiled(recipe: Recipe, shape: Shape, rows: int, batch: float) -> Compiled | None:
    """What compiling would change, from what it changed elsewhere and how fast this computer is."""
    from_epochs = compiled_from(recipe, shape, rows)
    if from_epochs is None:
        return None
    slowness = min(max(batch / seconds_per_batch(recipe, shape), FASTEST), SLOWEST)
    steps = recurrent_steps(recipe, shape)
    return Compiled(
        from_epochs=from_epochs,
        takes=TAKES * len(steps) * slowness,
        share=1 - (1 - LEFT) * PER_STEP * sum(steps) / seconds_per_batch(recipe, shape),
    )


def _time_compiled(
    ready: Prepare,
    x: Examples,
    recipe: Recipe,
    chosen: ExecutionConfig,
    expected: Compiled,
    plain: BatchTimer,
    control: Control,
    clock: Clock,
) -> Compiled:
    """What compiling does change, on a second model; `expected` if it was not to be seen."""
    model = build(recipe, ready.dataset.input_shape, tokens=ready.preparation is not None)
    compile_model(model, recipe, ready.loss, chosen)
    control.check()
    found = _time_training(replace(ready, model=model), x, recipe, control, clock)
    if not found.laps or not plain.laps:
        return expected
    takes = max(0.0, found.graphs(chosen.steps_per_execution) - plain.graphs(chosen.steps_per_execution))
    changes = {"takes": takes, "share": found.per_batch() / plain.per_batch(), "measured": True}
    return expected.model_copy(update=changes)


def _saving(model: keras.Model) -> float:
    """Seconds for writing weights and optimizer down."""
    size: int = sum(prod(variable.shape) * 4 for variable in (*model.variables, *model.optimizer.variables))
    return SAVING + size / SAVED_PER_SECOND
