"""Where data files are looked for, and how a message names them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from trainer import PROJECT
from trainer.recipe.spec import RecipeError


def find_file(path: str) -> Path:
    """The file a recipe names: an absolute path as it is, another below the working directory or else the project.

    Raises:
        RecipeError: there is no such file; the sentence names the places that were looked in.
    """
    places = list(dict.fromkeys(folder / path for folder in (Path.cwd(), PROJECT)))  # an absolute path wins in `/`
    for place in places:
        if _is(place, "file"):
            return place
    for place in places:
        if _is(place, "folder"):
            raise RecipeError(f"{_line(place)} is a folder, not a file. Choose a file in it.")
    looked = " and ".join(_line(place) for place in places)
    raise RecipeError(f"There is no file {looked}. Check the path, or choose another file.")


class Identity(NamedTuple):
    """A file, whatever it is called: while all of it is the same, the file need not be read again."""

    file: tuple[int, int] | Path
    """Its disk and its number there; on a disk without such numbers, its path."""
    size: int
    """In bytes."""
    changed: int
    """When, in nanoseconds of the disk's clock."""


def identity(path: Path) -> Identity:
    """What a file is told by, which a new name does not change.

    Raises:
        RecipeError: the file is missing, or is a folder.
    """
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        raise RecipeError(f"There is no file {_line(path)}. Check the path, or choose another file.") from error
    if not path.is_file():
        raise RecipeError(f"{_line(path)} is not a file. Choose a file.")
    return Identity((status.st_dev, status.st_ino) if status.st_ino else path, status.st_size, status.st_mtime_ns)


def named(path: Path) -> str:
    """How a message calls a file."""
    return f"“{_line(Path(path.name))}”"


def _is(place: Path, kind: str) -> bool:
    try:
        return place.is_file() if kind == "file" else place.is_dir()
    except (OSError, ValueError):  # a name that is too long, holds a zero character, or lies in a closed folder
        return False


def _line(path: Path) -> str:
    """A path on one line; the end of a path says most, so a very long one loses its beginning."""
    text = " ".join(str(path).split())
    return text if len(text) <= 300 else "…" + text[-299:]
