"""What lies on disk beside the runs: lessons to begin with, drafts to go on with, uploaded tables."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from trainer import PROJECT
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs.files import write_whole

LESSONS = PROJECT / "recipes"
TABLES = PROJECT / "data"
_LESSON = re.compile(r"[A-Za-z0-9_-]{1,80}")
_ENDINGS = r"\.(?:csv|tsv|txt|xlsx|npz|(?:csv\.|tsv\.|txt\.)?gz)$"
_UPLOAD = re.compile(rf"[0-9a-f]{{16}}-[^\W_](?:[^\W_]|-){{0,39}}{_ENDINGS}")
_DRAFT = re.compile(r"[a-f0-9]{16}")


@dataclass(frozen=True)
class Lesson:
    """A built-in recipe; `stem` is its file's name and its link."""

    stem: str
    recipe: Recipe


def lesson(stem: str) -> Lesson:
    """The lesson of a name.

    Raises:
        RecipeError: there is no such lesson, or its file is damaged.
    """
    path = LESSONS / f"{stem}.json"
    if not _LESSON.fullmatch(stem) or not path.is_file():
        raise RecipeError("There is no lesson of this name. Choose one of the lessons here.")
    return Lesson(stem, _read(path, path.stat().st_mtime_ns))


def lessons() -> tuple[list[Lesson], list[str]]:
    """All lessons in the order of their names, and a sentence for each file that is not one."""
    found, problems = [], []
    for path in sorted(LESSONS.glob("*.json")):
        try:
            found.append(lesson(path.stem))
        except RecipeError as error:
            problems.append(str(error))
    return sorted(found, key=lambda one: one.recipe.name), problems


@lru_cache(maxsize=64)
def _read(path: Path, modified: int) -> Recipe:
    return Recipe.load(path)


class Shelf:
    """Drafts and uploads in the folder of runs. Names are made here; other people's names are only words."""

    def __init__(self, root: Path) -> None:
        self._drafts, self._uploads = root / "drafts", root / "uploads"

    def save_draft(self, name: str, recipe: Recipe) -> None:
        """Write a recipe down under a draft's name, whole or not at all.

        Raises:
            OSError: the disk does not take it.
        """
        self._drafts.mkdir(exist_ok=True)
        write_whole(self._drafts / f"{name}.json", recipe.to_json().encode())

    def draft(self, name: str) -> Recipe | None:
        """The recipe of a draft; None if there is none of this name (any more).

        Raises:
            RecipeError: its file is damaged.
        """
        path = self._drafts / f"{name}.json"
        return Recipe.load(path) if _DRAFT.fullmatch(name) and path.is_file() else None

    def latest_draft(self) -> tuple[str, Recipe] | None:
        """The draft that was changed last on this computer, and can still be read."""
        for path in sorted(self._drafts.glob("*.json"), key=lambda one: one.stat().st_mtime, reverse=True)[:3]:
            try:
                return path.stem, Recipe.load(path)
            except RecipeError:
                continue  # damaged from outside: an older draft is better than none
        return None

    def save_upload(self, name: str, content: bytes) -> Path:
        """Keep an uploaded table, or pictures, under a name made from its content, once.

        The person's own name for the file is only a hint for people: of it, letters and digits are kept.

        Raises:
            OSError: the disk does not take it.
        """
        self._uploads.mkdir(exist_ok=True)
        ending = re.search(_ENDINGS, name, re.IGNORECASE)
        own = unicodedata.normalize("NFC", Path(name[: ending.start()] if ending else name).name)
        readable = re.sub(r"[\W_]+", "-", own)[:40].strip("-")
        digest = hashlib.sha256(content).hexdigest()[:16]
        known = next(self._uploads.glob(f"{digest}-*"), None)
        if known is not None:
            return known
        path = self._uploads / f"{digest}-{readable or 'table'}{ending.group().lower() if ending else '.csv'}"
        write_whole(path, content)
        return path

    def delete_upload(self, path: Path) -> None:
        """Remove an uploaded file; any other path is left alone.

        Raises:
            OSError: the disk does not let it go.
        """
        if self.is_upload(path):
            path.unlink(missing_ok=True)

    def is_upload(self, path: Path) -> bool:
        """Whether it is a file that somebody uploaded here."""
        return _UPLOAD.fullmatch(path.name) is not None and path.resolve().parent == self._uploads.resolve()

    def tables(self) -> dict[str, str]:
        """The tables to choose from: the path for a recipe -> the name for people."""
        found = {f"data/{path.name}": path.name for path in sorted(TABLES.glob("*.csv"))}
        return found | {path: name for path, name in self._uploaded().items() if not name.endswith(".npz")}

    def pictures(self) -> dict[str, str]:
        """The uploaded pictures to choose from, path -> name for people."""
        return {path: name for path, name in self._uploaded().items() if name.endswith(".npz")}

    def _uploaded(self) -> dict[str, str]:
        """The newest first."""
        found = (path for path in self._uploads.glob("*") if _UPLOAD.fullmatch(path.name))
        there = sorted(found, key=lambda path: (-path.stat().st_mtime, path.name))
        return {str(path): path.name.partition("-")[2] for path in there}

    def owns(self, path: Path) -> bool:
        """Whether a file lies in one of Fitboard's own folders, links followed."""
        return any(path.resolve().is_relative_to(folder) for folder in (TABLES, self._uploads))


def without_hash(message: str) -> str:
    """A message that names an uploaded table, with the name that its owner knows."""
    return re.sub(r"\b[0-9a-f]{16}-(?=(?:[^\W_]|-)*\.(?:csv|tsv|txt|xlsx|npz|gz))", "", message)
