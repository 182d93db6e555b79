"""One fit from recipe to kept weights, told as events; a new one, or one that goes on where it was."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import keras

from trainer import data
from trainer.data.dataset import Dataset
from trainer.fit.build import build, compile_model
from trainer.fit.callbacks import keras_callbacks
from trainer.fit.checkpoint_manager import CheckpointManager, DamagedStateError, Manifest
from trainer.fit.control import Control, FitEndedError, MemoryReservation
from trainer.fit.ending import keep_weights, reason
from trainer.fit.execution import execution_config
from trainer.fit.inputs import (
    EpochNumber,
    Preparation,
    answers,
    evaluation_batches,
    examples,
    kept_preparation,
    preparation_of,
    training_batches,
)
from trainer.fit.reporter import Reporter
from trainer.fit.state_saver import FOLDER, TrainingStateSaver, state_fingerprint
from trainer.fit.versions import versions
from trainer.recipe.check import first_error, needed
from trainer.recipe.losses import LossChoice, loss_for
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs.events import AnyEvent, Continued, Notice, Phase, Prepared
from trainer.runs.files import write_whole
from trainer.runs.versions import difference

Write = Callable[[AnyEvent], Any]


@dataclass(frozen=True)
class Start:
    """Where a fit begins. Without arguments: at the beginning."""

    why: Literal["resume", "further"] | None = None
    epochs_known: int = 0
    """Epochs that the run's log tells of."""


@dataclass(frozen=True)
class Outcome:
    """How a fit ended; `reason` is a sentence for the person who started it."""

    stop_reason: str | None
    """Why it ended before its time (see `Control`), None if it ended by itself."""
    reason: str


@dataclass(frozen=True)
class Prepare:
    """Everything that a fit or a test works with."""

    dataset: Dataset
    model: keras.Model
    preparation: Preparation | None
    loss: LossChoice


def prepare(
    recipe: Recipe,
    kept_in: Path | None = None,
    write: Write | None = None,
    control: Control | None = None,
    memory: MemoryReservation | None = None,
) -> Prepare:
    """Load the data, check the recipe against it, and build the model, not yet compiled.

    Args:
        recipe: what to build.
        kept_in: the folder of an earlier run, whose vocabulary or scaling is used; None learns it from the training
            examples.
        write: told when building begins.
        control: asked between the steps whether to go on.
        memory: the memory that it takes; None refuses only what no computer could hold.

    Raises:
        RecipeError: the data is wrong or the stack cannot work; one sentence.
        FitEndedError: somebody wants it to end.
    """
    dataset = data.load(recipe.data, recipe.seed)
    facts = dataset.facts()
    rows, error = first_error(recipe, facts, None if memory is None else memory.limit())
    if error is not None:
        raise RecipeError(error.message)
    if memory is not None:
        memory.take(needed(recipe, rows, facts).total)
    preparation = preparation_of(dataset) if kept_in is None else kept_preparation(dataset, kept_in)
    if control is not None:
        control.check()
    if write is not None:
        write(Phase(name="building"))
    model = build(recipe, dataset.input_shape, tokens=dataset.modality == "text")
    return Prepare(dataset, model, preparation, loss_for(recipe.loss, model.output_shape[1:]))


def train(
    recipe: Recipe,
    folder: Path,
    write: Write,
    control: Control,
    start: Start = Start(),
    memory: MemoryReservation | None = None,
) -> Outcome:
    """Fit a recipe's model and keep its weights in the run's folder.

    Args:
        recipe: what to train; its `fit.epochs` counts those before `start` as well.
        folder: of the run.
        write: takes the events.
        control: asked between two batches.
        start: where to begin.
        memory: the memory that it takes.

    Raises:
        RecipeError: the data is wrong or the stack cannot work.
        DamagedStateError: it is to go on from a state that cannot be trusted.
        NewerVersionError: it is to go on from a state that a later version of Fitboard has saved.
        Exception: whatever Keras or the disk raises; nothing of it is hidden here.
    """
    try:
        return _train(recipe, folder, write, control, start, memory)
    except FitEndedError:
        # Only from before the first batch: later on, what has been learned is kept.
        return Outcome(control.stop_reason, reason(control.stop_reason, [], 0, recipe, begun=False))


def _train(
    recipe: Recipe, folder: Path, write: Write, control: Control, start: Start, memory: MemoryReservation | None
) -> Outcome:
    began = time.monotonic()
    write(Phase(name="preparing"))
    ready = prepare(recipe, write=write, control=control, memory=memory)
    dataset, model, classes = ready.dataset, ready.model, len(ready.dataset.class_names)
    if ready.preparation is not None:
        write_whole(folder / ready.preparation.FILE, ready.preparation.to_json().encode())
    x, y = examples(dataset.train, ready.preparation), answers(dataset.train.y, ready.loss, classes)
    batch_size, epochs = recipe.fit.batch_size, recipe.fit.epochs
    steps = -(-len(x) // batch_size)
    checkpoints = CheckpointManager(folder / FOLDER, folder.name, state_fingerprint(recipe, dataset))
    manifest, notices = _state_to_go_on_from(checkpoints, start)
    begin = manifest.epoch if manifest is not None else 0
    chosen = execution_config(recipe, dataset.input_shape, len(x), epochs - begin)
    compile_model(model, recipe, ready.loss, chosen)
    validation = None
    if dataset.validation is not None:
        val_y = answers(dataset.validation.y, ready.loss, classes)
        validation = evaluation_batches(examples(dataset.validation, ready.preparation), val_y)
    majority, val_majority = dataset.majority()
    own, epoch = keras_callbacks(recipe, folder, write), EpochNumber()
    saver = TrainingStateSaver(model, own, checkpoints, write)
    if manifest is not None:
        saver.restore(manifest)
    if start.why is not None:
        write(Continued(epoch=begin, epochs=epochs, why=start.why))
        if manifest is not None and begin > start.epochs_known:
            write(manifest.ended)  # it was kept, but the crash came before it was told
        for notice in notices:  # now, since readers forget what was to be known before the run went on
            write(notice)
    checkpoints.remove_after(begin)
    restore_callbacks = lambda: saver.restore_callbacks(anew=start.why == "further")  # noqa: E731 - said where it is handed on
    reporter = Reporter(write, control, batch_size, len(x), saver.epoch_ended, restore_callbacks)
    reporter.epochs_done = begin
    # The Reporter comes last: it sees the learning rate that a schedule has set for the epoch, and what callbacks
    # remember at its end.
    callbacks = keras.callbacks.CallbackList(
        [epoch, *own, reporter], add_history=True, model=model, epochs=epochs, steps=steps
    )
    write(
        Prepared(
            seconds=round(time.monotonic() - began, 3),
            train=len(dataset.train),
            validation=len(dataset.validation or ()),
            test=len(dataset.test),
            same_rows=dataset.same_rows,
            steps=steps,
            epochs=epochs,
            batch_size=batch_size,
            parameters=model.count_params(),
            class_names=dataset.class_names,
            input_shape=dataset.input_shape,
            majority=majority,
            val_majority=val_majority,
            execution=chosen,
            versions=versions(),
        )
    )
    control.check()
    stop_reason = None
    if begin < epochs and not _had_stopped(manifest, start):
        write(Phase(name="compiling"))
        try:
            model.fit(
                training_batches(x, y, batch_size, recipe.seed, epoch.number),
                initial_epoch=begin,
                epochs=epochs,
                validation_data=validation,
                callbacks=callbacks,
                shuffle=False,  # our batches come shuffled
                verbose=0,
            )
        except FitEndedError:
            stop_reason = control.stop_reason
            callbacks.on_train_end()  # lets EarlyStopping go back to the best weights and loggers close their files
    else:
        saver.restore_callbacks(anew=False)
    write(Phase(name="saving"))
    write(keep_weights(recipe, model, own, reporter, saver, folder, stop_reason))
    return Outcome(stop_reason, reason(stop_reason, own, reporter.epochs_done, recipe))


def _state_to_go_on_from(checkpoints: CheckpointManager, start: Start) -> tuple[Manifest | None, list[Notice]]:
    """Where the fit goes on, None for the beginning, and what its reader has to know of that."""
    found = checkpoints.newest() if start.why is not None else None
    if found is None:
        if start.why is not None and start.epochs_known:
            raise DamagedStateError(
                "This run has kept no state that it could go on from: an older version made it, or the disk was full. "
                "Its curves are kept; train it again from the start."
            )
        return None, []  # no epoch was done yet: it begins anew
    manifest, passed_over = found
    if manifest.epoch > start.epochs_known + 1:
        raise DamagedStateError(
            "The record of this run lacks epochs that its saved state has, so the two do not fit. Train it again from "
            "the start."
        )
    notices = []
    if passed_over:
        notices.append(
            f"The newest saved state is damaged, so the run goes on from the one before, epoch {manifest.epoch}. What "
            "was lost is done again."
        )
    if (other := difference(manifest.versions, versions())) is not None:
        notices.append(other)
    return manifest, [Notice(text=text) for text in notices]


def _had_stopped(manifest: Manifest | None, start: Start) -> bool:
    """Whether EarlyStopping had already ended the run that is resumed; only its last steps were missing."""
    if manifest is None or start.why != "resume":
        return False
    return bool(manifest.callbacks.get("EarlyStopping", {}).get("stopped_epoch"))
