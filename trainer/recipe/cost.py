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
SHORTEST_SHOWN = 1.0
"""Seconds. What takes less is only said to take less than one."""


class Cost(BaseModel):
    """What a recipe takes while nobody else trains; seconds. Epochs only multiply, so that one measurement fits all on
    the same side of `compiled_from`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    first: float
    """Until the first point of the curve: building, graphs unless they are there, the first execution. The data is
    there already."""
    once: float
    """All that is done once, beside the epochs: building, graphs unless they are there, keeping the weights."""
    training: float
    """The training rows of an epoch."""
    validation: float
    """The validation rows of an epoch."""
    saving: float
    """The end of an epoch."""
    spread: float = SPREAD
    """How far off it may well be, as a share."""
    compiled_from: int | None = None
    """From so many epochs on the trainer compiles the training step, which pays off in long trainings only."""
    is_compiled: bool = False
    """Whether the figures are those of the compiled step."""

    def is_for(self, epochs: int) -> bool:
        """Whether a training of so many epochs is computed in the way that was measured."""
        return self.is_compiled == (self.compiled_from is not None and epochs >= self.compiled_from)

    def epoch(self) -> float:
        """Seconds of each epoch, validation and saving included."""
        return self.training + self.validation + self.saving

    def total(self, epochs: int) -> float:
        """Seconds from Train to the last of so many epochs."""
        return self.once + epochs * self.epoch()

    def plausible(self, epochs: int) -> tuple[float, float]:
        """The least and the most seconds that so many epochs may well take."""
        total, factor = self.total(epochs), 1 + self.spread
        return total / factor, total * factor

    def max_epochs(self, seconds: float) -> int:
        """The largest number of epochs, of those that a recipe may have, that take at most so many seconds.

        0 if even one takes longer.
        """
        left = seconds - self.once
        if left <= 0:
            return 0
        # Multiplied first: of an epoch that takes next to nothing, more fit in than a whole number can be made of.
        return MAX_EPOCHS if self.epoch() * MAX_EPOCHS <= left else int(left / self.epoch())

    def of_share(self, share: float) -> Self:
        """The cost with only a share (0 to 1) of the training and validation rows."""
        changed: dict[str, object] = {"training": self.training * share, "validation": self.validation * share}
        if self.compiled_from is not None:
            changed["compiled_from"] = ceil(self.compiled_from / share)
        return self.model_copy(update=changed)


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


def writing(recipe: Recipe) -> Message | None:
    """What the estimate leaves out: the time in which callbacks write; None if none writes much."""
    names = [callback.kind for callback in recipe.callbacks if callback.writes_models]
    return WORDING.message("cost_writing", names=names) if names else None


def describe_cost(cost: Cost, recipe: Recipe) -> tuple[Message, Message]:
    """What is said of the time: the whole of it with an epoch's, and when the first point comes."""
    epochs = recipe.fit.epochs
    total, first = cost.total(epochs), cost.first
    first_point = (
        WORDING.message("first_point_soon") if first < SHORTEST_SHOWN else WORDING.message("first_point", time=first)
    )
    if total < SHORTEST_SHOWN:
        return WORDING.message("cost_short"), first_point
    name = ("cost_of_epochs" if epochs > 1 else "cost") + ("_at_most" if may_end_early(recipe) else "")
    return WORDING.message(name, total=total, epoch=cost.epoch()), first_point
