"""Tables that are written line by line in another way than as cells: JSON lines, and the format of fastText."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from trainer.data.dialect import Text, lines
from trainer.data.files import FileError

FIRST = 200
"""Lines by which a format is known, and in which the names of columns are looked for."""
_LABEL = "__label__"

Rows = Callable[[Iterable[str]], Iterator[tuple[int, list[str]]]]
"""Takes a text apart: the line of each row, counted from 1, and its cells; the first row names the columns."""


def find_line_format(text: Text) -> Rows | None:
    """How to read a text whose lines are JSON objects or begin with fastText's labels; None for any other.

    Args:
        text: goes through the file from its beginning, each time that it is called.
    """
    first = [line.strip() for line in islice(lines(text()), FIRST)]
    first = [line for line in first if line]
    if not first or not first[0].startswith(("{", _LABEL)):
        return None
    if all(line.startswith(_LABEL) for line in first):
        return _fasttext_rows
    try:
        objects = [json.loads(line) for line in first]
    except (ValueError, RecursionError):
        return None
    if len(objects) < 2 or not all(isinstance(one, dict) and one for one in objects):
        return None
    names = list(dict.fromkeys(name for one in objects for name in one))
    return lambda pieces: _json_rows(pieces, names)


def _json_rows(text: Iterable[str], names: list[str]) -> Iterator[tuple[int, list[str]]]:
    """The rows of JSON lines; what later lines have beyond the names of the first ones is left out.

    Raises:
        FileError: a line is not a JSON object.
    """
    yield 1, names
    for number, line in enumerate(lines(text), start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise FileError("json_line_wrong", line=number)
        yield number, [_cell(found.get(name)) for name in names]


def _cell(value: Any) -> str:
    """A value as a cell: a text as it is, without what no text file could hold."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else text.replace("\0", " ").encode("utf-8", "replace").decode()


def _fasttext_rows(text: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Labels and texts; several labels of a text stand in one cell.

    Raises:
        FileError: a line has no label.
    """
    yield 1, ["label", "text"]
    for number, line in enumerate(lines(text), start=1):
        words = line.split()
        if not words:
            continue
        labels = []
        while words and words[0].startswith(_LABEL):
            labels.append(words.pop(0).removeprefix(_LABEL))
        if not labels:
            raise FileError("fasttext_without_label", line=number)
        yield number, [";".join(labels), " ".join(words)]
