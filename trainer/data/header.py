"""The row that names the columns: where it and the rows below are of different width, and names that are missing."""

from __future__ import annotations

from collections.abc import Sequence

from trainer.data.wording import WORDING, few
from trainer.messages import Message
from trainer.recipe.spec import RecipeError, shorten

MIN_ALIKE = 2
"""Rows that must be alike before the header, and not they, is taken to be of the wrong width."""


def fitted(cells: list[str], below: Sequence[Sequence[str]]) -> tuple[list[str], tuple[Message, ...]]:
    """A header as wide as the rows below it, where they differ only in empty cells at the end.

    Some programs end each row, or the header alone, with one more delimiter. Nothing is moved, and nothing but empty
    cells is left out or added; else the header stays as it is.

    Args:
        cells: of the header.
        below: the first rows below it.

    Returns:
        The cells of the header, and what a person should know about that.
    """
    width = _width(below)
    if width < 2 or width == len(cells):
        return cells, ()
    if width > len(cells) and not any(cell.strip() for row in below for cell in row[len(cells) :]):
        return cells + [""] * (width - len(cells)), ()  # of columns without a name `names_of` tells
    if width < len(cells) and not any(cell.strip() for cell in cells[width:]):
        return cells[:width], (WORDING.message("note_header_cut"),)
    return cells, ()


def missing_names(names: int, below: Sequence[Sequence[str]], line: int, name: str) -> Message | None:
    """What is wrong where all of the first rows are wider than the header; None where that is not so."""
    width = _width(below)
    if width <= names:
        return None
    return WORDING.message("header_too_narrow", line=line, file=name, names=names, cells=width, skip=line)


def _width(below: Sequence[Sequence[str]]) -> int:
    """How many cells all of some rows have; 0 if they differ, or are too few to tell."""
    widths = {len(row) for row in below}
    return widths.pop() if len(widths) == 1 and len(below) >= MIN_ALIKE else 0


def names_of(cells: list[str], line: int, name: str) -> tuple[tuple[str, ...], tuple[Message, ...]]:
    """The names of the columns, and what a person should know about them.

    Args:
        cells: of the header.
        line: in which it stands.
        name: of the file, for messages.

    Raises:
        RecipeError: no column has a name, or two have the same.
    """
    if not any(cell.strip() for cell in cells):
        raise RecipeError(WORDING.message("no_column_names", file=name, line=line))
    seen: set[str] = set()
    names, blank = [], []
    for number, cell in enumerate(cells, start=1):
        column = cell.strip()
        if not column:
            column = cell = f"Column {number}"  # spreadsheets and pandas write such columns; nothing is lost by a name
            blank.append(cell)
        if column in seen:
            raise RecipeError(WORDING.message("column_twice", file=name, line=line, column=shorten(column)))
        seen.add(column)
        names.append(cell)
    if not blank:
        return tuple(names), ()
    return tuple(names), (WORDING.message("note_unnamed", columns=len(blank), line=line, names=few(blank, 3)),)
