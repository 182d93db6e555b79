"""What a file really is, whatever its name says: told from its first bytes.

The beginnings are as long as they can be, since the header of a table may well begin with “PAR1” or “BZh”.
"""

from __future__ import annotations

import re

from trainer.data.content import Pieces, beginning, contained
from trainer.data.encoding import SAMPLE, byte_order

_SAVE_AS_CSV = "Open it in its program and save it as “CSV UTF-8”, then choose that file."
_UNPACK = "Unpack it and choose the CSV file inside."
_CHOOSE = "Choose a CSV file: a table saved as text."

_BEGINNINGS: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file", _SAVE_AS_CSV),
    (b"\x1f\x8b", "a gzip archive inside another", _UNPACK),  # one alone is unpacked before this is asked
    *((b"BZh%d1AY&SY" % level, "a bzip2 archive", _UNPACK) for level in range(1, 10)),
    (b"\xfd7zXZ", "an xz archive", _UNPACK),
    (b"7z\xbc\xaf", "a 7-Zip archive", _UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (b"%PDF", "a PDF", _CHOOSE),
    (b"\x89PNG", "a PNG picture", _CHOOSE),
    (b"\xff\xd8\xff", "a JPEG picture", _CHOOSE),
    (b"GIF87a", "a GIF picture", _CHOOSE),
    (b"GIF89a", "a GIF picture", _CHOOSE),
    (b"\x89HDF", "an HDF5 file (perhaps a Keras model)", _CHOOSE),
    (b"\x93NUMPY", "a NumPy array", _CHOOSE),
    (b"PAR1\x15", "a Parquet table", _CHOOSE),
    (b"SQLite format 3\0", "an SQLite database", _CHOOSE),
    (b"OggS", "a sound (Ogg)", _CHOOSE),
    *((b"ID3%c" % version, "a sound (MP3)", _CHOOSE) for version in (2, 3, 4)),
    (b"II*\0", "a TIFF picture", _CHOOSE),
    (b"MM\0*", "a TIFF picture", _CHOOSE),
    (b"\x7fELF", "a program", _CHOOSE),
    (b"\x80\x04\x95", "a Python pickle, which Fitboard never opens", _CHOOSE),
    (b"{\\rtf", "a formatted text (RTF)", _SAVE_AS_CSV),
)
_GAPPED = (
    (re.compile(rb"RIFF.{4}(?:WAVE|AVI |WEBP)", re.DOTALL), "a sound, a film or a picture (RIFF)"),
    (re.compile(rb"BM.{4}\0{4}", re.DOTALL), "a BMP picture"),
)
"""Beginnings in which some bytes may be anything."""
_ZIPPED: tuple[tuple[bytes, str, str], ...] = (
    (
        b"xl/workbook.bin",
        "a binary Excel workbook (xlsb)",
        "Save it as “CSV UTF-8” or as .xlsx, then choose that file.",
    ),
    (b"xl/worksheets/", "an Excel workbook that is damaged, or packed once more", _SAVE_AS_CSV),
    (b"xl/", "an Excel workbook that lacks its sheets", _SAVE_AS_CSV),
    (b"opendocument.spreadsheet", "a spreadsheet (ODS)", _SAVE_AS_CSV),
    (b"word/", "a Word document", _CHOOSE),
    (b"ppt/", "a PowerPoint file", _CHOOSE),
    (b"opendocument.text", "a text document (ODT)", _CHOOSE),
    (b"application/epub", "an e-book (EPUB)", _CHOOSE),
    (b".keras", "a Keras model", _CHOOSE),
    (b"model.weights.h5", "a Keras model", _CHOOSE),
    (b".npy", "a file of NumPy arrays (npz)", _CHOOSE),
)
_MARKUP: tuple[tuple[bytes, str, str], ...] = (
    (b"<!doctype html", "a web page (HTML)", "Download the table itself, not the page that shows it."),
    (b"<html", "a web page (HTML)", "Download the table itself, not the page that shows it."),
    (b"<?xml", "an XML file", _CHOOSE),
    (b"%!ps", "a PostScript file", _CHOOSE),
)
_JSON = re.compile(rb'[{\[]\s*(?:"[^"]*"\s*[:,\]]|[{\[])')
_MARKED = (b"\xff\xfe", b"\xfe\xff")


def not_a_text(pieces: Pieces) -> tuple[str, str] | None:
    """What a file is and what to do about it, if it is not a plain text; None if it may be one."""
    first = beginning(pieces, SAMPLE)
    if first.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(pieces)
    return _by_beginning(first) or _markup(first) or _not_letters(first, pieces)


def _zipped(pieces: Pieces) -> tuple[str, str]:
    inside = contained(pieces, [sign for sign, _, _ in _ZIPPED])
    return next(((what, fix) for sign, what, fix in _ZIPPED if sign in inside), ("a zip archive", _UNPACK))


def _by_beginning(first: bytes) -> tuple[str, str] | None:
    for sign, what, fix in _BEGINNINGS:
        if first.startswith(sign):
            return what, fix
    for pattern, what in _GAPPED:
        if pattern.match(first):
            return what, _CHOOSE
    return ("a tar archive", _UNPACK) if first[257:262] == b"ustar" else None


def _markup(first: bytes) -> tuple[str, str] | None:
    start = first[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for sign, what, fix in _MARKUP:
        if start.startswith(sign):
            return what, fix
    return ("a JSON file", _CHOOSE) if _JSON.match(start) else None


def _not_letters(first: bytes, pieces: Pieces) -> tuple[str, str] | None:
    if first.startswith(_MARKED) or byte_order(first) is not None or not contained(pieces, [b"\0"]):
        return None
    return "not a text (it holds zero bytes, which texts never do)", _CHOOSE
