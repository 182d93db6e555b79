"""The bytes of a text file, piece by piece: a file is never in memory whole, however large it is or unpacks to."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import AnyStr, BinaryIO

from trainer.data.budget import LimitError, ReadingBudget, Unit
from trainer.data.files import identity, named
from trainer.data.limits import MAX_FILE_BYTES, MAX_TEXT_BYTES
from trainer.data.wording import WORDING
from trainer.recipe.spec import RecipeError

MAX_ARCHIVES = 10_000
"""Gzip archives one after another in a file; programs that pack by blocks of 64 KB make 1,600 of `MAX_TEXT_BYTES`."""
OFFERED_ROWS = 100_000
"""Rows that are offered of a table that is too large."""
PIECE = 1_000_000
"""Bytes that are read, unpacked and decoded at once; other threads run in between."""
_CHUNK = 65_536
"""Packed bytes at once: what is left of them is copied after each archive."""
_GZIP = b"\x1f\x8b"

Pieces = Callable[[], Iterable[bytes]]
"""Goes through a file from its beginning, each time that it is called."""


class TooLargeError(RecipeError):
    """The table is beyond the limits, but a sample of `OFFERED_ROWS` rows can be read."""


def too_large(name: str, unit: Unit, limit: float) -> TooLargeError:
    """The error about a table of which a sample can be read.

    Args:
        name: of the file.
        unit: of what it has too much: rows, cells or bytes.
        limit: how much there may be.
    """
    return TooLargeError(WORDING.message(f"sample_{unit}", file=name, limit=limit, sample=OFFERED_ROWS))


@dataclass
class Content:
    """What a text file holds, gzip undone."""

    path: Path
    budget: ReadingBudget
    cut: bool = False
    """Whether to stop at `MAX_TEXT_BYTES` instead of refusing."""

    def pieces(self) -> Iterator[bytes]:
        """The bytes from the beginning, in pieces of at most `PIECE`; the last line is left out where it was cut.

        Raises:
            TooLargeError: there are more than can be read, and they are not to be cut.
            RecipeError: the file is missing, too large or damaged, or may not be read.
        """
        name = named(self.path)
        if identity(self.path).size > MAX_FILE_BYTES:
            raise RecipeError(WORDING.message("file_too_large", file=name, limit=MAX_FILE_BYTES))
        self.budget.begin("bytes")
        try:
            with self.path.open("rb") as file:
                packed = file.read(2) == _GZIP
                file.seek(0)
                yield from self._bounded(_unpacked(file, name, self.budget) if packed else _read(file), name)
        except OSError as error:
            raise RecipeError(WORDING.message("unreadable", file=name, reason=error.strerror)) from error

    def _bounded(self, pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
        room = MAX_TEXT_BYTES
        for piece in pieces:
            self.budget.take("bytes", len(piece))
            if len(piece) > room:
                if not self.cut:
                    raise too_large(name, "bytes", MAX_TEXT_BYTES)
                yield piece[: piece.rfind(b"\n", 0, room) + 1 or room]
                return
            room -= len(piece)
            yield piece


def beginning(pieces: Pieces, most: int) -> bytes:
    """The first bytes of a file."""
    found = b""
    for piece in pieces():
        found += piece
        if len(found) >= most:
            break
    return found[:most]


def contained(pieces: Callable[[], Iterable[AnyStr]], wanted: Collection[AnyStr]) -> set[AnyStr]:
    """Which of some short sequences of bytes or characters stand somewhere in a file; each has one at least."""
    found: set[AnyStr] = set()
    before = None
    for piece in pieces():
        joined = piece if before is None else before + piece
        found |= {one for one in wanted if one not in found and one in joined}
        if len(found) == len(wanted):
            break
        before = joined[-max(map(len, wanted)) :]
    return found


def _read(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def _unpacked(file: BinaryIO, name: str, budget: ReadingBudget) -> Iterator[bytes]:
    """What gzip archives one after another hold; what stands after them is left alone, as gzip itself does."""
    data, archives = file.read(_CHUNK), 0
    while data.startswith(_GZIP):
        archives += 1
        if archives > MAX_ARCHIVES:
            raise LimitError("archives", MAX_ARCHIVES)
        unpacker, piece = zlib.decompressobj(wbits=31), b""
        while not unpacker.eof:
            if not data and len(piece) < PIECE:  # else more may come of what it has taken in already
                raise RecipeError(WORDING.message("gzip_cut", file=name))
            try:
                piece = unpacker.decompress(data, PIECE)
            except zlib.error:
                raise RecipeError(WORDING.message("gzip_damaged", file=name)) from None
            if piece:
                yield piece
            budget.tick()
            data = unpacker.unconsumed_tail or (b"" if unpacker.eof else file.read(_CHUNK))
        data = unpacker.unused_data
        if len(data) < len(_GZIP):
            data += file.read(_CHUNK)
