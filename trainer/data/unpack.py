"""From a file's bytes to a text, or to the rows of a workbook's first sheet, within bounds."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO

MAX_BYTES = 100_000_000
"""Of a text, unpacked, and of a workbook's parts together."""


class TooLongError(ValueError):
    """The text is longer than `MAX_BYTES`; a sample of it can be read."""


class DamagedError(ValueError):
    """The packed file is broken; the message is the end of a sentence about the file."""


def is_gzip(data: bytes) -> bool:
    return data.startswith(b"\x1f\x8b")


def gunzip(data: bytes, cut: bool) -> bytes:
    """The text in a .gz file, never more than `MAX_BYTES`, however small the file is.

    Args:
        data: the whole file; several archives behind each other are one text.
        cut: stop at `MAX_BYTES` instead of refusing.

    Raises:
        TooLongError: it unpacks to more, and is not to be cut.
        DamagedError: the archive is damaged or breaks off.
    """
    found: list[bytes] = []
    room = MAX_BYTES + 1
    while data.startswith(b"\x1f\x8b") and room > 0:
        unpacker = zlib.decompressobj(wbits=31)
        try:
            piece = unpacker.decompress(data, room)
        except zlib.error:
            raise DamagedError("is a damaged gzip archive") from None
        found.append(piece)
        room -= len(piece)
        if room > 0 and not unpacker.eof:
            raise DamagedError("is a gzip archive that breaks off")
        data = unpacker.unused_data
    if room <= 0 and not cut:
        raise TooLongError
    return b"".join(found)[:MAX_BYTES]


def is_workbook(data: bytes) -> bool:
    """Whether it is an .xlsx with sheets."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            names = set(packed.namelist())
    except zipfile.BadZipFile:
        return False
    return "xl/workbook.xml" in names and any(name.startswith("xl/worksheets/") for name in names)


def first_sheet(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows of a workbook's first sheet: the row number in Excel and the cells as text; empty rows are left out.

    Raises:
        TooLongError: its parts unpack to more than `MAX_BYTES`.
        DamagedError: it cannot be read.
    """
    from openpyxl import load_workbook  # here, since few files need it

    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > 4 * MAX_BYTES:  # markup is most of a sheet
                raise TooLongError
        book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size is often wrong
        for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
            cells = [_written(value) for value in values]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                yield number, cells
        book.close()
    except TooLongError:
        raise
    except Exception as error:
        raise DamagedError(f"is an Excel workbook that cannot be read ({type(error).__name__})") from error


def _written(value: object) -> str:
    """A cell's value as text: 1 stays 1, a date is written 2026-01-31, TRUE as Excel shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
