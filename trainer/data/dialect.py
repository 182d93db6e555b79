"""How a table is written as text: what stands between cells, what around them, and whether the first row names them."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal

from trainer.data.content import contained
from trainer.data.limits import MAX_ROW
from trainer.data.wording import WORDING
from trainer.messages import Message

Quoting = Literal["double", "single", "backslash", "none"]
DELIMITERS = {
    ",": WORDING.message("separator_comma"),
    ";": WORDING.message("separator_semicolon"),
    "\t": WORDING.message("separator_tab"),
    "|": WORDING.message("separator_vertical_bar"),
    "~": WORDING.message("separator_tilde"),
    "^": WORDING.message("separator_caret"),
    ":": WORDING.message("separator_colon"),
    " ": WORDING.message("separator_space"),
}
"""The characters that may separate columns, with their names for people."""
_NEVER_FOUND = {":", " "}
"""They occur in times and texts too often; whoever has such a table chooses them."""
MAX_LINES_ABOVE = 10
"""Lines above a table, such as a title and a date, that are looked through for its beginning."""
QUOTINGS: dict[Quoting, Message] = {
    "double": WORDING.message("quotes_double"),
    "single": WORDING.message("quotes_single"),
    "backslash": WORDING.message("quotes_backslash"),
    "none": WORDING.message("quotes_none"),
}
"""What may stand around cells, with words for people."""
HEAD = 200_000
"""Characters from the beginning that are enough to tell how a table is written."""
Text = Callable[[], Iterable[str]]
"""Goes through a text from its beginning, in pieces of any size, each time that it is called."""
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")  # not splitlines, which also ends lines at rarer characters
_SEP = re.compile(r'"?sep=(.)"?[ \t]*(?:\r\n?|\n|$)', re.IGNORECASE)
_DIGIT = re.compile(r"[0-9]")
ENOUGH = 1_000_000
"""Rows by which a dialect is judged: a table with more is not read whole."""
SURE = 10
"""Rows below a header that are enough to tell it by."""
_ESCAPED = re.compile(r'\\(["\\])')
_NUMBER = re.compile(r"[+-]?[0-9][0-9.,]*%?")
_NAMES = {
    "text", "texts", "label", "labels", "class", "category", "message", "sentence", "review", "comment", "target",
    "sentiment", "id", "title", "body", "content", "tweet", "question", "answer", "topic", "v1", "v2", "type", "tag",
}  # fmt: skip


def delimiter_name(delimiter: str) -> Message | str:
    """What people call a column separator."""
    return DELIMITERS.get(delimiter, f"“{delimiter}”")


class LongRowError(ValueError):
    """A row is longer than `MAX_ROW`; `line` is where it begins, if that is known."""

    line = 0


@dataclass(frozen=True)
class Dialect:
    """How to take a text apart."""

    delimiter: str
    quoting: Quoting
    begin: int = 0
    """Lines before the table: what stands above it, and Excel's `sep=` line."""
    spaced: bool = False
    """Spaces between a delimiter and a quotation mark belong to no cell: `a, "b, c"`."""

    def rows(self, text: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
        """The line in which each row begins, counted from 1, and its cells; empty lines are left out.

        Args:
            text: in pieces of any size.

        Raises:
            csv.Error: the quotation marks make no sense; `line` of the error is where the row begins.
            LongRowError: a row is longer than `MAX_ROW`.
        """
        length = 0

        def counted() -> Iterator[str]:
            nonlocal length
            for line in islice(lines(text), self.begin, None):
                length += len(line)
                if length > MAX_ROW:
                    raise LongRowError
                yield _ESCAPED.sub(_unescaped, line) if self.quoting == "backslash" else line

        reader = csv.reader(counted(), **_options(self.delimiter, self.quoting, self.spaced))
        begins = 1 + self.begin
        try:
            for cells in reader:
                if cells:
                    yield begins, cells
                length = 0
                begins = reader.line_num + 1 + self.begin
        except (csv.Error, LongRowError) as error:
            error.line = begins  # type: ignore[union-attr]  # the reader itself knows only where it stopped
            raise


def find_dialect(text: Text, delimiter: str | None = None, quoting: Quoting | None = None, above: int = 0) -> Dialect:
    """The likeliest dialect of a table; what is given is taken as it is, and `above` lines are left out.

    The delimiter is the one with which the first row has at least two cells and most rows have as many. Apostrophes are
    taken for quotation marks only where every cell of the first row stands between them, and quotation marks for plain
    characters only in tables with tabs, where nothing else makes sense of them.
    """
    named = _SEP.match(next(islice(lines(text()), above, None), ""))
    begin = above + 1 if named else above
    if delimiter is None and named:
        delimiter = named.group(1)

    def table() -> Iterable[str]:
        return islice(lines(text()), begin, None) if begin else text()

    if delimiter is None:
        head, cut_off = _beginning(table(), HEAD)
        candidates = [one for one in DELIMITERS if one not in _NEVER_FOUND]
        delimiter = max(candidates, key=lambda one: _agreement(head, one, cut_off))
    ways = _ways(table, delimiter, quoting)
    # Where there is only one, or none is right, the reader itself says which line is wrong.
    chosen = ways[0] if len(ways) == 1 else next((way for way in ways if _even(table(), way)), ways[0])
    return replace(chosen, begin=begin)


def _beginning(text: Iterable[str], most: int) -> tuple[str, bool]:
    """The first characters of a text, and whether there are more."""
    found: list[str] = []
    size = 0
    for piece in text:
        found.append(piece)
        size += len(piece)
        if size > most:
            break
    return "".join(found)[:most], size > most


def _ways(text: Text, delimiter: str, quoting: Quoting | None) -> list[Dialect]:
    """The dialects that a table may be written in, the likeliest first, each of which is tried on all of it."""
    spaced, escaped = f'{delimiter} "', '\\"'
    found = contained(text, ['"', spaced, escaped])
    if not found:
        first = next((line.rstrip("\r\n") for line in lines(text()) if line.strip()), "")
        cells = first.split(delimiter)
        apostrophes = len(cells) > 1 and all(len(c) > 1 and c[0] == c[-1] == "'" for c in cells)
        return [Dialect(delimiter, quoting or ("single" if apostrophes else "double"))]
    ways = [Dialect(delimiter, "double")]
    if spaced in found:
        ways.append(Dialect(delimiter, "double", spaced=True))
    if escaped in found:
        ways.append(Dialect(delimiter, "backslash"))
    if delimiter in "\t|":
        ways.append(Dialect(delimiter, "none"))
    return [way for way in ways if quoting in {None, way.quoting}] or [Dialect(delimiter, quoting or "double")]


def lines_above(text: Text, delimiter: str | None = None, quoting: Quoting | None = None) -> int:
    """How many lines stand above a table and do not belong to it, such as a title and a date; 0 unless it is clear."""
    head, _more = _beginning(text(), HEAD)
    for above in range(MAX_LINES_ABOVE + 1):
        rows: list[tuple[int, list[str]]] = []
        with suppress(csv.Error):
            rows += islice(find_dialect(lambda: [head], delimiter, quoting, above).rows([head]), 50)
        if begins_table([cells for _, cells in rows], above) and (not above or rows[0][0] == above + 1):
            return above
    return 0


def begins_table(rows: Sequence[Sequence[str]], above: int) -> bool:
    """Whether some rows can be the beginning of a table that has `above` lines above it."""
    if not rows or sum(1 for cell in rows[0] if cell.strip()) < 2:
        return False
    if not above:
        return True
    alike = sum(len(row) == len(rows[0]) for row in rows)
    return len(rows) > 3 and alike >= 0.95 * len(rows) and all(map(str.strip, rows[0])) and has_header(rows)


def _agreement(head: str, delimiter: str, cut_off: bool) -> float:
    """The share of rows that are as wide as the first, 0 to 1; -1 if the first has one cell."""
    return max(_agree(head, delimiter, "double", cut_off), _agree(head, delimiter, "none", cut_off) - 0.01)


def _agree(head: str, delimiter: str, quoting: Quoting, cut_off: bool) -> float:
    widths: list[int] = []
    with suppress(csv.Error):  # with a wrong delimiter, quotation marks make no sense; the rows before count
        for cells in islice(csv.reader(lines([head]), **_options(delimiter, quoting)), 200):
            widths += [len(cells)] if cells else []
    if cut_off and 1 < len(widths) < 200:
        widths.pop()
    if not widths or widths[0] < 2:
        return -1.0
    return widths[1:].count(widths[0]) / max(1, len(widths) - 1)


def _even(text: Iterable[str], dialect: Dialect) -> bool:
    """Whether all rows, or `ENOUGH`, can be taken apart and are as wide as the first, of two cells at least."""
    width = 0
    try:
        for _, cells in islice(dialect.rows(text), ENOUGH):
            width = width or len(cells)
            if len(cells) != width or width < 2:
                return False
    except (csv.Error, LongRowError):
        return False
    return width > 1


def has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first of some rows names the columns. In doubt it does, as in most tables.

    It does not if one of its cells is one of a few words that come again and again below. It does if one is a usual
    name such as “text”, or no answer where few answers stand below, or without digits where dates or numbers do. Else
    it does not if a cell is a number while the cells below are, or a text as long as those below.
    """
    first, below = rows[0], rows[1:51]
    columns = [(name.strip(), _filled(below, place)) for place, name in enumerate(first)]
    columns = [(name, cells) for name, cells in columns if name and cells]
    few = [(name, cells) for name, cells in columns if len(cells) > 2 and len(set(cells)) <= max(2, len(cells) // 5)]
    if any(name in cells for name, cells in few):
        return False
    if any(len(cells) >= SURE for _, cells in few):
        return True
    counted = [name for name, cells in columns if len(cells) >= SURE and all(map(_DIGIT.search, cells))]
    if not all(map(_DIGIT.search, counted)):
        return True
    if not below or {cell.strip().lower() for cell in first} & _NAMES:
        return True
    for name, cells in columns:
        numbers = sum(_NUMBER.fullmatch(cell) is not None for cell in cells)
        if _NUMBER.fullmatch(name) and numbers > 0.8 * len(cells):
            return False
        mean = sum(map(len, cells)) / len(cells)
        if mean >= 20 and len(name) > max(30.0, 0.5 * mean) and name.count(" ") >= 3:
            return False
    return True


def _filled(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    """The cells of a column that hold something, without white space around them."""
    cells = (row[place].strip() for row in rows if place < len(row))
    return [cell for cell in cells if cell]


def lines(text: Iterable[str]) -> Iterator[str]:
    """The lines of a text that comes in pieces, each with its end.

    Raises:
        LongRowError: one is longer than `MAX_ROW`.
    """
    rest = ""
    for piece in text:
        joined = rest + piece
        # A carriage return at the end may be the half of a line end.
        whole = max(joined.rfind("\n"), joined.rfind("\r", 0, -1)) + 1
        yield from _LINE.findall(joined, 0, whole)
        rest = joined[whole:]
        if len(rest) > MAX_ROW:
            raise LongRowError
    yield from _LINE.findall(rest)


def _unescaped(found: re.Match[str]) -> str:
    return '""' if found.group(1) == '"' else "\\"


def _options(delimiter: str, quoting: Quoting, spaced: bool = False) -> dict[str, Any]:
    """What `csv.reader` has to be told."""
    if quoting == "none":
        return {"delimiter": delimiter, "strict": True, "quoting": csv.QUOTE_NONE}
    quote = "'" if quoting == "single" else '"'
    return {"delimiter": delimiter, "strict": True, "quotechar": quote, "skipinitialspace": spaced}
