"""Tables as they are written: no guessed types, no words that mean “missing”, no shifted rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from random import Random

import pandas as pd

from trainer.data import unpack
from trainer.data.broken import MAX_CELL, as_written, badly_quoted, ragged
from trainer.data.dialect import (
    HEAD,
    MOST_ABOVE,
    Dialect,
    Quoting,
    begins_table,
    find_dialect,
    has_header,
    lines,
    lines_above,
)
from trainer.data.encoding import EncodingError, decode
from trainer.data.files import identity, named
from trainer.data.formats import not_a_text
from trainer.data.header import fitted, missing_names, names_of
from trainer.data.turn import Kept, reached
from trainer.recipe.data import TextCsv
from trainer.recipe.spec import RecipeError

MAX_FILE = 100_000_000
"""Bytes of a file on disk."""
MAX_ROWS = 1_000_000
MAX_COLUMNS = 1_000
SAMPLE = 100_000
"""Rows that are offered of a table that is too large."""
STEP = 5_000
"""Rows after which it is said how far the reading is."""

Rows = Iterator[tuple[int, list[str]]]


class TooLargeError(RecipeError):
    """The table is beyond the bounds, but a sample of `SAMPLE` rows can be read."""


@dataclass(frozen=True)
class Reading:
    """How a file is to be read; None finds it."""

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
    """How its letters were read, such as utf-8 or cp1252; `xlsx` for a workbook."""
    delimiter: str
    quoting: Quoting
    header: bool
    above: int
    """Lines that stand above the table in the file."""
    rows_in_file: int
    """More than the frame has, if only a sample was read."""
    notes: tuple[str, ...] = ()
    """What a person should know about the reading, one sentence each."""


def reading_of(spec: TextCsv) -> Reading:
    """How the table of a recipe is to be read."""
    return Reading(spec.encoding, spec.delimiter, spec.quoting, spec.header, spec.above, spec.sample)


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


def content_of(path: Path, cut: bool = False) -> bytes:
    """The bytes of a text file, gzip undone.

    Raises:
        TooLargeError: there are more than can be read, and they are not to be cut.
        RecipeError: the file is too large or damaged, or may not be read.
    """
    name = named(path)
    if identity(path).size > MAX_FILE:
        raise RecipeError(f"{name} is larger than {MAX_FILE // 10**6} MB. Choose a smaller table, or part of this one.")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RecipeError(f"{name} cannot be read ({error.strerror}). Check who may open it, or copy it.") from error
    try:
        return unpack.gunzip(data, cut) if unpack.is_gzip(data) else data
    except unpack.TooLongError:
        raise _too_large(name, f"unpacks to more than {unpack.MAX_BYTES // 10**6} MB") from None
    except unpack.DamagedError as error:
        raise RecipeError(f"{name} {error}. Pack it again, or choose the file that was packed.") from None


def is_text(path: Path) -> bool:
    """Whether a file is a text at all, so that it may be a table that is only read in the wrong way."""
    try:
        data = content_of(path, cut=True)
    except RecipeError:
        return False
    return bool(data.strip()) and not unpack.is_workbook(data) and not_a_text(data) is None


_tables: Kept[Table] = Kept(4)


def _read(path: Path, reading: Reading) -> Table:
    name = named(path)
    data = content_of(path, cut=reading.sample is not None)
    csv.field_size_limit(MAX_CELL)
    if unpack.is_workbook(data):
        return _from_workbook(data, name, reading)
    other = not_a_text(data)
    if other:
        raise RecipeError(f"{name} is no CSV file: it is {other[0]}. {other[1]}")
    if len(data) == unpack.MAX_BYTES:  # cut: the last line may have been torn
        data = data[: data.rfind(b"\n") + 1] or data
    try:
        text, encoding = decode(data, reading.encoding)
    except EncodingError as error:
        raise RecipeError(f"{name} {error}. Open it in its program and save it as “CSV UTF-8”.") from None
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise RecipeError(f"{name} is empty. Choose a CSV file with a header and rows.")
    if "\0" in text:
        raise RecipeError(f"{name} is not a text: it holds zero characters. Choose a CSV file.")
    above = reading.above
    if above is None:
        above = lines_above(text[:HEAD], reading.delimiter, reading.quoting)
    dialect = find_dialect(text, reading.delimiter, reading.quoting, above)
    rows = dialect.rows(text)
    reading = replace(reading, above=above)
    try:
        return _table(rows, dialect, encoding, reading, name, max(text.count("\n"), text.count("\r"), 1))
    except csv.Error as error:
        line = int(getattr(error, "line", 1))
        words = next(islice(lines(text), line - 1, None), "")
        raise RecipeError(f"{badly_quoted(str(error), line, name, words)} It reads: {as_written(words)}.") from None


def _from_workbook(data: bytes, name: str, reading: Reading) -> Table:
    dialect = Dialect("\t", "none")
    try:
        found = list(unpack.first_sheet(data))
    except unpack.TooLongError:
        raise RecipeError(
            f"{name} unpacks to more than {4 * unpack.MAX_BYTES // 10**6} MB. Save a part of it."
        ) from None
    except unpack.DamagedError as error:
        raise RecipeError(f"{name} {error}. Open it in Excel and save it as “CSV UTF-8”.") from None
    if not found:
        raise RecipeError(f"The first sheet of {name} is empty. Put the table there.")
    above = reading.above
    if above is None:
        whole = [cells for _, cells in found]
        starts = (n for n in range(min(MOST_ABOVE, len(found) - 1) + 1) if begins_table(whole[n : n + 50], n))
        above = found[next(starts, 0)][0] - 1
    found = [(number, cells) for number, cells in found if number > above]
    if not found:
        raise RecipeError(f"{name} has no more than {above:,} lines. Leave out fewer lines above the table.")
    reading = replace(reading, above=above)
    width = max(len(cells) for _, cells in found)
    # Empty cells at the end of a row are left out by the file, and belong there.
    rows = ((number, cells + [""] * (width - len(cells))) for number, cells in found)
    return _table(rows, dialect, "xlsx", reading, name, len(found))


def _table(rows: Rows, dialect: Dialect, encoding: str, reading: Reading, name: str, last: int) -> Table:  # noqa: C901 - the next change of reading takes it apart
    """The header and the columns. Each row must be as wide as the first: pandas would shift or fill in silently."""
    first: list[tuple[int, list[str]]] = []
    for found in rows:
        first.append(found)
        if len(first) == 52:
            break
    above = reading.above or 0
    if not first:
        raise RecipeError(f"{name} has no more than {above:,} lines. Leave out fewer lines above the table.")
    line, cells = first[0]
    header = has_header([row for _, row in first]) if reading.header is None else reading.header
    if len(cells) > MAX_COLUMNS:
        raise RecipeError(
            f"{name} has {len(cells):,} columns; at most {MAX_COLUMNS:,} are possible. Keep those you need."
        )
    if header:
        cells, told = fitted(cells, [row for _, row in first[1:]])
        names, notes = names_of(cells, line, name)
        notes = (*told, *notes)
    else:
        names, notes = tuple(f"Column {number}" for number in range(1, len(cells) + 1)), ()
    if above:
        some = "The first line is" if above == 1 else f"The first {above:,} lines are"
        notes = (f"{some} left out: the table begins in line {line:,}.", *notes)
    if dialect.spaced:
        notes = ("Spaces at the beginning of cells are left out, as quotation marks stand behind them.", *notes)
    columns: list[list[str]] = [[] for _ in names]
    numbers: list[int] = []
    """Which row of the file stands at each place: not in order once a sample is full (reservoir sampling)."""
    count, most = 0, reading.sample or MAX_ROWS
    chance = Random(1)  # noqa: S311 - draws rows, keeps no secret
    for begin, row in chain(first[1:] if header else first, rows):
        if len(row) != len(names):
            raise RecipeError(
                (header and missing_names(len(names), [row for _, row in first[1:]], line, name))
                or ragged(row, len(names), begin, dialect.delimiter, name, header)
            )
        count += 1
        if not count % STEP:
            reached("Reading the table", min(begin / last, 1.0))
        if len(numbers) < most:
            numbers.append(count)
            for column, cell in zip(columns, row, strict=True):
                column.append(cell)
        elif reading.sample is None:
            raise _too_large(name, f"has more than {MAX_ROWS:,} rows")
        elif (place := chance.randrange(count)) < most:
            numbers[place] = count
            for column, cell in zip(columns, row, strict=True):
                column[place] = cell
    if not count:
        raise RecipeError(f"{name} has a header but no rows. Add rows, or choose another file.")
    if len(numbers) < count:
        order = sorted(range(most), key=numbers.__getitem__)
        columns = [[column[place] for place in order] for column in columns]
        notes += (f"A sample of {most:,} of its {count:,} rows is used, drawn from all of the file.",)
    frame = pd.DataFrame(dict(zip(names, columns, strict=True)), dtype="str")
    return Table(names, frame, encoding, dialect.delimiter, dialect.quoting, header, above, count, notes)


def _too_large(name: str, how: str) -> TooLargeError:
    return TooLargeError(f"{name} {how}. Use a sample of {SAMPLE:,} rows, or choose a smaller table.")
