"""Runs fits and tests, each in a background thread of its own. Lives in the trainer process (or the command line)."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from filelock import Timeout

from trainer.engine.failures import in_words
from trainer.engine.left_behind import sweep
from trainer.engine.memory_budget import MemoryBudget, SharedReservation
from trainer.engine.record import Record
from trainer.engine.scheduler import QueuedSlot, Scheduler
from trainer.fit.checkpoint_manager import DamagedStateError
from trainer.fit.control import Control, FitEndedError, StopReason
from trainer.fit.evaluate import choose, evaluate
from trainer.fit.run import Outcome, Start, train
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import NewerVersionError
from trainer.runs.events import Phase, RunState, StateChanged, Waiting
from trainer.runs.log import DamagedLogError
from trainer.runs.store import Store

LOG = logging.getLogger(__name__)
CLOSE_AFTER_SECONDS = 0.7
"""Seconds until a run that was stopped before it had learned anything is closed over its thread: Stop answers within a
second also while TensorFlow compiles, which nothing can interrupt."""
UNTOLD = (
    "The disk did not take the end of this run's record, so it looks as if it had been cut off. Make room on the disk, "
    "then press Resume."
)
REFUSED = (
    "The disk does not let this run be recorded ({}), so nothing was done. Make memory, or free the folder of runs."
)
BROKEN = (
    "This run could not be worked on ({}): its folder is damaged, or Fitboard has a fault. The log has the details."
)
STATES_AFTER: dict[str | None, RunState] = {
    None: RunState.FINISHED,
    "stop": RunState.STOPPED,
    "interrupt": RunState.INTERRUPTED,
    "diverged": RunState.FAILED,
    "memory": RunState.FAILED,
}


@dataclass
class Task:
    """Something that a run is busy with, in a thread of its own."""

    run: str
    control: Control
    slot: QueuedSlot
    before: Task | None
    """What its thread was closed over, and may still be busy with."""
    record: Record | None = None
    is_fit: bool = True
    over: threading.Event = field(default_factory=threading.Event)


class Worker:
    """Starts, stops and awaits the runs of one store. Safe to call from any thread."""

    def __init__(
        self,
        store: Store,
        scheduler: Scheduler | None = None,
        over: Callable[[str], object] = lambda _: None,
        trouble: Callable[[str, str | None], object] = lambda run, text: None,
        memory: MemoryBudget | None = None,
    ) -> None:
        """A worker for a store.

        Args:
            store: of the runs.
            scheduler: the queue that they share.
            over: told of each run that is no longer busy.
            trouble: told, with a sentence, of a run whose record the disk does not take; with None once it does.
            memory: the memory that they share.
        """
        self._store, self._scheduler, self._over, self._trouble = store, scheduler or Scheduler(), over, trouble
        self._memory = memory or MemoryBudget()
        self._lock = threading.Lock()
        self._active: dict[str, Task] = {}
        self._closing = threading.Event()

    def train(self, run: str) -> None:
        """Begin a run that has been created in the store; a run that is going on already goes on."""
        self._begin(run, self._train)

    def go_on(self, run: str, why: Literal["resume", "further"], epochs: int) -> None:
        """Let a run that is over go on from its last whole epoch until it has `epochs` epochs in all."""
        self._begin(run, partial(self._go_on, why=why, epochs=epochs))

    def test(self, run: str) -> None:
        """Open the test set of a run that is over."""
        self._begin(run, self._test, is_fit=False)

    def keep(self, run: str, which: Literal["best", "last"]) -> None:
        """Put the best or the last weights of a run that is over into its model."""
        self._begin(run, partial(self._keep, which=which), is_fit=False)

    def end(self, run: str, reason: StopReason, by: str | None = None) -> None:
        """Ask a run to end, in whatever it is busy with; one that is not active is left as it is.

        Args:
            run: its id.
            reason: why.
            by: who wants it, in the word that owners are known by.
        """
        task = self._task(run)
        if task is None:
            return
        task.control.end(reason, by)
        self._scheduler.wake()
        self._memory.wake()
        if reason == "stop":
            closer = threading.Timer(CLOSE_AFTER_SECONDS, self._close_over, (task,))
            closer.name, closer.daemon = f"stop-{run}", True
            closer.start()

    def pause(self, run: str) -> None:
        """Ask a run to hold still, which gives its turn to others; one that is not active is left as it is."""
        if (task := self._task(run)) is not None:
            task.control.pause()

    def resume(self, run: str) -> None:
        """Let a run that holds still go on."""
        if (task := self._task(run)) is not None:
            task.control.resume()

    def join(self, run: str, timeout: float | None = None) -> bool:
        """Wait until a run is no longer active; False if it still is after `timeout` seconds."""
        task = self._task(run)
        # An event, not the thread: Ctrl-C during `Thread.join` makes Python 3.11 and 3.12 believe that it has ended.
        return task is None or task.over.wait(timeout)

    def close(self, timeout: float = 10.0) -> None:
        """Interrupt everything and give it `timeout` seconds in all to save what it has."""
        self._closing.set()
        with self._lock:
            tasks = list(self._active.values())
        for task in tasks:
            self.end(task.run, "interrupt")
        deadline = time.monotonic() + timeout
        for task in tasks:
            if not task.over.wait(max(0.0, deadline - time.monotonic())):
                LOG.warning("Run %s did not end within %.0f s and is left behind.", task.run, timeout)
                self._close_over(task, learned=True)

    def _task(self, run: str) -> Task | None:
        with self._lock:
            return self._active.get(run)

    def _begin(self, run: str, work: Callable[[Task, Record], None], *, is_fit: bool = True) -> None:
        # The slot asks the control whether its owner has given up; the control offers the slot's turn.
        slot = self._scheduler.slot(lambda: control.is_ending)
        control = Control(slot)
        with self._lock:
            before = self._active.get(run)
            is_free = before is None or (before.record is not None and before.record.sealed)
            if is_free:
                task = self._active[run] = Task(run, control, slot, before, is_fit=is_fit)
        if not is_free:
            self._over(run)  # each order has one answer
            return
        threading.Thread(target=self._guard, args=(task, work), name=f"fit-{run}").start()

    def _guard(self, task: Task, work: Callable[[Task, Record], None]) -> None:
        """The life of a task's thread: the run is locked as long as it lasts, and its record always gets an end."""
        trouble = None
        try:
            if task.before is not None:
                task.before.over.wait()
                task.before = None
            with self._store.lock(task.run).acquire(timeout=5):
                sweep(self._store.folder(task.run))
                task.record = Record(self._store.log(task.run), partial(self._trouble, task.run))
                try:
                    work(task, task.record)
                finally:
                    task.record.seal()
                    trouble = UNTOLD if task.record.has_lost else None
        except Timeout:
            LOG.warning("Run %s is held by another trainer; it is left to that one.", task.run)
        except (DamagedLogError, NewerVersionError) as error:
            LOG.warning("Run %s is left as it is: %s", task.run, error)
            trouble = str(error)
        except OSError as error:
            LOG.exception("Run %s could not be recorded.", task.run)
            trouble = REFUSED.format(error.strerror or error)
        except Exception as error:
            LOG.exception("Run %s could not be worked on.", task.run)
            trouble = BROKEN.format(type(error).__name__)
        finally:
            task.slot.leave()
            self._memory.release(task.run)
            with self._lock:
                if self._active.get(task.run) is task:
                    del self._active[task.run]
            task.over.set()
            self._over(task.run)
            if trouble is not None:
                self._trouble(task.run, trouble)  # what was said before has ended with the run

    def _close_over(self, task: Task, *, learned: bool = False) -> None:
        """Give a run its last word although its thread is still busy, if there is nothing that it could still save."""
        record = task.record
        if task.over.is_set() or record is None or (record.has_learned and not learned):
            return
        if task.is_fit:
            state = STATES_AFTER[task.control.stop_reason]
            what = "Stopped by you" if state is RunState.STOPPED else "Fitboard was closed"
            when = "while a batch was computed" if record.has_learned else "before the first batch"
            record.seal(StateChanged(state=state, reason=f"{what} {when}.", by=task.control.by))
        else:
            record.seal(Phase(name="test_failed", text="The test was stopped before its end."))

    def _train(self, task: Task, record: Record) -> None:
        self._fit(task, record, self._store.recipe, Start(), RunState.FAILED)

    def _go_on(self, task: Task, record: Record, why: Literal["resume", "further"], epochs: int) -> None:
        past = self._store.read(task.run)
        wanted = lambda run: _with_epochs(self._store.recipe(run), epochs)  # noqa: E731 - read where failures are told
        refused = past.state if past.state.is_over else RunState.INTERRUPTED
        self._fit(task, record, wanted, Start(why, len(past.history.epochs)), refused)

    def _fit(
        self, task: Task, record: Record, recipe: Callable[[str], Recipe], start: Start, refused: RunState
    ) -> None:
        """A final state is always written, whatever happens inside Keras or a callback."""
        folder, past = self._store.folder(task.run), self._store.read(task.run).state
        try:
            if past in {RunState.RUNNING, RunState.PAUSED}:  # as its log says, and nobody has said more
                record.write(StateChanged(state=RunState.INTERRUPTED, reason="Its trainer went away before it ended."))
            record.write(StateChanged(state=RunState.QUEUED))
            if self._take_turn(task, record):
                record.write(StateChanged(state=RunState.RUNNING))
                held, going = StateChanged(state=RunState.PAUSED), StateChanged(state=RunState.RUNNING)
                task.control.on_hold = lambda holds: record.write(held if holds else going)
                outcome = train(
                    recipe(task.run),
                    folder,
                    record.write,
                    task.control,
                    start,
                    SharedReservation(self._memory, task.run, task.control, task.slot, record.write),
                )
            else:
                outcome = Outcome(task.control.stop_reason, "Ended before it began.")
            by = task.control.by if outcome.stop_reason == "stop" else None
            last = StateChanged(state=STATES_AFTER[outcome.stop_reason], reason=outcome.reason, by=by)
        except FitEndedError:
            return  # it was closed over
        except (DamagedStateError, NewerVersionError) as error:
            last = StateChanged(state=refused, reason=str(error))
        except Exception as error:  # noqa: BLE001 - any failure at all has to end in a recorded state
            last = StateChanged(state=RunState.FAILED, reason=in_words(error, folder))
        record.seal(last, patience=self._closing)

    def _take_turn(self, task: Task, record: Record) -> bool:
        def moved(before: int) -> None:
            if not task.control.is_ending:
                record.write(Waiting(before=before, seconds=round(self._scheduler.expected_seconds(before), 1)))

        return task.slot.take(moved)

    def _test(self, task: Task, record: Record) -> None:
        folder, history = self._store.folder(task.run), self._store.read(task.run).history
        try:
            if history.weights is None:
                text = "This run has kept no weights, so it cannot be tested. Train it again."
                record.write(Phase(name="test_failed", text=text))
                return
            record.write(Phase(name="testing"))
            if not task.slot.take():
                raise FitEndedError
            recipe, number = self._store.recipe(task.run), len(history.tests) + 1
            share = SharedReservation(self._memory, task.run, task.control, task.slot, record.write)
            record.write(evaluate(recipe, folder, history.weights, number, task.control, share))
        except FitEndedError:
            record.seal(Phase(name="test_failed", text="The test was stopped before its end."))
        except Exception as error:  # noqa: BLE001 - the person waiting for the test has to be told
            record.write(Phase(name="test_failed", text=in_words(error, folder)))

    def _keep(self, task: Task, record: Record, which: Literal["best", "last"]) -> None:
        folder = self._store.folder(task.run)
        try:
            if task.slot.take():
                record.write(choose(self._store.recipe(task.run), folder, which, task.control))
        except FitEndedError:
            LOG.info("Run %s keeps the weights it had.", task.run)
        except Exception as error:  # noqa: BLE001 - the person who chose them has to be told
            record.write(Phase(name="test_failed", text=in_words(error, folder)))


def _with_epochs(recipe: Recipe, epochs: int) -> Recipe:
    return recipe.with_(fit=recipe.fit.with_(epochs=epochs))
