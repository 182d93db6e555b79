"""Files of a run's folder, which may hold anything: looked at before they are read, written whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from errno import EFBIG, EINVAL, EMFILE, ENFILE
from pathlib import Path

MAX_WORD = 200
"""Bytes of a file that holds one word."""


def require_file(path: Path, most: int) -> os.stat_result:
    """Make sure that a path is a file of a bearable size, and return what the system knows of it.

    Opening what is no file may never return (a pipe waits for its writer), and reading it may never end (a device).

    Args:
        path: the file.
        most: bytes that it may have.

    Raises:
        OSError: it is not there, is not a file, or has more bytes; `strerror` fits into a sentence.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise OSError(EINVAL, f"{path.name} is not a file")
    if status.st_size > most:
        raise OSError(EFBIG, f"{path.name} is larger than {most // 1_000_000:,} MB")
    return status


def read_file(path: Path, most: int = 2**40) -> bytes:
    """All bytes of a file that is one; see `require_file`.

    Raises:
        OSError: it is not there, is not a file, has more bytes than `most`, or cannot be read.
    """
    require_file(path, most)
    return path.read_bytes()


def read_word(path: Path) -> str | None:
    """The one word that a small file holds, such as whose a run is; None if there is no such file, or it holds no word.

    Args:
        path: the file.

    Raises:
        OSError: too many files are open, so nobody knows; a run must not count as everybody's for that.
    """
    try:
        return read_file(path, MAX_WORD).decode("ascii").strip() or None
    except UnicodeDecodeError:
        return None
    except OSError as error:
        if error.errno in {EMFILE, ENFILE}:
            raise
        return None


def write_whole(path: Path, content: bytes, *, sync: bool = False) -> None:
    """Write under a temporary name of its own first, so that a crash or a second writer never leaves half a file.

    Args:
        path: the file.
        content: all of it.
        sync: whether to wait until it lies on the disk itself, so that it outlives a power cut.

    Raises:
        OSError: the disk does not take it; an older file of that name is untouched, and nothing is left behind.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
