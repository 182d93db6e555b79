"""Where pictures and sequences have to become rows of numbers, so that a Dense layer sees all of an example at once."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from trainer.recipe.check.fitting import walk
from trainer.recipe.check.report import RecipeDiagnosis, Row, Subject, fix, name_of, warning
from trainer.recipe.layers import Dense, Flatten, Reshape
from trainer.recipe.stack import insert_layers, remove_layer

FEW_UNITS = 16
"""Units below which a Dense layer would be too narrow for a whole picture."""


def row_from(rows: list[Row], place: int) -> int:
    """The first Dense from which on every layer before `place` could as well read a row; `place` itself if none."""
    first = place
    for at in range(place - 1, -1, -1):
        if not _place_by_place(rows[at]):
            break
        if isinstance(rows[at].layer, Dense):
            first = at
    return first


def late_flatten(subject: Subject) -> Iterator[RecipeDiagnosis]:
    """Dense layers that read each pixel of a picture by itself, and a Flatten that comes only after them."""
    recipe, rows, facts = subject
    flat = next((place for place, row in enumerate(rows) if isinstance(row.layer, Flatten)), None)
    if flat is None or facts.modality != "image":
        return
    first = row_from(rows, flat)
    arrives = rows[first].arrives
    untouched = all(layer.keeps_positions for layer in recipe.layers[:first])
    if first == flat or arrives is None or prod(arrives[:-1]) == 1 or not untouched:
        return
    if any(isinstance(layer, Reshape) for layer in recipe.layers[flat:]):
        return  # the pixels are meant to be told apart later
    # Few units for each pixel may be meant, such as one that makes grey of colours; for all pixels they are too few.
    dense = [row.layer for row in rows[first:flat] if isinstance(row.layer, Dense)]
    if any(layer.units < max(FEW_UNITS, facts.classes) for layer in dense):
        return
    moved = insert_layers(remove_layer(recipe, flat), first, recipe.layers[flat])
    if walk(moved, facts)[1]:
        return
    fixes = [fix("move_flatten", moved, units=dense[0].units)]
    yield warning("late_flatten", first, fixes, layer=name_of(recipe, first), flatten=name_of(recipe, flat))


def _place_by_place(row: Row) -> bool:
    """Whether a layer reads each place of a picture or sequence by itself, and would read a single row as well."""
    arrives, leaves = row.arrives, row.output_shape
    if arrives is None or leaves is None or len(arrives) == 1 or arrives[:-1] != leaves[:-1]:
        return False
    return row.layer.can_read(arrives[-1:])
