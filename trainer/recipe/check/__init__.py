"""Does the stack work? Shapes, parameters and problems of a recipe in plain Python, before anything is built."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from trainer.recipe.check.advice import advice
from trainer.recipe.check.curves import curve_problems
from trainer.recipe.check.habits import rate_warnings, stack_warnings
from trainer.recipe.check.memory import Memory, needed
from trainer.recipe.check.output import output_problems
from trainer.recipe.check.report import Mend, Problem, Report, Row, first_few
from trainer.recipe.check.report import replace as without
from trainer.recipe.check.rows_of_numbers import late_flatten
from trainer.recipe.check.smaller import memory_problems
from trainer.recipe.check.stack import walk
from trainer.recipe.check.watching import callback_problems
from trainer.recipe.check.ways_out import is_too_large
from trainer.recipe.data import DataFacts
from trainer.recipe.recipe import MAX_LAYERS, Recipe
from trainer.recipe.stack import entries, switched

__all__ = ["Memory", "Mend", "Problem", "Report", "Row", "check", "needed"]

MOST_TRIED = 5
"""Layers that are switched off and tried again; each costs a whole look at the stack."""


def check(recipe: Recipe, facts: DataFacts, memory: int | None = None) -> Report:
    """Walk the stack from the data's shape to its output and collect all that does not fit.

    Args:
        recipe: what is to be trained.
        facts: of its data.
        memory: bytes that are free for the run; None refuses only what no computer of a classroom can hold.
    """
    report = _look(recipe, facts, memory)
    if not report.errors or not recipe.aside:
        return report
    mends = tuple(_switching_on(recipe, facts, memory))
    first = report.problems[0]
    return replace(report, problems=(replace(first, mends=(*mends, *first.mends)), *report.problems[1:]))


def _switching_on(recipe: Recipe, facts: DataFacts, memory: int | None) -> Iterator[Mend]:
    """Layers that are switched off and without which alone the stack does not work."""
    if len(recipe.layers) >= MAX_LAYERS:
        return
    stack = entries(recipe)
    for at in [at for at, entry in enumerate(stack) if not entry.on][-MOST_TRIED:]:
        on = switched(recipe, at)
        if _works(on, facts, memory):
            yield Mend(f"Switch {stack[at].layer.kind} on again", on)


def _look(recipe: Recipe, facts: DataFacts, memory: int | None) -> Report:
    rows, problems = walk(recipe, facts)
    problems += [*_errors(recipe, rows, problems, facts, memory), *_warnings(recipe, rows, facts)]
    problems = [_without_too_many_layers(recipe, problem) for problem in problems]
    # Errors first, then from the bottom of the stack upwards.
    problems.sort(key=lambda problem: (problem.level != "error", -1 if problem.layer is None else problem.layer))
    return Report(tuple(rows), tuple(problems))


def _errors(
    recipe: Recipe, rows: list[Row], unfit: list[Problem], facts: DataFacts, memory: int | None
) -> Iterator[Problem]:
    """What can keep a recipe from working beside layers that are `unfit`; some of these rules warn as well."""
    if not unfit:
        yield from output_problems(recipe, facts, rows)
    yield from first_few(curve_problems(recipe, rows))
    yield from first_few(callback_problems(recipe, facts))
    if not is_too_large(recipe, facts):  # too much for any computer: one reason is enough
        yield from memory_problems(recipe, rows, facts, memory)


def _warnings(recipe: Recipe, rows: list[Row], facts: DataFacts) -> Iterator[Problem]:
    """What would only work badly."""
    yield from first_few(stack_warnings(recipe, rows, facts))
    yield from advice(recipe, rows, facts)
    yield from late_flatten(recipe, rows, facts)
    yield from rate_warnings(recipe)


def _works(recipe: Recipe, facts: DataFacts, memory: int | None) -> bool:
    """Whether `_look` would find no error; it stops at the first, and does not look for warnings."""
    rows, unfit = walk(recipe, facts)
    return not unfit and all(problem.level != "error" for problem in _errors(recipe, rows, unfit, facts, memory))


def _without_too_many_layers(recipe: Recipe, problem: Problem) -> Problem:
    """The problem without fixes that lead to more layers than a recipe may have, and with room made if none is left."""
    fixes = tuple(fix for fix in problem.mends if len(fix.recipe.layers) <= MAX_LAYERS)
    if len(fixes) == len(problem.mends):
        return problem
    if fixes:
        return replace(problem, mends=fixes)
    last = len(recipe.layers) - 1
    message = f"{problem.message} But the model has {MAX_LAYERS} layers, the most there can be. Remove one first."
    removed = Mend(f"Remove layer {last + 1} ({recipe.layers[last].kind})", without(recipe, last))
    return replace(problem, message=message, mends=(removed,))
