"""One fit from recipe to saved weights, reported as events; a new one, or one that continues where it was."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import keras

from trainer import data
from trainer.data.dataset import Dataset, Part
from trainer.data.legibility import legibility
from trainer.data.validation_sample import validation_sample
from trainer.fit.answers import AnswerReporter
from trainer.fit.build import build, compile_model
from trainer.fit.callbacks import keras_callbacks
from trainer.fit.checkpoint_manager import CheckpointManager, DamagedStateError
from trainer.fit.control import Control, FitEndedError, MemoryReservation, StopReason
from trainer.fit.ending import ending, ending_before_first_batch, keep_weights
from trainer.fit.epoch_keeper import EpochKeeper
from trainer.fit.execution import execution_config
from trainer.fit.inputs import (
    Preparation,
    Rows,
    Words,
    examples,
    kept_preparation,
    preparation_of,
    rows_of,
)
from trainer.fit.reporter import Reporter
from trainer.fit.shared_graphs import stack_of
from trainer.fit.state_saver import EARLY_STOPPING, TrainingStateSaver, state_fingerprint
from trainer.fit.training_loop import fit, surroundings, training_loop
from trainer.fit.versions import versions
from trainer.messages import Message
from trainer.recipe.check import first_error, needed
from trainer.recipe.losses import LossChoice, loss_for
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs.events import (
    AnyEvent,
    Continued,
    EpochEnded,
    ExecutionConfig,
    Notice,
    Phase,
    Prepared,
    TextsRead,
    Watch,
)
from trainer.runs.files import write_whole
from trainer.runs.saved_state import FOLDER, Manifest
from trainer.runs.versions import difference
from trainer.runs.wording import WORDING

Write = Callable[[AnyEvent], Any]


@dataclass(frozen=True)
class Start:
    """Where a fit begins. Without arguments: at the beginning."""

    why: Literal["resume", "further"] | None = None
    epochs_known: int = 0
    """Epochs that the run's log tells of."""


@dataclass(frozen=True)
class Outcome:
    """How a fit ended."""

    stop_reason: StopReason | None
    """Why it ended before its time; None if it ended by itself."""
    reason: Message
    """Why it ended, for the person who started it."""


@dataclass(frozen=True)
class PreparedModel:
    """Everything that a fit or a test works with."""

    dataset: Dataset
    model: keras.Model
    preparation: Preparation | None
    """The vocabulary of texts or the scaling of numbers; None for pictures."""
    loss: LossChoice

    def training(self) -> Rows:
        """The training rows."""
        return self._rows(self.dataset.train)

    def validation(self) -> Rows | None:
        """The validation rows; None without any."""
        part = self.dataset.validation
        return None if part is None else self._rows(part)

    def _rows(self, part: Part) -> Rows:
        return rows_of(part, self.preparation, self.loss, len(self.dataset.class_names))


def load(
    recipe: Recipe,
    kept_in: Path | None = None,
    control: Control | None = None,
    memory: MemoryReservation | None = None,
) -> tuple[Dataset, Preparation | None]:
    """Load the data, check the recipe against it, and reserve the memory.

    Args:
        recipe: what is to be built.
        kept_in: the folder of an earlier run, whose vocabulary or scaling is used; None learns it from the training
            examples.
        control: asked between the steps whether to continue.
        memory: what the model may take; None refuses only what no computer could hold.

    Raises:
        RecipeError: the data is wrong or the stack cannot work.
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
    return dataset, preparation


def build_model(recipe: Recipe, dataset: Dataset, preparation: Preparation | None) -> PreparedModel:
    """Build a recipe's model, not yet compiled, for what `load` has returned."""
    model = build(recipe, dataset.input_shape, tokens=dataset.modality == "text")
    return PreparedModel(dataset, model, preparation, loss_for(recipe.loss, model.output_shape[1:]))


def prepare(
    recipe: Recipe,
    kept_in: Path | None = None,
    control: Control | None = None,
    memory: MemoryReservation | None = None,
) -> PreparedModel:
    """Load the data and build the model: `load`, then `build_model`."""
    return build_model(recipe, *load(recipe, kept_in, control, memory))


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
        memory: what the fit may take.

    Returns:
        How it ended, also if it was stopped before the first batch.

    Raises:
        RecipeError: the data is wrong or the stack cannot work.
        DamagedStateError: it is to continue from a state that cannot be trusted.
        NewerVersionError: it is to continue from a state that a later version of Fitboard has saved.
        Exception: whatever Keras or the disk raises; nothing of it is hidden here.
    """
    try:
        return _train(recipe, folder, write, control, start, memory)
    except FitEndedError:
        # Only from before the first batch: later on, what has been learned is kept.
        return Outcome(control.stop_reason, ending_before_first_batch(control.stop_reason))


def _train(
    recipe: Recipe, folder: Path, write: Write, control: Control, start: Start, memory: MemoryReservation | None
) -> Outcome:
    began = time.monotonic()
    write(Phase(name="preparing"))
    dataset, preparation = load(recipe, control=control, memory=memory)
    write(Phase(name="building"))
    ready = build_model(recipe, dataset, preparation)
    if preparation is not None:
        write_whole(folder / preparation.FILE, preparation.to_json().encode())
    rows = len(dataset.train)

    checkpoints = CheckpointManager(folder / FOLDER, folder.name, state_fingerprint(recipe, dataset))
    state, notices = _state_to_continue_from(checkpoints, start)
    done = state.epoch if state is not None else 0
    execution = execution_config(recipe, dataset.input_shape, rows, recipe.fit.epochs - done, surroundings())
    compile_model(ready.model, recipe, ready.loss, execution)
    own = keras_callbacks(recipe, folder, write)
    saver = TrainingStateSaver(ready.model, own, checkpoints, write, reset_patience=start.why == "further")
    keeper = EpochKeeper(saver, folder, write)
    if state is not None:
        saver.restore(state)
    _report_continuation(write, recipe, start, state, notices)
    checkpoints.remove_after(done)
    keeper.begin(done)

    def save(ended: EpochEnded) -> Watch:
        watch = saver.save(ended)
        keeper.keep(ended.epoch, watch.best_epoch)
        return watch

    reporter = Reporter(write, control, recipe.fit.batch_size, rows, save, done)
    answers = _answer_reporter(recipe, ready, write, done)
    write(_prepared(recipe, ready, execution, time.monotonic() - began))
    control.check()
    stop_reason = None
    if done < recipe.fit.epochs and not _had_stopped_early(state, start):
        write(Phase(name="compiling"))
        stop_reason = _fit(recipe, ready, execution, [*own, saver, reporter, *answers], done, control)
    else:
        saver.restore_callbacks()
    write(Phase(name="saving"))
    kept = keep_weights(recipe, own, reporter, saver, folder)
    write(kept)  # at once: the file has them, and whatever reads the log compares the two
    keeper.finish(kept)
    if kept.inside_epoch is None:
        for one in answers:
            one.answer(kept.epoch)  # perhaps the weights of an epoch that was left out
    return Outcome(stop_reason, ending(stop_reason, own, reporter.epochs_done, recipe))


def _fit(
    recipe: Recipe,
    ready: PreparedModel,
    execution: ExecutionConfig,
    callbacks: list[keras.callbacks.Callback],
    done: int,
    control: Control,
) -> StopReason | None:
    """Train the epochs that are missing.

    Args:
        recipe: what is trained.
        ready: the model, compiled.
        execution: how to run it.
        callbacks: of the fit. The Reporter comes after the recipe's: it sees the learning rate that a schedule has set
            for the epoch, and what callbacks remember at its end. Answers come after the epoch that they belong to.
        done: completed epochs.
        control: knows why the fit was ended.

    Returns:
        Why it ended before its time; None if it ended by itself.
    """
    epochs = recipe.fit.epochs
    steps = -(-len(ready.dataset.train) // recipe.fit.batch_size)
    listed = keras.callbacks.CallbackList(callbacks, add_history=True, model=ready.model, epochs=epochs, steps=steps)
    loop = training_loop(ready.model, recipe, execution, ready.training(), ready.validation())
    try:
        fit(loop, listed, range(done, epochs))
    except FitEndedError:
        return control.stop_reason
    return None


def _answer_reporter(recipe: Recipe, ready: PreparedModel, write: Write, done: int) -> list[AnswerReporter]:
    """What writes down the answers to some validation examples; empty without any."""
    part, sample = ready.dataset.validation, validation_sample(ready.dataset, recipe.seed)
    if part is None or sample is None:
        return []
    read = examples(part, ready.preparation)
    return [AnswerReporter(ready.model, sample, read, write, recipe.fit.epochs, done, stack=stack_of(recipe))]


def _prepared(recipe: Recipe, ready: PreparedModel, execution: ExecutionConfig, seconds: float) -> Prepared:
    dataset = ready.dataset
    majority, known = dataset.majority(), ready.preparation
    texts = legibility(dataset, known.words) if isinstance(known, Words) else None
    return Prepared(
        seconds=round(seconds, 3),
        train=len(dataset.train),
        validation=len(dataset.validation or ()),
        test=len(dataset.test),
        same_rows=dataset.same_rows,
        steps=-(-len(dataset.train) // recipe.fit.batch_size),
        epochs=recipe.fit.epochs,
        batch_size=recipe.fit.batch_size,
        parameters=ready.model.count_params(),
        class_names=dataset.class_names,
        input_shape=dataset.input_shape,
        majority=majority.train,
        val_majority=majority.validation,
        test_majority=majority.test,
        most_common=majority.answer,
        texts=None if texts is None else TextsRead(**texts._asdict()),
        execution=execution,
        versions=versions(),
    )


def _had_stopped_early(state: Manifest | None, start: Start) -> bool:
    """Whether EarlyStopping had already ended the run that is resumed; only its last steps were missing."""
    if state is None or start.why != "resume":
        return False
    return bool(state.callbacks.get(EARLY_STOPPING, {}).get("stopped_epoch"))


def _state_to_continue_from(checkpoints: CheckpointManager, start: Start) -> tuple[Manifest | None, list[Message]]:
    """The newest state that can be trusted, if any, and what the run's reader has to know of it.

    Raises:
        DamagedStateError: there is none, although epochs were completed.
    """
    found = checkpoints.newest() if start.why is not None else None
    if found is None:
        if start.why is not None and start.epochs_known:
            raise DamagedStateError(WORDING.message("no_saved_state"))
        return None, []
    manifest, is_older = found
    if manifest.epoch > start.epochs_known + 1:
        raise DamagedStateError(WORDING.message("record_lacks_epochs"))
    notices = []
    if is_older:
        notices.append(WORDING.message("older_state_used", epoch=manifest.epoch))
    if (other := difference(manifest.versions, versions())) is not None:
        notices.append(other)
    return manifest, notices


def _report_continuation(
    write: Write, recipe: Recipe, start: Start, state: Manifest | None, notices: list[Message]
) -> None:
    """Tell readers where the run continues; they forget all that they were told of later epochs."""
    if start.why is None:
        return
    write(Continued(epoch=0 if state is None else state.epoch, epochs=recipe.fit.epochs, why=start.why))
    if state is not None and state.epoch > start.epochs_known:
        write(state.ended)  # it was saved, but the crash came before it was reported
    for notice in notices:
        write(Notice(text=notice))
