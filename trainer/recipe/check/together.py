"""Several fixes in one press: the first fix of each error, one after the other."""

from __future__ import annotations

from trainer.recipe.check import check
from trainer.recipe.check.report import RecipeDiagnosis, RecipeFix, Report, fix
from trainer.recipe.data import DataFacts
from trainer.recipe.recipe import Recipe

MOST_TOGETHER = 12
"""Fixes in one press. Whoever needs more is better off with a new start, and each costs a whole check."""
NEW_START = {"check.start_again", "check.start_small"}
"""Fixes that replace all layers, which nobody expects of a press that fixes several small things."""


def fix_all(recipe: Recipe, facts: DataFacts, memory: int | None = None) -> RecipeFix | None:
    """The recipe with the first fix of its first error, then of the error that is first then, and so on.

    Each fix is worked out for what the fixes before it have made of the recipe, so that no two contradict each other.

    Args:
        recipe: what is to be trained.
        facts: of its data.
        memory: as for `check`.

    Returns:
        One fix with the result, which has fewer errors and none of a new kind; None if a single fix does it already,
        or if pressing goes round in circles, leads to a new start, or helps nothing.
    """
    before = after = check(recipe, facts, memory)
    seen = [recipe]
    while after.errors and len(seen) <= MOST_TOGETHER:
        chosen = _next_fix(after)
        if chosen is None or chosen.result in seen:
            return None
        seen.append(chosen.result)
        after = check(chosen.result, facts, memory)
    presses = len(seen) - 1
    is_better = len(after.errors) < len(before.errors) and _codes(after.errors) <= _codes(before.errors)
    return fix("fix_all", seen[-1], count=presses) if presses > 1 and is_better else None


def _next_fix(report: Report) -> RecipeFix | None:
    chosen = report.errors[0].fix
    return None if chosen is None or chosen.code in NEW_START else chosen


def _codes(errors: tuple[RecipeDiagnosis, ...]) -> set[str]:
    return {found.code for found in errors}
