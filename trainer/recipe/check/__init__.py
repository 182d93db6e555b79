"""Does the stack work? Shapes, parameters and problems of a recipe in plain Python, before anything is built."""

from __future__ import annotations

from trainer.recipe.check.habits import callback_problems, rate_warnings, stack_warnings
from trainer.recipe.check.output import output_problems
from trainer.recipe.check.report import Mend, Problem, Report, Row, name_of
from trainer.recipe.check.stack import walk
from trainer.recipe.data import DataFacts
from trainer.recipe.recipe import Recipe

__all__ = ["MAX_PARAMETERS", "Mend", "Problem", "Report", "Row", "check"]

MAX_PARAMETERS = 100_000_000
"""With Adam a parameter takes 16 bytes while training: 1.6 GB, which a classroom computer can just hold."""


def check(recipe: Recipe, facts: DataFacts) -> Report:
    """Walk the stack from the data's shape to its output and collect all that does not fit."""
    rows, problems = walk(recipe, facts)
    if not any(problem.level == "error" for problem in problems):
        problems += list(output_problems(recipe, facts, rows))
    problems += list(stack_warnings(recipe, rows, facts))
    problems += list(rate_warnings(recipe))
    problems += list(callback_problems(recipe, facts))
    total = sum(row.parameters or 0 for row in rows)
    if total > MAX_PARAMETERS:
        largest = max(range(len(rows)), key=lambda place: rows[place].parameters or 0)
        problems.append(
            Problem(
                "error",
                f"The model has {total:,} parameters, more than the {MAX_PARAMETERS:,} that fit in memory here; most "
                f"are in {name_of(recipe, largest)}. Make it smaller, or pool before it.",
                largest,
            )
        )
    # Errors first, then from the bottom of the stack upwards.
    problems.sort(key=lambda problem: (problem.level != "error", -1 if problem.layer is None else problem.layer))
    return Report(tuple(rows), tuple(problems))
