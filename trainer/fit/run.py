"""One fit from recipe to kept weights, told as events."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import keras

from trainer import data
from trainer.data.dataset import Dataset
from trainer.fit.build import build, compile_model
from trainer.fit.callbacks import keras_callbacks
from trainer.fit.checkpoint import CheckpointSaver, save_weights
from trainer.fit.control import Control, FitEndedError
from trainer.fit.inputs import EpochNumber, Words, answers, evaluation_batches, examples, learn_words, training_batches
from trainer.fit.pace import steps_per_execution
from trainer.fit.reporter import Reporter
from trainer.recipe.check import check
from trainer.recipe.data import TextCsv
from trainer.recipe.losses import LossChoice, loss_for
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs.events import AnyEvent, Phase, Prepared, WeightsKept
from trainer.runs.files import write_whole

WORDS_FILE = "vocabulary.json"
WEIGHTS_FILE = "final.weights.h5"

Write = Callable[[AnyEvent], Any]


@dataclass(frozen=True)
class Outcome:
    """How a fit ended; `reason` is a sentence for the person who started it."""

    wish: str | None
    """"stop" or "interrupt" if the outside ended it, None if it ended by itself."""
    reason: str


@dataclass(frozen=True)
class Prepare:
    """Everything that a fit or a test works with."""

    dataset: Dataset
    model: keras.Sequential
    words: Words | None
    loss: LossChoice


def prepare(recipe: Recipe, words: Words | None = None, write: Write | None = None) -> Prepare:
    """Load the data, check the recipe against it, and build the model, not yet compiled.

    Args:
        recipe: what to build.
        words: the vocabulary of an earlier fit; None learns it from the training texts.
        write: told when building begins.

    Raises:
        RecipeError: the data is wrong or the stack cannot work; one sentence.
    """
    dataset = data.load(recipe.data, recipe.seed)
    report = check(recipe, dataset.facts())
    if report.errors:
        raise RecipeError(report.errors[0].message)
    if isinstance(recipe.data, TextCsv) and words is None:
        words = learn_words(dataset.train.x, recipe.data)
    if write is not None:
        write(Phase(name="building"))
    model = build(recipe, dataset.input_shape, tokens=words is not None)
    return Prepare(dataset, model, words, loss_for(recipe.loss, model.output_shape[1:]))


def train(recipe: Recipe, folder: Path, write: Write, control: Control) -> Outcome:
    """Fit a recipe's model and keep its weights in the run's folder.

    Raises:
        RecipeError: the data is wrong or the stack cannot work.
        Exception: whatever Keras or the disk raises; nothing of it is hidden here.
    """
    began = time.monotonic()
    write(Phase(name="preparing"))
    ready = prepare(recipe, write=write)
    dataset, model = ready.dataset, ready.model
    if ready.words is not None:
        write_whole(folder / WORDS_FILE, json.dumps(ready.words.words, ensure_ascii=False).encode())
    x, y = examples(dataset.train, ready.words), answers(dataset.train.y, ready.loss, len(dataset.class_names))
    batch_size, epochs = recipe.fit.batch_size, recipe.fit.epochs
    steps = -(-len(x) // batch_size)
    compile_model(model, recipe, ready.loss, steps_per_execution(recipe, dataset.input_shape, steps))
    validation = None
    if dataset.validation is not None:
        val_y = answers(dataset.validation.y, ready.loss, len(dataset.class_names))
        validation = evaluation_batches(examples(dataset.validation, ready.words), val_y)
    reporter = Reporter(write, control, batch_size, len(x))
    own, epoch = keras_callbacks(recipe, folder), EpochNumber()
    # The Reporter comes last: it sees the learning rate that a schedule has set for the epoch.
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
        )
    )
    write(Phase(name="training"))
    wish = control.wish
    if not control.ending:  # otherwise no callback has begun yet, and Keras refuses to end what has not begun
        try:
            model.fit(
                training_batches(x, y, batch_size, recipe.seed, epoch.number),
                epochs=epochs,
                validation_data=validation,
                callbacks=callbacks,
                shuffle=False,  # our batches come shuffled
                verbose=0,
            )
        except FitEndedError:
            wish = control.wish
            callbacks.on_train_end()  # lets EarlyStopping go back to the best weights and loggers close their files
    write(Phase(name="saving"))
    write(_keep_weights(model, own, reporter, folder))
    return Outcome(wish, _reason(wish, own, reporter, recipe))


def _keep_weights(
    model: keras.Model, own: list[keras.callbacks.Callback], reporter: Reporter, folder: Path
) -> WeightsKept:
    """Leave in the model what the callbacks were asked to keep, and save it as the run's result."""
    epoch, reason = reporter.epochs_done, "the weights at the end of training"
    if reporter.is_inside_epoch:
        reason = f"the weights at the moment it was stopped, in the middle of epoch {epoch + 1}"
    for callback in own:
        if not isfinite(getattr(callback, "best", None) or 0.0):
            continue  # Keras takes the first value for the best even if it is not a number
        if isinstance(callback, keras.callbacks.EarlyStopping) and callback.best_weights is not None:
            epoch, reason = callback.best_epoch + 1, f"the best {callback.monitor}, kept by EarlyStopping"
    for callback in own:
        if isinstance(callback, CheckpointSaver) and callback.best_file is not None and isfinite(callback.best):
            model.load_weights(callback.best_file)
            epoch, reason = callback.saved_epoch or 0, f"the best {callback.monitor}, kept by ModelCheckpoint"
    save_weights(model, folder / WEIGHTS_FILE)
    return WeightsKept(epoch=epoch, file=WEIGHTS_FILE, reason=reason)


def _reason(wish: str | None, own: list[keras.callbacks.Callback], reporter: Reporter, recipe: Recipe) -> str:
    done = reporter.epochs_done
    if wish == "stop":
        return f"Stopped by you after {done} of {recipe.fit.epochs} epochs."
    if wish == "interrupt":
        return f"Fitboard was closed after {done} of {recipe.fit.epochs} epochs."
    if not isfinite(reporter.last_loss):
        return "The loss is no longer a number: training has diverged. Try a lower learning rate."
    for callback in own:
        if isinstance(callback, keras.callbacks.EarlyStopping) and callback.stopped_epoch:
            best = callback.best_epoch + 1
            waited = f"{callback.patience} {'epoch' if callback.patience == 1 else 'epochs'}"
            return f"EarlyStopping: no better {callback.monitor} for {waited}; the best was epoch {best}."
    return "The one epoch is done." if recipe.fit.epochs == 1 else f"All {recipe.fit.epochs} epochs are done."
