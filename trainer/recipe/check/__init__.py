"""Does a recipe work? Shapes, parameters and diagnoses in plain Python, before anything is built."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from trainer.recipe.check.activations import activation_errors
from trainer.recipe.check.batches import batch_diagnoses
from trainer.recipe.check.callbacks import callback_diagnoses
from trainer.recipe.check.fitting import walk
from trainer.recipe.check.fixes import is_too_large
from trainer.recipe.check.gradients import vanishing_gradients
from trainer.recipe.check.habits import learning_rate, stack_habits
from trainer.recipe.check.memory import Memory, needed
from trainer.recipe.check.output import output_errors
from trainer.recipe.check.proportions import layer_warnings, proportions
from trainer.recipe.check.report import RecipeDiagnosis, RecipeFix, Report, Row, Subject, first_few, fix
from trainer.recipe.check.rows_of_numbers import late_flatten
from trainer.recipe.check.sequences import sequence_diagnoses
from trainer.recipe.check.smaller import memory_errors
from trainer.recipe.check.wording import WORDING
from trainer.recipe.data import DataFacts
from trainer.recipe.diagnosis import Severity
from trainer.recipe.limits import MAX_LAYERS
from trainer.recipe.recipe import Recipe
from trainer.recipe.stack import entries, remove_layer, toggle_entry

__all__ = ["Memory", "RecipeDiagnosis", "RecipeFix", "Report", "Row", "check", "first_error", "needed"]

_SEVERITIES = list(Severity)
MAX_TRIED = 5
"""Layers that are turned off and tried again; each costs a whole check of the stack."""


def check(recipe: Recipe, facts: DataFacts, memory: int | None = None) -> Report:
    """Walk the stack from the data's shape to its output and collect all that does not fit.

    Args:
        recipe: what is to be trained.
        facts: of its data.
        memory: bytes that are free for the run; None refuses only what no computer of a classroom can hold.

    Returns:
        What every layer reads and outputs, and the diagnoses: errors first, notes last, each from the input on.
    """
    rows, errors = _errors(recipe, facts, memory)
    warnings = _warnings(Subject(recipe, rows, facts))
    if errors:  # what only helps once these are dealt with comes up then
        warnings = (one for one in warnings if one.fixes)
    found = [_within_the_limit(recipe, one) for one in [*errors, *warnings]]
    found.sort(key=_order)
    if found and found[0].severity is Severity.ERROR and recipe.aside:
        fixes = (*_turning_on(recipe, facts, memory), *found[0].fixes)
        found[0] = replace(found[0], fixes=fixes)
    return Report(tuple(rows), tuple(found))


def first_error(
    recipe: Recipe, facts: DataFacts, memory: int | None = None
) -> tuple[list[Row], RecipeDiagnosis | None]:
    """The rows of the stack and its first error, for whoever only needs to know whether a recipe can be trained.

    Args:
        recipe: what is to be trained.
        facts: of its data.
        memory: as for `check`.

    Returns:
        the rows as `check` has them, and the first of its errors, without fixes that turn layers on again; None if
        there is no error.
    """
    rows, found = _errors(recipe, facts, memory)
    errors = (_within_the_limit(recipe, one) for one in found if one.severity is Severity.ERROR)
    return rows, min(errors, key=_order, default=None)


def _order(found: RecipeDiagnosis) -> tuple[int, int]:
    return _SEVERITIES.index(found.severity), -1 if found.layer is None else found.layer


def _errors(recipe: Recipe, facts: DataFacts, memory: int | None) -> tuple[list[Row], list[RecipeDiagnosis]]:
    """The rows, and what keeps a recipe from working; some of these rules warn as well."""
    rows, unfit = walk(recipe, facts)
    return rows, [*unfit, *_beside(Subject(recipe, rows, facts), unfit, memory)]


def _beside(subject: Subject, unfit: list[RecipeDiagnosis], memory: int | None) -> Iterator[RecipeDiagnosis]:
    """What these rules find beside layers that are `unfit`."""
    if not unfit:
        yield from output_errors(subject)
    yield from first_few(activation_errors(subject))
    yield from first_few(callback_diagnoses(subject))
    if not unfit or not is_too_large(subject.recipe, subject.facts):  # too much for any computer: one reason is enough
        yield from memory_errors(subject, memory)


def _warnings(subject: Subject) -> Iterator[RecipeDiagnosis]:
    """What would only work badly."""
    yield from stack_habits(subject)
    yield from layer_warnings(subject)
    yield from proportions(subject)
    yield from late_flatten(subject)
    yield from sequence_diagnoses(subject)
    yield from vanishing_gradients(subject)
    yield from batch_diagnoses(subject)
    yield from learning_rate(subject.recipe)


def _turning_on(recipe: Recipe, facts: DataFacts, memory: int | None) -> Iterator[RecipeFix]:
    """Layers that are turned off and without which alone the stack does not work."""
    if len(recipe.layers) >= MAX_LAYERS:
        return
    stack = entries(recipe)
    for at in [at for at, entry in enumerate(stack) if not entry.on][-MAX_TRIED:]:
        on = toggle_entry(recipe, at)
        if _works(on, facts, memory):
            yield fix("turn_on", on, kind=stack[at].layer.kind)


def _works(recipe: Recipe, facts: DataFacts, memory: int | None) -> bool:
    """Whether there is no error at all; it stops at the first."""
    rows, unfit = walk(recipe, facts)
    beside = _beside(Subject(recipe, rows, facts), unfit, memory)
    return not unfit and all(found.severity is not Severity.ERROR for found in beside)


def _within_the_limit(recipe: Recipe, found: RecipeDiagnosis) -> RecipeDiagnosis:
    """Without fixes that lead to more layers than a recipe may have; where none is left, one that makes room."""
    fixes = tuple(one for one in found.fixes if len(one.result.layers) <= MAX_LAYERS)
    if len(fixes) == len(found.fixes):
        return found
    if fixes:
        return replace(found, fixes=fixes)
    last = len(recipe.layers) - 1
    message = WORDING.message("no_room_for_fix", diagnosis=found.message, limit=MAX_LAYERS)
    removed = fix("remove_layer", remove_layer(recipe, last), number=last + 1, kind=recipe.layers[last].kind)
    return replace(found, message=message, fixes=(removed,))
