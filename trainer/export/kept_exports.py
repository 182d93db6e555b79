"""Made exports, kept for a while beside the runs so that whoever has ordered one can save it, also later.

A cache: `exports/RUN/KEY/` in the folder of runs holds one file and its description. A folder gets its name when all of
it is there, and is deleted with its run. Those that were used longest ago go first.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from trainer.export.equality import Equality
from trainer.export.job import Exported
from trainer.messages import Message
from trainer.runs.files import read_file
from trainer.runs.store import EXPORTS, ID_PATTERN

LOG = logging.getLogger(__name__)
MOST, MOST_BYTES = 300, 2_000_000_000
"""How many are kept at most, and how many bytes of them; the one that was made last always is."""
_DESCRIPTION, _CONTENT = "export.json", "content"
_MAX_DESCRIPTION = 100_000
_KEY = re.compile(r"[0-9a-f]{16}")
_CHUNK = 1 << 20


class KeptExport(BaseModel):
    """An export that can be saved."""

    model_config = ConfigDict(frozen=True)

    format: str
    which: int | None
    """The kept epoch that was asked for; None for the weights that the run has kept as its result."""
    epoch: int | None
    inside: bool
    """Whether its weights are those of the middle of this epoch."""
    file: Annotated[str, Field(pattern=r"^[^/\\\x00-\x1f]{1,120}$")]
    """What it is called when it is saved."""
    bytes: int
    equality: Equality | None
    note: Message | None = None
    """What whoever saves it has to know."""
    cursor: int
    """The last event of the run's log when it was begun: a later one may have changed what would be in it."""


class Kept(BaseModel):
    """An export, and by which key it is found."""

    model_config = ConfigDict(frozen=True)

    key: str
    export: KeptExport


def kept_exports(root: Path, run_id: str) -> list[Kept]:
    """The exports of a run, the newest first; what cannot be read is left out.

    Args:
        root: the folder of runs.
        run_id: which run.
    """
    found = []
    for folder in sorted(_folders(root / EXPORTS / run_id), key=_made, reverse=True):
        try:
            content = read_file(folder / _DESCRIPTION, _MAX_DESCRIPTION)
            found.append(Kept(key=folder.name, export=KeptExport.model_validate_json(content)))
        except (OSError, ValueError) as error:
            LOG.info("An export of run %s cannot be read: %s", run_id, error)
    return found


def file_of(root: Path, run_id: str, key: str) -> tuple[Path, KeptExport]:
    """The file of an export, which then counts as used just now, and its description.

    Raises:
        FileNotFoundError: there is no such export any more.
    """
    for kept in kept_exports(root, run_id):
        if kept.key == key:
            folder = root / EXPORTS / run_id / key
            with suppress(OSError):  # a folder that cannot be written keeps what it has
                os.utime(folder)
            if (folder / _CONTENT).is_file():
                return folder / _CONTENT, kept.export
    raise FileNotFoundError(key)


def keep(root: Path, made: Exported, which: int | None, cursor: int, making: Path, check: Callable[[], object]) -> Kept:
    """Keep an export that was just made, as one file, in the place of an older one of the same kind.

    Args:
        root: the folder of runs.
        made: the export; what was made is moved away.
        which: the kept epoch that was asked for.
        cursor: the last event of the run's log when it was begun.
        making: a folder on the same disk to work in; whoever calls it removes it.
        check: called again and again; what it raises breaks off.

    Raises:
        OSError: the disk does not take it.
    """
    folder = making / "kept"
    folder.mkdir()
    file = made.path.name
    if made.path.is_dir():
        file += ".zip"
        _pack(made.path, folder / _CONTENT, check)
    else:
        made.path.replace(folder / _CONTENT)
    export = KeptExport(
        format=made.format, which=which, epoch=made.epoch, inside=made.inside, file=file,
        bytes=(folder / _CONTENT).stat().st_size, equality=made.equality, note=made.note, cursor=cursor,
    )  # fmt: skip
    (folder / _DESCRIPTION).write_text(export.model_dump_json(), "utf-8")
    kept = Kept(key=secrets.token_hex(8), export=export)
    older = [
        one for one in kept_exports(root, made.run_id) if (one.export.format, one.export.which) == (made.format, which)
    ]
    place = root / EXPORTS / made.run_id
    place.mkdir(exist_ok=True)
    check()
    folder.rename(place / kept.key)
    for one in older:
        shutil.rmtree(place / one.key, ignore_errors=True)
    make_room(root)
    return kept


def _pack(folder: Path, to: Path, check: Callable[[], object]) -> None:
    """A folder as a zip. Weights hardly shrink, so nothing is compressed, which would cost time."""
    with zipfile.ZipFile(to, "w") as packed:
        for file in sorted(one for one in folder.rglob("*") if one.is_file()):
            info = zipfile.ZipInfo.from_file(file, (Path(folder.name) / file.relative_to(folder)).as_posix())
            with file.open("rb") as source, packed.open(info, "w", force_zip64=True) as target:
                while chunk := source.read(_CHUNK):
                    check()
                    target.write(chunk)


def make_room(root: Path) -> None:
    """Remove the exports of runs that are gone, and those that were used longest ago until there are few enough.

    Args:
        root: the folder of runs.
    """
    left: list[Path] = []
    for run in _inside(root / EXPORTS):
        if not ID_PATTERN.fullmatch(run.name):
            continue
        if (root / run.name).is_dir():
            left += _folders(run)
        else:
            shutil.rmtree(run, ignore_errors=True)  # what stays is removed by the next one
    size = 0
    for place, folder in enumerate(sorted(left, key=_made, reverse=True)):
        size += sum(map(_bytes, _inside(folder)))
        if place and (place >= MOST or size > MOST_BYTES):
            shutil.rmtree(folder, ignore_errors=True)


def _folders(run: Path) -> list[Path]:
    return [one for one in _inside(run) if _KEY.fullmatch(one.name)]


def _inside(folder: Path) -> Iterator[Path]:
    with suppress(OSError):  # not there, or just removed
        yield from folder.iterdir()


def _made(folder: Path) -> float:
    """When it was made, or used last."""
    try:
        return folder.stat().st_mtime
    except OSError:
        return 0.0


def _bytes(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
