"""What a file really is, whatever its name says, by its first bytes.

The beginnings are as long as they can be, since the header of a table may well begin with “PAR1” or “BZh”.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from trainer.data.content import Pieces, beginning, contained
from trainer.data.encoding import SAMPLE_BYTES, byte_order
from trainer.data.wording import WORDING
from trainer.messages import Message

_SAVE_AS_CSV, _UNPACK, _CHOOSE = "advice_save_as_csv", "advice_unpack", "advice_choose"

_BEGINNINGS: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "old_office", _SAVE_AS_CSV),
    (b"\x1f\x8b", "gzip_twice", _UNPACK),  # one alone is unpacked before this is asked
    *((b"BZh%d1AY&SY" % level, "bzip2", _UNPACK) for level in range(1, 10)),
    (b"\xfd7zXZ", "xz", _UNPACK),
    (b"7z\xbc\xaf", "seven_zip", _UNPACK),
    (b"Rar!\x1a\x07", "rar", _UNPACK),
    (b"%PDF", "pdf", _CHOOSE),
    (b"\x89PNG", "png", _CHOOSE),
    (b"\xff\xd8\xff", "jpeg", _CHOOSE),
    (b"GIF87a", "gif", _CHOOSE),
    (b"GIF89a", "gif", _CHOOSE),
    (b"\x89HDF", "hdf5", _CHOOSE),
    (b"\x93NUMPY", "numpy", _CHOOSE),
    (b"PAR1\x15", "parquet", _CHOOSE),
    (b"SQLite format 3\0", "sqlite", _CHOOSE),
    (b"OggS", "ogg", _CHOOSE),
    *((b"ID3%c" % version, "mp3", _CHOOSE) for version in (2, 3, 4)),
    (b"II*\0", "tiff", _CHOOSE),
    (b"MM\0*", "tiff", _CHOOSE),
    (b"\x7fELF", "program", _CHOOSE),
    (b"\x80\x04\x95", "pickle", _CHOOSE),
    (b"{\\rtf", "rtf", _SAVE_AS_CSV),
)
_GAPPED = (
    (re.compile(rb"RIFF.{4}(?:WAVE|AVI |WEBP)", re.DOTALL), "riff"),
    (re.compile(rb"BM.{4}\0{4}", re.DOTALL), "bmp"),
)
"""Beginnings in which some bytes may be anything."""
_ZIPPED: tuple[tuple[bytes, str, str], ...] = (
    (b"xl/workbook.bin", "xlsb", "advice_save_xlsb"),
    (b"xl/worksheets/", "xlsx_damaged", _SAVE_AS_CSV),
    (b"xl/", "xlsx_without_sheets", _SAVE_AS_CSV),
    (b"opendocument.spreadsheet", "ods", _SAVE_AS_CSV),
    (b"word/", "word", _CHOOSE),
    (b"ppt/", "powerpoint", _CHOOSE),
    (b"opendocument.text", "odt", _CHOOSE),
    (b"application/epub", "epub", _CHOOSE),
    (b".keras", "keras", _CHOOSE),
    (b"model.weights.h5", "keras", _CHOOSE),
    (b".npy", "npz", _CHOOSE),
)
_MARKUP: tuple[tuple[bytes, str, str], ...] = (
    (b"<!doctype html", "html", "advice_download"),
    (b"<html", "html", "advice_download"),
    (b"<?xml", "xml", _CHOOSE),
    (b"%!ps", "postscript", _CHOOSE),
)
JSON = "data.kind_json"
"""What JSON is called; its lines may be a table."""
_JSON = re.compile(rb'[{\[]\s*(?:"[^"]*"\s*[:,\]]|[{\[])')
_MARKED = (b"\xff\xfe", b"\xfe\xff")


class FileType(NamedTuple):
    """What a file is, and what to do about it."""

    kind: Message
    advice: Message


def not_a_text(pieces: Pieces) -> FileType | None:
    """What a file is, if it is not a plain text; None if it may be one."""
    first = beginning(pieces, SAMPLE_BYTES)
    if first.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        found: tuple[str, str] | None = _zipped(pieces)
    else:
        found = _by_beginning(first) or _markup(first) or _binary(first, pieces)
    if found is None:
        return None
    kind, advice = found
    return FileType(WORDING.message(f"kind_{kind}"), WORDING.message(advice))


def _zipped(pieces: Pieces) -> tuple[str, str]:
    inside = contained(pieces, [part for part, _, _ in _ZIPPED])
    return next(((what, fix) for part, what, fix in _ZIPPED if part in inside), ("zip", _UNPACK))


def _by_beginning(first: bytes) -> tuple[str, str] | None:
    for start, what, fix in _BEGINNINGS:
        if first.startswith(start):
            return what, fix
    for pattern, what in _GAPPED:
        if pattern.match(first):
            return what, _CHOOSE
    return ("tar", _UNPACK) if first[257:262] == b"ustar" else None


def _markup(first: bytes) -> tuple[str, str] | None:
    start = first[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for tag, what, fix in _MARKUP:
        if start.startswith(tag):
            return what, fix
    return ("json", _CHOOSE) if _JSON.match(start) else None


def _binary(first: bytes, pieces: Pieces) -> tuple[str, str] | None:
    if first.startswith(_MARKED) or byte_order(first) is not None or not contained(pieces, [b"\0"]):
        return None
    return "binary", _CHOOSE
