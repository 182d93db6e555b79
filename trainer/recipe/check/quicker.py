"""Smaller versions of a recipe that trains long: single changes, each one click."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trainer.recipe.check.report import Row
from trainer.recipe.check.smaller import narrower, pooled, shorter
from trainer.recipe.cost import Cost
from trainer.recipe.data import MAX_EXAMPLES, DataFacts
from trainer.recipe.recipe import Recipe
from trainer.recipe.work import work

LONG = 300.0
"""Seconds that a training may take before smaller versions are offered: a lesson has other things to do as well."""
CLEARLY = 0.8
"""A smaller version has to take at most this share of the time."""
PICTURES_OF_A_CLASS = 20
"""Fewer pictures of each class teach nothing."""
LARGEST_BATCH, BATCHES_OF_AN_EPOCH = 256, 20
"""Beyond these a larger batch learns so much less in an epoch that it is no way out."""


@dataclass(frozen=True)
class Quicker:
    """A smaller version: what its button says, the recipe, and its cost where that follows from the recipe's own."""

    title: str
    recipe: Recipe
    cost: Cost | None = None
    """None: it has to be measured."""


def quicker(recipe: Recipe, cost: Cost, rows: tuple[Row, ...], facts: DataFacts) -> list[Quicker]:
    """Smaller versions of a recipe that takes longer than `LONG`; none if it does not.

    Those whose cost follows from the recipe's own come first, and take at most `LONG`; what the others gain only
    measuring tells.

    Args:
        recipe: one that has passed its check.
        cost: as measured.
        rows: of its check.
        facts: of its data.
    """
    if cost.total(recipe.fit.epochs) <= LONG:
        return []
    return [*_fewer_epochs(recipe, cost), *_fewer_pictures(recipe, cost, facts), *_to_be_measured(recipe, rows, facts)]


def is_worth_it(smaller: Quicker, cost: Cost, seconds: float) -> bool:
    """Whether a smaller version with this cost is clearly quicker than the recipe, which takes so many seconds."""
    return cost.total(smaller.recipe.fit.epochs) <= CLEARLY * seconds


def _fewer_epochs(recipe: Recipe, cost: Cost) -> Iterator[Quicker]:
    epochs = min(cost.max_epochs(LONG), recipe.fit.epochs - 1)
    if epochs >= 1 and cost.is_for(epochs) and cost.total(epochs) <= LONG:
        title = f"Train {epochs:,} {'epoch' if epochs == 1 else 'epochs'}"
        yield Quicker(title, recipe.with_(fit=recipe.fit.with_(epochs=epochs)), cost)


def _fewer_pictures(recipe: Recipe, cost: Cost, facts: DataFacts) -> Iterator[Quicker]:
    now = facts.train + facts.validation
    for size in _round_numbers(min(now, MAX_EXAMPLES + 1)):
        fewer = cost.of_share(size / now)
        is_quick = fewer.is_for(recipe.fit.epochs) and fewer.total(recipe.fit.epochs) <= LONG
        if size >= PICTURES_OF_A_CLASS * facts.classes and is_quick:
            if (smaller := recipe.data.with_training_limit(size)) is not None:
                yield Quicker(f"Use {size:,} pictures", recipe.with_(data=smaller), fewer)
            return


def _round_numbers(below: int) -> list[int]:
    """1, 2, 5, 10, 20, 50 ... less than `below`, largest first."""
    numbers, power = [], 1
    while power < below:
        numbers += [power * digit for digit in (1, 2, 5) if power * digit < below]
        power *= 10
    return numbers[::-1]


def _to_be_measured(recipe: Recipe, rows: tuple[Row, ...], facts: DataFacts) -> Iterator[Quicker]:
    if (mend := shorter(recipe, list(rows), facts)) is not None:
        yield Quicker(mend.title, mend.recipe)
    place = _busiest(rows)
    if place is not None and (mend := pooled(recipe, list(rows), facts, place)) is not None:
        yield Quicker(mend.title, mend.recipe)
    if place is not None and (mend := narrower(recipe, list(rows), facts, place)) is not None:
        yield Quicker(mend.title, mend.recipe)
    size = min(LARGEST_BATCH, 4 * recipe.fit.batch_size)
    if size > recipe.fit.batch_size and facts.train >= BATCHES_OF_AN_EPOCH * size:
        yield Quicker(f"Set batch size to {size:,}", recipe.with_(fit=recipe.fit.with_(batch_size=size)))


def _busiest(rows: tuple[Row, ...]) -> int | None:
    """The place of the layer that computes most."""
    works = [work(row.layer, row.arrives) for row in rows if row.arrives is not None]
    return max(range(len(works)), key=works.__getitem__, default=None)
