"""Writing a small file so that it is either whole or not there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


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
