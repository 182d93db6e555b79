"""How a fit ends: which weights it leaves in the model, and why it ended, in a sentence."""

from __future__ import annotations

from math import isfinite
from pathlib import Path

import keras
import numpy as np

from trainer.fit.build import build
from trainer.fit.checkpoint import CheckpointSaver, save_weights
from trainer.fit.reporter import Reporter
from trainer.fit.state_saver import CHECKPOINT, TrainingStateSaver
from trainer.recipe.recipe import Recipe
from trainer.runs.events import WeightsKept

WEIGHTS_FILE = "final.weights.h5"


def keep_weights(
    recipe: Recipe,
    model: keras.Model,
    own: list[keras.callbacks.Callback],
    reporter: Reporter,
    saver: TrainingStateSaver,
    folder: Path,
    stop_reason: str | None,
) -> WeightsKept:
    """Leave in the model what the callbacks were asked to keep, else the last finite weights, and save it.

    The last and the best weights stay in the run's saved states as well.

    Raises:
        OSError: the disk does not take them.
    """
    epoch, why = reporter.epochs_done, "the weights at the end of training"
    if reporter.is_inside_epoch:
        why = f"the weights at the moment it was stopped, in the middle of epoch {epoch + 1}"
    chosen = _asked_for(model, own, saver)
    if chosen is not None:
        epoch, why = chosen
    elif stop_reason == "diverged" or not _is_finite(model):
        last = saver.last_weights()
        if last is None:
            fresh = build(recipe, model.input_shape[1:], tokens=model.inputs[0].dtype == "int32")
            epoch, why = 0, "the weights from before the first batch, since those after it were no longer numbers"
            model.set_weights(fresh.get_weights())
        else:
            epoch, why = last[0], "the last weights before the loss stopped being a number"
            saver.put(last[1])
    return save(model, folder, epoch, why, saver.best_epoch)


def save(model: keras.Model, folder: Path, epoch: int, why: str, best_epoch: int | None) -> WeightsKept:
    """Write the model's weights as the run's result, and say which they are.

    Raises:
        OSError: the disk does not take them; an older result is untouched.
    """
    digest = save_weights(model, folder / WEIGHTS_FILE)
    return WeightsKept(epoch=epoch, file=WEIGHTS_FILE, reason=why, sha256=digest, best_epoch=best_epoch)


def _asked_for(
    model: keras.Model, own: list[keras.callbacks.Callback], saver: TrainingStateSaver
) -> tuple[int, str] | None:
    """Put what callbacks were asked to keep into the model; ModelCheckpoint's comes before EarlyStopping's."""
    chosen = None
    for callback in own:
        if not isfinite(getattr(callback, "best", None) or 0.0):
            continue  # Keras takes the first value for the best even if it is not a number
        if isinstance(callback, keras.callbacks.EarlyStopping) and callback.best_weights is not None:
            model.set_weights(callback.best_weights)
            chosen = callback.best_epoch + 1, f"the best {callback.monitor}, kept by EarlyStopping"
    for callback in own:
        if not isinstance(callback, CheckpointSaver) or not isfinite(callback.best or 0.0):
            continue
        kept = saver.weights_of(CHECKPOINT) if callback.keeps_best else None
        if kept is not None and kept[0] == callback.saved_epoch:
            saver.put(kept[1])
            chosen = kept[0], f"the best {callback.monitor}, kept by ModelCheckpoint"
        elif callback.best_file is not None:
            model.load_weights(callback.best_file)
            chosen = callback.saved_epoch or 0, f"the best {callback.monitor}, kept by ModelCheckpoint"
    return chosen


def _is_finite(model: keras.Model) -> bool:
    return all(np.isfinite(array).all() for array in model.get_weights() if array.dtype.kind == "f")


def reason(
    stop_reason: str | None, own: list[keras.callbacks.Callback], done: int, recipe: Recipe, *, begun: bool = True
) -> str:
    """Why a fit ended after `done` epochs, in a sentence or two for the person who started it."""
    of = f"after {done} of {recipe.fit.epochs} epochs" if begun else "before the first batch"
    if stop_reason == "stop":
        return f"Stopped by you {of}."
    if stop_reason == "interrupt":
        return f"Fitboard was closed {of}."
    if stop_reason == "memory":
        return (
            f"The computer's memory was not enough: ended {of}, so that the others could go on. Make the model or the "
            "batch smaller and train again."
        )
    if stop_reason == "diverged":
        return (
            f"Training has diverged: in epoch {done + 1} the loss was no longer a number. Try a lower learning rate, "
            f"such as {recipe.optimizer.calmer_rate:g}."
        )
    for callback in own:
        if isinstance(callback, keras.callbacks.EarlyStopping) and callback.stopped_epoch:
            best = callback.best_epoch + 1
            waited = f"{callback.patience} {'epoch' if callback.patience == 1 else 'epochs'}"
            return f"EarlyStopping: no better {callback.monitor} for {waited}; the best was epoch {best}."
    return "The one epoch is done." if recipe.fit.epochs == 1 else f"All {recipe.fit.epochs} epochs are done."
