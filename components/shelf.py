"""What lies on disk beside the runs: lessons to begin with, drafts to go on with, uploaded tables."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

from trainer import PROJECT
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs.files import write_whole

LESSONS = PROJECT / "recipes"
TABLES = PROJECT / "data"
_LESSON = re.compile(r"[A-Za-z0-9_-]{1,80}")
_ENDINGS = r"\.(?:csv|tsv|txt|xlsx|npz|(?:csv\.|tsv\.|txt\.)?gz)$"
_UPLOAD = re.compile(rf"[0-9a-f]{{16}}-[^\W_](?:[^\W_]|-){{0,39}}{_ENDINGS}")
_DRAFT_FILE = re.compile(r"[a-f0-9]{16}\.json")

_keeping = Lock()
WAITS = 86_400
"""Seconds after which an uploaded file that nobody has gone on with is removed."""


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
        self._waiting = self._uploads / "waiting"

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
        return Recipe.load(path) if _DRAFT_FILE.fullmatch(path.name) and os.path.isfile(path) else None

    def latest_draft(self) -> tuple[str, Recipe] | None:
        """The draft that was changed last on this computer, and can still be read."""
        for path in _newest(self._drafts, _DRAFT_FILE)[:3]:
            try:
                return path.stem, Recipe.load(path)
            except RecipeError:
                continue  # damaged from outside: an older draft is better than none
        return None

    def receive(self, name: str, content: bytes) -> Path:
        """Put a file that somebody brings where nobody else finds it, until it is known whether it can be used.

        The person's own name for the file is only a hint for people: of it, letters and digits are kept.

        Raises:
            OSError: the disk does not take it.
        """
        self._waiting.mkdir(parents=True, exist_ok=True)
        ending = re.search(_ENDINGS, name, re.IGNORECASE)
        own = unicodedata.normalize("NFC", Path(name[: ending.start()] if ending else name).name)
        readable = re.sub(r"[\W_]+", "-", own)[:40].strip("-") or "table"
        path = self._waiting / f"{secrets.token_hex(8)}-{readable}{ending.group().lower() if ending else '.csv'}"
        write_whole(path, content)
        now = path.stat().st_mtime  # the disk's clock, by which the others were written too
        for old in self._waiting.iterdir():  # of tabs that were closed meanwhile
            with suppress(OSError):
                if now - old.stat().st_mtime > WAITS:
                    old.unlink()
        return path

    def keep(self, path: Path) -> Path:
        """Take a file that waits among the uploads, under a name made from its content, once; others stay as they are.

        Returns:
            Where it is now.

        Raises:
            OSError: it has gone, or cannot be moved.
        """
        if not self.is_waiting(path):
            return path
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
        with _keeping:  # a class that brings the same file at once, under several names
            known = next(self._uploads.glob(f"{digest}-*"), None)
            if known is None:
                return path.replace(self._uploads / f"{digest}{path.name[16:]}")
        path.unlink()
        return known

    def is_waiting(self, path: Path) -> bool:
        """Whether a file is one of those that `receive` has put down."""
        return path.resolve().parent == self._waiting.resolve()

    def forget(self, path: Path) -> None:
        """Remove a file that waits; any other is left alone.

        Raises:
            OSError: the disk does not let it go.
        """
        if self.is_waiting(path):
            path.unlink(missing_ok=True)

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

    def same_upload(self, path: str) -> str | None:
        """The path here of a file that was uploaded elsewhere, told by its content; None if it was not brought here."""
        name = re.split(r"[/\\\\]", path)[-1]
        if not _UPLOAD.fullmatch(name):
            return None
        return next((mine for mine in self._uploaded() if Path(mine).name[:16] == name[:16]), None)

    def tables(self) -> dict[str, str]:
        """The tables to choose from: the path for a recipe -> the name for people."""
        found = {f"data/{path.name}": path.name for path in sorted(TABLES.glob("*.csv"))}
        return found | {path: name for path, name in self._uploaded().items() if not name.endswith(".npz")}

    def pictures(self) -> dict[str, str]:
        """The uploaded pictures to choose from, path -> name for people."""
        return {path: name for path, name in self._uploaded().items() if name.endswith(".npz")}

    def _uploaded(self) -> dict[str, str]:
        """The newest first."""
        return {str(path): path.name.partition("-")[2] for path in _newest(self._uploads, _UPLOAD)}

    def owns(self, path: Path) -> bool:
        """Whether a file lies in one of Fitboard's own folders, links followed."""
        return any(path.resolve().is_relative_to(folder) for folder in (TABLES, self._uploads))


def _newest(folder: Path, name: re.Pattern[str]) -> list[Path]:
    """The files of a folder whose names fit, newest first. What else somebody has put there is left alone."""
    found: list[tuple[float, Path]] = []
    with suppress(OSError):  # no such folder yet, or no folder
        for path in folder.iterdir():
            with suppress(OSError):  # gone meanwhile, or a link that leads nowhere
                status = path.stat()
                if name.fullmatch(path.name) and stat.S_ISREG(status.st_mode):
                    found.append((-status.st_mtime, path))
    return [path for _, path in sorted(found)]


def without_hash(message: str) -> str:
    """A message that names an uploaded table, with the name that its owner knows."""
    return re.sub(r"\b[0-9a-f]{16}-(?=(?:[^\W_]|-)*\.(?:csv|tsv|txt|xlsx|npz|gz))", "", message)
