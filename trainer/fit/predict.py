"""A run's network with the weights of one epoch, which answers whatever it is given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from trainer import data
from trainer.fit.answers import class_scores
from trainer.fit.build import build
from trainer.fit.evaluate import assign_bytes, load_result
from trainer.fit.inputs import Preparation, kept_preparation
from trainer.recipe.check.memory import EVALUATION_BATCH
from trainer.recipe.data import Modality, Standardize
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape
from trainer.recipe.spec import RecipeError
from trainer.runs.history import History
from trainer.runs.kept_epochs import KeptEpoch, kept_epoch, read_weights
from trainer.runs.wording import WORDING


@dataclass(frozen=True)
class _Form:
    modality: Modality
    input_shape: Shape
    standardize: Standardize


@dataclass(frozen=True)
class Predictor:
    """A network that can be asked."""

    model: keras.Model
    preparation: Preparation | None
    """The vocabulary of texts or the scaling of rows of numbers; None for pictures."""
    class_names: tuple[str, ...]
    input_shape: Shape
    """Of one example as the model reads it."""
    epoch: int
    """Whose weights it has; 0 is untrained."""
    inside: bool = False
    """Whether they were taken in the middle of this epoch, since the run was stopped there."""

    def scores(self, x: NDArray[Any]) -> NDArray[np.float32]:
        """The score of each class for examples as the model reads them: (n, classes)."""
        outputs = [
            np.asarray(self.model(x[begin : begin + EVALUATION_BATCH], training=False))
            for begin in range(0, len(x), EVALUATION_BATCH)
        ]
        return class_scores(np.concatenate(outputs)).astype(np.float32)


def predictor(recipe: Recipe, folder: Path, history: History, epoch: int | None = None) -> Predictor:
    """The network of a run. Its data are not needed, unless its log is so old that it does not say their shape.

    Args:
        recipe: of the run.
        folder: of the run.
        history: of the run.
        epoch: one whose weights are kept; None takes the weights that the run has kept as its result.

    Raises:
        RecipeError: the run has not begun, or what it has learned is missing or damaged.
        KeptEpochsError: the weights of that epoch are not kept, or damaged.
    """
    prepared = history.prepared
    if prepared is None:
        raise RecipeError(WORDING.message("network_not_begun"))
    kept = history.weights if epoch is None else kept_epoch(folder, epoch)
    if kept is None:
        raise RecipeError(WORDING.message("no_weights_yet"))
    shape = prepared.input_shape or data.facts(recipe.data, recipe.seed).input_shape
    form = _Form(recipe.data.modality, shape, recipe.data.text_rule or "unicode")
    preparation = kept_preparation(form, folder)
    model = build(recipe, shape, tokens=form.modality == "text")
    if isinstance(kept, KeptEpoch):
        assign_bytes(model, read_weights(folder, kept))
        return Predictor(model, preparation, prepared.class_names, shape, kept.epoch, kept.inside)
    load_result(model, folder, kept)
    inside = kept.inside_epoch is not None
    return Predictor(model, preparation, prepared.class_names, shape, kept.place, inside)
