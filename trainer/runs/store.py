"""One folder for each run: `recipe.json`, `events.jsonl`, weights, predictions. Names are data; ids are made here."""

from __future__ import annotations

import base64
import os
import re
import secrets
import shutil
import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from errno import ENOENT
from functools import lru_cache
from pathlib import Path

from filelock import FileLock, Timeout

from trainer import PROJECT
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs import summary
from trainer.runs.events import RunState
from trainer.runs.history import History
from trainer.runs.log import LogReader
from trainer.runs.servers import FILE as SERVER_FILE

OWNER_FILE = "owner"
ID_PATTERN = re.compile(r"[0-9]{8}-[0-9]{6}-[a-z2-7]{16}")


_ASKING = threading.Lock()


class RunNotFoundError(LookupError):
    """There is no run of that id; the message is a sentence for its reader."""


class RunGoesOnError(RuntimeError):
    """A run goes on, so that it cannot be deleted; the message is a sentence for its reader."""


@dataclass(frozen=True)
class Run:
    """A run as it was when it was read."""

    id: str
    recipe: Recipe | None
    """None if the folder is damaged."""
    history: History
    damage: str | None = None
    """What is wrong with the folder, in a sentence; None if all is well."""
    left_behind: bool = False
    """Its log does not say that it ended, but no trainer holds it: `state` is interrupted for that reason alone."""

    @property
    def created(self) -> datetime:
        """When it was created, in UTC; from its id."""
        return datetime.strptime(self.id[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)

    @property
    def state(self) -> RunState:
        return self.history.state


def new_id() -> str:
    """An id that sorts by time and cannot be guessed (80 random bits)."""
    chance = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{chance}"


class Store:
    """The folder of all runs. Any number of processes may read it at once; each run has one writer, its trainer."""

    def __init__(self, root: Path | None = None, *, make: bool = True) -> None:
        """Open the store, by default the folder that `FITBOARD_RUNS` names, or `runs/` in the project.

        Args:
            root: another folder.
            make: whether to make the folder if it is not there.

        Raises:
            OSError: the folder is not there or cannot be made.
        """
        self.root = (root or Path(os.environ.get("FITBOARD_RUNS") or PROJECT / "runs")).resolve()
        if make:
            self.root.mkdir(parents=True, exist_ok=True)
        elif root is not None and not self.root.is_dir():
            raise FileNotFoundError(ENOENT, "there is no such folder", str(root))

    def folder(self, run: str) -> Path:
        """The folder of a run.

        Raises:
            RunNotFoundError: the id is not one of ours, or there is no such run.
        """
        if not ID_PATTERN.fullmatch(run) or not (self.root / run).is_dir():
            raise RunNotFoundError("There is no run of this name. It may have been deleted; choose one under Runs.")
        return self.root / run

    def create(self, recipe: Recipe, owner: str | None = None, server: str | None = None) -> str:
        """Make the folder of a new run and write its recipe down; returns its id.

        Args:
            recipe: what is to be trained.
            owner: whose run it is, in a word that only they are known by; None makes it everybody's.
            server: the name of the server that has it in hand (`runs/servers.py`).

        Raises:
            OSError: the disk does not take it.
        """
        run = new_id()
        # Made under another name first, so that nobody ever sees a run without its recipe.
        making = self.root / f".{run}"
        try:
            making.mkdir()
            (making / "recipe.json").write_text(recipe.to_json(), "utf-8")
            (making / "events.jsonl").touch()
            for name, word in ((OWNER_FILE, owner), (SERVER_FILE, server)):
                if word is not None:
                    (making / name).write_text(word, "ascii")
            making.rename(self.root / run)
        except OSError:
            shutil.rmtree(making, ignore_errors=True)  # what the disk refused may not be there at all
            raise
        return run

    def owner(self, run: str) -> str | None:
        """Whose run it is; None is everybody's: made from the command line, or before runs had owners."""
        return _owner(str(self.root), run) if ID_PATTERN.fullmatch(run) else None

    def log(self, run: str) -> Path:
        """The event log of a run."""
        return self.folder(run) / "events.jsonl"

    def lock(self, run: str) -> FileLock:
        """The lock that a run's trainer holds as long as it lives."""
        return FileLock(self.folder(run) / "lock", thread_local=False)

    def recipe(self, run: str) -> Recipe:
        """The recipe of a run.

        Raises:
            RunNotFoundError: there is no such run.
            RecipeError: its recipe is damaged.
        """
        return Recipe.load(self.folder(run) / "recipe.json")

    def read(self, run: str) -> Run:
        """A snapshot of a run; a damaged one says so in `damage`.

        Raises:
            RunNotFoundError: there is no such run.
        """
        folder = self.folder(run)
        recipe, damage = _recipe(folder / "recipe.json")
        history, left_behind = History(), False
        try:
            log = folder / "events.jsonl"
            history, torn = _history(log)
            if torn:
                damage = damage or "The record of this run is damaged; what stands before the damage is shown."
            # A run without a single event has not been taken up yet: it waits for a trainer, and nobody can hold it.
            elif history.cursor >= 0 and not history.state.is_over and not self.is_alive(run):
                # Read again: it may have ended between the look at its log and the look at its lock.
                history, _ = _history(log)
                left_behind = not history.state.is_over
        except OSError as error:
            damage = damage or f"The record of this run cannot be read ({error.strerror})."
        if left_behind:
            history.state = RunState.INTERRUPTED
            history.reason = "The trainer went away before the run ended."
        return Run(run, recipe, history, damage, left_behind)

    def glance(self, run: str) -> Run:
        """A snapshot for a list of runs: what `read` gives, but a run that is over comes without its batch points.

        Its log is then read once only, and later lists take its summary.

        Raises:
            RunNotFoundError: there is no such run.
        """
        log = self.log(run)
        history = summary.load(log)
        if history is not None:
            recipe, damage = _recipe(log.with_name("recipe.json"))
            return Run(run, recipe, history, damage)
        stamp = summary.stamp(log)
        found = self.read(run)
        if found.state.is_over:
            found.history.batches = []
            if stamp is not None and found.damage is None and not found.left_behind:
                summary.keep(log, stamp, found.history)
        return found

    def is_alive(self, run: str) -> bool:
        """Whether a trainer holds the run. Asked of the operating system: no clock, no process number."""
        try:
            # Two readers must not take each other's question for a trainer's answer.
            with _ASKING, self.lock(run).acquire(blocking=False):
                return False
        except Timeout:
            return True

    def ids(self) -> list[str]:
        """All runs, newest first."""
        if not self.root.is_dir():
            return []
        found = (entry.name for entry in os.scandir(self.root) if entry.is_dir() and ID_PATTERN.fullmatch(entry.name))
        return sorted(found, reverse=True)

    def list(self) -> list[Run]:
        """A glance at every run, newest first."""
        found = []
        for run in self.ids():
            with suppress(RunNotFoundError):  # deleted since the ids were read
                found.append(self.glance(run))
        return found

    def delete(self, run: str) -> None:
        """Remove a run and all its files for good.

        Raises:
            RunNotFoundError: there is no such run.
            RunGoesOnError: it is still going on.
        """
        folder = self.folder(run)
        if self.is_alive(run):
            raise RunGoesOnError("This run is still going on. Stop it first, then delete it.")
        going = self.root / f".{run}"
        folder.rename(going)
        shutil.rmtree(going)


def _recipe(path: Path) -> tuple[Recipe | None, str | None]:
    """A run's recipe, or a sentence that says what is wrong with it."""
    try:
        return _loaded(path, path.stat().st_mtime_ns), None
    except (RecipeError, OSError) as error:
        return None, f"The recipe of this run cannot be read: {error}"


@lru_cache(maxsize=4096)  # more than a large store holds: going round in a smaller one would find nothing
def _loaded(path: Path, modified: int) -> Recipe:
    return Recipe.load(path)


@lru_cache(maxsize=4096)  # a run never changes hands
def _owner(root: str, run: str) -> str | None:
    try:
        return Path(root, run, OWNER_FILE).read_text("ascii").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


class _Follower:
    """One log and what it adds up to so far: only what is new is read."""

    def __init__(self, path: Path) -> None:
        self.reader, self.history, self.file = LogReader(path), History(), path.stat().st_ino


_FOLLOWED: OrderedDict[Path, _Follower] = OrderedDict()
_FOLLOWING = threading.Lock()
MOST_FOLLOWED = 64
"""Logs that stay in memory; more than a page shows, far fewer than a store may hold."""


def _history(path: Path) -> tuple[History, bool]:
    """A snapshot of what a log adds up to, and whether it is damaged.

    Raises:
        OSError: the log cannot be read.
    """
    status = path.stat()
    with _FOLLOWING:
        follower = _FOLLOWED.pop(path, None)
        if follower is None or follower.file != status.st_ino or status.st_size < follower.reader.offset:
            follower = _Follower(path)
        follower.history.add(follower.reader.read())
        _FOLLOWED[path] = follower
        while len(_FOLLOWED) > MOST_FOLLOWED:
            _FOLLOWED.popitem(last=False)
        return follower.history.snapshot(), follower.reader.damaged
