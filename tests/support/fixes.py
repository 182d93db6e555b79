"""What holds for every fix of a check: it deals with what it was offered for, and breaks nothing."""

from __future__ import annotations

from collections import Counter

from trainer.recipe.check import Report, check
from trainer.recipe.check.fitting import walk
from trainer.recipe.check.report import MAX_OF_A_RULE
from trainer.recipe.data import DataFacts
from trainer.recipe.diagnosis import Severity
from trainer.recipe.recipe import Recipe

MOST_PRESSES = 12


def assert_no_fix_does_harm(recipe: Recipe, facts: DataFacts) -> None:
    """Press each fix of each diagnosis: it is gone, no error is new, and first fixes lead on to what can train."""
    before = check(recipe, facts)
    for found in before.diagnoses:
        assert found.fixes, f"nothing can be done about: {found.message}"
        for fix in found.fixes:
            after, told = check(fix.result, facts), f"“{fix.label}” for: {found.message}"
            assert found.message not in {one.message for one in after.diagnoses}, told
            if found.severity is not Severity.ERROR and _codes(before)[found.code] < MAX_OF_A_RULE:
                assert _codes(after)[found.code] < _codes(before)[found.code], told
            if not walk(recipe, facts)[1]:  # else the output has not been looked at yet
                new = _errors(after) - _errors(before)
                assert not new, f"{told} leads to {new}"
            assert_first_fixes_lead_to_a_model(fix.result, facts)


def assert_first_fixes_lead_to_a_model(recipe: Recipe, facts: DataFacts) -> Recipe:
    """Press the first fix of the first error until there is none; the recipe that this leads to."""
    seen, report = set(), check(recipe, facts)
    for _ in range(MOST_PRESSES):
        if not report.errors:
            return recipe
        first = report.errors[0]
        assert recipe not in seen, f"pressing goes round in circles: {first.message}"
        seen.add(recipe)
        recipe = first.fixes[0].result
        report = check(recipe, facts)
        assert first not in report.errors, "the fix changes nothing"
    assert not report.errors, f"not done after {MOST_PRESSES} presses"
    return recipe


def _errors(report: Report) -> set[str]:
    """The codes of all errors; a dropout that spoils the answer has one that says where it is."""
    return {one.code.replace("answer_is_stochastic", "last_is_stochastic") for one in report.errors}


def _codes(report: Report) -> Counter[str]:
    return Counter(found.code for found in report.diagnoses)
