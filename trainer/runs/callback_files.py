"""The files that callbacks wrote into a run's folder, for whoever wants to have them."""

from __future__ import annotations

import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

TABLE, CHECKPOINTS, TENSORBOARD = "training.csv", "checkpoints", "tensorboard"
ARCHIVE = f"{TENSORBOARD}.zip"
_ENDINGS = (".weights.h5", ".keras")


@dataclass(frozen=True)
class CallbackFile:
    """One of them."""

    name: str
    """Its path in the run's folder; `tensorboard.zip` is all that TensorBoard wrote."""
    size: int
    """Bytes; of the archive, before it is packed."""
    callback: str
    """Keras's name of the callback."""


def callback_files(folder: Path) -> list[CallbackFile]:
    """What the callbacks of a run have written so far.

    Links and whatever else is no file are passed over: they may lead anywhere.

    Args:
        folder: of the run.
    """
    found = [CallbackFile(TABLE, size, "CSVLogger") for size in _sizes(folder / TABLE)]
    checkpoints = folder / CHECKPOINTS
    for path in _inside(checkpoints, "*"):
        if path.name.endswith(_ENDINGS) and not path.name.startswith("."):
            found += [CallbackFile(f"{CHECKPOINTS}/{path.name}", size, "ModelCheckpoint") for size in _sizes(path)]
    logs = [size for path in _inside(folder / TENSORBOARD, "**/*") for size in _sizes(path)]
    return found + ([CallbackFile(ARCHIVE, sum(logs), "TensorBoard")] if logs else [])


def pack_tensorboard(folder: Path, into: IO[bytes]) -> None:
    """Write the archive of what TensorBoard wrote: one folder, `tensorboard`.

    Args:
        folder: of the run.
        into: a file that is open for writing.

    Raises:
        OSError: it cannot be read, or the disk does not take it.
    """
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
        for path in _inside(folder / TENSORBOARD, "**/*"):
            if _sizes(path):
                archive.write(path, path.relative_to(folder).as_posix())


def _inside(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern)) if folder.is_dir() and not folder.is_symlink() else []


def _sizes(path: Path) -> list[int]:
    """The size of a file; nothing for what is none, or is gone by now."""
    try:
        status = path.lstat()
    except OSError:
        return []
    return [status.st_size] if stat.S_ISREG(status.st_mode) else []
