"""The server's side of the trainer: sends it commands, watches it, replaces it when it is gone or has grown."""

from __future__ import annotations

import logging
import sys
import threading
from typing import NamedTuple

from trainer.engine.costs import Costs, Measuring
from trainer.engine.left_behind import mark_interrupted
from trainer.engine.protocol import (
    AnyAnswer,
    Command,
    Continue,
    OpenTestSet,
    Pause,
    QuestionAnswer,
    Ready,
    Resume,
    RunCommand,
    RunOver,
    RunProblem,
    Scores,
    SelectWeights,
    Stop,
    Train,
    Which,
    Why,
)
from trainer.engine.trainer_process import TrainerProcess
from trainer.engine.wording import WORDING as ENGINE
from trainer.messages import Message, MessageError
from trainer.recipe.cost import Cost
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape
from trainer.runs.draft_networks import DraftNetwork, kept_draft, key_of
from trainer.runs.events import RunState, Text
from trainer.runs.network import Network, RefusedNetwork, kept_network
from trainer.runs.servers import Server
from trainer.runs.store import Run, RunNotFoundError, Store
from trainer.runs.wording import WORDING

LOG = logging.getLogger(__name__)
RETRY_SECONDS = 5.0
"""Until the next try where a trainer ended before it was ready: whatever is wrong will not pass at once."""
MAX_MODELS = 60
"""Models after which a trainer is replaced while nobody needs it: each leaves some 3 MB in TensorFlow."""
MAX_RUNS_OF_A_PERSON = 3
"""Runs that one person may have training and waiting, so that a class can share one computer."""


class TooManyRunsError(MessageError, RuntimeError):
    """Somebody has as many runs training and waiting as one person may have."""


class _Continuation(NamedTuple):
    """A run that was over is to continue."""

    command: Continue
    since: int
    """The last event of its record when that was asked."""


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
        """Runs that the trainer has commands for, and how many it has not answered yet."""
        self._owners: dict[str, str | None] = {}
        self._continuations: dict[str, _Continuation] = {}
        """Busy runs that were over and are to continue."""
        self._server = Server(store.root)
        self._problems: dict[str, Text] = {}
        self._costs = Costs(self._send)
        self._closing = threading.Event()
        self.ready = threading.Event()
        """Set while a trainer can take commands at once; before that it is still loading TensorFlow."""
        self.failed_starts = 0
        """Trainers in a row that ended before they could take a command."""

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
            TooManyRunsError: this person has too many runs already.
            OSError: the store does not take it.
        """
        self.start()
        with self._lock:
            self._allow(person)
            run_id = self.store.create(recipe, person, self._server.name)
            self._costs.drop(recipe)
            self._begin(Train(run_id=run_id), person)
        return run_id

    def continue_run(self, run_id: str, why: Why, epochs: int, person: str | None = None) -> None:
        """Let a run that is over continue from its last completed epoch.

        Args:
            run_id: which run.
            why: as the log is to tell.
            epochs: how many it shall have in all.
            person: who wants it.

        Raises:
            TooManyRunsError: as for `submit`.
            RunNotFoundError: there is no such run.
        """
        self.start()
        with self._lock:
            if run_id not in self._busy:
                self._allow(person)
            self._server.take(self.store.folder(run_id))
            command = Continue(run_id=run_id, why=why, epochs=epochs)
            self._continuations.setdefault(run_id, _Continuation(command, self.store.read(run_id).history.cursor))
            self._begin(command, person)

    def test(self, run_id: str) -> None:
        """Have the test set opened for a run that is over."""
        self._ask(OpenTestSet(run_id=run_id))

    def select_weights(self, run_id: str, which: Which) -> None:
        """Have the best or the last weights of a run that is over put into its model."""
        self._ask(SelectWeights(run_id=run_id, which=which))

    def stop(self, run_id: str, person: str | None = None) -> None:
        """Ask a run to stop at its next batch; pressing twice is the same as once. `person` is who wants it."""
        self._send(Stop(run_id=run_id, by=person))

    def pause(self, run_id: str) -> None:
        """Ask a run to pause at its next batch, until `resume` or `stop`."""
        self._send(Pause(run_id=run_id))

    def resume(self, run_id: str) -> None:
        """Let a paused run continue."""
        self._send(Resume(run_id=run_id))

    def cost(self, recipe: Recipe, asker: str) -> Cost | Measuring | str:
        """What a recipe would take, as `Costs.of`: at once, even if it is still being measured.

        Returns:
            Words if it cannot be measured, in the language of whoever asks.
        """
        self.start()
        with self._lock:
            found = self._costs.of(recipe, asker, ready=self.ready.is_set())
        return str(found) if isinstance(found, Message) else found

    def known_cost(self, recipe: Recipe) -> Cost | None:
        """What a recipe would take, if it has been measured; nothing is measured for it."""
        with self._lock:
            return self._costs.known(recipe)

    def draft_network(self, recipe: Recipe, input_shape: Shape, asker: str) -> DraftNetwork | Measuring | Text:
        """The network of a recipe as it is before training, as a graph; made on the first wish.

        Args:
            recipe: one that has passed its check.
            input_shape: of one example.
            asker: whoever wants it; what the same one wanted before, and nobody else, is dropped.

        Returns:
            What is in it: at once if it has been made. While it is being made, what that waits for: ask again in half a
            second. If there can be none, why.
        """
        key = key_of(recipe, input_shape)
        found = kept_draft(self.store.root, key)
        if found is not None:
            return found.refused if isinstance(found, RefusedNetwork) else found
        self.start()
        with self._lock:
            return self._costs.draft_network(key, recipe, input_shape, asker, ready=self.ready.is_set())

    def network(self, run_id: str) -> Network | Measuring | Text:
        """The network of a run as a graph, which lies in the run's folder from then on; made on the first wish.

        Returns:
            What is in it: at once if it has been made. While it is being made, what that waits for: ask again in half a
            second. If there can be none, why.

        Raises:
            RunNotFoundError: there is no such run.
        """
        found = kept_network(self.store.folder(run_id))
        if found is not None:
            return found.refused if isinstance(found, RefusedNetwork) else found
        run = self.store.read(run_id)
        if run.recipe is None:
            return run.damage or WORDING.message("network_not_begun")
        if run.history.prepared is None:
            return WORDING.message("network_not_begun")
        self.start()
        with self._lock:
            return self._costs.network(run_id, ready=self.ready.is_set())

    def scores(self, run_id: str, example: str) -> Scores | Measuring | Text:
        """What the network of a run answers to one example, with the weights that are in its model.

        Args:
            run_id: which run.
            example: the numbers that the network reads, as in `AskNetwork`.

        Returns:
            The score of each class. While that is being computed, what it waits for: ask again soon, with the same
            example. If there is no answer, why.

        Raises:
            RunNotFoundError: there is no such run.
        """
        kept = self.store.read_summary(run_id).history.weights
        if kept is None:
            return WORDING.message("no_weights_yet")
        self.start()
        with self._lock:
            return self._costs.scores(run_id, f"{kept.file} {kept.sha256}", example, ready=self.ready.is_set())

    @property
    def active_runs(self) -> tuple[str, ...]:
        """The ids of the runs that the trainer is busy with, or that wait for it."""
        with self._lock:
            return tuple(self._busy)

    def problem(self, run_id: str) -> Text | None:
        """Why an active run can report nothing; None if all is well."""
        with self._lock:
            return self._problems.get(run_id)

    def is_busy(self, run_id: str) -> bool:
        """Whether the trainer still has something to do for a run, even if it is only its last event."""
        with self._lock:
            return run_id in self._busy

    def will_continue(self, run: Run) -> bool:
        """Whether a run that is over has been told to continue, and the trainer has not taken it up yet."""
        with self._lock:
            asked = self._continuations.get(run.id)
        return asked is not None and run.state.is_over and run.history.cursor <= asked.since

    def is_elsewhere(self, run_id: str) -> bool:
        """Whether another program has a run under its control: another server on this folder, or the command line."""
        if self.is_busy(run_id):
            return False
        try:
            return self.store.is_alive(run_id) or self._server.is_others(self.store.folder(run_id))
        except (RunNotFoundError, OSError):
            return False  # where nothing can be locked nobody trains, and whoever tries is told why

    def is_orphaned(self, run: Run) -> bool:
        """Whether a run waits for a trainer, by its record, and no trainer is left that would train it."""
        waits = run.state is RunState.QUEUED and run.history.cursor < 0
        return waits and not self.is_busy(run.id) and not self.is_elsewhere(run.id)

    def close(self, timeout: float = 12.0) -> None:
        """End the trainer; running fits get time to save. Nothing is left behind."""
        self._closing.set()
        with self._lock:
            processes = [process for process in (self._fresh, self._process) if process is not None]
        for process in processes:
            process.close(timeout)
        self._server.end()

    def _allow(self, person: str | None) -> None:
        count = sum(self._owners.get(run_id) == person for run_id in self._busy)
        if person is not None and count >= MAX_RUNS_OF_A_PERSON:
            raise TooManyRunsError(ENGINE.message("too_many_runs", count=count, limit=MAX_RUNS_OF_A_PERSON))

    def _ask(self, command: RunCommand) -> None:
        self.start()
        with self._lock:
            self._begin(command, None)

    def _begin(self, command: RunCommand, person: str | None) -> None:
        """Send a command that the worker answers once, also where it is busy with the run and ignores it."""
        self._busy[command.run_id] = self._busy.get(command.run_id, 0) + 1
        self._owners.setdefault(command.run_id, person)
        self._problems.pop(command.run_id, None)
        self._send(command)

    def _send(self, command: Command) -> None:
        with self._lock:
            if self._process is not None:
                self._process.send(command)

    def _spawn(self) -> TrainerProcess:
        return TrainerProcess(self._command, self.store.root / "trainer.log", self._handle_answer, self._ended)

    def _handle_answer(self, process: TrainerProcess, answer: AnyAnswer) -> None:
        with self._lock:
            match answer:
                case Ready() if process is self._process:
                    self.failed_starts = 0
                    self.ready.set()
                case RunOver() if process is self._process:
                    self._note_over(answer.run_id)
                case RunProblem(message=None):
                    self._problems.pop(answer.run_id, None)
                case RunProblem(message=message) if message is not None:
                    self._problems[answer.run_id] = message
                case QuestionAnswer() if process is self._process:
                    self._costs.handle_answer(answer)
            self._renew()

    def _note_over(self, run_id: str) -> None:
        self._busy[run_id] = self._busy.get(run_id, 1) - 1
        if self._busy[run_id] <= 0:
            del self._busy[run_id]
            for known in (self._owners, self._continuations, self._problems):
                known.pop(run_id, None)

    def _renew(self) -> None:
        """Put a fresh trainer in the place of one that has grown, between two runs, so that nobody notices."""
        old = self._process
        if old is None or self._busy or self._costs.is_asking or self._closing.is_set():
            return
        if old.models_built < MAX_MODELS:
            return
        if self._fresh is None:
            try:
                self._fresh = self._spawn()
            except OSError as error:
                LOG.warning("No fresh trainer could be started (%s); the old one stays.", error)
                return
            self._fresh.listen()
        elif self._fresh.ready.is_set():
            self._process, self._fresh = self._fresh, None
            threading.Thread(target=old.close, args=(12.0,), name=f"closing-{old.pid}", daemon=True).start()

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
            self._closing.wait(RETRY_SECONDS)
        while not self._closing.is_set():
            with self._lock:
                try:
                    self._process = self._spawn()
                except OSError as error:
                    LOG.warning("No new trainer could be started (%s); trying again.", error)
                else:
                    LOG.warning("The trainer had ended; a new one has been started.")
                    lost, owners, continuations = self._busy, self._owners, self._continuations
                    self._busy, self._owners, self._continuations, self._problems = {}, {}, {}, {}
                    for run_id in sorted(lost):
                        try:
                            self._recover(run_id, owners.get(run_id), continuations.get(run_id))
                        except Exception:
                            LOG.exception("Run %s could not be recovered; the others are.", run_id)
                    self._process.listen()
                    return
            self._closing.wait(RETRY_SECONDS)

    def _recover(self, run_id: str, person: str | None, continuation: _Continuation | None) -> None:
        """Mark a run as interrupted, or give it to the new trainer where the old one had not begun or continued it."""
        try:
            snapshot = self.store.read(run_id)
        except RunNotFoundError:
            return  # it was over, and has been deleted since
        waited = snapshot.history.phase is None and not snapshot.history.continued
        if snapshot.left_behind and not waited:
            mark_interrupted(self.store, run_id, WORDING.message("trainer_replaced"))
        elif snapshot.left_behind or snapshot.history.cursor < 0:
            self._begin(Train(run_id=run_id), person)
        elif continuation is not None and snapshot.state.is_over:
            self._continuations[run_id] = continuation
            self._begin(continuation.command, person)

    def _mark_left_behind(self) -> None:
        """Runs of a server that was killed: write so into their own log, once, at the next start."""
        for run_id in self.store.ids():
            with self._lock:  # against a run that is just being submitted
                if run_id in self._busy:
                    continue
                try:
                    snapshot = self.store.read_summary(run_id)
                    waits = snapshot.damage is None and snapshot.history.cursor < 0
                    if (snapshot.left_behind or waits) and not self.is_elsewhere(run_id):
                        mark_interrupted(self.store, run_id, WORDING.message("server_closed"))
                except RunNotFoundError:
                    continue  # deleted just now
                except Exception:
                    LOG.exception("Run %s could not be read or marked; the others are.", run_id)


_shared: LocalEngine | None = None
_shared_lock = threading.Lock()


def shared() -> LocalEngine:
    """The engine of this server on the default store: one for every page, route and session."""
    global _shared
    with _shared_lock:
        if _shared is None:
            _shared = LocalEngine(Store())
        return _shared
