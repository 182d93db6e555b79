"""Does the stack work? Shapes, parameters and problems of a recipe in plain Python, before anything is built."""

from __future__ import annotations

from trainer.recipe.check.advice import advice
from trainer.recipe.check.habits import callback_problems, rate_warnings, stack_warnings
from trainer.recipe.check.memory import Memory, needed
from trainer.recipe.check.output import output_problems
from trainer.recipe.check.report import Mend, Problem, Report, Row
from trainer.recipe.check.smaller import memory_problems
from trainer.recipe.check.stack import walk
from trainer.recipe.data import DataFacts
from trainer.recipe.recipe import Recipe

__all__ = ["Memory", "Mend", "Problem", "Report", "Row", "check", "needed"]


def check(recipe: Recipe, facts: DataFacts, memory: int | None = None) -> Report:
    """Walk the stack from the data's shape to its output and collect all that does not fit.

    Args:
        recipe: what is to be trained.
        facts: of its data.
        memory: bytes that are free for the run; None refuses only what no computer of a classroom can hold.
    """
    rows, problems = walk(recipe, facts)
    if not any(problem.level == "error" for problem in problems):
        problems += list(output_problems(recipe, facts, rows))
    problems += list(stack_warnings(recipe, rows, facts))
    problems += list(advice(recipe, rows, facts))
    problems += list(rate_warnings(recipe))
    problems += list(callback_problems(recipe, facts))
    problems += list(memory_problems(recipe, rows, facts, memory))
    # Errors first, then from the bottom of the stack upwards.
    problems.sort(key=lambda problem: (problem.level != "error", -1 if problem.layer is None else problem.layer))
    return Report(tuple(rows), tuple(problems))
