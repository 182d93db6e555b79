"""Smaller versions of a recipe that trains long: single changes, each one click."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trainer.recipe.check.report import RecipeFix, Row, Subject, set_to
from trainer.recipe.check.smaller import narrower, pooled, shorter
from trainer.recipe.check.wording import WORDING
from trainer.recipe.cost import Cost
from trainer.recipe.data import MAX_EXAMPLES, DataFacts
from trainer.recipe.diagnosis import Fix
from trainer.recipe.recipe import Recipe

LONG_SECONDS = 300.0
"""A training may take so long before smaller versions are offered: a lesson has other things to do as well."""
MAX_SHARE_OF_TIME = 0.8
"""A smaller version has to take at most this share of the time."""
PICTURES_PER_CLASS = 20
"""Fewer pictures of each class teach nothing."""
LARGEST_BATCH, BATCHES_PER_EPOCH = 256, 20
"""Beyond these a larger batch learns so much less in an epoch that it does not help."""


@dataclass(frozen=True)
class CheaperFix(Fix[Recipe]):
    """A smaller version of a recipe, with its cost where that follows from the recipe's own."""

    cost: Cost | None = None
    """None: it has to be measured."""


def cheaper(recipe: Recipe, cost: Cost, rows: tuple[Row, ...], facts: DataFacts) -> list[CheaperFix]:
    """Smaller versions of a recipe that takes longer than `LONG_SECONDS`; none if it does not.

    Those whose cost follows from the recipe's own come first, and take at most `LONG_SECONDS`; what the others gain
    only measuring tells.

    Args:
        recipe: one that has passed its check.
        cost: as measured.
        rows: of its check.
        facts: of its data.
    """
    if cost.total(recipe.fit.epochs) <= LONG_SECONDS:
        return []
    measured = [CheaperFix(one.label, one.result) for one in _to_be_measured(Subject(recipe, list(rows), facts))]
    return [*_fewer_epochs(recipe, cost), *_fewer_pictures(recipe, cost, facts), *measured]


def is_worth_it(smaller: RecipeFix, cost: Cost, seconds: float) -> bool:
    """Whether a smaller version with this cost is clearly quicker than the recipe, which takes so many seconds."""
    return cost.total(smaller.result.fit.epochs) <= MAX_SHARE_OF_TIME * seconds


def _fewer_epochs(recipe: Recipe, cost: Cost) -> Iterator[CheaperFix]:
    epochs = min(cost.max_epochs(LONG_SECONDS), recipe.fit.epochs - 1)
    if epochs >= 1 and cost.is_for(epochs) and cost.total(epochs) <= LONG_SECONDS:
        shorter_fit = recipe.with_(fit=recipe.fit.with_(epochs=epochs))
        yield CheaperFix(WORDING.message("train_epochs", epochs=epochs), shorter_fit, cost)


def _fewer_pictures(recipe: Recipe, cost: Cost, facts: DataFacts) -> Iterator[CheaperFix]:
    now = facts.train + facts.validation
    for size in _round_numbers(min(now, MAX_EXAMPLES + 1)):
        fewer = cost.of_share(size / now)
        is_quick = fewer.is_for(recipe.fit.epochs) and fewer.total(recipe.fit.epochs) <= LONG_SECONDS
        if size >= PICTURES_PER_CLASS * facts.classes and is_quick:
            if (some := recipe.data.with_training_limit(size)) is not None:
                yield CheaperFix(WORDING.message("use_pictures", pictures=size), recipe.with_(data=some), fewer)
            return


def _round_numbers(below: int) -> list[int]:
    """1, 2, 5, 10, 20, 50 ... less than `below`, largest first.

    >>> _round_numbers(60)
    [50, 20, 10, 5, 2, 1]
    """
    numbers, power = [], 1
    while power < below:
        numbers += [power * digit for digit in (1, 2, 5) if power * digit < below]
        power *= 10
    return numbers[::-1]


def _to_be_measured(subject: Subject) -> Iterator[RecipeFix]:
    recipe, rows, facts = subject
    place = _busiest(rows)
    found = [shorter(subject)] + ([] if place is None else [pooled(subject, place), narrower(subject, place)])
    yield from (one for one in found if one is not None)
    size = min(LARGEST_BATCH, 4 * recipe.fit.batch_size)
    if size > recipe.fit.batch_size and facts.train >= BATCHES_PER_EPOCH * size:
        yield set_to("batch_size", size, recipe.with_(fit=recipe.fit.with_(batch_size=size)))


def _busiest(rows: list[Row]) -> int | None:
    """The place of the layer that computes most."""
    work = [row.layer.multiplications(row.arrives) for row in rows if row.arrives is not None]
    return max(range(len(work)), key=work.__getitem__, default=None)
