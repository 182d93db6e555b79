"""How long a recipe would train on this computer: a few timed batches of the very model, which is then thrown away.

The model is built, compiled and fed as a fit of the recipe would be, on data that all fits share. What would have to be
waited for too long is estimated instead: batches that take seconds, and the disk. Seeds are the layers' own; nothing
that other fits read is changed.
"""

from __future__ import annotations

import time
from contextlib import suppress
from math import prod

import keras

from trainer.fit.batch_timer import BatchTimer, Clock, TimingDoneError
from trainer.fit.build import compile_model
from trainer.fit.control import Control, MemoryReservation
from trainer.fit.execution import compiled_from, execution_config, seconds_per_batch
from trainer.fit.inputs import examples
from trainer.fit.run import PreparedModel, build_model, load
from trainer.fit.training_loop import Loop, surroundings, training_loop
from trainer.recipe.check.memory import EVALUATION_BATCH
from trainer.recipe.cost import SPREAD, SPREAD_GUESSED, Cost
from trainer.recipe.limits import MAX_EPOCHS
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape

MAX_BATCH_SECONDS = 1.0
"""A batch that by its size takes longer is timed with fewer rows, and multiplied."""
SAVING_SECONDS, SAVED_PER_SECOND = 0.02, 150e6
"""What the end of an epoch takes on an ordinary disk: seconds, and bytes of weights and optimizer in a second."""


def measure(
    recipe: Recipe,
    control: Control,
    memory: MemoryReservation | None = None,
    clock: Clock = time.perf_counter,
    *,
    same_process: bool = False,
) -> Cost:
    """Time a few batches of a recipe's model; some three seconds, and what compiling takes if its fit would compile.

    Args:
        recipe: what may be trained.
        control: asked between two steps and two executions; its slot may compute.
        memory: what the model may take.
        clock: seconds.
        same_process: whether the fit will run in this process, where it finds the graphs that are made here.

    Raises:
        RecipeError: the data is wrong or the stack cannot work.
        FitEndedError: nobody wants the answer any more.
        Exception: whatever Keras raises.
    """
    dataset, preparation = load(recipe, control=control, memory=memory)
    for part in (dataset.train, dataset.validation):
        if part is not None:  # before the clock runs: the fit that may follow finds them ready
            control.check()
            examples(part, preparation)
    began = clock()
    ready = build_model(recipe, dataset, preparation)
    shape, rows, epochs = dataset.input_shape, len(dataset.train), recipe.fit.epochs
    timed, factor = _with_batches_to_time(recipe, shape, rows)
    together = execution_config(timed, shape, rows, epochs).steps_per_execution
    execution = execution_config(recipe, shape, rows, epochs, surroundings())
    execution = execution.model_copy(update={"steps_per_execution": together})
    compile_model(ready.model, timed, ready.loss, execution)
    control.check()
    building = clock() - began
    loop = training_loop(ready.model, timed, execution, ready.training(), None)
    training = _time_training(ready, timed, loop, control, clock)
    batch = training.per_batch() * factor
    graphs = training.graphs()
    loop = training_loop(ready.model, timed, execution, ready.training(), ready.validation())
    validation, more_graphs = _time_validation(ready, recipe, loop, batch, control, clock)
    if same_process and factor == 1:
        graphs = more_graphs = 0.0
    saving = _saving(ready.model)
    return Cost(
        first=building + graphs + batch * training.batches_of_first,
        once=building + graphs + more_graphs + saving,
        training=training.per_epoch() if factor == 1 else batch * -(-rows // recipe.fit.batch_size),
        validation=validation,
        saving=saving,
        spread=SPREAD if factor == 1 and training.laps else SPREAD_GUESSED,
        compiled_from=compiled_from(recipe, shape, rows),
        is_compiled=execution.jit_compile,
    )


def _with_batches_to_time(recipe: Recipe, shape: Shape, rows: int) -> tuple[Recipe, float]:
    """The recipe with batches small enough to be timed, and how many times as long its own take."""
    size = min(recipe.fit.batch_size, rows)
    seconds = seconds_per_batch(recipe.with_(fit=recipe.fit.with_(batch_size=size)), shape)
    if seconds <= MAX_BATCH_SECONDS:
        return recipe, 1.0
    fewer = max(1, int(size * MAX_BATCH_SECONDS / seconds))
    return recipe.with_(fit=recipe.fit.with_(batch_size=fewer)), size / fewer


def _time_training(ready: PreparedModel, recipe: Recipe, loop: Loop, control: Control, clock: Clock) -> BatchTimer:
    timer = BatchTimer(control, -(-len(ready.dataset.train) // recipe.fit.batch_size), clock)
    with suppress(TimingDoneError):
        loop.fit(keras.callbacks.CallbackList([timer], model=ready.model), range(MAX_EPOCHS))
    return timer


def _time_validation(
    ready: PreparedModel, recipe: Recipe, loop: Loop, batch: float, control: Control, clock: Clock
) -> tuple[float, float]:
    """Seconds for the validation rows of an epoch, and for making their graphs."""
    part = ready.dataset.validation
    if part is None:
        return 0.0, 0.0
    batches = -(-len(part) // EVALUATION_BATCH)
    # Forwards it is a third of the work of training.
    guess = batch / 3 * len(part) / min(recipe.fit.batch_size, len(ready.dataset.train))
    if guess / batches > MAX_BATCH_SECONDS:
        return guess, 0.0
    first = _time_evaluation(ready, loop, batches, control, clock)
    if first.laps:
        return first.per_batch() * batches, first.graphs()
    # One execution holds all batches: the first made the graphs as well, the second does not.
    again = _time_evaluation(ready, loop, batches, control, clock)
    return again.first or 0.0, max(0.0, (first.first or 0.0) - (again.first or 0.0))


def _time_evaluation(ready: PreparedModel, loop: Loop, batches: int, control: Control, clock: Clock) -> BatchTimer:
    timer = BatchTimer(control, batches, clock)
    with suppress(TimingDoneError):
        loop.evaluate(keras.callbacks.CallbackList([timer], model=ready.model))
    return timer


def _saving(model: keras.Model) -> float:
    """Seconds for writing weights and optimizer to the disk."""
    size: int = sum(prod(variable.shape) * 4 for variable in (*model.variables, *model.optimizer.variables))
    return SAVING_SECONDS + size / SAVED_PER_SECOND
