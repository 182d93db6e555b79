"""A disk that is full for a moment or for good while a run is trained: nothing is damaged, and somebody is told."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.support.disk import FULL, Disk, Tiny, fit, numbers, one_batch
from trainer.engine import record
from trainer.engine.left_behind import mark_interrupted
from trainer.engine.protocol import Continue, RunOver, RunProblem, Train
from trainer.engine.worker import Worker
from trainer.fit import run as fit_run
from trainer.fit.ending import WEIGHTS_FILE
from trainer.messages import Message
from trainer.runs.events import Notice, RunState
from trainer.runs.log import LogReader
from trainer.runs.store import Run, Store
from trainer.runs.wording import WORDING

pytestmark = pytest.mark.slow

PATIENCE = 120.0
LINES = 17
"""In the log of a run of two epochs of one batch each, with its answers before them and after each."""


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """The disk that event logs lie on."""
    made = Disk()
    made.carry_logs(monkeypatch)
    return made


class Told(list[str | None]):
    """What a worker tells beside the log: `over`, the code of a problem, or None where the problem has passed."""

    def worker(self, store: Store) -> Worker:
        return Worker(store, answer=self._note)

    def _note(self, answer: RunOver | RunProblem) -> None:
        if isinstance(answer, RunOver):
            self.append("over")
        else:
            self.append(answer.message.code if isinstance(answer.message, Message) else answer.message)


def go(worker: Worker, run: str, store: Store, **how: Any) -> Run:
    worker.begin(Continue(run_id=run, **how) if how else Train(run_id=run))
    for thread in threading.enumerate():
        if thread.name == f"fit-{run}":
            thread.join(PATIENCE)  # a worker says its last word after the run is over
    return store.read(run)


@pytest.fixture(scope="module")
def whole(tiny: Tiny, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, float]]:
    """The numbers of a run that nothing happens to."""
    return numbers(fit(one_batch(tiny), tmp_path_factory.mktemp("whole") / "run"))


def test_the_lines_of_a_run(store: Store, tiny: Tiny, disk: Disk, whole: list[dict[str, float]]) -> None:
    told = Told()
    run = go(told.worker(store), store.create(one_batch(tiny)), store)
    assert (disk.writes, numbers(run.history), told) == (LINES, whole, ["over"])


@pytest.mark.parametrize("n", range(LINES))
def test_one_line_is_refused(store: Store, tiny: Tiny, disk: Disk, whole: list[dict[str, float]], n: int) -> None:
    told = Told()
    disk.begin(lambda write: write == n)
    run = go(told.worker(store), store.create(one_batch(tiny)), store)
    assert (run.state, run.damage) == (RunState.FINISHED, None)
    assert numbers(run.history) == whole, "no epoch is lost"
    assert run.history.weights is not None
    assert told == ["runs.record_delayed", None, "over"]


@pytest.mark.parametrize("n", range(LINES))
def test_no_line_is_taken_any_more(store: Store, tiny: Tiny, disk: Disk, whole: list[dict[str, float]], n: int) -> None:
    """A run that went on after this had a second beginning in its log, and no end in between."""
    told = Told()
    worker = told.worker(store)
    disk.begin(lambda write: write >= n)
    run = go(worker, store.create(one_batch(tiny)), store)
    assert (run.damage, run.history.cursor) == (None, n - 1)
    assert run.state is (RunState.INTERRUPTED if n else RunState.QUEUED)
    assert numbers(run.history) == whole[: len(run.history.epochs)]
    assert (store.folder(run.id) / WEIGHTS_FILE).exists(), "training went on in memory"
    # An engine forgets the problem of a run that is over, so that the last one comes after.
    assert told == ["runs.record_delayed", "over", "runs.record_incomplete"]
    disk.begin(lambda _: False)
    if not n:
        mark_interrupted(store, run.id, WORDING.message("server_closed"))  # as the server does when it starts again
    again = go(worker, run.id, store, why="resume", epochs=2)
    if run.history.epochs:
        assert (again.state, numbers(again.history)) == (RunState.FINISHED, whole)
    else:
        assert (again.state, again.history.epochs) == (RunState.INTERRUPTED, [])
        assert again.history.reason == WORDING.message("record_lacks_epochs")


def test_a_run_that_cannot_be_recorded_says_so(store: Store, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its page said for ever that it waits, and nobody could know why."""

    def refuse(*_: Any) -> None:
        raise FULL

    monkeypatch.setattr(record.LogWriter, "__init__", refuse)
    told = Told()
    run = go(told.worker(store), store.create(one_batch(tiny)), store)
    assert run.history.cursor < 0
    assert told == ["over", "runs.record_refused"]


def test_problem_that_passes_and_comes_again(tmp_path: Path, disk: Disk) -> None:
    """The first one's message stood on the page to the end of the run, although its curves had long caught up."""
    told: list[Message | None] = []
    disk.begin(lambda write: write in {1, 2, 6})
    kept = record.Record(tmp_path / "events.jsonl", told.append)
    for number in range(5):
        kept.write(Notice(text=str(number)))
    kept.seal()
    assert [text is None for text in told] == [False, True, False, True]
    assert [event.text for event in LogReader(tmp_path / "events.jsonl").read()] == list("01234")


def test_the_final_weights_are_refused(store: Store, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk()
    disk.carry_weights(monkeypatch, "*")
    worker, recipe = Worker(store), one_batch(tiny)
    run = go(worker, store.create(recipe), store).id
    old = (store.folder(run) / WEIGHTS_FILE).read_bytes()
    disk.begin(lambda _: True)
    failed = go(worker, run, store, why="further", epochs=3)
    assert failed.state is RunState.FAILED
    assert "No space left" in str(failed.history.reason)
    assert len(failed.history.epochs) == 3
    assert (store.folder(run) / WEIGHTS_FILE).read_bytes() == old
    assert failed.history.weights is not None
    assert failed.history.weights.sha256 == hashlib.sha256(old).hexdigest(), "what is said of them is still true"
    disk.begin(lambda _: False)
    again = go(worker, run, store, why="resume", epochs=3)
    assert (again.state, len(again.history.epochs)) == (RunState.FINISHED, 3)
    assert again.history.weights is not None
    assert again.history.weights.epoch == 3


def test_the_vocabulary_is_refused(store: Store, texts: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise FULL

    worker, run = Worker(store), store.create(texts())
    with monkeypatch.context() as full:
        full.setattr(fit_run, "write_whole", refuse)
        failed = go(worker, run, store)
    assert (failed.state, failed.history.epochs) == (RunState.FAILED, [])
    assert "No space left" in str(failed.history.reason)
    again = go(worker, run, store, why="resume", epochs=1)
    assert (again.state, len(again.history.epochs)) == (RunState.FINISHED, 1)
