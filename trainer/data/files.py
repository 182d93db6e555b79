"""Where data files are looked for, and what messages call them."""

from __future__ import annotations

import os
from pathlib import Path, PurePath
from typing import NamedTuple

from trainer import PROJECT
from trainer.data.wording import WORDING
from trainer.messages import Message
from trainer.paths import has_control_signs, is_named_as_upload, is_path, own_name
from trainer.recipe.spec import MissingFileError, RecipeError


def find_file(path: str) -> Path:
    """The file a recipe names: an absolute path as it is, another below the working directory or else the project.

    Raises:
        RecipeError: there is no such file, or the path cannot be that of a file here, which no disk is asked about.
    """
    if not is_path(path) and not _is_below_ours(path):
        raise RecipeError(WORDING.message("not_a_path"))
    places = tuple(dict.fromkeys(folder / path for folder in (Path.cwd(), PROJECT)))  # an absolute path wins in `/`
    for place in places:
        if _is(place, "file"):
            return place
    for place in places:
        if _is(place, "folder"):
            raise MissingFileError(WORDING.message("is_folder", file=named(place)), (place,))
    raise _missing(Path(path), *places)


def _missing(path: Path, *places: Path) -> MissingFileError:
    """The error that there is no such file; one that was uploaded can be uploaded again."""
    code = "no_upload" if is_named_as_upload(str(path)) else "no_file"
    return MissingFileError(WORDING.message(code, file=named(path)), places)


def _is_below_ours(path: str) -> bool:
    """Whether a path of another computer lies in Fitboard's own folders, because these were put there."""
    own = [PROJECT, *([Path(runs)] if (runs := os.environ.get("FITBOARD_RUNS")) else [])]
    return (
        not has_control_signs(path)
        and ".." not in PurePath(path).parts
        and any(PurePath(path).is_relative_to(folder) for folder in own if str(folder)[:2] in {"\\\\", "//"})
    )


class FileError(ValueError):
    """Something that is wrong with a file, found where the file's name is not known."""

    def __init__(self, code: str, **parameters: object) -> None:
        super().__init__(code)
        self.code, self.parameters = code, parameters

    def about(self, file: str) -> Message:
        """The message of `WORDING` with this code, about a file of this name."""
        return WORDING.message(self.code, file=file, **self.parameters)


class Identity(NamedTuple):
    """A file, whatever it is called: while all of it is the same, the file need not be read again."""

    file: tuple[int, int] | Path
    """Its disk and its number there; on a disk without such numbers, its path."""
    size: int
    """In bytes."""
    changed: int
    """When, in nanoseconds of the disk's clock."""


def identity(path: Path) -> Identity:
    """What identifies a file, whatever it is called.

    Raises:
        RecipeError: the file is missing, or is a folder.
    """
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise _missing(path, path) from error
    if not path.is_file():
        raise RecipeError(WORDING.message("not_a_file", file=named(path)))
    return Identity((status.st_dev, status.st_ino) if status.st_ino else path, status.st_size, status.st_mtime_ns)


def named(path: Path) -> str:
    """How a message calls a file: by its own name, for whoever reads it need not be whom the folders belong to."""
    name = " ".join(own_name(path.name).split())
    return name if len(name) <= 300 else "…" + name[-299:]


def _is(place: Path, kind: str) -> bool:
    try:
        return place.is_file() if kind == "file" else place.is_dir()
    except (OSError, ValueError):  # a name that is too long, or lies in a closed folder
        return False
