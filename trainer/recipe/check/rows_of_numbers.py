"""Where pictures and sequences have to become rows of numbers, so that a Dense layer sees all of an example at once."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from trainer.recipe.check.report import Mend, Problem, Row, insert, name_of, replace
from trainer.recipe.check.stack import walk
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Dense, Flatten, Rescaling, Reshape
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import ShapeError

FEW = 16
"""Units below which a Dense layer would be too narrow for a whole picture."""
KEEPING = {"Regularisation", "Normalisation", "Activation", "Augmentation"}
"""Groups of layers that leave every dot where it was."""


def row_from(rows: list[Row], place: int) -> int:
    """The first Dense from which on every layer before `place` could as well read a row; `place` itself if none."""
    first = place
    for at in range(place - 1, -1, -1):
        if not _place_by_place(rows[at]):
            break
        if isinstance(rows[at].layer, Dense):
            first = at
    return first


def late_flatten(recipe: Recipe, rows: list[Row], facts: DataFacts) -> Iterator[Problem]:
    """Dense layers that read each dot of a picture by itself, and a Flatten that comes only behind them."""
    flat = next((place for place, row in enumerate(rows) if isinstance(row.layer, Flatten)), None)
    if flat is None or facts.modality != "image":
        return
    first = row_from(rows, flat)
    arrives = rows[first].arrives
    untouched = all(layer.group in KEEPING or isinstance(layer, Rescaling) for layer in recipe.layers[:first])
    if first == flat or arrives is None or prod(arrives[:-1]) == 1 or not untouched:
        return
    if any(isinstance(layer, Reshape) for layer in recipe.layers[flat:]):  # the dots are meant to be told apart later
        return
    # Few units for each dot may be meant, such as one that makes grey of colours; for all dots they are too few.
    if any(isinstance(row.layer, Dense) and row.layer.units < max(FEW, facts.classes) for row in rows[first:flat]):
        return
    moved = insert(replace(recipe, flat), first, recipe.layers[flat])
    if any(problem.level == "error" for problem in walk(moved, facts)[1]):
        return
    yield Problem(
        "warning",
        f"{name_of(recipe, first)} reads each dot of the picture by itself and cannot see how dots lie together, "
        f"because {name_of(recipe, flat)} comes only behind it. Move Flatten before it.",
        first,
        (Mend(f"Move Flatten before Dense {getattr(recipe.layers[first], 'units', '')}", moved),),
    )


def _place_by_place(row: Row) -> bool:
    """Whether a layer reads each place of a picture or sequence by itself, and would read a single row as well."""
    arrives, leaves = row.arrives, row.output_shape
    if arrives is None or leaves is None or len(arrives) == 1 or arrives[:-1] != leaves[:-1]:
        return False
    try:
        row.layer.output_shape(arrives[-1:])
    except ShapeError:
        return False
    return True
