"""The server's side of the trainer: gives it orders, watches it, replaces it when it is gone or worn."""

from __future__ import annotations

import logging
import sys
import threading
from typing import Any, Literal, NamedTuple

import psutil

from trainer.engine.costs import Costs, Measuring, Seen
from trainer.engine.left_behind import CLOSED, GONE, mark
from trainer.engine.trainer_process import TrainerProcess
from trainer.recipe.cost import Cost
from trainer.recipe.recipe import Recipe
from trainer.runs.events import RunState
from trainer.runs.servers import Server
from trainer.runs.store import Run, RunNotFoundError, Store

LOG = logging.getLogger(__name__)
RETRY = 5.0
"""Seconds until the next try where a trainer ended before it was ready: whatever is wrong will not pass at once."""
WORN = 60
"""Fits and tests after which a trainer is replaced while nobody needs it: each leaves some 3 MB in TensorFlow."""
MOST_AT_ONCE = 3
"""Runs that one person may have going on and waiting, so that a class can share one computer."""


class TooManyRunsError(RuntimeError):
    """Somebody has as many runs going on and waiting as one person may have; the message is a sentence for them."""


class GoingOn(NamedTuple):
    """How a run that was over is to go on."""

    why: Literal["resume", "further"]
    epochs: int
    since: int
    """The last event of its record when that was ordered."""


class LocalEngine:
    """One trainer process beside this one. Safe to call from any thread."""

    def __init__(self, store: Store, command: list[str] | None = None) -> None:
        """Prepare an engine for a store; nothing runs before `start`.

        Args:
            store: where runs are kept.
            command: how to start the trainer, for tests.
        """
        self.store = store
        self._command = command or [sys.executable, "-m", "trainer.engine.process", str(store.root)]
        self._lock = threading.RLock()
        self._process: TrainerProcess | None = None
        self._fresh: TrainerProcess | None = None
        self._busy: dict[str, int] = {}
        """Runs that the trainer has orders for, and how many it has not answered yet."""
        self._whose: dict[str, str | None] = {}
        self._going_on: dict[str, GoingOn] = {}
        """Busy runs that were over and are to go on, and how."""
        self._server = Server(store.root)
        self._troubles: dict[str, str] = {}
        self._costs = Costs(self._order)
        self._closing = threading.Event()
        self.ready = threading.Event()
        """Set while a trainer can take orders at once; before that it is still loading TensorFlow."""
        self.failed_starts = 0
        """Trainers in a row that ended before they could take an order."""

    def start(self) -> None:
        """Start the trainer, and take note of runs that an earlier server left behind; a second call does nothing.

        Raises:
            StoreError: the folder of runs cannot be written.
            OSError: the computer does not start the trainer.
        """
        with self._lock:
            if self._process is not None or self._closing.is_set():
                return
            self.store.check_writable()
            try:
                self._server.begin()
            except OSError as error:
                LOG.warning("Another server on this folder will not know of this one (%s).", error)
            self._process = self._spawn()
            self._process.listen()
        threading.Thread(target=self._mark_left_behind, name="left-behind", daemon=True).start()

    def submit(self, recipe: Recipe, person: str | None = None) -> str:
        """Make a run of a recipe and have it trained; returns its id at once.

        Args:
            recipe: what to train.
            person: who wants it, and whose run it will be; None is nobody in particular, who may have any number.

        Raises:
            TooManyRunsError: this person has too many runs going on already.
            OSError: the store does not take it.
        """
        self.start()
        with self._lock:
            self._allow(person)
            run = self.store.create(recipe, person, self._server.name)
            self._costs.drop(recipe)
            self._begin("train", run, person)
        return run

    def go_on(self, run: str, why: Literal["resume", "further"], epochs: int, person: str | None = None) -> None:
        """Let a run that is over go on from its last whole epoch until it has `epochs` epochs in all.

        Raises:
            TooManyRunsError: as for `submit`.
            RunNotFoundError: there is no such run.
        """
        self.start()
        with self._lock:
            if run not in self._busy:
                self._allow(person)
            self._server.take(self.store.folder(run))
            self._going_on.setdefault(run, GoingOn(why, epochs, self.store.read(run).history.cursor))
            self._begin("go_on", run, person, why=why, epochs=epochs)

    def test(self, run: str) -> None:
        """Have the test set opened for a run that is over."""
        self._ask("test", run)

    def keep(self, run: str, which: Literal["best", "last"]) -> None:
        """Have the best or the last weights of a run that is over put into its model."""
        self._ask("keep", run, which=which)

    def stop(self, run: str, person: str | None = None) -> None:
        """Ask a run to stop at its next batch; pressing twice is the same as once. `person` is who wants it."""
        self._order("stop", run, by=person)

    def pause(self, run: str) -> None:
        """Ask a run to hold still at its next batch, until `resume` or `stop`."""
        self._order("pause", run)

    def resume(self, run: str) -> None:
        """Let a paused run go on."""
        self._order("resume", run)

    def cost(self, recipe: Recipe, asker: str) -> Cost | Measuring | str:
        """What a recipe would take, as `Costs.of`: at once, be it only that it is still being measured."""
        self.start()
        with self._lock:
            return self._costs.of(recipe, asker, ready=self.ready.is_set())

    def layer_outputs(self, recipe: Recipe, example: int | str, asker: str) -> Seen | Measuring | str:
        """What the untrained layers make of an example, as `Costs.layer_outputs`."""
        self.start()
        with self._lock:
            return self._costs.layer_outputs(recipe, example, asker, ready=self.ready.is_set())

    @property
    def going(self) -> int:
        """Runs that the trainer is busy with, or that wait for it."""
        with self._lock:
            return len(self._busy)

    def trouble(self, run: str) -> str | None:
        """Why nothing more is heard of a run that goes on, in a sentence; None if all is well."""
        with self._lock:
            return self._troubles.get(run)

    def is_busy(self, run: str) -> bool:
        """Whether the trainer still has something to do for a run, be it only its last words."""
        with self._lock:
            return run in self._busy

    def begins(self, run: Run) -> bool:
        """Whether a run that is over has been told to go on, and the trainer has not taken it up yet."""
        with self._lock:
            how = self._going_on.get(run.id)
        return how is not None and run.state.is_over and run.history.cursor <= how.since

    def is_elsewhere(self, run: str) -> bool:
        """Whether another program has a run in hand: another server on this folder, or the command line."""
        if self.is_busy(run):
            return False
        try:
            return self.store.is_alive(run) or self._server.is_others(self.store.folder(run))
        except (RunNotFoundError, OSError):
            return False  # where nothing can be locked nobody trains, and whoever tries is told why

    def is_forgotten(self, run: Run) -> bool:
        """Whether a run waits for a trainer, by its record, and nobody is left who would train it."""
        waits = run.state is RunState.QUEUED and run.history.cursor < 0
        return waits and not self.is_busy(run.id) and not self.is_elsewhere(run.id)

    def memory_in_use(self) -> int | None:
        """Bytes that the trainer, with all its runs and the data, holds in memory; None while there is none."""
        with self._lock:
            process = self._process
        if process is None:
            return None
        try:
            return int(psutil.Process(process.pid).memory_info().rss)
        except psutil.Error:
            return None  # it has ended just now

    def close(self, timeout: float = 12.0) -> None:
        """End the trainer; running fits get time to save. Nothing is left behind."""
        self._closing.set()
        with self._lock:
            processes = [process for process in (self._fresh, self._process) if process is not None]
        for process in processes:
            process.close(timeout)
        self._server.end()

    def _allow(self, person: str | None) -> None:
        going = sum(self._whose.get(run) == person for run in self._busy)
        if person is not None and going >= MOST_AT_ONCE:
            raise TooManyRunsError(
                f"You have {going} runs going on or waiting, and this computer is shared: more than {MOST_AT_ONCE} at "
                "once would make the others wait. Wait until one has ended, or open one under Runs and stop it."
            )

    def _ask(self, do: str, run: str, **more: object) -> None:
        self.start()
        with self._lock:
            self._begin(do, run, None, **more)

    def _begin(self, do: str, run: str, person: str | None, **more: object) -> None:
        """Send an order that the worker answers once, also where it is busy with the run and passes it over."""
        self._busy[run] = self._busy.get(run, 0) + 1
        self._whose.setdefault(run, person)
        self._troubles.pop(run, None)
        self._order(do, run, **more)

    def _order(self, do: str, run: str, **more: object) -> None:
        with self._lock:
            if self._process is not None:
                self._process.order(do, run, **more)

    def _spawn(self) -> TrainerProcess:
        return TrainerProcess(self._command, self.store.root / "trainer.log", self._handle_answer, self._ended)

    def _handle_answer(self, process: TrainerProcess, answer: dict[str, Any]) -> None:
        with self._lock:
            match answer.get("say"):
                case "ready" if process is self._process:
                    self.failed_starts = 0
                    self.ready.set()
                case "over" if process is self._process:
                    self._is_over(answer["run"])
                case "trouble":
                    self._troubles[answer["run"]] = answer["text"]
                    if answer["text"] is None:
                        del self._troubles[answer["run"]]
                case "measuring" | "cost" | "look" if process is self._process:
                    self._costs.handle_answer(answer)
            self._renew()

    def _is_over(self, run: str) -> None:
        self._busy[run] = self._busy.get(run, 1) - 1
        if self._busy[run] <= 0:
            del self._busy[run]
            for known in (self._whose, self._going_on, self._troubles):
                known.pop(run, None)

    def _renew(self) -> None:
        """Put a fresh trainer in the place of a worn one between two runs, so that nobody notices."""
        worn = self._process
        if worn is None or self._busy or self._costs.is_asking or self._closing.is_set() or worn.runs < WORN:
            return
        if self._fresh is None:
            try:
                self._fresh = self._spawn()
            except OSError as error:
                LOG.warning("No fresh trainer could be started (%s); the old one goes on.", error)
                return
            self._fresh.listen()
        elif self._fresh.ready.is_set():
            self._process, self._fresh = self._fresh, None
            threading.Thread(target=worn.close, args=(12.0,), name=f"closing-{worn.pid}", daemon=True).start()

    def _ended(self, process: TrainerProcess, was_ready: bool) -> None:
        """A trainer is gone: nothing to do if it was sent away; otherwise another takes its place."""
        with self._lock:
            if process is self._fresh:
                self._fresh = None
            if process is not self._process:
                return
            self.ready.clear()
            self._costs.trainer_ended()
        if not was_ready:
            self.failed_starts += 1
            self._closing.wait(RETRY)
        while not self._closing.is_set():
            with self._lock:
                try:
                    self._process = self._spawn()
                except OSError as error:
                    LOG.warning("No new trainer could be started (%s); trying again.", error)
                else:
                    LOG.warning("The trainer had ended; a new one has been started.")
                    lost, whose, going_on = self._busy, self._whose, self._going_on
                    self._busy, self._whose, self._going_on, self._troubles = {}, {}, {}, {}
                    for run in sorted(lost):
                        try:
                            self._after_a_crash(run, whose.get(run), going_on.get(run))
                        except Exception:
                            LOG.exception("Run %s could not be looked after; the others are.", run)
                    self._process.listen()
                    return
            self._closing.wait(RETRY)

    def _after_a_crash(self, run: str, person: str | None, how: GoingOn | None) -> None:
        """Mark a run as interrupted, or give it to the new trainer where the old one had not yet begun, or gone on."""
        try:
            snapshot = self.store.read(run)
        except RunNotFoundError:
            return  # it was over, and has been deleted since
        waited = snapshot.history.phase is None and not snapshot.history.continued
        if snapshot.left_behind and not waited:
            mark(self.store, run, GONE)
        elif snapshot.left_behind or snapshot.history.cursor < 0:
            self._begin("train", run, person)
        elif how is not None and snapshot.state.is_over:
            self._going_on[run] = how
            self._begin("go_on", run, person, why=how.why, epochs=how.epochs)

    def _mark_left_behind(self) -> None:
        """Runs of a server that was killed: say so in their own log, once, at the next start."""
        for run in self.store.ids():
            with self._lock:  # against a run that is just being submitted
                if run in self._busy:
                    continue
                try:
                    snapshot = self.store.glance(run)
                    waits = snapshot.damage is None and snapshot.history.cursor < 0
                    if (snapshot.left_behind or waits) and not self.is_elsewhere(run):
                        mark(self.store, run, CLOSED)
                except RunNotFoundError:
                    continue  # deleted just now
                except Exception:
                    LOG.exception("Run %s could not be looked at or marked; the others are.", run)


_shared: LocalEngine | None = None
_shared_lock = threading.Lock()


def shared() -> LocalEngine:
    """The engine of this server on the default store: one for every page, route and session."""
    global _shared
    with _shared_lock:
        if _shared is None:
            _shared = LocalEngine(Store())
        return _shared
