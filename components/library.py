"""The library: lessons, drafts of recipes and uploaded files, on disk beside the runs."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import stat
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from errno import EACCES
from functools import lru_cache
from itertools import islice
from pathlib import Path, PurePath
from threading import Lock

from components.ownership import may_change
from components.wording import WORDING
from trainer import PROJECT
from trainer.data.files import find_file
from trainer.i18n import _
from trainer.paths import UPLOAD, file_stem, is_path, is_plain, portable, upload_name
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs.files import read_word, write_whole

LESSONS = PROJECT / "recipes"
TABLES = PROJECT / "data"
_LESSON = re.compile(r"[A-Za-z0-9_-]{1,80}")
_DRAFT = re.compile(r"[a-f0-9]{16}")
_DRAFT_FILE = re.compile(rf"{_DRAFT.pattern}\.json")

_keeping = Lock()
MAX_DRAFTS_SEARCHED = 500
"""How many of the newest drafts are searched for this person's own."""
MAX_DRAFTS_READ = 50
"""How many of this person's newest drafts are read to find a few that differ."""
LISTED_DRAFTS = 5
FEW_PICTURES = 2_000
"""Pictures for a first try, which trains in seconds."""
WAITING_SECONDS = 86_400
"""Seconds after which an uploaded file that was never used is removed."""


@dataclass(frozen=True)
class Lesson:
    """A built-in recipe; `stem` is its file's name and its link."""

    stem: str
    recipe: Recipe

    @property
    def number(self) -> str:
        """The number in its name, as in “Lesson 1: …”; its link if it has none."""
        found = re.search(r"\d+", self.recipe.name)
        return found.group() if found else self.stem

    def begun(self) -> Recipe:
        """The recipe to begin with, named and described in the language of the reader."""
        return self.recipe.with_(name=_(self.recipe.name), about=_(self.recipe.about))

    def quick(self) -> Recipe:
        """The same with few pictures; a lesson with texts is quick as it is.

        With few pictures the best epoch comes later: training that is to stop early is given time to do so.
        """
        recipe = self.begun()
        few = recipe.data.with_training_limit(FEW_PICTURES) if recipe.data.modality == "image" else None
        if few is None:
            return recipe
        stops_early = any(callback.kind == "EarlyStopping" for callback in recipe.callbacks)
        epochs = recipe.fit.epochs * (2 if stops_early else 1)
        return recipe.with_(data=few, fit=recipe.fit.with_(epochs=epochs))


@dataclass(frozen=True)
class Draft:
    """A recipe that somebody works on."""

    name: str
    """Of its file, without the ending."""
    recipe: Recipe
    changed: datetime
    """In UTC."""


def lesson(stem: str) -> Lesson:
    """The lesson of a name.

    Raises:
        RecipeError: there is no such lesson, or its file is damaged.
    """
    path = LESSONS / f"{stem}.json"
    if not _LESSON.fullmatch(stem) or not path.is_file():
        raise RecipeError(WORDING.message("no_such_lesson"))
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


@lru_cache(maxsize=256)
def _read(path: Path, modified: int) -> Recipe:
    return Recipe.load(path)


class Library:
    """Drafts and uploads in the folder of runs, as one person sees them.

    All file names are made here; of the names that people give to files, only a readable part is kept. The owners are
    noted in small files beside them; a draft or upload without such a file belongs to everybody.
    """

    def __init__(self, root: Path, person: str | None = None, *, show_all: bool = False) -> None:
        """The library as one person sees it.

        Args:
            root: the folder of runs.
            person: the person's id (see `person.py`); None is nobody in particular, who may see and do everything,
                and whose drafts and uploads belong to everybody.
            show_all: whether this person wants to see everybody's.
        """
        self._drafts, self._uploads = root / "drafts", root / "uploads"
        self._waiting, self._owners = self._uploads / "waiting", self._uploads / "owners"
        self._person, self._show_all = person, show_all

    def _may(self, *owners: str) -> bool:
        """Whether this person may see and change what belongs to these owners; without an owner, everybody may."""
        return any(may_change(owner, self._person, self._show_all) for owner in owners or (None,))

    def save_draft(self, name: str, recipe: Recipe) -> None:
        """Save a recipe as a draft, as a whole or not at all; a draft without an owner becomes this person's.

        Raises:
            ValueError: this cannot be the name of a draft.
            OSError: it cannot be written, or belongs to another person.
        """
        if not _DRAFT.fullmatch(name):
            raise ValueError("This is not the name of a draft.")
        if self.is_others_draft(name):
            raise PermissionError(EACCES, str(WORDING.message("not_yours")))
        self._drafts.mkdir(exist_ok=True)
        if self._person is not None and self._draft_owner(name) is None:
            write_whole(self._drafts / f"{name}.owner", self._person.encode())
        write_whole(self._drafts / f"{name}.json", recipe.to_json().encode())

    def draft(self, name: str) -> Recipe | None:
        """The recipe of a draft; None if there is no draft of this name. Everybody who knows its name may read it.

        Raises:
            RecipeError: its file is damaged.
        """
        # The whole name is checked before the disk is: a browser may send a path instead.
        path = self._drafts / f"{name}.json"
        return Recipe.load(path) if _DRAFT.fullmatch(name) and os.path.isfile(path) else None

    def is_others_draft(self, name: str) -> bool:
        """Whether a draft belongs to another person, so that this person's changes go into a copy."""
        return self._person is not None and self._draft_owner(name) not in {None, self._person}

    def _draft_owner(self, name: str) -> str | None:
        return read_word(self._drafts / f"{name}.owner") if _DRAFT.fullmatch(name) else None

    def latest_drafts(self, most: int = LISTED_DRAFTS) -> list[Draft]:
        """The drafts that this person changed last, the newest first; of several with one recipe, only the newest."""
        found: list[Draft] = []
        for path in islice(filter(self._may_see, self._newest_drafts()), MAX_DRAFTS_READ):
            if len(found) == most:
                break
            with suppress(RecipeError, OSError):  # damaged from outside, or deleted meanwhile
                modified = path.stat().st_mtime_ns
                recipe = _read(path, modified)
                if all(recipe != other.recipe for other in found):
                    found.append(Draft(path.stem, recipe, datetime.fromtimestamp(modified / 1e9, UTC)))
        return found

    def hides_drafts(self) -> bool:
        """Whether there are drafts that this person does not see."""
        return not all(map(self._may_see, self._newest_drafts()))

    def _may_see(self, draft: Path) -> bool:
        return may_change(self._draft_owner(draft.stem), self._person, self._show_all)

    def _newest_drafts(self) -> list[Path]:
        return _newest(self._drafts, _DRAFT_FILE)[:MAX_DRAFTS_SEARCHED]

    def receive(self, name: str, content: bytes) -> Path:
        """Store an uploaded file where nobody else finds it, until it is known whether it can be used.

        Of the person's own name for the file, letters and digits are kept, for people to recognise it.

        Raises:
            OSError: it cannot be written.
        """
        self._waiting.mkdir(parents=True, exist_ok=True)
        own, unique = Path(name).name, secrets.token_hex(8)
        path = self._waiting / (upload_name(own, unique) or f"{unique}-{file_stem(own, 'table')[:40].rstrip('-')}.csv")
        write_whole(path, content)
        now = path.stat().st_mtime  # the disk's clock, by which the others were written too
        for old in self._waiting.iterdir():  # of tabs that were closed meanwhile
            with suppress(OSError):
                if now - old.stat().st_mtime > WAITING_SECONDS:
                    old.unlink()
        return path

    def keep(self, path: Path) -> Path:
        """Move a waiting file to the uploads, under a name made from its content; any other file stays where it is.

        Returns:
            Where the file is now.

        Raises:
            OSError: it is gone, or cannot be moved.
        """
        if not self.is_waiting(path):
            return path
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
        with _keeping:  # a whole class may upload the same file at once, under several names
            known = next(self._uploads.glob(f"{digest}-*"), None)
            if known is None:
                known = self._uploads / f"{digest}{path.name[16:]}"
                self._own(known)
                return path.replace(known)
            if self._owners_of(known):  # what belongs to everybody stays so
                self._own(known)
        path.unlink()
        return known

    def _own(self, upload: Path) -> None:
        """Note that an upload is also this person's: one empty file for each owner."""
        if self._person is not None:
            folder = self._owners / upload.name
            folder.mkdir(parents=True, exist_ok=True)
            (folder / self._person).touch()

    def _owners_of(self, upload: Path) -> list[str]:
        try:
            return os.listdir(self._owners / upload.name)
        except OSError:
            return []

    def is_waiting(self, path: Path) -> bool:
        """Whether a file is one of those that `receive` has stored."""
        return path.resolve().parent == self._waiting.resolve()

    def forget(self, path: Path) -> None:
        """Remove a waiting file; any other is left alone.

        Raises:
            OSError: it cannot be removed.
        """
        if self.is_waiting(path):
            path.unlink(missing_ok=True)

    def delete_upload(self, path: Path) -> None:
        """Take an uploaded file off this person's list; any other path is left alone.

        The file itself is removed when it is on nobody's list any more.

        Raises:
            OSError: it cannot be removed, or belongs to another person.
        """
        if not self.is_upload(path):
            return
        with _keeping:
            owners = self._owners_of(path)
            if not self._may(*owners):
                raise PermissionError(EACCES, str(WORDING.message("not_yours")))
            if self._person in owners:
                (self._owners / path.name / self._person).unlink(missing_ok=True)
                if len(owners) > 1:
                    return
            path.unlink(missing_ok=True)
            shutil.rmtree(self._owners / path.name, ignore_errors=True)

    def is_upload(self, path: Path) -> bool:
        """Whether it is a file that was uploaded here."""
        return UPLOAD.fullmatch(path.name) is not None and path.resolve().parent == self._uploads.resolve()

    @staticmethod
    def comes_along(path: str) -> bool:
        """Whether it is one of the files that every Fitboard brings along."""
        return (PROJECT / path).resolve().parent == TABLES

    def may_delete(self, path: Path) -> bool:
        """Whether it is an upload that this person has."""
        return self.is_upload(path) and self._may(*self._owners_of(path))

    def same_upload(self, path: str) -> str | None:
        """The path on this computer of a file that was uploaded elsewhere; None if it was not uploaded here.

        The path is never looked up on disk: the name counts, which begins with a hash of the content.
        """
        name = re.split(r"[/\\]", path)[-1]
        if not UPLOAD.fullmatch(name):
            return None
        return next((mine for mine in self._uploaded() if Path(mine).name[:16] == name[:16]), None)

    def ours(self, path: str, *, gone: bool = False) -> str | None:
        """The path by which a recipe names one of Fitboard's own files or of this person's uploads; None for any other.

        The spelling is checked first: a path that leads elsewhere is never looked up on disk, and the answer is the
        same whether there is a file or not.

        Args:
            path: as it is in the recipe.
            gone: whether to accept an upload that has been deleted.
        """
        if not is_path(path, windows=False) and PurePath(path).parent != self._uploads:
            return None
        if (mine := self.same_upload(path)) is not None:
            return mine
        name = re.split(r"[/\\]", path)[-1]
        if gone and UPLOAD.fullmatch(name) and not any(one.name[:16] == name[:16] for one in self._files()):
            return str(self._uploads / name)
        inside = f"data/{PurePath(path).name}" if PurePath(path).parent == TABLES else path
        if not inside.startswith("data/") or not is_plain(inside):
            return None
        try:
            return inside if self.owns(find_file(inside)) else None
        except RecipeError:
            return None

    def portable(self, recipe: Recipe) -> Recipe:
        """The recipe for download: its data file is named by content or name, without any folder of this computer."""
        path = recipe.data.path
        return recipe if path is None else recipe.with_(data=recipe.data.with_(path=portable(path)))

    def tables(self) -> dict[str, str]:
        """The tables to choose from: the path for a recipe -> the name for people."""
        found = {f"data/{path.name}": path.name for path in sorted(TABLES.glob("*.csv"))}
        return found | {path: name for path, name in self._uploaded().items() if not name.endswith(".npz")}

    def pictures(self) -> dict[str, str]:
        """The uploaded pictures to choose from, path -> name for people."""
        return {path: name for path, name in self._uploaded().items() if name.endswith(".npz")}

    def hides_uploads(self) -> bool:
        """Whether there are uploads that this person does not see."""
        return any(not self._may(*self._owners_of(path)) for path in self._files())

    def _uploaded(self) -> dict[str, str]:
        """This person's, the newest first."""
        there = (path for path in self._files() if self._may(*self._owners_of(path)))
        return {str(path): path.name.partition("-")[2] for path in there}

    def _files(self) -> list[Path]:
        """Everybody's uploads, the newest first, without links that lead out of the folder."""
        return [path for path in _newest(self._uploads, UPLOAD) if not path.is_symlink() or self.owns(path)]

    def owns(self, path: Path) -> bool:
        """Whether a file lies in one of Fitboard's own folders, after following links."""
        return any(path.resolve().is_relative_to(folder) for folder in (TABLES, self._uploads.resolve()))


def _newest(folder: Path, name: re.Pattern[str]) -> list[Path]:
    """The files of a folder whose names match, newest first; anything else in the folder is ignored."""
    found: list[tuple[float, Path]] = []
    with suppress(OSError):  # no such folder yet, or no folder
        for path in folder.iterdir():
            with suppress(OSError):  # gone meanwhile, or a link that leads nowhere
                status = path.stat()
                if name.fullmatch(path.name) and stat.S_ISREG(status.st_mode):
                    found.append((-status.st_mtime, path))
    return [path for _, path in sorted(found)]


def without_hash(message: str) -> str:
    """A message about an uploaded file, with the name that its owner knows."""
    return re.sub(r"\b[0-9a-f]{16}-(?=(?:[^\W_]|-)*\.(?:csv|tsv|txt|xlsx|npz|gz))", "", message)
