"""Tables of texts. Cells arrive exactly as they are written: no guessed types, no words that mean “missing”."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from trainer.data.dataset import Dataset, Indices, Part
from trainer.data.encoding import EncodingError, decode
from trainer.data.files import find_file, identity, named
from trainer.data.formats import not_a_text
from trainer.data.splitting import split
from trainer.recipe.data import TextCsv
from trainer.recipe.spec import RecipeError, shorten

MAX_BYTES = 100_000_000
MAX_ROWS = 1_000_000
MAX_COLUMNS = 1_000
MAX_CELL = 1_000_000
"""Characters in one cell."""
MAX_CLASSES = 1_000
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}

_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")  # not splitlines, which also ends lines at rarer characters
_PLAIN_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,17}")


@dataclass(frozen=True, eq=False)
class Table:
    """A CSV file as it was written. Pages and fits share it: read it, never change it."""

    columns: tuple[str, ...]
    frame: pd.DataFrame
    """All cells as text; an empty cell is "", never a missing value."""
    encoding: str
    """How its letters were read, such as utf-8 or cp1252."""
    delimiter: str


def read_table(path: Path) -> Table:
    """Read a CSV file whole and strictly; kept until the file changes.

    The delimiter is the one of `, ; tab |` with which the header has at least two cells and most lines have as many.

    Raises:
        RecipeError: the file is missing, too large, empty, not a text, or not a proper table; the sentence names the
            line where there is one.
    """
    return _read(*identity(path))


@lru_cache(maxsize=4)
def _read(path: Path, size: int, modified: int) -> Table:
    name = named(path)
    if size > MAX_BYTES:
        raise RecipeError(
            f"{name} is larger than {MAX_BYTES // 10**6} MB. Choose a smaller table, or part of this one."
        )
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RecipeError(f"{name} cannot be read ({error.strerror}). Check who may open it, or copy it.") from error
    other = not_a_text(data)
    if other:
        raise RecipeError(f"{name} is no CSV file: it is {other[0]}. {other[1]}")
    try:
        text, encoding = decode(data)
    except EncodingError as error:
        raise RecipeError(f"{name} {error}. Open it in its program and save it as “CSV UTF-8”.") from None
    if not text.strip():
        raise RecipeError(f"{name} is empty. Choose a CSV file with a header and rows.")
    if "\0" in text:
        raise RecipeError(f"{name} is not a text: it holds zero characters. Choose a CSV file.")
    csv.field_size_limit(MAX_CELL)
    delimiter = _find_delimiter(text)
    header, columns = _parse(text, delimiter, name)
    if not columns or not columns[0]:
        raise RecipeError(f"{name} has a header but no rows. Add rows, or choose another file.")
    return Table(header, pd.DataFrame(dict(zip(header, columns, strict=True)), dtype="str"), encoding, delimiter)


def _lines(text: str) -> Iterator[str]:
    return (match.group() for match in _LINE.finditer(text))


def _find_delimiter(text: str) -> str:
    head = text[:200_000]
    best, agreement = ",", -1.0
    for delimiter in DELIMITERS:
        widths: list[int] = []
        with suppress(csv.Error):  # with a wrong delimiter, quotation marks make no sense; the rows before count
            for cells in islice(csv.reader(_lines(head), delimiter=delimiter, strict=True), 200):
                widths += [len(cells)] if cells else []
        if len(head) < len(text) and 1 < len(widths) < 200:
            widths.pop()  # it was cut off
        if not widths or widths[0] < 2:
            continue
        agree = widths[1:].count(widths[0]) / max(1, len(widths) - 1)
        if agree > agreement:
            best, agreement = delimiter, agree
    return best


def _parse(text: str, delimiter: str, name: str) -> tuple[tuple[str, ...], list[list[str]]]:
    """The header and the columns. Each row must be as wide as the header: pandas would shift or fill in silently."""
    header: tuple[str, ...] = ()
    columns: list[list[str]] = []
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if not cells:  # an empty line
                pass
            elif not header:
                header = _check_header(cells, line, name)
                columns = [[] for _ in header]
            elif len(cells) != len(header):
                raise RecipeError(_ragged(len(cells), len(header), line, delimiter, name))
            elif len(columns[0]) == MAX_ROWS:
                raise RecipeError(
                    f"{name} has more than {MAX_ROWS:,} rows. Choose a smaller table, or part of this one."
                )
            else:
                for column, cell in zip(columns, cells, strict=True):
                    column.append(cell)
            line = reader.line_num + 1
    except csv.Error as error:
        raise RecipeError(_badly_quoted(str(error), line, name)) from None
    return header, columns


def _check_header(cells: list[str], line: int, name: str) -> tuple[str, ...]:
    if len(cells) > MAX_COLUMNS:
        raise RecipeError(
            f"{name} has {len(cells):,} columns; at most {MAX_COLUMNS:,} are possible. Keep those you need."
        )
    seen: set[str] = set()
    for number, cell in enumerate(cells, start=1):
        column = cell.strip()
        if not column:
            raise RecipeError(
                f"Column {number} of {name} has no name in the header (line {line}). Give it one, or take it out."
            )
        if column in seen:
            raise RecipeError(
                f"{name} has two columns named {shorten(column)} in the header (line {line}). Rename one of them."
            )
        seen.add(column)
    return tuple(cells)


def _ragged(cells: int, header: int, line: int, delimiter: str, name: str) -> str:
    sign = DELIMITERS[delimiter]
    mend = (
        f"Put a text that holds a {sign} between quotation marks"
        if cells > header
        else "Add what is missing, or close the quotation marks before it"
    )
    return (
        f"Line {line:,} of {name} has {cells:,} {'cell' if cells == 1 else 'cells'}, but its header has {header:,} "
        f"(a {sign} stands between cells). {mend}."
    )


def _badly_quoted(error: str, line: int, name: str) -> str:
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


def guess_columns(table: Table) -> tuple[str, str]:
    """The likely text column and label column, for a page to begin with; a person can choose others.

    The text column has the longest texts on average. The label column is, among the others, the one with the fewest
    different words, but at least two: a column of one word tells nothing apart, and one of row numbers has too many.

    Raises:
        RecipeError: the table has only one column.
    """
    if len(table.columns) < 2:
        raise RecipeError(
            f"The table has only one column, {shorten(table.columns[0])}, but a text and a label need two. Put a "
            f"comma, a semicolon, a tab or a vertical bar between them."
        )
    text = max(table.columns, key=lambda column: float(table.frame[column].str.len().mean()))
    others = [column for column in table.columns if column != text]
    different = {column: len({cell.strip() for cell in table.frame[column]} - {""}) for column in others}
    rows = len(table.frame)
    # A column of running numbers is as different as it is long; it is taken only if nothing else is there.
    misleading = {column: different[column] < 2 or (different[column] == rows and rows > 2) for column in others}
    return text, min(others, key=lambda column: (misleading[column], different[column]))


def load_text(spec: TextCsv, seed: int) -> Dataset:
    """The texts of a table with their classes, cut into parts.

    A label is the word as it is written, without white space around it; `1`, `01` and `1.0` are three classes. Rows
    whose text is only white space, or whose label is empty, are left out and counted.

    Raises:
        RecipeError: the file or its table is wrong, a column does not exist, or the classes cannot be learned from.
    """
    path = find_file(spec.path)
    table = read_table(path)
    name = named(path)
    for column, purpose in ((spec.text_column, "texts"), (spec.label_column, "labels")):
        if column not in table.columns:
            there = ", ".join(shorten(column, 40) for column in table.columns[:20])
            raise RecipeError(
                f"{name} has no column {shorten(column)} for the {purpose}. Choose one of these: {there}"
                f"{' and others' if len(table.columns) > 20 else ''}."
            )
    if spec.text_column == spec.label_column:
        raise RecipeError(
            f"The column {shorten(spec.text_column)} is chosen for both the texts and the labels. Choose two columns."
        )
    texts = table.frame[spec.text_column].to_list()
    labels = [label.strip() for label in table.frame[spec.label_column].to_list()]
    rows = np.array([row for row, text in enumerate(texts) if text.strip() and labels[row]], dtype=np.int64)
    names = _class_names({labels[row] for row in rows}, spec.label_column, name)
    number = {label: index for index, label in enumerate(names)}
    x = np.array([texts[row] for row in rows], dtype=object)
    y = np.array([number[labels[row]] for row in rows], dtype=np.int64)
    parts = split(y, names, spec.validation, spec.test, seed)

    def part(chosen: Indices) -> Part:
        return Part(x[chosen], y[chosen], rows[chosen])

    return Dataset(
        kind="text",
        train=part(parts.train),
        validation=None if parts.validation is None else part(parts.validation),
        test=part(parts.test),
        class_names=names,
        input_shape=(spec.sequence_length,),
        same_rows=parts.same_rows,
        vocabulary=spec.max_words,
        left_out=len(texts) - len(rows),
    )


def _class_names(labels: set[str], column: str, name: str) -> tuple[str, ...]:
    """The classes in order: by value if all are plain whole numbers, else by alphabet."""
    where = f"the column {shorten(column)} of {name}"
    if not labels:
        raise RecipeError(f"No row of {name} has both a text and a label in {shorten(column)}. Choose other columns.")
    if len(labels) == 1:
        raise RecipeError(
            f"All labels in {where} are {shorten(next(iter(labels)))}, so there is nothing to tell apart. Choose a "
            f"column with at least two different labels."
        )
    if len(labels) > MAX_CLASSES:
        raise RecipeError(
            f"There are {len(labels):,} different labels in {where}; at most {MAX_CLASSES:,} are possible. Choose the "
            f"column with the answers, not with texts or numbers of rows."
        )
    plain = all(_PLAIN_NUMBER.fullmatch(label) for label in labels)
    return tuple(sorted(labels, key=int)) if plain else tuple(sorted(labels))
