"""Zip files within limits: their directory is looked at before it is read, what they hold is counted while unpacked."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import IO, Any

from trainer.data.budget import LimitError, ReadingBudget

MAX_DIRECTORY = 1_000_000
"""Bytes of the directory. Each file in it takes some 80 of them, and Python needs a kilobyte for it."""
CHUNK = 65_536
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x07"
_LONGEST_END = 65_557 + 20
"""Bytes from the end in which the record of the directory begins, with the longest comment."""


class Archive(zipfile.ZipFile):
    """A zip file; all that is unpacked is counted as bytes of a budget."""

    def __init__(self, path: Path, budget: ReadingBudget) -> None:
        """Read the directory.

        Raises:
            zipfile.BadZipFile: it is no zip file, or its directory is far too large.
            OSError: it cannot be read.
        """
        self.budget = budget
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _LONGEST_END))
            _check_directory(file.read())
        super().__init__(path)

    def open(self, name: str | zipfile.ZipInfo, *args: Any, **named: Any) -> IO[bytes]:
        """Read one of its files.

        Raises:
            zipfile.BadZipFile: it is packed in a way that Python cannot unpack bit by bit.
        """
        info = self.getinfo(name) if isinstance(name, str) else name
        if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise zipfile.BadZipFile("it is packed in a rare way")
        return io.BufferedReader(_Counted(super().open(name, *args, **named), self.budget, self.most_of(info)), CHUNK)

    def most_of(self, info: zipfile.ZipInfo) -> int | None:
        """How many bytes one of its files may unpack to; None leaves that to the budget."""
        return None


def _check_directory(end: bytes) -> None:
    """Refuse a directory that would fill the memory, by all records of it: readers differ in which of them counts."""
    place = end.find(_END)
    while place >= 0:
        size = int.from_bytes(end[place + 12 : place + 16], "little")
        # The other form of the record is for files beyond 4 GB, which nobody can bring.
        if size > MAX_DIRECTORY or end[max(0, place - 20) : place].startswith(_END_64):
            raise zipfile.BadZipFile("its directory is too large")
        place = end.find(_END, place + 1)


class _Counted(io.RawIOBase):
    """A stream that counts what is read from it."""

    def __init__(self, stream: IO[bytes], budget: ReadingBudget, most: int | None) -> None:
        self._stream, self._budget, self._most, self._read = stream, budget, most, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(min(len(buffer), CHUNK))
        self._budget.take("bytes", len(data))
        self._read += len(data)
        if self._most is not None and self._read > self._most:
            raise LimitError("bytes", self._most)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()
