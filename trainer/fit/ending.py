"""How a fit ends: which weights it leaves in the model, and why it ended."""

from __future__ import annotations

from math import isfinite
from pathlib import Path

import keras
import numpy as np

from trainer.fit.build import build
from trainer.fit.checkpoint import CheckpointSaver, save_weights
from trainer.fit.control import StopReason
from trainer.fit.reporter import Reporter
from trainer.fit.state_saver import EARLY_STOPPING, MODEL_CHECKPOINT, TrainingStateSaver
from trainer.messages import Message
from trainer.recipe.recipe import Recipe
from trainer.runs.events import WeightsKept
from trainer.runs.wording import WORDING

WEIGHTS_FILE = "final.weights.h5"


def keep_weights(
    recipe: Recipe,
    own: list[keras.callbacks.Callback],
    reporter: Reporter,
    saver: TrainingStateSaver,
    folder: Path,
) -> WeightsKept:
    """Leave in the model what the callbacks were asked to keep, else the last finite weights, and save it.

    The last and the best weights stay in the run's saved states as well.

    Args:
        recipe: what was trained.
        own: the recipe's callbacks.
        reporter: of the fit.
        saver: of the fit; knows the model.
        folder: of the run.

    Raises:
        OSError: the disk does not take them.
    """
    model = saver.model
    found = _asked_for(model, own, saver)
    inside = None
    if found is None and reporter.is_inside_epoch and not reporter.has_diverged and _is_finite(model):
        inside = reporter.epochs_done + 1
        found = reporter.epochs_done, WORDING.message("weights_inside_epoch", epoch=inside)
    if found is None:
        found = _last_finite(recipe, model, reporter, saver)
    return save(model, folder, *found, saver.best_epoch, inside)


def save(
    model: keras.Model,
    folder: Path,
    epoch: int,
    reason: Message,
    best_epoch: int | None,
    inside_epoch: int | None = None,
) -> WeightsKept:
    """Write the model's weights as the run's result, and tell which they are; the arguments as in `WeightsKept`.

    Raises:
        OSError: the disk does not take them; an older result is untouched.
    """
    return WeightsKept(
        epoch=epoch,
        file=WEIGHTS_FILE,
        reason=reason,
        sha256=save_weights(model, folder / WEIGHTS_FILE),
        best_epoch=best_epoch,
        inside_epoch=inside_epoch,
    )


def _last_finite(
    recipe: Recipe, model: keras.Model, reporter: Reporter, saver: TrainingStateSaver
) -> tuple[int, Message]:
    """Leave the last weights of a whole epoch that are numbers in the model; their epoch, and which they are."""
    if not reporter.has_diverged and _is_finite(model):
        return reporter.epochs_done, WORDING.message("weights_of_the_end")
    last = saver.last_weights()
    if last is not None:
        saver.put(last[1])
        return last[0], WORDING.message("weights_before_divergence")
    fresh = build(recipe, model.input_shape[1:], tokens=model.inputs[0].dtype == "int32")
    model.set_weights(fresh.get_weights())
    return 0, WORDING.message("weights_before_training")


def _asked_for(
    model: keras.Model, own: list[keras.callbacks.Callback], saver: TrainingStateSaver
) -> tuple[int, Message] | None:
    """Put what callbacks were asked to keep into the model; ModelCheckpoint's comes before EarlyStopping's."""
    found = None
    for callback in own:
        if not isfinite(getattr(callback, "best", None) or 0.0):
            continue  # Keras takes the first value for the best even if it is not a number
        if isinstance(callback, keras.callbacks.EarlyStopping) and callback.best_weights is not None:
            model.set_weights(callback.best_weights)
            found = callback.best_epoch + 1, _kept_by(EARLY_STOPPING, callback)
    for callback in own:
        if not isinstance(callback, CheckpointSaver) or not isfinite(callback.best or 0.0) or not callback.best_file:
            continue
        kept = saver.weights_of(MODEL_CHECKPOINT)
        if kept is not None and kept[0] == callback.saved_epoch:
            saver.put(kept[1])
            found = kept[0], _kept_by(MODEL_CHECKPOINT, callback)
        else:
            model.load_weights(callback.best_file)
            found = callback.saved_epoch or 0, _kept_by(MODEL_CHECKPOINT, callback)
    return found


def _kept_by(name: str, callback: keras.callbacks.Callback) -> Message:
    return WORDING.message("weights_of_callback", metric=callback.monitor, callback=name)


def _is_finite(model: keras.Model) -> bool:
    return all(np.isfinite(array).all() for array in model.get_weights() if array.dtype.kind == "f")


def ending(reason: StopReason | None, own: list[keras.callbacks.Callback], done: int, recipe: Recipe) -> Message:
    """Why a fit ended.

    Args:
        reason: why it ended before its time; None if it ended by itself.
        own: the recipe's callbacks.
        done: completed epochs.
        recipe: what was trained.
    """
    epochs = recipe.fit.epochs
    if reason == "stop":
        return WORDING.message("stopped_after", done=done, epochs=epochs)
    if reason == "interrupt":
        return WORDING.message("closed_after", done=done, epochs=epochs)
    if reason == "diverged":
        return WORDING.message("diverged", epoch=done + 1, rate=recipe.optimizer.calmer_rate)
    for callback in own:
        if isinstance(callback, keras.callbacks.EarlyStopping) and callback.stopped_epoch:
            best, patience = callback.best_epoch + 1, int(callback.patience)
            return WORDING.message("early_stopping", metric=callback.monitor, patience=patience, best=best)
    return WORDING.message("finished", epochs=epochs)


def ending_before_first_batch(reason: StopReason | None) -> Message:
    """Why a fit ended while it was still being prepared."""
    return WORDING.message("stopped_before_first_batch" if reason == "stop" else "closed_before_first_batch")
