"""Stop answers in whatever a run is busy with, and the run can go on right after.

Each step is held in its middle until the test lets it go. Where nothing has been learned yet, the run is closed over
its thread, which must not write another word; where something has, it ends at the next boundary and keeps it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import keras
import pytest

from tests.support.gate import PATIENCE, Gate
from tests.support.processes import wait_until
from trainer.engine import worker as module
from trainer.engine.protocol import Continue, OpenTestSet, SelectWeights, Train
from trainer.engine.scheduler import Scheduler
from trainer.engine.worker import Worker
from trainer.fit import evaluate
from trainer.fit import run as fit_run
from trainer.recipe.recipe import Recipe
from trainer.runs.events import EpochEnded, RunState, StateChanged
from trainer.runs.log import LogReader
from trainer.runs.store import Store
from trainer.runs.wording import WORDING

pytestmark = pytest.mark.slow

Tiny = Callable[..., Recipe]


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.open.set()  # also where the test has failed


@pytest.fixture
def worker(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    monkeypatch.setattr(module, "CLOSE_AFTER_SECONDS", 0.01)
    made = Worker(store)
    yield made
    made.close(PATIENCE)


@pytest.fixture
def recipe(tiny: Tiny) -> Recipe:
    return tiny("data.limit=60", "fit.epochs=2")


def states(store: Store, run: str) -> list[str]:
    return [str(event.state) for event in LogReader(store.log(run)).read() if isinstance(event, StateChanged)]


def hook(gate: Gate, name: str, epoch: int, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Hold a fit in a hook of its callbacks, from an epoch (from 1) on; returns what counts the calls from then on."""
    calls: list[int] = []

    class Holder(keras.callbacks.Callback):
        now = 0

        def on_epoch_begin(self, begun: int, logs: Any = None) -> None:
            self.now = begun + 1

    def held(self: Holder, batch: int, logs: Any = None) -> None:
        if self.now >= epoch:
            calls.append(batch)
            gate.hold()

    setattr(Holder, name, held)
    monkeypatch.setattr(fit_run, "keras_callbacks", lambda *_: [Holder()])
    return calls


STEPS = {
    "preparing": (fit_run.data, "load"),
    "building": (fit_run, "build"),
    "compiling": (fit_run, "compile_model"),
    "first batch": (None, "on_train_batch_begin"),
}
RESTORING = {
    "finding the state": (fit_run.CheckpointManager, "newest"),
    "restoring": (fit_run.TrainingStateSaver, "restore"),
}


@pytest.mark.parametrize(
    ("going_on", "where", "name"),
    [
        *(pytest.param(False, *step, id=f"new, {name}") for name, step in STEPS.items()),
        *(pytest.param(True, *step, id=f"going on, {name}") for name, step in (STEPS | RESTORING).items()),
    ],
)
def test_stop_before_anything_is_learned(
    store: Store,
    worker: Worker,
    recipe: Recipe,
    gate: Gate,
    monkeypatch: pytest.MonkeyPatch,
    going_on: bool,
    where: Any,
    name: str,
) -> None:
    run, other = store.create(recipe), store.create(recipe.with_settings(["fit.epochs=1"]))
    if going_on:
        worker.begin(Train(run_id=run))
        assert worker.join(run, PATIENCE)
    known = len(store.read(run).history.epochs)
    if where is None:
        hook(gate, name, 1, monkeypatch)
    else:
        monkeypatch.setattr(where, name, gate.before(getattr(where, name)))
    if going_on:
        worker.begin(Continue(run_id=run, why="further", epochs=3))
    else:
        worker.begin(Train(run_id=run))
    assert gate.reached.wait(PATIENCE)
    worker.begin(Train(run_id=other))

    worker.end(run, "stop", by="ann")
    wait_until(lambda: states(store, run)[-1] == "stopped")
    assert not worker.join(run, 0), "its thread is still held"
    stopped, written = store.read(run), store.log(run).read_bytes()
    assert stopped.history.stopped_by == "ann"
    assert stopped.history.reason == WORDING.message("stopped_before_first_batch")
    assert len(stopped.history.epochs) == known, "nothing that was known is lost"

    worker.begin(Continue(run_id=run, why="resume", epochs=3))
    assert store.log(run).read_bytes() == written, "the one goes on only when the other's thread has ended"
    gate.open.set()
    assert worker.join(run, PATIENCE)
    assert worker.join(other, PATIENCE)
    assert store.read(other).state is RunState.FINISHED, "it got the turn"
    after = store.log(run).read_bytes()
    assert after.startswith(written)
    first = LogReader(store.log(run)).read()[len(written.splitlines())]
    assert isinstance(first, StateChanged), "the thread that was let go has said nothing"
    assert first.state is RunState.QUEUED
    resumed = store.read(run)
    assert (resumed.state, len(resumed.history.epochs)) == (RunState.FINISHED, 3)


@pytest.mark.parametrize(
    ("name", "before"), [("on_train_batch_end", 1), ("on_test_batch_end", 1)], ids=["training", "validating"]
)
def test_stop_at_the_next_boundary(
    store: Store, worker: Worker, recipe: Recipe, gate: Gate, monkeypatch: pytest.MonkeyPatch, name: str, before: int
) -> None:
    calls = hook(gate, name, 2, monkeypatch)
    run, other = store.create(recipe), store.create(recipe.with_settings(["fit.epochs=1"]))
    worker.begin(Train(run_id=run))
    assert gate.reached.wait(PATIENCE)
    worker.begin(Train(run_id=other))
    worker.end(run, "stop")
    for thread in threading.enumerate():
        if thread.name == f"stop-{run}":
            thread.join(PATIENCE)
    assert store.read(run).state is RunState.RUNNING, "what it has learned is not thrown away"
    gate.open.set()
    assert worker.join(run, PATIENCE)
    assert worker.join(other, PATIENCE)
    assert len(calls) == 1, "not one batch more"
    stopped = store.read(run)
    assert (stopped.state, len(stopped.history.epochs)) == (RunState.STOPPED, before)
    assert stopped.history.weights is not None
    worker.begin(Continue(run_id=run, why="resume", epochs=2))
    assert worker.join(run, PATIENCE)
    assert store.read(run).state is RunState.FINISHED
    epochs = [event.epoch for event in LogReader(store.log(run)).read() if isinstance(event, EpochEnded)]
    assert epochs == [1, 2], "the first epoch was not done again"


def test_stop_while_paused(
    store: Store, worker: Worker, recipe: Recipe, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook(gate, "on_train_batch_end", 2, monkeypatch)
    run = store.create(recipe)
    worker.begin(Train(run_id=run))
    assert gate.reached.wait(PATIENCE)
    worker.pause(run)
    gate.open.set()
    wait_until(lambda: store.read(run).state is RunState.PAUSED)
    worker.end(run, "stop")
    assert worker.join(run, PATIENCE)
    assert states(store, run)[-2:] == ["paused", "stopped"]
    worker.begin(Continue(run_id=run, why="resume", epochs=2))
    assert worker.join(run, PATIENCE)
    assert store.read(run).state is RunState.FINISHED


def test_stop_in_the_queue(
    store: Store, worker: Worker, recipe: Recipe, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit_run.data, "load", gate.before(fit_run.data.load))
    run, other = store.create(recipe), store.create(recipe)
    worker.begin(Train(run_id=other))
    assert gate.reached.wait(PATIENCE)
    worker.begin(Train(run_id=run))
    wait_until(lambda: store.read(run).history.waiting is not None)
    worker.end(run, "stop")
    assert worker.join(run, PATIENCE), "although nobody has let the other go"
    assert states(store, run) == ["queued", "stopped"]
    worker.begin(Continue(run_id=run, why="resume", epochs=2))
    gate.open.set()
    assert worker.join(run, PATIENCE)
    assert worker.join(other, PATIENCE)
    assert states(store, run) == ["queued", "stopped", "queued", "running", "finished"]


def test_stop_resume_stop(
    store: Store, worker: Worker, recipe: Recipe, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second Stop comes while the thread of the first is still held."""
    monkeypatch.setattr(fit_run, "build", gate.before(fit_run.build))
    run = store.create(recipe)
    worker.begin(Train(run_id=run))
    assert gate.reached.wait(PATIENCE)
    worker.end(run, "stop")
    wait_until(lambda: states(store, run)[-1] == "stopped")
    worker.begin(Continue(run_id=run, why="resume", epochs=2))
    worker.end(run, "stop")
    worker.begin(Continue(run_id=run, why="resume", epochs=2))  # and a click too many: it is going on already
    gate.open.set()
    assert worker.join(run, PATIENCE)
    stopped = store.read(run)
    assert (stopped.state, stopped.history.epochs) == (RunState.STOPPED, [])


def test_stop_while_testing(
    store: Store, worker: Worker, recipe: Recipe, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = store.create(recipe)
    worker.begin(Train(run_id=run))
    assert worker.join(run, PATIENCE)
    monkeypatch.setattr(evaluate, "prepare", gate.before(evaluate.prepare))
    worker.begin(OpenTestSet(run_id=run))
    assert gate.reached.wait(PATIENCE)
    worker.end(run, "stop")
    wait_until(lambda: store.read(run).history.failed_action is not None)
    failed = store.read(run).history.failed_action
    assert failed is not None
    assert (failed.action, failed.message) == ("test", WORDING.message("action_stopped"))
    written = store.log(run).read_bytes()
    worker.begin(OpenTestSet(run_id=run))
    gate.open.set()
    assert worker.join(run, PATIENCE)
    assert states(store, run) == ["queued", "running", "finished"], "a test changes nothing of what the run is"
    after = LogReader(store.log(run)).read()[len(written.splitlines()) :]
    assert [event.kind for event in after] == ["phase", "tested"]
    assert len(store.read(run).history.tests) == 1


@pytest.mark.parametrize("where", [evaluate, evaluate.CheckpointManager], ids=["preparing", "reading"])
def test_stop_while_other_weights_are_chosen(
    store: Store, worker: Worker, recipe: Recipe, gate: Gate, monkeypatch: pytest.MonkeyPatch, where: Any
) -> None:
    """Stopped just before it saved, the choice put its weights into the file, but nobody wrote down that it had: the
    run's weights were called damaged ever after.
    """
    run = store.create(recipe)
    worker.begin(Train(run_id=run))
    assert worker.join(run, PATIENCE)
    name = "prepare" if where is evaluate else "newest"
    monkeypatch.setattr(where, name, gate.before(getattr(where, name)))
    before = store.read(run).history.weights
    assert before is not None
    content = (store.folder(run) / before.file).read_bytes()
    worker.begin(SelectWeights(run_id=run, which="best"))
    assert gate.reached.wait(PATIENCE)
    worker.end(run, "stop")
    wait_until(lambda: store.read(run).history.failed_action is not None)
    failed = store.read(run).history.failed_action
    assert failed is not None
    assert failed.action == "keep", "and no test has failed"
    worker.begin(OpenTestSet(run_id=run))
    gate.open.set()
    assert worker.join(run, PATIENCE)
    assert (store.folder(run) / before.file).read_bytes() == content
    read = store.read(run).history
    assert (read.weights, len(read.tests)) == (before, 1)


def test_closing_while_a_batch_is_computed(
    store: Store, recipe: Recipe, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch takes longer than anybody waits: the run is interrupted, not left without an end."""
    hook(gate, "on_train_batch_end", 2, monkeypatch)
    worker, run = Worker(store, Scheduler()), store.create(recipe)
    worker.begin(Train(run_id=run))
    assert gate.reached.wait(PATIENCE)
    worker.close(0.01)
    closed = store.read(run)
    assert (closed.state, closed.left_behind) == (RunState.INTERRUPTED, False)
    written = store.log(run).read_bytes()
    gate.open.set()
    assert worker.join(run, PATIENCE)
    assert store.log(run).read_bytes() == written
