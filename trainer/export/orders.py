"""Exports that people order on a page: made one after another, each in a process of its own, and kept for a while.

The server waits for such a process in a thread and does nothing heavy itself. What is being made lies in a folder of
its own that is locked while it is; whatever a killed server has left there is removed at the next start.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from trainer.export import job, kept_exports
from trainer.export.equality import ExportError
from trainer.export.job import Exported
from trainer.export.kept_exports import Kept
from trainer.export.wording import WORDING
from trainer.i18n import language, using
from trainer.messages import Message, MessageError
from trainer.runs.store import EXPORTS, RunNotFoundError, Store

LOG = logging.getLogger(__name__)
MOST_WAITING = 40
"""Orders that may wait: one of each pupil of a class."""
MAX_SECONDS = 1800.0
"""For one export; nothing that anybody waits for takes as long."""
STOP_SECONDS = 0.7
"""How long whoever stops one waits for its end."""
MOST_REMEMBERED = 1000
"""Persons whose last order is remembered."""
_LOCK = "lock"
_MAKING = ".making-"


class State(StrEnum):
    """How far an order is."""

    WAITING = "waiting"
    MAKING = "making"
    MADE = "made"
    STOPPED = "stopped"
    REFUSED = "refused"


class Wish(NamedTuple):
    """What somebody wants."""

    run_id: str
    format: str
    which: int | None
    """A kept epoch; None for the weights that the run has kept as its result."""


class _StopError(Exception):
    """Somebody has stopped it, or nobody can wait for it any more."""


class Order:
    """Somebody's order, as it is at the moment. Pages only read it."""

    def __init__(self, wish: Wish, *, waits: bool) -> None:
        self.wish, self.language = wish, language()
        self.state = State.WAITING
        self.told = WORDING.message("waiting" if waits else "starting")
        """What is done now; of an order that is over, how it ended."""
        self.kept: Kept | None = None
        """What was made."""
        self.stopping, self.ended = threading.Event(), threading.Event()

    @property
    def is_over(self) -> bool:
        return self.state not in {State.WAITING, State.MAKING}

    def end(self, state: State, told: Message) -> None:
        """Note how it ended; the words first, so that nobody reads an end without them."""
        self.told = told
        self.state = state
        self.ended.set()


class Orders:
    """The orders of everybody on one folder of runs. Safe to call from any thread."""

    def __init__(self, store: Store, make: Callable[..., Exported] = job.export) -> None:
        """Nothing runs before the first order.

        Args:
            store: of the runs.
            make: makes an export, as `job.export` does.
        """
        self._store, self._make = store, make
        self._lock = threading.Lock()
        self._last: OrderedDict[str, Order] = OrderedDict()
        """By person."""
        self._waiting: deque[Order] = deque()
        self._worker: threading.Thread | None = None
        self._closing = False

    def clean_up(self) -> None:
        """Remove what killed servers have left behind, and exports of runs that are gone."""
        for folder in (self._store.root / EXPORTS).glob(f"{_MAKING}*"):
            try:
                with FileLock(folder / _LOCK, thread_local=False).acquire(blocking=False):
                    pass
            except (Timeout, OSError) as error:
                LOG.info("%s stays: another server works there (%r).", folder.name, error)
            else:
                shutil.rmtree(folder, ignore_errors=True)
        kept_exports.make_room(self._store.root)

    def order(self, wish: Wish, person: str) -> Order:
        """Have an export made; the same order once more, such as of another tab, is the one that there is.

        Args:
            wish: what is wanted.
            person: who wants it.

        Raises:
            ExportError: another one of this person is not over yet, or too many people wait.
        """
        with self._lock:
            mine = self._last.get(person)
            if mine is not None and not mine.is_over:
                if mine.wish == wish:
                    return mine
                raise ExportError(self._one_at_a_time(mine))
            if self._closing or len(self._waiting) >= MOST_WAITING:
                raise ExportError(WORDING.message("too_many_orders"))
            order = self._last[person] = Order(wish, waits=self._worker is not None)
            self._last.move_to_end(person)
            while len(self._last) > MOST_REMEMBERED and next(iter(self._last.values())).is_over:
                self._last.popitem(last=False)
            self._waiting.append(order)
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, name="exports", daemon=True)
                self._worker.start()
            return order

    def of(self, run_id: str, person: str) -> Order | None:
        """The last order of a person, if it was of this run."""
        with self._lock:
            order = self._last.get(person)
        return order if order is not None and order.wish.run_id == run_id else None

    def why_not(self, run_id: str, person: str) -> Message | None:
        """Why a person cannot order anything of a run now; None if they can, or an order of it is not over yet."""
        order = self.in_the_way(run_id, person)
        return None if order is None else self._one_at_a_time(order)

    def in_the_way(self, run_id: str, person: str) -> Order | None:
        """The order of another run that a person waits for; None if there is none."""
        with self._lock:
            order = self._last.get(person)
        return None if order is None or order.is_over or order.wish.run_id == run_id else order

    def _one_at_a_time(self, order: Order) -> Message:
        try:
            name = self._store.read_summary(order.wish.run_id).title
        except RunNotFoundError:  # deleted just now: in a moment, it is over
            name = order.wish.run_id
        return WORDING.message("one_at_a_time", name=name)

    def stop(self, order: Order) -> None:
        """Give an order up, and wait for its end for a moment, in which it nearly always comes; one that is over stays
        as it is.
        """
        order.stopping.set()
        with self._lock:
            if order in self._waiting:
                self._waiting.remove(order)
                order.end(State.STOPPED, WORDING.message("stopped"))
        order.ended.wait(STOP_SECONDS)

    def close(self) -> None:
        """Give up what is being made, and wait until nothing of it is left."""
        with self._lock:
            self._closing, worker = True, self._worker
            for order in self._waiting:
                order.end(State.STOPPED, WORDING.message("stopped"))
            self._waiting.clear()
        if worker is not None:
            worker.join(5)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._worker = None
                    return
                order = self._waiting.popleft()
                order.state = State.MAKING
            order.end(*self._result(order))

    def _result(self, order: Order) -> tuple[State, Message]:
        """Make one export, and say how that ended."""
        ends = time.monotonic() + MAX_SECONDS

        def check() -> None:
            if order.stopping.is_set() or self._closing:
                raise _StopError
            if time.monotonic() > ends:
                raise ExportError(WORDING.message("too_long"))
            self._store.folder(order.wish.run_id)  # it may be deleted meanwhile

        def tell(step: Message) -> None:
            order.told = step

        try:
            with using(order.language):  # whoever ordered it reads the words in it
                order.kept = self._made(order.wish, tell, check)
        except _StopError:
            return State.STOPPED, WORDING.message("stopped")
        except MessageError as error:
            return State.REFUSED, _without_folder(error.message)
        except OSError as error:
            LOG.warning("An export of run %s could not be written: %s", order.wish.run_id, error)
            return State.REFUSED, WORDING.message("not_taken", error=error.strerror or type(error).__name__)
        except Exception as error:
            LOG.exception("An export of run %s failed.", order.wish.run_id)
            return State.REFUSED, WORDING.message("failed", error=type(error).__name__)
        made = order.kept.export
        if made.note is not None:
            return State.MADE, made.note
        return State.MADE, WORDING.message("made") if made.equality is None else made.equality.message

    def _made(self, wish: Wish, tell: Callable[[Message], object], check: Callable[[], object]) -> Kept:
        root = self._store.root
        (root / EXPORTS).mkdir(exist_ok=True)
        making = Path(tempfile.mkdtemp(prefix=_MAKING, dir=root / EXPORTS))
        try:
            with FileLock(making / _LOCK, thread_local=False):
                check()
                cursor = self._store.read(wish.run_id).history.cursor
                (scratch := making / "scratch").mkdir()
                made = self._make(
                    self._store, wish.run_id, wish.format, making / "out", wish.which,
                    tell=tell, check=check, scratch=scratch,
                )  # fmt: skip
                return kept_exports.keep(root, made, wish.which, cursor, making, check)
        finally:
            shutil.rmtree(making, ignore_errors=True)


def _without_folder(message: Message | str) -> Message:
    """A refusal as a page tells it: it names no folder, since nobody chooses one there."""
    if isinstance(message, str):
        return WORDING.message("failed", error=message)
    if message.code == "export.not_written":
        return WORDING.message("not_taken", error=message.parameters["error"])
    return message


_shared: dict[Path, Orders] = {}
_shared_lock = threading.Lock()


def shared(store: Store) -> Orders:
    """The orders of this server on a folder of runs: one for every page and session."""
    with _shared_lock:
        if store.root not in _shared:
            _shared[store.root] = Orders(store)
        return _shared[store.root]
