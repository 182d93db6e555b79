"""The rows of the first sheet of a workbook that holds a table, within limits.

openpyxl finds the sheet and knows dates. The rows and the texts are read here: openpyxl keeps something of each element
that it has read, makes up the rows between two whose numbers lie far apart, and could not be broken off.
"""

from __future__ import annotations

import zipfile
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any, BinaryIO
from xml.etree import ElementTree
from xml.parsers import expat

from trainer.data.archive import CHUNK, Archive
from trainer.data.budget import READING, LimitError, ReadingBudget
from trainer.data.files import FileError
from trainer.data.limits import MAX_ROW, MAX_TEXT_BYTES

MAX_BYTES = 200_000_000
"""Of what is read of it, unpacked: markup is most of a sheet."""
MAX_NUMBER = 1_048_576
"""Rows that Excel itself can hold."""
MAX_CELLS, MAX_TEXTS = 3_000_000, 2_000_000
"""Cells in the sheet, empty ones too; and different texts, which stand in a part of their own."""
ALWAYS, MOST_EXPANDED = 5_000_000, 30
"""Bytes that a part may always have; and beyond them, so many times its packed size: 50,000 rows that are all alike,
written by openpyxl, unpack to 18 times theirs, other tables to 8 to 12 times."""
MAX_ELEMENTS = 20_000
"""Elements of a part that is read whole, such as the styles."""
MAX_SHEETS = 10
"""Sheets that are looked through for a table."""
MAX_DEPTH = 100
_LONGEST_FORMAT = 255
"""Characters of a number format, in Excel too."""
_BETWEEN = b"\0"
"""Between the cells of a row as it is kept; XML cannot hold it."""


class WorkbookError(FileError):
    """A workbook cannot be read."""


@dataclass
class Sheet:
    """The rows of a sheet, packed: as lists of Python's strings they would take several times the memory."""

    name: str = ""
    skipped: int = 0
    """Sheets before it, which hold no table."""
    numbers: array[int] = field(default_factory=lambda: array("L"))
    """Of the rows in Excel, ascending; empty rows are left out."""
    _rows: list[bytes] = field(default_factory=list)

    def add(self, number: int, cells: list[bytes]) -> int:
        """Take a row that has a cell at least, in UTF-8; returns how many bytes it takes."""
        row = _BETWEEN.join(cells)
        self.numbers.append(number)
        self._rows.append(row)
        return len(row)

    @property
    def is_table(self) -> bool:
        """Whether two rows have two cells at least."""
        return len(list(islice((row for row in self._rows if _BETWEEN in row), 2))) == 2

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The number and the cells of each row, without empty cells at its end."""
        for number, row in zip(self.numbers, self._rows, strict=True):
            yield number, row.decode().split("\0")

    def even_rows(self, above: int) -> Iterator[tuple[int, list[str]]]:
        """The same for the rows beyond a number, all as wide as the widest of them."""
        begin = bisect_right(self.numbers, above)
        width = 1 + max((self._rows[place].count(_BETWEEN) for place in range(begin, len(self._rows))), default=0)
        for place in range(begin, len(self._rows)):
            cells = self._rows[place].decode().split("\0")
            yield self.numbers[place], cells + [""] * (width - len(cells))


def is_workbook(path: Path) -> bool:
    """Whether it is an .xlsx with sheets."""
    try:
        with path.open("rb") as file:
            if file.read(4) != b"PK\x03\x04":
                return False
        with Archive(path, ReadingBudget({}, READING)) as packed:
            names = packed.namelist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        return False
    return "xl/workbook.xml" in names and any(name.startswith("xl/worksheets/") for name in names)


def table_sheet(path: Path, columns: int, budget: ReadingBudget) -> Sheet:
    """The rows of a workbook's first sheet with a table, as text; of its first sheet where none has one.

    Args:
        path: of the file.
        columns: the most that there may be.
        budget: counts unpacked bytes, and seconds.

    Raises:
        WorkbookError: it cannot be read, or holds more of something than can be read.
        LimitError: there are more columns or bytes than are allowed, or it takes too long.
    """
    try:
        with _Package(path, budget) as package, path.open("rb") as file:
            return _read(package, file, columns)
    except (LimitError, WorkbookError, MemoryError):
        raise
    except Exception as error:
        raise WorkbookError("workbook_unreadable", reason=type(error).__name__) from error


class _Package(Archive):
    """A workbook's parts. One that is read whole is looked through first, by a parser that keeps nothing."""

    def most_of(self, info: zipfile.ZipInfo) -> int:
        return ALWAYS + MOST_EXPANDED * info.compress_size

    def read(self, name: str | zipfile.ZipInfo, pwd: bytes | None = None) -> bytes:
        elements = _Elements()
        with self.open(name) as stream:
            for _ in _parsed(stream, elements):
                pass
        return super().read(name, pwd)


def _read(package: _Package, file: BinaryIO, columns: int) -> Sheet:
    from openpyxl.reader.excel import ExcelReader  # here, since few files need it
    from openpyxl.xml.constants import SHARED_STRINGS

    reader = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
    reader.archive = package
    reader.read_manifest()
    reader.read_workbook()
    names = set(package.namelist())
    sheets = [
        (sheet.name, part.target)
        for sheet, part in reader.parser.find_sheets()
        if "chartsheet" not in part.Type and part.target in names
    ]
    strings = reader.package.find(SHARED_STRINGS)
    texts = _texts(package, strings.PartName[1:]) if strings is not None else []
    styles = _date_styles(package)
    found: list[Sheet] = []
    for name, part in sheets[:MAX_SHEETS]:
        rows = _Rows(texts, *styles, reader.wb.epoch, columns)
        found.append(_sheet(package, part, rows, Sheet(name, len(found))))
        if found[-1].is_table:
            return found[-1]
    return found[0]


def _sheet(package: _Package, part: str, rows: _Rows, sheet: Sheet) -> Sheet:
    length = 0
    with package.open(part) as stream:
        for _ in _parsed(stream, rows):
            length += sum(sheet.add(number, cells) for number, cells in rows.ready)
            rows.ready.clear()
            if length > MAX_TEXT_BYTES:
                raise LimitError("bytes", MAX_TEXT_BYTES)
    return sheet


def _texts(package: Archive, name: str) -> list[bytes]:
    """The texts of all cells, each of which stands there once."""
    texts = _Texts()
    with package.open(name) as stream:
        for _ in _parsed(stream, texts):
            if len(texts.found) > MAX_TEXTS or texts.length > MAX_TEXT_BYTES:
                raise WorkbookError("workbook_too_many_texts", limit=MAX_TEXTS)
    return texts.found


def _date_styles(package: Archive) -> tuple[set[int], set[int]]:
    """Which styles show a number as a date or a time, and which as a duration."""
    from openpyxl.styles.numbers import builtin_format_code, is_date_format, is_timedelta_format

    try:
        root = ElementTree.fromstring(package.read("xl/styles.xml"))  # noqa: S314 - looked through before: no entities
    except KeyError:
        return set(), set()
    codes = {int(one.get("numFmtId", 0)): one.get("formatCode", "") for one in root.iterfind("{*}numFmts/{*}numFmt")}
    dates, durations = set(), set()
    for style, one in enumerate(root.iterfind("{*}cellXfs/{*}xf")):
        number = int(one.get("numFmtId", 0))
        code = codes.get(number) or builtin_format_code(number) or ""
        if len(code) <= _LONGEST_FORMAT and is_date_format(code):
            dates.add(style)
            if is_timedelta_format(code):
                durations.add(style)
    return dates, durations


class _Elements:
    """Hears of a part's elements while it is parsed; this one only counts them."""

    def __init__(self) -> None:
        self.elements = self.depth = 0
        self.complete = False
        """Whether a row or a text has been complete since this was last set back."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        self.depth += 1
        if self.depth > MAX_DEPTH or self.elements > MAX_ELEMENTS:
            raise WorkbookError("workbook_too_many_elements", limit=MAX_ELEMENTS)

    def end(self, name: str) -> None:
        self.depth -= 1

    def text(self, text: str) -> None:
        """Characters between two tags."""


class _Texts(_Elements):
    """The texts that cells share: what is written in `t`, but for how it is pronounced."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[bytes] = []
        self.length = 0
        self._parts: list[str] = []
        self._listens = self._pronounced = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "t":
            self._listens = not self._pronounced
        elif name == "si":
            self._parts = []
        elif name == "rPh":
            self._pronounced = True

    def end(self, name: str) -> None:
        if name == "t":
            self._listens = False
        elif name == "rPh":
            self._pronounced = False
        elif name == "si":
            # Before what looks like the code of a character stands this one, as openpyxl takes it too.
            text = "".join(self._parts).replace("x005F_", "").encode()
            self.found.append(text)
            self.length += len(text)
            self._parts, self.complete = [], True

    def text(self, text: str) -> None:
        if self._listens:
            self._parts.append(text)


class _Rows(_Elements):
    """The rows of a sheet as they come."""

    def __init__(self, texts: list[bytes], dates: set[int], durations: set[int], epoch: Any, columns: int) -> None:
        super().__init__()
        self.ready: list[tuple[int, list[bytes]]] = []
        """Those that are complete, with their numbers."""
        self._texts, self._dates, self._durations, self._epoch = texts, dates, durations, epoch
        self._columns = columns
        self._number = self._last = self._seen = self._column = 0
        self._cells: list[bytes] = []
        self._kind, self._style = "n", 0
        self._value: list[str] = []
        self._inline: list[str] = []
        self._listens: list[str] | None = None
        self._pronounced = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._seen += 1
            if self._seen > MAX_CELLS:
                raise WorkbookError("workbook_too_many_cells", limit=MAX_CELLS)
            place = attributes.get("r")
            self._column = self._column + 1 if place is None else _column(place)
            self._kind, self._style = attributes.get("t", "n"), int(attributes.get("s", 0))
            self._value, self._inline = [], []
        elif name == "v":
            self._listens = self._value
        elif name == "t" and not self._pronounced:
            self._listens = self._inline
        elif name == "row":
            self._begin(attributes.get("r"))
        elif name == "rPh":
            self._pronounced = True

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._listens = None
        elif name == "c":
            self._take(self._written())
        elif name == "row":
            if self._cells:
                self.ready.append((self._number, self._cells))
            self._cells, self.complete = [], True
        elif name == "rPh":
            self._pronounced = False

    def text(self, text: str) -> None:
        if self._listens is not None:
            self._listens.append(text)

    def _begin(self, number: str | None) -> None:
        self._number = self._last + 1 if number is None else int(float(number))
        if self._number > MAX_NUMBER:
            raise WorkbookError("workbook_row_beyond", limit=MAX_NUMBER)
        if self._number <= self._last:
            raise WorkbookError("workbook_rows_unordered")
        self._last, self._column, self._cells = self._number, 0, []

    def _take(self, text: str | bytes) -> None:
        if not text:
            return
        if self._column > self._columns:
            raise LimitError("columns", self._columns)
        if self._column <= len(self._cells):
            raise WorkbookError("workbook_cells_unordered")
        self._cells += [b""] * (self._column - 1 - len(self._cells))
        self._cells.append(text if isinstance(text, bytes) else text.encode())

    def _written(self) -> str | bytes:
        """The cell as text: 1 stays 1, a date is written 2026-01-31, TRUE as Excel shows it."""
        if self._kind == "inlineStr":
            return "".join(self._inline)
        value = "".join(self._value)
        if not value or self._kind in {"str", "e"}:
            return value
        if (
            self._kind == "n"
            and value.isascii()
            and value.isdecimal()
            and value[0] != "0"
            and self._style not in self._dates
        ):
            return value
        if self._kind == "s":
            return self._texts[_not_negative(value)]
        if self._kind == "b":
            return "TRUE" if int(value) else "FALSE"
        if self._kind == "d":
            return _date(_from_iso(value))
        number = float(value) if set(value) & set(".eE") else int(value)
        if self._style in self._dates:
            return _date(_from_number(number, self._epoch, self._style in self._durations))
        return _number(number)


def _column(place: str) -> int:
    from openpyxl.utils import column_index_from_string

    return int(column_index_from_string(place.rstrip("0123456789")))


def _not_negative(value: str) -> int:
    number = int(value)
    if number < 0:
        raise WorkbookError("workbook_no_such_text")
    return number


def _number(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _from_iso(value: str) -> object:
    from openpyxl.utils.datetime import from_ISO8601

    return from_ISO8601(value)


def _from_number(number: float, epoch: Any, duration: bool) -> object:
    from openpyxl.utils.datetime import from_excel

    try:
        return from_excel(number, epoch, timedelta=duration)
    except (OverflowError, ValueError):
        return "#VALUE!"  # as Excel shows a date that it does not have


def _date(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _parsed(stream: IO[bytes], hears: _Elements) -> Iterator[None]:
    """Parse a part, and stop after each piece of it.

    Raises:
        WorkbookError: something in it is longer than `MAX_ROW`, or it declares a document type, as no workbook does.
        expat.ExpatError: it is no XML.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = partial(_listen, parser, hears)
    length = 0
    while chunk := stream.read(CHUNK):
        parser.Parse(chunk)
        length = 0 if hears.complete else length + len(chunk)
        hears.complete = False
        if length > MAX_ROW:
            raise WorkbookError("workbook_part_too_long", limit=MAX_ROW)
        yield
    parser.Parse(b"", True)
    yield


def _listen(parser: expat.XMLParserType, hears: _Elements, first: str, attributes: dict[str, str]) -> None:
    """Let somebody hear of the elements, from the first on, without the prefix that some programs write before each."""
    if ":" in first:
        parser.StartElementHandler = lambda name, attributes: hears.start(name.rpartition(":")[2], attributes)
        parser.EndElementHandler = lambda name: hears.end(name.rpartition(":")[2])
    else:
        parser.StartElementHandler, parser.EndElementHandler = hears.start, hears.end
    parser.CharacterDataHandler = hears.text
    parser.StartElementHandler(first, attributes)


def _refuse_doctype(*_: object) -> None:
    raise WorkbookError("workbook_declares_type")
