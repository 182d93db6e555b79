"""The worker with tiny recipes: several runs, stopping, failing, testing. A final state is always written."""

import os
import threading
from collections.abc import Callable
from typing import Any

import keras
import pytest

from trainer.engine import worker as module
from trainer.engine.failures import DETAILS_FILE
from trainer.engine.left_behind import mark_interrupted
from trainer.engine.protocol import Continue, OpenTestSet, RunOver, RunProblem, SelectWeights, Train
from trainer.engine.scheduler import Scheduler
from trainer.engine.worker import Worker
from trainer.fit import run as fit_run
from trainer.messages import Message
from trainer.recipe.layers import LSTM, BatchNormalization, Dense, Dropout, Embedding, Flatten
from trainer.recipe.recipe import Recipe
from trainer.runs.events import AnyEvent, BatchSeen, RunState, StateChanged
from trainer.runs.log import LogReader, LogWriter
from trainer.runs.store import Store
from trainer.runs.wording import WORDING

PATIENCE = 60.0
Tiny = Callable[..., Recipe]


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Callable[[type], threading.Event]:
    """`seen(BatchSeen)` is set once any run has written such an event."""
    watched: dict[type, threading.Event] = {}
    write = LogWriter.write

    def spy(self: LogWriter, event: AnyEvent) -> AnyEvent:
        written = write(self, event)
        if type(event) in watched:
            watched[type(event)].set()
        return written

    monkeypatch.setattr(LogWriter, "write", spy)
    return lambda kind: watched.setdefault(kind, threading.Event())


def test_two_at_once_then_tests(store: Store, tiny: Tiny, texts: Tiny) -> None:
    worker = Worker(store)
    runs = [store.create(recipe) for recipe in (tiny(), texts())]
    for run in [*runs, *runs]:  # pressing Train twice is one run
        worker.begin(Train(run_id=run))
    assert all(worker.join(run, PATIENCE) for run in runs)
    for run in runs:
        read = store.read(run)
        assert (read.state, read.damage) == (RunState.FINISHED, None)
        states = [event.state for event in LogReader(store.log(run)).read() if event.kind == "state"]
        assert states == [RunState.QUEUED, RunState.RUNNING, RunState.FINISHED]
        assert [event.n for event in LogReader(store.log(run)).read()] == list(range(read.history.cursor + 1))
        worker.begin(OpenTestSet(run_id=run))
    assert all(worker.join(run, PATIENCE) for run in runs)
    for run in runs:
        read = store.read(run)
        assert (read.state, len(read.history.tests)) == (RunState.FINISHED, 1)
        assert not store.is_alive(run)
        assert not [name for name in os.listdir(store.folder(run)) if name.startswith(".")]


def test_numbers_do_not_depend_on_what_computes_beside(store: Store, tiny: Tiny, texts: Tiny) -> None:
    """To the last digit, with the same stack, another seed, and another stack in the other lane, and new graphs."""
    dropout = (Flatten(), Dense(units=8), Dropout(rate=0.3), BatchNormalization(), Dense(units=3, activation="softmax"))
    reader = (Embedding(input_dim=50, output_dim=4), LSTM(units=3, dropout=0.2), Dense(units=1, activation="sigmoid"))
    pictures = tiny("fit.epochs=4").with_(layers=dropout)
    recipes = [pictures, pictures.with_settings(["seed=7"]), texts("fit.epochs=4").with_(layers=reader)]

    def numbers(worker: Worker, at_once: int) -> list[list[dict[str, float]]]:
        runs = [store.create(recipe) for recipe in recipes for _ in range(at_once)]
        for run in runs:
            worker.begin(Train(run_id=run))
            assert at_once > 1 or worker.join(run, PATIENCE)
        assert all(worker.join(run, PATIENCE) for run in runs)
        assert {store.read(run).state for run in runs} == {RunState.FINISHED}
        return [[epoch.logs for epoch in store.read(run).history.epochs] for run in runs]

    together = numbers(Worker(store, Scheduler(lanes=2)), at_once=2)
    alone = numbers(Worker(store), at_once=1)
    assert alone[0] != alone[1]
    assert together == [one for one in alone for _ in range(2)]


def test_stop_while_training_and_in_the_queue(
    store: Store, tiny: Tiny, seen: Callable[[type], threading.Event]
) -> None:
    begun = seen(BatchSeen)
    worker = Worker(store, Scheduler(clock=lambda: 0.0))  # no slice ever ends: the second run has to wait
    first, second = (store.create(tiny("fit.epochs=10000")) for _ in range(2))
    worker.begin(Train(run_id=first))
    assert begun.wait(PATIENCE)
    worker.begin(Train(run_id=second))
    worker.end(second, "stop", by="bob")
    worker.end(second, "stop", by="ann")
    assert worker.join(second, PATIENCE)
    assert store.read(first).state is RunState.RUNNING
    waited = store.read(second)
    assert (waited.state, waited.history.prepared) == (RunState.STOPPED, None)
    assert waited.history.stopped_by == "bob", "who was first"
    worker.end(first, "stop", by="ann")
    assert worker.join(first, PATIENCE)
    stopped = store.read(first)
    assert (stopped.state, stopped.history.stopped_by) == (RunState.STOPPED, "ann")
    assert stopped.history.weights is not None
    worker.end(first, "stop")
    assert worker.join(first, 0)


def test_stop_while_preparing(store: Store, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    """It once ended as failed: Keras refuses to end callbacks that have not begun."""
    preparing, go_on, load = threading.Event(), threading.Event(), fit_run.data.load

    def slow(*arguments: Any) -> Any:
        preparing.set()
        assert go_on.wait(PATIENCE)
        return load(*arguments)

    monkeypatch.setattr(fit_run.data, "load", slow)
    worker, run = Worker(store), store.create(tiny())
    worker.begin(Train(run_id=run))
    assert preparing.wait(PATIENCE)
    worker.end(run, "stop")
    go_on.set()
    assert worker.join(run, PATIENCE)
    assert store.read(run).state is RunState.STOPPED


def test_close_interrupts_everything(store: Store, tiny: Tiny, seen: Callable[[type], threading.Event]) -> None:
    begun, worker = seen(BatchSeen), Worker(store)
    runs = [store.create(tiny("fit.epochs=10000")) for _ in range(3)]
    for run in runs:
        worker.begin(Train(run_id=run))
    assert begun.wait(PATIENCE)
    worker.close(PATIENCE)
    assert {store.read(run).state for run in runs} == {RunState.INTERRUPTED}
    assert not any(store.read(run).left_behind for run in runs)


HOOKS = [
    "on_train_begin",
    "on_epoch_begin",
    "on_train_batch_begin",
    "on_train_batch_end",
    "on_test_begin",
    "on_test_batch_end",
    "on_epoch_end",
    "on_train_end",
]


@pytest.mark.parametrize("hook", HOOKS)
def test_exception_in_a_hook(store: Store, tiny: Tiny, monkeypatch: pytest.MonkeyPatch, hook: str) -> None:
    def explode(*_: Any, **__: Any) -> None:
        raise ValueError("the sky fell\nmore about the sky")

    bomb = keras.callbacks.Callback()
    monkeypatch.setattr(bomb, hook, explode)
    monkeypatch.setattr(fit_run, "keras_callbacks", lambda *_: [bomb])
    worker, run = Worker(store), store.create(tiny("data.limit=40"))
    worker.begin(Train(run_id=run))
    assert worker.join(run, PATIENCE)
    read = store.read(run)
    assert read.state is RunState.FAILED
    assert isinstance(read.history.reason, Message)
    assert read.history.reason.code == "runs.keras_error"
    assert read.history.reason.parameters["text"] == "the sky fell"
    assert "explode" in (store.folder(run) / DETAILS_FILE).read_text("utf-8")
    assert not store.is_alive(run)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MemoryError(), "runs.out_of_memory"),
        (RuntimeError("OOM when allocating tensor"), "runs.out_of_memory"),
        (OSError(28, "No space left on device"), "runs.disk_refused_run"),
        (RuntimeError(), "runs.keras_error"),
    ],
)
def test_what_is_told_of_failures(
    store: Store, tiny: Tiny, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(module, "train", fail)
    worker, run = Worker(store), store.create(tiny())
    worker.begin(Train(run_id=run))
    assert worker.join(run, PATIENCE)
    assert store.read(run).state is RunState.FAILED
    reason = store.read(run).history.reason
    assert isinstance(reason, Message)
    assert reason.code == code


def test_recipe_that_cannot_work(store: Store, tiny: Tiny) -> None:
    worker, run = Worker(store), store.create(tiny('layers=[{"kind": "LSTM"}]'))
    worker.begin(Train(run_id=run))
    assert worker.join(run, PATIENCE)
    assert store.read(run).state is RunState.FAILED
    assert "Layer 1 (LSTM)" in str(store.read(run).history.reason)
    worker.begin(OpenTestSet(run_id=run))
    assert worker.join(run, PATIENCE)
    failed = store.read(run).history.failed_action
    assert failed is not None
    assert (failed.action, failed.message) == ("test", WORDING.message("no_weights"))


def test_test_that_is_stopped_in_the_queue_says_so(
    store: Store, tiny: Tiny, seen: Callable[[type], threading.Event]
) -> None:
    """Its last word was once "testing": a reader waited for ever."""
    worker = Worker(store, Scheduler(clock=lambda: 0.0))
    run = store.create(tiny("data.limit=40"))
    worker.begin(Train(run_id=run))
    assert worker.join(run, PATIENCE)
    begun, other = seen(BatchSeen), store.create(tiny("fit.epochs=10000"))
    worker.begin(Train(run_id=other))
    assert begun.wait(PATIENCE)
    worker.begin(OpenTestSet(run_id=run))
    worker.end(run, "stop")
    assert worker.join(run, PATIENCE)
    worker.end(other, "stop")
    assert worker.join(other, PATIENCE)
    read = store.read(run)
    assert read.state is RunState.FINISHED
    assert read.history.failed_action is not None
    assert read.history.failed_action.action == "test"


def test_run_held_by_another_trainer_is_left_alone(store: Store, tiny: Tiny) -> None:
    run = store.create(tiny())
    with store.lock(run):
        worker = Worker(store)
        worker.begin(Train(run_id=run))
        assert worker.join(run, PATIENCE)
    assert store.read(run).history.cursor == -1


def test_unknown_run_ends_quietly(store: Store) -> None:
    worker = Worker(store)
    worker.begin(Train(run_id="20260101-000000-abcdefghijklmnop"))
    assert worker.join("20260101-000000-abcdefghijklmnop", PATIENCE)


@pytest.mark.odd_logs
@pytest.mark.parametrize(
    ("line", "word"), [(b"rubbish\n", "damaged"), (b'{"n":3,"t":9.0,"kind":"hologram"}\n', "newer Fitboard")]
)
def test_nothing_is_written_where_nobody_could_read_it(store: Store, tiny: Tiny, line: bytes, word: str) -> None:
    """A run that went on after damage in its log wrote down what no reader ever saw."""
    run, told = store.create(tiny()), list[RunOver | RunProblem]()
    log = LogWriter(store.log(run))
    for state in (RunState.QUEUED, RunState.RUNNING, RunState.STOPPED):
        log.write(StateChanged(state=state))
    log.close()
    with store.log(run).open("ab") as file:
        file.write(line)
    before = store.log(run).read_bytes()
    worker = Worker(store, answer=told.append)
    commands = (
        Train(run_id=run),
        Continue(run_id=run, why="resume", epochs=3),
        OpenTestSet(run_id=run),
        SelectWeights(run_id=run, which="best"),
    )
    for command in commands:
        worker.begin(command)
        for thread in threading.enumerate():
            if thread.name == f"fit-{run}":
                thread.join(PATIENCE)
    mark_interrupted(store, run, WORDING.message("server_closed"))
    problems = [answer.message for answer in told if isinstance(answer, RunProblem)]
    assert [word in str(message) for message in problems] == [True] * len(commands)
    assert told.count(RunOver(run_id=run)) == len(commands)
    assert store.log(run).read_bytes() == before
    assert store.read(run).damage is not None
