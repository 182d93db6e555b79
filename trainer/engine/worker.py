"""Runs fits and tests, each in a background thread of its own. Lives in the trainer process (or the command line)."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from filelock import Timeout

from trainer.engine.failures import describe_error
from trainer.engine.left_behind import remove_leftovers
from trainer.engine.memory_budget import MemoryBudget, SharedReservation
from trainer.engine.protocol import Continue, OpenTestSet, RunOver, RunProblem, SelectWeights, Train
from trainer.engine.record import Record
from trainer.engine.scheduler import QueuedSlot, Scheduler
from trainer.fit.checkpoint_manager import DamagedStateError
from trainer.fit.control import Control, FitEndedError, StopReason
from trainer.fit.evaluate import evaluate, select_weights
from trainer.fit.run import Outcome, Start, train
from trainer.messages import Message, MessageError
from trainer.recipe.spec import NewerVersionError
from trainer.runs.events import ActionFailed, AnyEvent, Phase, RunState, StateChanged, Waiting
from trainer.runs.log import DamagedLogError
from trainer.runs.store import Store
from trainer.runs.wording import WORDING

LOG = logging.getLogger(__name__)
CLOSE_AFTER_SECONDS = 0.7
"""Until a run that was stopped before it had learned anything is closed over its thread: Stop answers within a second
also while TensorFlow compiles, which nothing can interrupt."""
STATES_AFTER: dict[StopReason | None, RunState] = {
    None: RunState.FINISHED,
    "stop": RunState.STOPPED,
    "interrupt": RunState.INTERRUPTED,
    "diverged": RunState.FAILED,
}
Fit = Train | Continue
Work = Fit | OpenTestSet | SelectWeights
"""Commands that keep a run busy."""


@dataclass
class Task:
    """A command that a run is busy with, in a thread of its own."""

    command: Work
    control: Control
    slot: QueuedSlot
    before: Task | None
    """What its thread was closed over, and may still be busy with."""
    record: Record | None = None
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def run_id(self) -> str:
        return self.command.run_id


class Worker:
    """Starts, stops and awaits the runs of one store. Safe to call from any thread."""

    def __init__(
        self,
        store: Store,
        scheduler: Scheduler | None = None,
        memory: MemoryBudget | None = None,
        answer: Callable[[RunOver | RunProblem], object] = lambda _: None,
    ) -> None:
        """A worker for a store.

        Args:
            store: of the runs.
            scheduler: which its fits share, perhaps with others.
            memory: which they share.
            answer: told of each command that has been carried out, and of runs whose record the disk does not take.
        """
        self._store, self._answer = store, answer
        self._scheduler, self._memory = scheduler or Scheduler(), memory or MemoryBudget()
        self._lock = threading.Lock()
        self._active: dict[str, Task] = {}
        self._closing = threading.Event()

    def begin(self, command: Work) -> None:
        """Begin to carry out a command; one for a run that is busy already is answered at once, and ignored."""
        # The slot asks the control whether its owner has been cancelled; the control yields the slot.
        slot = self._scheduler.slot(lambda: control.is_ending)
        control = Control(slot)
        with self._lock:
            before = self._active.get(command.run_id)
            is_free = before is None or (before.record is not None and before.record.sealed)
            if is_free:
                task = self._active[command.run_id] = Task(command, control, slot, before)
        if not is_free:
            self._answer(RunOver(run_id=command.run_id))
            return
        threading.Thread(target=self._guard, args=(task,), name=f"fit-{command.run_id}").start()

    def end(self, run_id: str, reason: StopReason, by: str | None = None) -> None:
        """Ask a run to end, in whatever it is busy with; one that is not active is left as it is.

        Args:
            run_id: which run.
            reason: why.
            by: who wants it, in the word that owners are known by.
        """
        task = self._task(run_id)
        if task is None:
            return
        task.control.end(reason, by)
        self._scheduler.wake()
        self._memory.wake()
        if reason == "stop":
            closer = threading.Timer(CLOSE_AFTER_SECONDS, self._close_over, (task,))
            closer.name, closer.daemon = f"stop-{run_id}", True
            closer.start()

    def pause(self, run_id: str) -> None:
        """Ask a run to pause, so that others compute; one that is not active is left as it is."""
        if (task := self._task(run_id)) is not None:
            task.control.pause()

    def resume(self, run_id: str) -> None:
        """Let a paused run continue."""
        if (task := self._task(run_id)) is not None:
            task.control.resume()

    def join(self, run_id: str, timeout: float | None = None) -> bool:
        """Wait until a run is no longer active; False if it still is after `timeout` seconds."""
        task = self._task(run_id)
        # An event, not the thread: Ctrl-C during `Thread.join` makes Python 3.11 and 3.12 believe that it has ended.
        return task is None or task.over.wait(timeout)

    def close(self, timeout: float = 10.0) -> None:
        """Interrupt everything and give it `timeout` seconds in all to save what it has."""
        self._closing.set()
        with self._lock:
            tasks = list(self._active.values())
        for task in tasks:
            self.end(task.run_id, "interrupt")
        deadline = time.monotonic() + timeout
        for task in tasks:
            if not task.over.wait(max(0.0, deadline - time.monotonic())):
                LOG.warning("Run %s did not end within %.0f s and is left behind.", task.run_id, timeout)
                self._close_over(task, learned=True)

    def _task(self, run_id: str) -> Task | None:
        with self._lock:
            return self._active.get(run_id)

    def _guard(self, task: Task) -> None:
        """The life of a task's thread: the run is locked as long as it lasts, and its record always gets an end."""
        problem: Message | str | None = None
        try:
            if task.before is not None:
                task.before.over.wait()
                task.before = None
            with self._store.lock(task.run_id).acquire(timeout=5):
                remove_leftovers(self._store.folder(task.run_id))
                task.record = Record(self._store.log(task.run_id), partial(self._tell_problem, task.run_id))
                try:
                    self._work(task, task.record)
                finally:
                    task.record.seal()
                    problem = WORDING.message("record_incomplete") if task.record.has_lost else None
        except Timeout:
            LOG.warning("Run %s is held by another trainer; it is left to that one.", task.run_id)
        except (DamagedLogError, NewerVersionError) as error:
            LOG.warning("Run %s is left as it is: %s", task.run_id, error)
            problem = error.message
        except OSError as error:
            LOG.exception("Run %s could not be recorded.", task.run_id)
            problem = WORDING.message("record_refused", error=error.strerror or str(error))
        except Exception as error:
            LOG.exception("Run %s could not be worked on.", task.run_id)
            problem = WORDING.message("run_folder_broken", error=type(error).__name__)
        finally:
            task.slot.leave()
            self._memory.release(task.run_id)
            with self._lock:
                if self._active.get(task.run_id) is task:
                    del self._active[task.run_id]
            task.over.set()
            self._answer(RunOver(run_id=task.run_id))
            if problem is not None:
                self._tell_problem(task.run_id, problem)  # what was told before has ended with the run

    def _tell_problem(self, run_id: str, message: Message | str | None) -> None:
        self._answer(RunProblem(run_id=run_id, message=message))

    def _close_over(self, task: Task, *, learned: bool = False) -> None:
        """Give a run its last word although its thread is still busy, if there is nothing that it could still save."""
        record = task.record
        if task.over.is_set() or record is None or (record.has_learned and not learned):
            return
        if isinstance(task.command, Fit):
            state = STATES_AFTER[task.control.stop_reason]
            what = "stopped" if state is RunState.STOPPED else "closed"
            code = f"{what}_in_batch" if record.has_learned else f"{what}_before_first_batch"
            record.seal(StateChanged(state=state, reason=WORDING.message(code), by=task.control.by))
        else:
            record.seal(_failed(task.command, WORDING.message("action_stopped")))

    def _work(self, task: Task, record: Record) -> None:
        match task.command:
            case Train() | Continue():
                self._fit(task, record, task.command)
            case OpenTestSet() | SelectWeights():
                self._act(task, record, task.command)

    def _fit(self, task: Task, record: Record, command: Fit) -> None:
        """A final state is always written, whatever happens inside Keras or a callback."""
        past = self._store.read(command.run_id)
        refused = RunState.FAILED
        if isinstance(command, Continue):
            refused = past.state if past.state.is_over else RunState.INTERRUPTED
        try:
            if past.state in {RunState.RUNNING, RunState.PAUSED}:  # as its log says, and nobody has said more
                record.write(StateChanged(state=RunState.INTERRUPTED, reason=WORDING.message("trainer_gone")))
            record.write(StateChanged(state=RunState.QUEUED))
            outcome = self._outcome(task, record, command, len(past.history.epochs))
            by = task.control.by if outcome.stop_reason == "stop" else None
            last = StateChanged(state=STATES_AFTER[outcome.stop_reason], reason=outcome.reason, by=by)
        except FitEndedError:
            return  # it was closed over
        except (DamagedStateError, NewerVersionError) as error:
            last = StateChanged(state=refused, reason=error.message)
        except Exception as error:  # noqa: BLE001 - any failure at all has to end in a recorded state
            last = StateChanged(state=RunState.FAILED, reason=describe_error(error, self._store.folder(task.run_id)))
        record.seal(last, retry_until=self._closing)

    def _outcome(self, task: Task, record: Record, command: Fit, epochs_known: int) -> Outcome:
        """Wait for the run's turn, and train it."""

        def tell_place(before: int) -> None:
            if not task.control.is_ending:
                seconds = round(self._scheduler.expected_seconds(before), 1)
                record.write(Waiting(before=before, seconds=seconds))

        if not task.slot.take(tell_place):
            return Outcome(task.control.stop_reason, WORDING.message("ended_in_queue"))
        record.write(StateChanged(state=RunState.RUNNING))
        paused, running = StateChanged(state=RunState.PAUSED), StateChanged(state=RunState.RUNNING)
        task.control.on_hold = lambda holds: record.write(paused if holds else running)
        recipe, start = self._store.recipe(command.run_id), Start()
        if isinstance(command, Continue):
            recipe = recipe.with_(fit=recipe.fit.with_(epochs=command.epochs))
            start = Start(command.why, epochs_known)
        folder = self._store.folder(command.run_id)
        return train(recipe, folder, record.write, task.control, start, self._reservation(task, record))

    def _act(self, task: Task, record: Record, command: OpenTestSet | SelectWeights) -> None:
        """Test a run that is over, or choose its weights; its failure is told in its log."""
        try:
            record.write(self._test(task, record) if isinstance(command, OpenTestSet) else self._select(task, command))
        except FitEndedError:
            record.seal(_failed(command, WORDING.message("action_stopped")))
        except Exception as error:  # noqa: BLE001 - the person waiting for it has to be told
            record.write(_failed(command, describe_error(error, self._store.folder(command.run_id))))

    def _test(self, task: Task, record: Record) -> AnyEvent:
        history = self._store.read(task.run_id).history
        if history.weights is None:
            raise MessageError(WORDING.message("no_weights"))
        record.write(Phase(name="testing"))
        if not task.slot.take():
            raise FitEndedError
        recipe, folder = self._store.recipe(task.run_id), self._store.folder(task.run_id)
        number, memory = len(history.tests) + 1, self._reservation(task, record)
        return evaluate(recipe, folder, history.weights, number, task.control, memory)

    def _select(self, task: Task, command: SelectWeights) -> AnyEvent:
        if not task.slot.take():
            raise FitEndedError
        recipe, folder = self._store.recipe(task.run_id), self._store.folder(task.run_id)
        return select_weights(recipe, folder, command.which, task.control)

    def _reservation(self, task: Task, record: Record) -> SharedReservation:
        return SharedReservation(self._memory, task.run_id, task.control, task.slot, record.write)


def _failed(command: OpenTestSet | SelectWeights, message: Message | str) -> ActionFailed:
    return ActionFailed(action="test" if isinstance(command, OpenTestSet) else "keep", message=message)
