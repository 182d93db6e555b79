"""The row that names the columns: where it and the rows below are of different width, and names that are missing."""

from __future__ import annotations

from collections.abc import Sequence

from trainer.recipe.spec import RecipeError, shorten

LEAST = 2
"""Rows that must be alike before the header, and not they, is taken to be of the wrong width."""


def fitted(cells: list[str], below: Sequence[Sequence[str]]) -> tuple[list[str], tuple[str, ...]]:
    """A header as wide as the rows below it, where they differ only in empty cells at the end.

    Some programs end each row, or the header alone, with one more delimiter. Nothing is moved, and nothing but empty
    cells is left out or added; else the header stays as it is.

    Args:
        cells: of the header.
        below: the first rows below it.

    Returns:
        The cells of the header, and what a person should know about that, a sentence each.
    """
    width = _width(below)
    if width < 2 or width == len(cells):
        return cells, ()
    if width > len(cells) and not any(cell.strip() for row in below for cell in row[len(cells) :]):
        return cells + [""] * (width - len(cells)), ()  # of columns without a name `names_of` tells
    if width < len(cells) and not any(cell.strip() for cell in cells[width:]):
        return cells[:width], ("The header ends with an empty cell more than the rows have; it is left out.",)
    return cells, ()


def missing_names(names: int, below: Sequence[Sequence[str]], line: int, name: str) -> str | None:
    """What is wrong where all of the first rows are wider than the header; None where that is not so."""
    width = _width(below)
    if width <= names:
        return None
    return (
        f"The header (line {line:,}) of {name} names {names:,} {'column' if names == 1 else 'columns'}, but the rows "
        f"below have {width:,} cells each. Write the names that are missing into the file; or set “Lines above the "
        f"table” to {line:,}, and its columns are called by their places."
    )


def _width(below: Sequence[Sequence[str]]) -> int:
    """How many cells all of some rows have; 0 if they differ, or are too few to tell."""
    widths = {len(row) for row in below}
    return widths.pop() if len(widths) == 1 and len(below) >= LEAST else 0


def names_of(cells: list[str], line: int, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the columns, and what is to be said about them, a sentence each.

    Args:
        cells: of the header.
        line: in which it stands.
        name: of the file, for messages.

    Raises:
        RecipeError: no column has a name, or two have the same.
    """
    if not any(cell.strip() for cell in cells):
        raise RecipeError(
            f"No column of {name} has a name in the header (line {line}). Give them names, or take the line out."
        )
    seen: set[str] = set()
    names, blank = [], []
    for number, cell in enumerate(cells, start=1):
        column = cell.strip()
        if not column:
            column = cell = f"Column {number}"  # spreadsheets and pandas write such columns; nothing is lost by a name
            blank.append(cell)
        if column in seen:
            raise RecipeError(
                f"{name} has two columns named {shorten(column)} in the header (line {line}). Rename one of them."
            )
        seen.add(column)
        names.append(cell)
    if not blank:
        return tuple(names), ()
    called = ", ".join(blank[:3]) + (" and so on" if len(blank) > 3 else "")
    some = "One column has" if len(blank) == 1 else f"{len(blank)} columns have"
    return tuple(names), (f"{some} no name in the header (line {line}); called {called} here.",)
