"""Tables as they are written: no guessed types, no words that mean “missing”, no shifted rows."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from random import Random

import pandas as pd

from trainer.data import workbook
from trainer.data.broken import MAX_CELL, badly_quoted, ragged
from trainer.data.budget import READING, LimitError, ReadingBudget, Unit
from trainer.data.cache import Cache
from trainer.data.content import Content, contained, too_large
from trainer.data.dialect import (
    MAX_LINES_ABOVE,
    Dialect,
    LongRowError,
    Quoting,
    Text,
    begins_table,
    find_dialect,
    has_header,
    lines,
    lines_above,
)
from trainer.data.encoding import alternatives, decoded, doubt, find_encoding, preview
from trainer.data.file_types import JSON, not_a_text
from trainer.data.files import FileError, identity, named
from trainer.data.header import fitted, missing_names, names_of
from trainer.data.limits import MAX_ROW
from trainer.data.line_tables import find_line_format
from trainer.data.wording import WORDING
from trainer.messages import Message
from trainer.recipe.spec import RecipeError

MAX_ROWS = 1_000_000
MAX_EMPTY = 2_000_000
"""Empty lines of a text, of several in a row about each second one: twice as many as the rows that a table may have."""
MAX_COLUMNS = 1_000
MAX_CELLS = 10_000_000
REPORT_EVERY_ROWS = 5_000
"""Rows between two reports of the progress."""
BLOCK_CELLS, BLOCK_CHARACTERS = 200_000, 4_000_000
"""So much of a table is collected as Python's own strings before it is packed into columns."""
_BETWEEN = "\0"
"""Between the cells of a row that is kept as one string; no text holds it."""

Rows = Iterator[tuple[int, list[str]]]


@dataclass(frozen=True)
class Reading:
    """How a file is to be read; None detects it."""

    encoding: str | None = None
    delimiter: str | None = None
    quoting: Quoting | None = None
    header: bool | None = True
    """Whether the first row names the columns; without a header they are called Column 1, Column 2 ..."""
    above: int | None = 0
    """Lines above the table, which do not belong to it."""
    sample: int | None = None
    """At most so many rows, drawn from all of the file, the same each time; None reads all."""


@dataclass(frozen=True, eq=False)
class Table:
    """A file as it was written. Pages and fits share it: read it, never change it."""

    columns: tuple[str, ...]
    frame: pd.DataFrame
    """All cells as text; an empty cell is "", never a missing value."""
    encoding: str
    """Of its characters, such as utf-8 or cp1252; `xlsx` for a workbook."""
    delimiter: str
    quoting: Quoting
    header: bool
    above: int
    """Lines that stand above the table in the file."""
    rows_in_file: int
    """More than the frame has, if only a sample was read."""
    notes: tuple[Message, ...] = ()
    """What a person should know about the reading."""


def read_table(path: Path, reading: Reading = Reading()) -> Table:
    """Read a file whole and strictly; kept until the file changes.

    Raises:
        TooLargeError: it has too many rows or unpacks too large; a sample can be read.
        RecipeError: the file is missing, too large, empty, not a table, or not a proper one; the sentence names the
            line where there is one.
    """
    key = (identity(path), reading)
    return _tables.get(key, weight(path), lambda: _read(path, reading))


def weight(path: Path) -> int:
    """About how many bytes of text a file holds: what is packed holds several times its size.

    Raises:
        RecipeError: it is missing.
    """
    size = identity(path).size
    return size if path.suffix.lower() in {".csv", ".tsv", ".txt"} else 8 * size


def is_text(path: Path) -> bool:
    """Whether a file is a text at all, and so may be a table that is only read in the wrong way."""
    content = Content(path, ReadingBudget({}, READING), cut=True)
    try:
        with _errors_explained(named(path), sample=True):
            if workbook.is_workbook(path) or not_a_text(content.pieces):
                return False
            return any(piece.strip() for piece in content.pieces())
    except RecipeError:
        return False


def readings(path: Path, encoding: str, sample: bool) -> tuple[str, list[tuple[str, str]]]:
    """A preview of the non-ASCII characters in an encoding, and of other encodings in which the file can be read.

    Raises:
        RecipeError: the file cannot be read.
    """
    content = Content(path, ReadingBudget({}, WORDING.message("comparing_encodings")), cut=sample)
    with _errors_explained(named(path), sample):
        return preview(content.pieces, encoding), alternatives(content.pieces, encoding)


def doubtful_encoding(path: Path, table: Table) -> tuple[str, list[tuple[str, str]]] | None:
    """Another encoding in which a file may as well have been saved, with places where it makes a difference.

    Raises:
        RecipeError: the file cannot be read.
    """
    content = Content(path, ReadingBudget({}, WORDING.message("comparing_encodings")), cut=True)
    with _errors_explained(named(path), sample=True):
        return doubt(content.pieces, table.encoding)


_tables: Cache[Table] = Cache(4)


def _read(path: Path, reading: Reading) -> Table:
    name = named(path)
    csv.field_size_limit(MAX_CELL)
    sample = reading.sample is not None
    limits: dict[Unit, int] = {"cells": MAX_CELLS, "bytes": workbook.MAX_BYTES}
    budget = ReadingBudget(limits if sample else limits | {"rows": MAX_ROWS}, READING)
    with _errors_explained(name, sample):
        if workbook.is_workbook(path):
            return _from_workbook(path, name, reading, budget)
        return _from_text(Content(path, budget, cut=sample), name, reading)


@contextmanager
def _errors_explained(name: str, sample: bool) -> Iterator[None]:
    """Turn what is wrong with a file into an error that names it and says what to do.

    Args:
        name: of the file.
        sample: whether a sample is being read already.
    """
    try:
        yield
    except LimitError as error:
        if error.unit in {"rows", "cells"} and not sample:
            raise too_large(name, error.unit, error.limit) from None
        raise RecipeError(error.about(name)) from None
    except FileError as error:
        raise RecipeError(error.about(name)) from error.__cause__
    except UnicodeError:
        raise RecipeError(WORDING.message("changed_while_read", file=name)) from None
    except MemoryError as error:
        raise RecipeError(WORDING.message("no_memory", file=name)) from error
    except LongRowError as error:
        code = "row_too_long" if error.line else "some_row_too_long"
        raise RecipeError(WORDING.message(code, file=name, line=error.line, limit=MAX_ROW)) from None


@dataclass(frozen=True)
class _Source:
    """A table before its rows are read."""

    rows: Callable[[], Rows]
    """Goes through the rows from the beginning, each time that it is called."""
    last: int
    """About which line is the last."""
    name: str
    """Of the file."""
    encoding: str
    dialect: Dialect
    above: int
    budget: ReadingBudget


def _from_text(content: Content, name: str, reading: Reading) -> Table:
    other = not_a_text(content.pieces)
    if other and other.kind.code != JSON:
        raise RecipeError(WORDING.message("wrong_kind", file=name, kind=other.kind, advice=other.advice))
    encoding = find_encoding(content.pieces, reading.encoding)
    text = _text_of(content, encoding)
    last = _last_line(text(), name)
    by_line = find_line_format(text) if reading.delimiter is None else None
    if by_line is not None:
        source = _Source(lambda: by_line(text()), last, name, encoding, Dialect("\t", "none"), 0, content.budget)
        return _table(source, replace(reading, header=True))
    if other:
        raise RecipeError(WORDING.message("wrong_kind", file=name, kind=other.kind, advice=other.advice))
    above = reading.above
    if above is None:
        above = lines_above(text, reading.delimiter, reading.quoting)
    dialect = find_dialect(text, reading.delimiter, reading.quoting, above)
    if reading.sample is None and last - dialect.begin > MAX_ROWS + 1 and _row_by_line(text, dialect):
        raise LimitError("rows", MAX_ROWS)  # without reading them
    source = _Source(lambda: dialect.rows(text()), last, name, encoding, dialect, above, content.budget)
    try:
        return _table(source, reading)
    except csv.Error as error:
        line = int(getattr(error, "line", 1))
        words = next(islice(lines(text()), line - 1, None), "")
        raise RecipeError(badly_quoted(str(error), line, name, words)) from None


def _text_of(content: Content, encoding: str) -> Text:
    """Goes through the text of a file, without the mark at its beginning."""

    def text() -> Iterator[str]:
        pieces = decoded(content.pieces(), encoding)
        yield next(pieces, "").removeprefix("\ufeff")
        yield from pieces

    return text


def dialect_of(path: Path, reading: Reading, table: Table) -> Dialect | None:
    """How a table is written in its file; None for a workbook, and for lines that are written in another way.

    Args:
        path: the file.
        reading: how it was read.
        table: what was read.

    Raises:
        RecipeError: the file cannot be read any more.
    """
    if workbook.is_workbook(path):
        return None
    text = _text_of(Content(path, ReadingBudget({}, READING), cut=reading.sample is not None), table.encoding)
    with _errors_explained(named(path), reading.sample is not None):
        if reading.delimiter is None and find_line_format(text) is not None:
            return None
        return find_dialect(text, reading.delimiter, reading.quoting, table.above)


def _row_by_line(text: Text, dialect: Dialect) -> bool:
    """Whether each line is a row: nothing is quoted, and none is empty."""
    return dialect.quoting != "single" and not contained(text, ['"', "\n\n", "\n\r", "\r\r"])


def _last_line(text: Iterable[str], name: str) -> int:
    """About how many lines a text has, if it holds anything.

    Raises:
        RecipeError: it is empty, or no text; or so many of its lines are empty that going through them would take long.
    """
    feeds = returns = empty = 0
    blank = True
    for piece in text:
        feeds, returns = feeds + piece.count("\n"), returns + piece.count("\r")
        empty += sum(map(piece.count, ("\n\n", "\n\r", "\r\r")))
        if empty > MAX_EMPTY:
            raise RecipeError(WORDING.message("millions_of_empty_lines", file=name))
        blank = blank and not piece.strip()
        if "\0" in piece:
            raise RecipeError(WORDING.message("zero_characters", file=name))
    if blank:
        raise RecipeError(WORDING.message("empty", file=name))
    return max(feeds, returns, 1)


def _from_workbook(path: Path, name: str, reading: Reading, budget: ReadingBudget) -> Table:
    sheet = workbook.table_sheet(path, MAX_COLUMNS, budget)
    if not sheet.numbers:
        raise RecipeError(WORDING.message("sheet_empty", file=name))
    above = reading.above
    if above is None:
        first = [cells for _, cells in islice(sheet.rows(), MAX_LINES_ABOVE + 50)]
        last = min(MAX_LINES_ABOVE, len(sheet.numbers) - 1)
        starts = (n for n in range(last + 1) if begins_table(first[n : n + 50], n))
        above = sheet.numbers[next(starts, 0)] - 1
    dialect = Dialect("\t", "none")
    source = _Source(lambda: sheet.even_rows(above), sheet.numbers[-1], name, "xlsx", dialect, above, budget)
    table = _table(source, reading)
    if not sheet.skipped:
        return table
    return replace(table, notes=(WORDING.message("note_sheet", sheet=sheet.name[:40]), *table.notes))


@dataclass(frozen=True)
class _Body:
    """A table whose columns are known."""

    names: tuple[str, ...]
    notes: tuple[Message, ...]
    header: bool
    first: list[tuple[int, list[str]]]
    """Its first rows, the header among them."""


def _table(source: _Source, reading: Reading) -> Table:
    """The header and the columns. Each row must be as wide as the first: pandas would shift or fill in silently."""
    body = _head(source, reading)
    notes = body.notes
    columns = _Columns(body.names, source.budget)
    rows: Iterable[list[str]] = _rows(source, body)
    count = 0
    if reading.sample is not None:
        drawn, count = _drawn(rows, reading.sample)
        rows = (row.decode().split(_BETWEEN) for row in drawn)
        if count > reading.sample:
            notes += (WORDING.message("note_sample", sample=reading.sample, rows=count),)
    for row in rows:
        columns.add(row)
    count = count or columns.count
    if not count:
        raise RecipeError(WORDING.message("no_rows", file=source.name))
    dialect = source.dialect
    return Table(
        body.names, columns.frame(), source.encoding, dialect.delimiter, dialect.quoting, body.header, source.above,
        count, notes,
    )  # fmt: skip


def _head(source: _Source, reading: Reading) -> _Body:
    """The names of the columns, and notes on the reading."""
    name, above = source.name, source.above
    first = list(islice(source.rows(), 52))
    if not first:
        raise RecipeError(WORDING.message("too_few_lines", file=name, lines=above))
    line, cells = first[0]
    header = has_header([row for _, row in first]) if reading.header is None else reading.header
    if len(cells) > MAX_COLUMNS:
        raise LimitError("columns", MAX_COLUMNS)
    notes: tuple[Message, ...] = ()
    if source.dialect.spaced:
        notes += (WORDING.message("note_spaces"),)
    if above:
        notes += (WORDING.message("note_lines_above", lines=above, begins=line),)
    if header:
        cells, cut = fitted(cells, [row for _, row in first[1:]])
        names, unnamed = names_of(cells, line, name)
        notes += (*cut, *unnamed)
    else:
        names = tuple(f"Column {number}" for number in range(1, len(cells) + 1))
    return _Body(names, notes, header, first)


def _rows(source: _Source, body: _Body) -> Iterator[list[str]]:
    """The rows below the header.

    Raises:
        RecipeError: one is not as wide as the first.
    """
    width, header = len(body.names), body.header
    for number, (line, row) in enumerate(islice(source.rows(), int(header), None), start=1):
        if len(row) != width:
            below = [cells for _, cells in body.first[1:]]
            raise RecipeError(
                (header and missing_names(width, below, body.first[0][0], source.name))
                or ragged(row, width, line, source.dialect.delimiter, source.name, header)
            )
        if not number % REPORT_EVERY_ROWS:
            source.budget.report(min(line / source.last, 1.0))
        yield row


def _drawn(rows: Iterable[list[str]], most: int) -> tuple[list[bytes], int]:
    """A sample of rows in their order, each as one string, and how many there are in all.

    By reservoir sampling, always the same. As lists of Python's strings they would take several times the memory.
    """
    chosen: list[tuple[int, bytes]] = []
    count = 0
    random = Random(1)  # noqa: S311 - draws rows, keeps no secret
    for count, row in enumerate(rows, start=1):
        place = len(chosen) if len(chosen) < most else random.randrange(count)
        if place < most:
            chosen[place : place + 1] = [(count, _BETWEEN.join(row).encode())]
    return [row for _, row in sorted(chosen)], count


@dataclass
class _Columns:
    """Rows as columns of pandas. As Python's own strings all at once they would take five times the memory."""

    names: tuple[str, ...]
    budget: ReadingBudget
    count: int = 0
    _rows: list[list[str]] = field(default_factory=list)
    _characters: int = 0
    _blocks: list[pd.DataFrame] = field(default_factory=list)

    def add(self, row: list[str]) -> None:
        """Take one row.

        Raises:
            LimitError: there are too many rows or cells.
        """
        self.count += 1
        self._rows.append(row)
        self._characters += sum(map(len, row))
        if len(self._rows) * len(self.names) >= BLOCK_CELLS or self._characters >= BLOCK_CHARACTERS:
            self._pack()

    def frame(self) -> pd.DataFrame:
        """All of them."""
        self._pack()
        return pd.concat(self._blocks, ignore_index=True) if len(self._blocks) > 1 else self._blocks[0]

    def _pack(self) -> None:
        if not self._rows:
            return
        self.budget.take("rows", len(self._rows))
        self.budget.take("cells", len(self._rows) * len(self.names))
        columns = dict(zip(self.names, zip(*self._rows, strict=True), strict=True))
        self._blocks.append(pd.DataFrame(columns, dtype="str"))
        self._rows, self._characters = [], 0
