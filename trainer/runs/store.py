"""One folder for each run: `recipe.json`, `events.jsonl`, weights, predictions. Names are data; ids are made here."""

from __future__ import annotations

import base64
import logging
import os
import re
import secrets
import shutil
import stat
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from errno import EACCES, EDQUOT, EEXIST, ELOOP, ENOENT, ENOSPC, ENOTDIR, EPERM, EROFS
from functools import lru_cache
from pathlib import Path

from filelock import FileLock, Timeout

from trainer import PROJECT
from trainer.messages import MessageError
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import NewerVersionError, RecipeError
from trainer.runs import caption, summary
from trainer.runs.caption import Caption
from trainer.runs.events import RunState, Text
from trainer.runs.files import read_word, require_file, write_whole
from trainer.runs.history import History
from trainer.runs.log import MAX_BYTES, DamagedLogError, LogReader
from trainer.runs.servers import FILE as SERVER_FILE
from trainer.runs.wording import WORDING

if sys.platform != "win32":
    import fcntl

LOG = logging.getLogger(__name__)
FULL, FORBIDDEN = {ENOSPC, EDQUOT}, {EROFS, EACCES, EPERM}
"""What the system says of a file that it does not take: there is no room, or nobody may write it."""
OWNER_FILE, OPENED_FILE = "owner", "opened"
EXPORTS = "exports"
"""The folder beside the runs in which exports are kept for a while, one folder for each run."""
MAX_FOLDER_DEPTH = 100
"""Folders inside each other in a run's folder that can be removed; a trainer makes three."""
ID_PATTERN = re.compile(r"[0-9]{8}-[0-9]{6}-[a-z2-7]{16}")
LOCK = "lock"
"""The file in a run's folder that its trainer holds."""

_ASKING = threading.Lock()
_CAPTIONING = threading.Lock()
"""Held while a caption is changed: two tabs may change the name and the note of a run at the same moment."""
_Problem = RecipeError | DamagedLogError
"""Why not all of a run can be read. A `NewerVersionError` is a RecipeError."""


class RunNotFoundError(MessageError, LookupError):
    """There is no run of that id."""


class StoreError(MessageError):
    """The folder of runs cannot be written; told to whoever has started Fitboard."""

    @classmethod
    def of(cls, root: Path, error: OSError) -> StoreError:
        """What the system says, and what to do."""
        code = "folder_refused"
        if error.errno in FULL:
            code = "folder_refused_full"
        elif error.errno in FORBIDDEN:
            code = "folder_refused_forbidden"
        elif error.errno in {ENOTDIR, EEXIST}:
            code = "folder_refused_file"
        return cls(WORDING.message(code, folder=str(root), error=error.strerror or str(error)))


class RunActiveError(MessageError, RuntimeError):
    """A run is still training, so that it cannot be deleted."""


@dataclass(frozen=True)
class Run:
    """A run as it was when it was read."""

    id: str
    recipe: Recipe | None
    """None if the folder is damaged."""
    history: History
    damage: Text | None = None
    """What is wrong with the folder; None if all is well."""
    newer: bool = False
    """Whether `damage` is no damage: a later version of Fitboard made the run, and this one cannot read all of it."""
    left_behind: bool = False
    """Its log does not say that it ended, but no trainer holds it: `state` is interrupted for that reason alone."""
    caption: Caption = field(default_factory=Caption)
    """What somebody calls it and notes about it."""

    @property
    def created(self) -> datetime | None:
        """When it was created, in UTC; from its id. None if somebody has given the folder a name that is no time."""
        try:
            return datetime.strptime(self.id[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            return None

    @property
    def state(self) -> RunState:
        return self.history.state

    @property
    def condition(self) -> str:
        """Its state in words; of a run that cannot be read to its end, why."""
        if self.damage is None:
            return str(WORDING.message(f"state_{self.state}"))
        return str(WORDING.message("newer" if self.newer else "damaged"))

    @property
    def title(self) -> str:
        """What a run is called for people: its own name, else that of its recipe, also where that cannot be read."""
        if self.caption.name:
            return self.caption.name
        if self.recipe is not None:
            return self.recipe.name
        return str(WORDING.message("title_newer" if self.newer else "title_damaged"))


def lock_of(folder: Path) -> FileLock:
    """The lock of the run in a folder, which the trainer of that run holds as long as it lives."""
    return FileLock(folder / LOCK, thread_local=False)


def new_id() -> str:
    """An id that sorts by time and cannot be guessed (80 random bits)."""
    random_part = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{random_part}"


class Store:
    """The folder of all runs. Any number of processes may read it at once; each run has one writer, its trainer."""

    def __init__(self, root: Path | None = None, *, make: bool = True) -> None:
        """Open the store, by default the folder that `FITBOARD_RUNS` names, or `runs/` in the project.

        Args:
            root: another folder.
            make: whether to make the folder if it is not there.

        Raises:
            StoreError: the folder cannot be made.
            FileNotFoundError: it is not there, and is not to be made.
        """
        # Not `resolve`, which Python 3.11 and 3.12 leave with a RuntimeError where links go round in a circle.
        self.root = Path(os.path.realpath(root or os.environ.get("FITBOARD_RUNS") or PROJECT / "runs"))
        if make:
            try:
                self.root.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError.of(self.root, error) from error
        elif root is not None and not self.root.is_dir():
            raise FileNotFoundError(ENOENT, "there is no such folder", str(root))

    def check_writable(self) -> None:
        """Write a small file and remove it again, so that a store which takes nothing is noticed before it matters.

        Raises:
            StoreError: it takes nothing; told to whoever starts Fitboard.
        """
        probe = self.root / f".probe-{secrets.token_hex(8)}"
        try:
            write_whole(probe, bytes(4096), sync=True)  # a full disk may still take an empty file
            probe.unlink()
        except OSError as error:
            raise StoreError.of(self.root, error) from error

    def folder(self, run_id: str) -> Path:
        """The folder of a run.

        Raises:
            RunNotFoundError: the id is not one of ours, or there is no such run.
        """
        if not ID_PATTERN.fullmatch(run_id) or not (self.root / run_id).is_dir():
            raise RunNotFoundError(WORDING.message("no_such_run"))
        return self.root / run_id

    def create(self, recipe: Recipe, owner: str | None = None, server: str | None = None) -> str:
        """Make the folder of a new run and write its recipe down; returns its id.

        Args:
            recipe: what is to be trained.
            owner: whose run it is, in a word that only they are known by; None makes it everybody's.
            server: the name of the server that is responsible for it (`runs/servers.py`).

        Raises:
            OSError: the disk does not take it.
        """

        def fill(making: Path, _: str) -> None:
            (making / "recipe.json").write_text(recipe.to_json(), "utf-8")
            (making / "events.jsonl").touch()
            if server is not None:
                (making / SERVER_FILE).write_text(server, "ascii")

        return self.make(fill, owner)

    def make(self, fill: Callable[[Path, str], object], owner: str | None = None) -> str:
        """Make the folder of a new run; returns its id.

        Args:
            fill: writes its files into a folder that nobody else sees; it is told the id as well. Whatever it raises
                is passed on, and nothing is left of the folder.
            owner: as for `create`.

        Raises:
            OSError: the disk does not take it.
        """
        run_id = new_id()
        # Made under another name first, so that nobody ever sees a run without its recipe.
        making = self.root / f".{run_id}"
        try:
            making.mkdir()
            fill(making, run_id)
            if owner is not None:
                (making / OWNER_FILE).write_text(owner, "ascii")
            making.rename(self.root / run_id)
        except BaseException:
            shutil.rmtree(making, ignore_errors=True)  # what the disk refused may not be there at all
            raise
        return run_id

    def owner(self, run_id: str) -> str | None:
        """Whose run it is; None is everybody's: made from the command line, or before runs had owners.

        Raises:
            OSError: too many files are open.
        """
        return _owner(str(self.root), run_id) if ID_PATTERN.fullmatch(run_id) else None

    def opened_from(self, run_id: str) -> str | None:
        """The id that a run had in the Fitboard that it comes from, if it was opened from a file; else None."""
        return _opened_from(str(self.root), run_id) if ID_PATTERN.fullmatch(run_id) else None

    def log(self, run_id: str) -> Path:
        """The event log of a run."""
        return self.folder(run_id) / "events.jsonl"

    def lock(self, run_id: str) -> FileLock:
        """The lock that a run's trainer holds as long as it lives."""
        return lock_of(self.folder(run_id))

    def recipe(self, run_id: str) -> Recipe:
        """The recipe of a run.

        Raises:
            RunNotFoundError: there is no such run.
            RecipeError: its recipe is damaged.
        """
        return Recipe.load(self.folder(run_id) / "recipe.json")

    def describe(self, run_id: str, *, name: str | None = None, note: str | None = None) -> None:
        """Give a run a name and a note of its own, in any state and whoever trains it; an empty one takes it away.

        Args:
            run_id: the run.
            name: None leaves it as it is.
            note: None leaves it as it is.

        Raises:
            RunNotFoundError: there is no such run.
            CaptionError: one of them is too long.
            OSError: the disk does not take it.
        """
        folder = self.folder(run_id)
        try:
            with _CAPTIONING:
                caption.keep(folder, caption.load(folder).with_(name, note))
        except FileNotFoundError:  # deleted just now
            raise RunNotFoundError(WORDING.message("no_such_run")) from None

    def read(self, run_id: str) -> Run:
        """A snapshot of a run; a damaged one says so in `damage`.

        Raises:
            RunNotFoundError: there is no such run.
        """
        folder = self.folder(run_id)
        recipe, problem = _recipe(folder / "recipe.json")
        history, left_behind = History(), False
        try:
            log = folder / "events.jsonl"
            history, error = _history(log)
            if error is not None:
                problem = problem or error
            # A run without a single event has not been taken up yet: it waits for a trainer, and nobody can hold it.
            elif history.cursor >= 0 and not history.state.is_over and not self.is_alive(run_id):
                # Read again: it may have ended between the look at its log and the look at its lock.
                history, _ = _history(log)
                left_behind = not history.state.is_over
        except OSError as error:
            problem = problem or DamagedLogError(WORDING.message("log_unreadable", error=error.strerror))
        problem = problem or _odd(folder)
        if problem is not None and not history.state.is_over and not self._seems_held(run_id):
            # Nobody knows how far it came, but it has ended: it can be deleted.
            history.state, history.reason = RunState.INTERRUPTED, problem.message
        if left_behind:
            history.state = RunState.INTERRUPTED
            history.reason = WORDING.message("trainer_gone")
        return _run(folder, recipe, history, problem, left_behind)

    def read_summary(self, run_id: str) -> Run:
        """A snapshot for a list of runs: what `read` gives, but a run that is over comes without its batch points and
        the answers of its epochs.

        Its log is then read once only, and later lists take its summary.

        Raises:
            RunNotFoundError: there is no such run.
        """
        log = self.log(run_id)
        history = summary.load(log)
        if history is not None:
            recipe, problem = _recipe(log.with_name("recipe.json"))
            return _run(log.parent, recipe, history, problem or _odd(log.parent))
        stamp = summary.stamp(log)
        found = self.read(run_id)
        if found.state.is_over:
            found.history.batches, found.history.answers = [], []
            if stamp is not None and found.damage is None and not found.left_behind:
                summary.keep(log, stamp, found.history)
        return found

    def is_alive(self, run_id: str) -> bool:
        """Whether a trainer holds the run. Asked of the operating system: no clock, no process number."""
        if not _is_file(self.folder(run_id) / LOCK):
            return False  # nobody has taken it up yet, or what stands there is nothing that a trainer locks
        # Two readers must not take each other's question for a trainer's answer.
        with _ASKING:
            try:
                with self.lock(run_id).acquire(blocking=False):
                    return False
            except Timeout:
                return True
            except OSError as error:
                if error.errno not in FULL | FORBIDDEN:
                    raise
                return _is_held(self.folder(run_id) / LOCK)

    def ids(self) -> list[str]:
        """All runs, newest first."""
        if not os.path.isdir(self.root):
            return []
        # Not `entry.is_dir()`, which raises where a link leads to itself.
        found = (name for name in os.listdir(self.root) if ID_PATTERN.fullmatch(name))
        return sorted((name for name in found if os.path.isdir(self.root / name)), reverse=True)

    def list(self) -> list[Run]:
        """A summary of every run, newest first."""
        found = []
        for run_id in self.ids():
            with suppress(RunNotFoundError):  # deleted since the ids were read
                found.append(self.read_summary(run_id))
        return found

    def delete(self, run_id: str) -> None:
        """Remove a run, all its files and its exports permanently.

        Raises:
            RunNotFoundError: there is no such run.
            RunActiveError: it is still training.
        """
        folder = self.folder(run_id)
        try:
            is_active = self.is_alive(run_id)
        except PermissionError:
            (folder / LOCK).chmod(0o600)
            is_active = self.is_alive(run_id)
        if is_active:
            raise RunActiveError(WORDING.message("run_active"))
        # Under another name first, so that nobody sees half of it: one of its own, since an earlier try may have left
        # something behind.
        removed = self.root / f".{run_id}-{secrets.token_hex(4)}"
        folder.rename(removed)
        try:
            if removed.is_symlink():
                removed.unlink()  # what it leads to is not ours
            else:
                _open_up(removed)
                shutil.rmtree(removed)
        except OSError:
            with suppress(OSError):
                removed.rename(folder)  # what is left of it can be deleted once whatever holds it is out of the way
            raise
        shutil.rmtree(self.root / EXPORTS / run_id, ignore_errors=True)  # what stays is removed by the next export

    def _seems_held(self, run_id: str) -> bool:
        """Whether a trainer holds a damaged run; a lock that is closed to us is closed to a trainer, too."""
        try:
            return self.is_alive(run_id)
        except OSError as error:
            LOG.debug("Nobody can say whether run %s is active: %s", run_id, error)
            return not isinstance(error, PermissionError)


def _odd(folder: Path) -> DamagedLogError | None:
    """What is wrong with the folder of a run itself."""
    lock = folder / LOCK
    if os.path.lexists(lock) and not _is_file(lock):
        return DamagedLogError(WORDING.message("lock_is_no_file"))
    return None


def _is_file(path: Path) -> bool:
    """Whether it is a file itself: opening a lock empties it, whatever a link leads to."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _open_up(folder: Path) -> None:
    """Let us into a folder and those in it, so that they can be removed.

    Raises:
        OSError: they lie inside each other so deeply that Python, which calls itself for each, cannot remove them.
    """
    folders = [(folder, 0)]
    while folders:
        place, depth = folders.pop()
        if depth > MAX_FOLDER_DEPTH:
            raise OSError(ELOOP, "there are too many folders inside each other in it")
        with suppress(OSError):  # whoever removes them says what cannot be removed
            place.chmod(0o700)
            with os.scandir(place) as inside:
                folders += [(Path(one), depth + 1) for one in inside if one.is_dir(follow_symlinks=False)]


def _is_held(lock: Path) -> bool:
    """Whether a lock is held that may be looked at but not written, as `FileLock` would have to."""
    if sys.platform == "win32":
        return False  # on Windows nothing can be asked of such a file, and nobody trains where he may not write
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)  # given back when the file is closed
    except FileNotFoundError:
        return False  # nobody has ever held it
    except BlockingIOError:
        return True
    return False


def _run(
    folder: Path, recipe: Recipe | None, history: History, problem: _Problem | None, left_behind: bool = False
) -> Run:
    damage, newer = None if problem is None else problem.message, isinstance(problem, NewerVersionError)
    return Run(folder.name, recipe, history, damage, newer, left_behind, caption.load(folder))


def _recipe(path: Path) -> tuple[Recipe | None, _Problem | None]:
    """A run's recipe, or what is wrong with it."""
    try:
        return _loaded(path, path.stat().st_mtime_ns), None
    except NewerVersionError:
        return None, NewerVersionError.of("run")
    except OSError as error:
        return None, RecipeError(WORDING.message("recipe_unreadable", error=error.strerror))
    except RecipeError as error:
        said = str(error).replace(str(path), path.name)
        return None, RecipeError(WORDING.message("recipe_wrong", problem=said))


@lru_cache(maxsize=4096)  # more than a large store holds: going round in a smaller one would find nothing
def _loaded(path: Path, modified: int) -> Recipe:
    return Recipe.load(path)


@lru_cache(maxsize=4096)  # a run never changes hands
def _owner(root: str, run_id: str) -> str | None:
    return read_word(Path(root, run_id, OWNER_FILE))


@lru_cache(maxsize=4096)  # a run is opened once
def _opened_from(root: str, run_id: str) -> str | None:
    return read_word(Path(root, run_id, OPENED_FILE))


class _Follower:
    """One log and what it adds up to so far: only what is new is read."""

    def __init__(self, path: Path) -> None:
        self.reader, self.history, self.file = LogReader(path), History(), path.stat().st_ino
        self.lock = threading.Lock()
        """Held while the log is read: a large one must not hold up whoever looks at another."""


_FOLLOWED: OrderedDict[Path, _Follower] = OrderedDict()
_FOLLOWING = threading.Lock()
MAX_FOLLOWED_LOGS = 64
"""Logs that stay in memory; more than a page shows, far fewer than a store may hold."""


def _history(path: Path) -> tuple[History, _Problem | None]:
    """A snapshot of what a log adds up to, and why not all of it could be read; None if it could.

    Raises:
        OSError: the log cannot be read.
    """
    status = require_file(path, MAX_BYTES)
    with _FOLLOWING:
        follower = _FOLLOWED.pop(path, None)
        if follower is None or follower.file != status.st_ino or status.st_size < follower.reader.offset:
            follower = _Follower(path)
        _FOLLOWED[path] = follower
        while len(_FOLLOWED) > MAX_FOLLOWED_LOGS:
            _FOLLOWED.popitem(last=False)
    with follower.lock:
        follower.history.add(follower.reader.read())
        return follower.history.snapshot(), follower.reader.error
