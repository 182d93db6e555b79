"""What is said of a line that breaks a table: its number, what is wrong, what to do, and its text."""

from __future__ import annotations

import re

from trainer.data.dialect import DELIMITERS

MAX_CELL = 1_000_000
"""Characters in one cell."""


def as_written(line: str) -> str:
    """The beginning of a line between quotation marks, with its own ones as they stand in the file."""
    text = " ".join(line.split())
    return f"“{text if len(text) <= 80 else text[:79] + '…'}”"


def ragged(row: list[str], width: int, line: int, delimiter: str, name: str, header: bool) -> str:
    """A row that is not as wide as the others."""
    sign = DELIMITERS.get(delimiter, f"“{delimiter}”")
    if len(row) > width:
        mend = f"Put a text that holds a {sign} between quotation marks"
    else:
        mend = "Add what is missing, or close the quotation marks before it"
    return (
        f"Line {line:,} of {name} has {len(row):,} {'cell' if len(row) == 1 else 'cells'}, but "
        f"{'its header' if header else 'the first row'} has {width:,} (a {sign} stands between cells). {mend}. "
        f"It reads: {as_written(delimiter.join(row))}."
    )


def badly_quoted(error: str, line: int, name: str, words: str) -> str:
    """A row whose quotation marks make no sense, by what `csv` says of it.

    Args:
        error: the words of `csv`.
        line: in which the row begins.
        name: of the file.
        words: the line as it stands in the file.
    """
    if re.match(r'("[^"]*" )+("[^"]*"|\S+)\s*$', words):
        return f"The cells of line {line:,} of {name} seem to be parted by spaces. Choose “space” between cells."
    if "limit" in error:
        return (
            f"Line {line:,} of {name} begins a cell of more than {MAX_CELL:,} characters. Shorten it, or close its "
            f"quotation mark if it has lost one."
        )
    if "end of data" in error:
        return f"Line {line:,} of {name} opens a quotation mark that is never closed. Close it, or take it out."
    return (
        f"Line {line:,} of {name} has letters right behind a closing quotation mark. Inside a cell, write each "
        f'quotation mark twice (""); or close the one that was left open.'
    )
