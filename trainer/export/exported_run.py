"""What a format may need of a run: read from its folder and its log, without loading TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from trainer.export.equality import ExportError
from trainer.export.wording import WORDING
from trainer.messages import Message
from trainer.recipe.data import DataFacts, Standardize
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape
from trainer.recipe.spec import RecipeError
from trainer.runs.events import Prepared
from trainer.runs.history import History
from trainer.runs.kept_epochs import kept_epoch
from trainer.runs.store import Store
from trainer.runs.wording import WORDING as RUNS

Which = Literal["best", "last"] | int | None
"""An epoch, the best or the last completed one; None for the weights that the run has kept as its result."""


@dataclass(frozen=True)
class ExportedRun:
    """A run, and which of its weights are taken home."""

    id: str
    title: str
    """What it is called, by a person: any text."""
    recipe: Recipe
    folder: Path
    history: History
    facts: DataFacts
    """Of its data, as they were when it was trained."""
    kept_epoch: int | None
    """The kept epoch whose weights these are; None for those that the run has kept as its result."""
    epoch: int
    """After which epoch these weights were taken; 0 is untrained."""
    inside: bool
    """Whether they were taken in the middle of this epoch, since the run was stopped there."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """In the order of the scores."""
        return self.facts.class_names

    @property
    def which(self) -> Message:
        """Which weights these are, in words."""
        if self.inside:
            return RUNS.message("which_inside", epoch=self.epoch)
        return RUNS.message("which_epoch", epoch=self.epoch) if self.epoch else RUNS.message("which_untrained")

    @property
    def text_rule(self) -> Standardize:
        """By which rule its texts are cut into words."""
        return self.recipe.data.text_rule or "unicode"

    @property
    def is_tested(self) -> bool:
        """Whether its test set was ever opened: only then may an export look at it."""
        return bool(self.history.tests)


def take(store: Store, run_id: str, which: Which = None) -> ExportedRun:
    """Read a run, to export it.

    Args:
        store: of the run.
        run_id: which.
        which: of its weights.

    Raises:
        RunNotFoundError: there is no such run.
        RecipeError: it cannot be read, has not begun, or has no such weights.
        KeptEpochsError: the weights of that epoch are not kept, or damaged.
    """
    run, folder = store.read(run_id), store.folder(run_id)
    history, recipe = run.history, run.recipe
    if recipe is None:
        raise RecipeError(run.damage or WORDING.message("unreadable"))
    prepared = history.prepared
    if prepared is None:
        raise RecipeError(RUNS.message("network_not_begun"))
    number = _number(history, which)
    kept = history.weights
    is_result = kept is not None and number in {None, None if kept.inside_epoch is not None else kept.epoch}
    if kept is None and number is None:
        raise RecipeError(RUNS.message("no_weights_yet"))
    shape = prepared.input_shape
    if shape is None:  # an old log: the data have to be read
        from trainer import data

        shape = data.facts(recipe.data, recipe.seed).input_shape
    facts = facts_of(recipe, prepared, shape)
    if is_result and kept is not None:
        epoch, inside, number = kept.place, kept.inside_epoch is not None, None
    else:
        found = kept_epoch(folder, number or 0)
        epoch, inside = found.epoch, found.inside
    return ExportedRun(run.id, run.title, recipe, folder, history, facts, number, epoch, inside)


def facts_of(recipe: Recipe, prepared: Prepared, input_shape: Shape) -> DataFacts:
    """The data as they were when a run was trained, whatever has become of them since.

    Args:
        recipe: of the run.
        prepared: what its log tells of them.
        input_shape: of one example, without the batch axis.
    """
    return DataFacts(
        input_shape=input_shape,
        class_names=prepared.class_names,
        train=prepared.train,
        validation=prepared.validation,
        test=prepared.test,
        vocabulary=recipe.data.vocabulary,
        same_rows=prepared.same_rows,
        modality=recipe.data.modality,
    )


def _number(history: History, which: Which) -> int | None:
    """The number of the epoch that somebody means."""
    if not isinstance(which, str):
        return which
    if not history.epochs:
        raise ExportError(WORDING.message("no_epoch"))
    if which == "last":
        return history.epochs[-1].epoch
    if history.best_epoch is None:
        raise ExportError(WORDING.message("no_best_epoch"))
    return history.best_epoch
