"""Opening the test set: the kept weights, every test row once, and a file with each prediction."""

from __future__ import annotations

import hashlib
import time
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import keras
import numpy as np
from numpy.typing import NDArray

from trainer.data.dataset import Part
from trainer.fit.answers import class_scores
from trainer.fit.checkpoint_manager import CheckpointManager, DamagedStateError
from trainer.fit.control import Control, MemoryReservation
from trainer.fit.ending import save
from trainer.fit.epoch_keeper import keep_selected
from trainer.fit.graph_weights import WEIGHTS_DTYPE, graph_weights
from trainer.fit.inputs import evaluation_batches, rows_of
from trainer.fit.run import PreparedModel, prepare
from trainer.fit.state_saver import BEST, assign, state_fingerprint
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs.events import Tested, WeightsKept
from trainer.runs.files import read_file, write_whole
from trainer.runs.kept_epochs import kept_epochs, of_model, read_weights
from trainer.runs.saved_state import FOLDER
from trainer.runs.store import OPENED_FILE
from trainer.runs.wording import WORDING


def evaluate(
    recipe: Recipe,
    folder: Path,
    kept: WeightsKept,
    number: int,
    control: Control,
    memory: MemoryReservation | None = None,
) -> Tested:
    """Predict every test row with the kept weights.

    Args:
        recipe: of the run.
        folder: of the run; the predictions go into `test-<number>.npz` there: `probabilities` (n, classes) float32,
            `y` (n,) the true classes, `rows` (n,) where they stand in the source.
        kept: which weights to test.
        number: how often the test set has been opened, this time included.
        control: asked between batches, so that a test can be stopped.
        memory: the memory that it takes.

    Raises:
        RecipeError: the data is no longer there or no longer fits.
        FitEndedError: somebody stopped it.
    """
    began = time.monotonic()
    ready = prepare(recipe, kept_in=folder, control=control, memory=memory)
    load_result(ready.model, folder, kept)
    part = ready.dataset.test
    probabilities, loss = _predict(ready, part, control)
    accuracy = float(np.mean(probabilities.argmax(axis=1) == part.y))
    file = f"test-{number}.npz"
    content = BytesIO()
    np.savez_compressed(content, probabilities=probabilities.astype(np.float32), y=part.y, rows=part.rows)
    write_whole(folder / file, content.getvalue())
    return Tested(
        logs={"loss": loss, "accuracy": accuracy},
        rows=len(part),
        weights_epoch=kept.epoch,
        inside_epoch=kept.inside_epoch,
        seconds=round(time.monotonic() - began, 3),
        file=file,
    )


def _predict(ready: PreparedModel, part: Part, control: Control) -> tuple[NDArray[Any], float]:
    """The probabilities (n, classes) for the rows of a part, and their mean loss."""
    rows = rows_of(part, ready.preparation, ready.loss, len(ready.dataset.class_names))
    outputs, losses, loss_of = [], [], keras.losses.get(ready.loss.name)
    for x, truth in evaluation_batches(rows):
        control.boundary()
        answered = ready.model(x, training=False)
        # From the tensor itself: it still knows the numbers before the softmax, with which Keras measures far misses.
        losses.append(loss_of(truth, answered).numpy())
        outputs.append(answered.numpy())
    return class_scores(np.concatenate(outputs)), float(np.mean(np.concatenate(losses)))


def load_result(model: keras.Model, folder: Path, kept: WeightsKept) -> None:
    """Put the weights that a run has kept as its result into its model.

    A run that was opened from a file has no file of them, since that would be one of HDF5, which nobody reads safely.
    They are then taken from the kept epochs.

    Raises:
        RecipeError: they are missing or damaged, or are not of this model.
        KeptEpochsError: the same, of a kept epoch.
    """
    is_brought = (folder / OPENED_FILE).exists() and not (folder / kept.file).exists()
    epoch = of_model(kept_epochs(folder), kept) if is_brought else None
    if epoch is not None:
        assign_bytes(model, read_weights(folder, epoch))
        return
    check_weights(folder, kept)
    model.load_weights(folder / kept.file)


def assign_bytes(model: keras.Model, content: bytes) -> None:
    """Put the weights of a kept epoch into a model.

    Raises:
        RecipeError: they are not of this model.
    """
    variables = graph_weights(model)
    numbers, offset = np.frombuffer(content, WEIGHTS_DTYPE), 0
    if numbers.size != sum(int(np.prod(one.shape)) for one in variables):
        raise RecipeError(WORDING.message("weights_damaged"))
    for one in variables:
        size = int(np.prod(one.shape))
        one.assign(numbers[offset : offset + size].reshape(one.shape))
        offset += size


def check_weights(folder: Path, kept: WeightsKept) -> None:
    """Only weights that this run wrote are loaded, and only if they are still as they were."""
    try:
        content = read_file(folder / kept.file)
    except OSError as error:
        raise RecipeError(WORDING.message("weights_unreadable", error=error.strerror)) from error
    if kept.sha256 is not None and hashlib.sha256(content).hexdigest() != kept.sha256:
        raise RecipeError(WORDING.message("weights_damaged"))


def select_weights(recipe: Recipe, folder: Path, which: Literal["best", "last"], control: Control) -> WeightsKept:
    """Put the weights of the best or of the last completed epoch into a run's model, and save them as its result.

    Raises:
        RecipeError: the data is no longer there or no longer fits.
        DamagedStateError: those weights are not on disk, or are damaged.
        FitEndedError: somebody stopped it.
        OSError: the disk does not take them; the old result is untouched.
    """
    ready = prepare(recipe, kept_in=folder, control=control)
    checkpoints = CheckpointManager(folder / FOLDER, folder.name, state_fingerprint(recipe, ready.dataset))
    found = checkpoints.newest()
    best = found[0].kept.get(BEST) if found is not None else None
    if found is None or (which == "best" and best is None):
        raise DamagedStateError(WORDING.message("weights_not_saved"))
    epoch, file = best if which == "best" and best is not None else (found[0].epoch, found[0].weights)
    assign(ready.model.variables, checkpoints.arrays(file))
    control.check()  # a choice that was stopped must not change the file: nobody would write down that it did
    best_epoch = best[0] if best is not None else None
    keep_selected(ready.model, folder, epoch, [found[0].epoch, best_epoch])
    return save(ready.model, folder, epoch, WORDING.message(f"weights_{which}_selected"), best_epoch)
