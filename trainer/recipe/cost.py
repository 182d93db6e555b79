"""What a training costs in time on this computer, as measured with a few batches of the very model."""

from __future__ import annotations

import hashlib
import json
from math import ceil
from typing import Self

from pydantic import BaseModel, ConfigDict

from trainer.messages import Message
from trainer.recipe.limits import MAX_EPOCHS
from trainer.recipe.recipe import Recipe
from trainer.recipe.wording import WORDING

SPREAD, SPREAD_GUESSED = 0.2, 0.4
"""How far off a cost may well be: measured, and with a part of it worked out."""
BLINK = 1.0
"""Seconds. What takes less is only said to take less than one."""


class Compiled(BaseModel):
    """How the figures change where the trainer compiles the training step, which pays back in long trainings alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    from_epochs: int
    """From so many epochs on the trainer does so."""
    takes: float
    """Seconds, before the first point."""
    share: float
    """Of the time of a training batch that is left."""
    measured: bool = False
    """Else it is worked out."""
    final: bool = False
    """Whether asking once more, with as many epochs, would tell no more."""


class Cost(BaseModel):
    """What a recipe takes while nobody else trains; seconds. Epochs only multiply, so that one measurement fits all."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    first: float
    """Until the first point of the curve: building, graphs, the first stretch of batches. The data is there already."""
    once: float
    """All that is done once, beside the epochs: building, graphs, keeping the weights."""
    training: float
    """The training rows of an epoch."""
    validation: float
    """The validation rows of an epoch."""
    saving: float
    """The end of an epoch."""
    spread: float = SPREAD
    """How far off it may well be, as a share."""
    compiled: Compiled | None = None

    def first_point(self, epochs: int) -> float:
        """Seconds until the first point of a training of so many epochs."""
        compiled = self._compiled(epochs)
        return self.first + (compiled.takes if compiled is not None else 0.0)

    def epoch(self, epochs: int) -> float:
        """Seconds of each of so many epochs, validation and saving included."""
        compiled = self._compiled(epochs)
        training = self.training * (compiled.share if compiled is not None else 1.0)
        return training + self.validation + self.saving

    def total(self, epochs: int) -> float:
        """Seconds from Train to the last of so many epochs."""
        compiled = self._compiled(epochs)
        once = self.once + (compiled.takes if compiled is not None else 0.0)
        return once + epochs * self.epoch(epochs)

    def plausible(self, epochs: int) -> tuple[float, float]:
        """The least and the most seconds that so many epochs may well take."""
        total, compiled = self.total(epochs), self._compiled(epochs)
        factor = 1 + (self.spread if compiled is None or compiled.measured else max(self.spread, SPREAD_GUESSED))
        return total / factor, total * factor

    def is_final(self, epochs: int) -> bool:
        """Whether asking once more, with so many epochs, would tell no more."""
        compiled = self._compiled(epochs)
        return compiled is None or compiled.final

    def most_epochs(self, seconds: float) -> int:
        """The largest number of epochs, of those that a recipe may have, that take at most so many seconds.

        0 if even one takes longer.
        Only numbers of epochs below those from which the trainer compiles are looked at: beyond, more may take less.
        """
        alone = self.training + self.validation + self.saving
        left = seconds - self.once
        if left <= 0:
            return 0
        # Multiplied first: of an epoch that takes next to nothing, more fit in than a whole number can be made of.
        return MAX_EPOCHS if alone * MAX_EPOCHS <= left else int(left / alone)

    def of_share(self, share: float) -> Self:
        """The cost with only a share (0 to 1) of the training and validation rows."""
        compiled = self.compiled
        if compiled is not None:
            compiled = compiled.model_copy(update={"from_epochs": ceil(compiled.from_epochs / share)})
        return self.model_copy(
            update={"training": self.training * share, "validation": self.validation * share, "compiled": compiled}
        )

    def _compiled(self, epochs: int) -> Compiled | None:
        return self.compiled if self.compiled is not None and epochs >= self.compiled.from_epochs else None


def cost_key(recipe: Recipe) -> str:
    """The same word for recipes that take the same time for each epoch, whatever they are called and how they begin."""
    of = {"data": recipe.data, "optimizer": recipe.optimizer}
    tree: dict[str, object] = {name: spec.model_dump(mode="json") for name, spec in of.items()}
    tree["layers"] = [layer.model_dump(mode="json") for layer in recipe.layers]
    tree["loss"], tree["batch_size"] = recipe.loss, recipe.fit.batch_size
    return hashlib.sha256(json.dumps(tree, sort_keys=True).encode()).hexdigest()


def may_end_early(recipe: Recipe) -> bool:
    """Whether a callback may end the training before its last epoch, so that the cost is the most that it takes."""
    return any(callback.may_end_training for callback in recipe.callbacks)


def describe_cost(cost: Cost, recipe: Recipe) -> tuple[Message, Message]:
    """What is said of the time: the whole of it with an epoch's, and when the first point comes."""
    epochs = recipe.fit.epochs
    total, first = cost.total(epochs), cost.first_point(epochs)
    first_point = WORDING.message("first_point_soon") if first < BLINK else WORDING.message("first_point", time=first)
    if total < BLINK:
        return WORDING.message("cost_short"), first_point
    name = ("cost_of_epochs" if epochs > 1 else "cost") + ("_at_most" if may_end_early(recipe) else "")
    return WORDING.message(name, total=total, epoch=cost.epoch(epochs)), first_point
