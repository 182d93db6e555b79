"""Messages about a line that breaks a table: its number, what is wrong, what to do, and its text."""

from __future__ import annotations

import re

from trainer.data.dialect import delimiter_name
from trainer.data.wording import WORDING
from trainer.messages import Message

MAX_CELL = 1_000_000
"""Characters in one cell."""


def as_written(line: str) -> str:
    """The beginning of a line between quotation marks, with its own ones as they stand in the file.

    >>> as_written('"never  closed,0')
    '“"never closed,0”'
    """
    text = " ".join(line.split())
    return f"“{text if len(text) <= 80 else text[:79] + '…'}”"


def ragged(row: list[str], width: int, line: int, delimiter: str, name: str, header: bool) -> Message:
    """A row that is not as wide as the header, or as the first row where there is no header."""
    code = {
        (True, True): "row_too_wide",
        (False, True): "row_too_narrow",
        (True, False): "row_wider_than_first",
        (False, False): "row_narrower_than_first",
    }[len(row) > width, header]
    return WORDING.message(
        code, line=line, file=name, cells=len(row), columns=width, separator=delimiter_name(delimiter),
        text=as_written(delimiter.join(row)),
    )  # fmt: skip


def badly_quoted(error: str, line: int, name: str, words: str) -> Message:
    """A row whose quotation marks make no sense, by what `csv` says of it.

    Args:
        error: the words of `csv`.
        line: in which the row begins.
        name: of the file.
        words: the line as it stands in the file.
    """
    if re.match(r'("[^"]*" )+("[^"]*"|\S+)\s*$', words):
        code = "looks_spaced"
    elif "limit" in error:
        code = "cell_too_long"
    else:
        code = "quote_never_closed" if "end of data" in error else "text_after_quote"
    return WORDING.message(code, line=line, file=name, limit=MAX_CELL, text=as_written(words))
