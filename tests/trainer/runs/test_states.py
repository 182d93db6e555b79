"""The states of a run: what the page draws, what the code obeys, and what every test's runs are held to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import keras
import pytest
from filelock import FileLock

from tests.support.invariants import check_events, check_run
from tools import state_diagram
from trainer.engine.protocol import Train
from trainer.engine.worker import Worker
from trainer.fit import run as fit_run
from trainer.runs.events import (
    TRANSITIONS,
    Continued,
    EpochEnded,
    Event,
    RunState,
    StateChanged,
)
from trainer.runs.log import LogReader, LogWriter
from trainer.runs.store import Store

PATIENCE = 120.0
PAGE = state_diagram.PAGE.read_text("utf-8")


def test_the_diagram_is_what_the_code_obeys() -> None:
    assert {(state, to) for state, after in state_diagram.LABELS.items() for to in after} == state_diagram.steps()
    assert state_diagram.page(PAGE) == PAGE, "run python -m tools.state_diagram"


def test_a_page_without_a_place_for_it_is_refused() -> None:
    with pytest.raises(ValueError, match="lacks"):
        state_diagram.page("# Another page")


def test_the_table_beside_it_says_the_same() -> None:
    rows = re.findall(r"^\| ([a-z]+) \| [^|]+ \|([^|]*)\|$", PAGE, re.MULTILINE)
    said = {state: {to for to in after.strip().split(", ") if to} for state, after in rows if state in set(RunState)}
    assert said == {str(state): {str(to) for to in after} for state, after in TRANSITIONS.items() if state is not None}


def state(to: RunState) -> StateChanged:
    return StateChanged(state=to)


def epoch(number: int) -> EpochEnded:
    return EpochEnded(epoch=number, seconds=1, logs={"loss": 1.0})


def further(since: int) -> Continued:
    return Continued(epoch=since, epochs=9, why="further")


def numbered(*events: Event) -> list[Any]:
    return [event.model_copy(update={"n": n, "t": float(n)}) for n, event in enumerate(events)]


Q, R, F = (state(to) for to in (RunState.QUEUED, RunState.RUNNING, RunState.FINISHED))


@pytest.mark.parametrize(
    "events",
    [
        (),
        (state(RunState.INTERRUPTED), Q, R, F),
        (Q, R, state(RunState.PAUSED), R, epoch(1), epoch(2), F, Q, R, further(2), epoch(3), F),
        (Q, R, epoch(1), state(RunState.INTERRUPTED), Q, R, further(2), epoch(2), epoch(3)),
        (Q, R, epoch(1), epoch(2), epoch(3), state(RunState.STOPPED), Q, R, further(1), epoch(2)),
    ],
)
def test_logs_that_may_be(events: tuple[Event, ...]) -> None:
    """Going on begins behind an epoch that was told, or that was saved just before it could be told."""
    check_events(numbered(*events))


@pytest.mark.parametrize(
    "events",
    [
        (R,),
        (Q, F),
        (Q, R, Q),
        (Q, R, F, R),
        (Q, R, state(RunState.PAUSED), F),
        (Q, R, epoch(2)),
        (Q, R, epoch(1), epoch(1)),
        (Q, R, epoch(1), epoch(3)),
        (Q, R, epoch(1), state(RunState.STOPPED), Q, R, further(3), epoch(4)),
        (Q, R, epoch(1), epoch(2), state(RunState.STOPPED), Q, R, further(0), epoch(3)),
    ],
)
def test_logs_that_must_not_be(events: tuple[Event, ...]) -> None:
    with pytest.raises(AssertionError):
        check_events(numbered(*events))


def test_numbers_and_times_that_must_not_be() -> None:
    good = numbered(Q, R, epoch(1))
    for bad in ([good[0], good[2]], good[1:], [*good[:2], good[2].model_copy(update={"t": 0.5})]):
        with pytest.raises(AssertionError):
            check_events(bad)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run folder under a name that the look after each test passes over."""
    made = tmp_path / "a run"
    made.mkdir()
    (made / "events.jsonl").touch()
    return made


def test_half_written_files_must_not_stay(folder: Path) -> None:
    check_run(folder)
    (folder / "checkpoints").mkdir()
    (folder / "checkpoints" / ".best.weights.h5").touch()
    with FileLock(folder / "lock"):
        check_run(folder)  # its trainer is just writing it
    with pytest.raises(AssertionError, match="half-written"):
        check_run(folder)


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_bare_nan_must_not_stand_in_any_file(folder: Path, constant: str) -> None:
    (folder / "fine.json").write_text(f'{{"loss": "{constant}"}}\n0f3a\n', "utf-8")
    (folder / "damaged.json").write_text("{", "utf-8")
    check_run(folder)
    (folder / "state").mkdir()
    for name, text in (
        ("state/state-00001.json", '{\n  "loss": %s\n}\n0f3a'),
        ("more.jsonl", '{"n": 0}\n{"loss": %s}'),
    ):
        path = folder / name
        path.write_text(text % constant, "utf-8")
        with pytest.raises(AssertionError, match="bare"):
            check_run(folder)
        path.unlink()


def test_a_run_that_diverges_writes_no_bare_nan(store: Store, tiny: Any) -> None:
    """The look after this test finds what it has written in manifests and log."""
    worker, run = Worker(store), store.create(tiny("data.limit=60", "optimizer.learning_rate=1e38"))
    worker.begin(Train(run_id=run))
    assert worker.join(run, PATIENCE)
    assert store.read(run).state is RunState.FAILED
    assert store.read(run).history.has_diverged


def test_a_trainer_sweeps_up_what_a_killed_one_left(store: Store, tiny: Any) -> None:
    """Half a file of a killed trainer stayed in the run's folder for ever."""
    run = store.create(tiny("data.limit=60", "fit.epochs=1"))
    folder = store.folder(run)
    (folder / "state").mkdir()
    left = [folder / ".final.weights.h5", folder / "state" / ".weights-00001.npz.abc", folder / ".summary.json.reader"]
    for path in left:
        path.touch()
    worker = Worker(store)
    worker.begin(Train(run_id=run))
    assert worker.join(run, PATIENCE)
    assert [path.exists() for path in left] == [False, False, True], "a reader's own is the reader's to remove"
    left[-1].unlink()


def test_a_run_whose_log_has_no_end_gets_one_before_it_goes_on(store: Store, tiny: Any) -> None:
    """The trainer was killed where nobody could say so; a run went on with two beginnings and no end in its log."""
    for last in (RunState.QUEUED, RunState.RUNNING, RunState.PAUSED):
        run = store.create(tiny("data.limit=60", "fit.epochs=1"))
        log = LogWriter(store.log(run))
        for to in [RunState.QUEUED, RunState.RUNNING, RunState.PAUSED]:
            log.write(state(to))
            if to is last:
                break
        log.close()
        worker = Worker(store)
        worker.begin(Train(run_id=run))
        assert worker.join(run, PATIENCE)
        check_events(LogReader(store.log(run)).read())
        assert store.read(run).state is RunState.FINISHED


class Slow(keras.callbacks.Callback):
    """Looks at what the slow reader has open, in the middle of the fit."""

    def __init__(self, log: Path) -> None:
        super().__init__()
        self.log = log

    def on_epoch_begin(self, number: int, logs: Any = None) -> None:
        if number == 0:
            self.file = self.log.open("rb")
            assert len(self.file.read(10)) == 10  # and there it stops reading


def test_a_reader_that_is_slow_or_gone_holds_nothing_up(
    store: Store, tiny: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log is a file: who has read half of a line, or has never come back, is not waited for, and misses nothing."""
    run = store.create(tiny("fit.epochs=5", "data.limit=60"))
    reader, slow = LogReader(store.log(run)), Slow(store.log(run))
    monkeypatch.setattr(fit_run, "keras_callbacks", lambda *_: [slow])
    worker = Worker(store)
    worker.begin(Train(run_id=run))
    assert worker.join(run, PATIENCE)
    assert store.read(run).state is RunState.FINISHED
    rest = slow.file.read()
    slow.file.close()
    assert [event.epoch for event in reader.read() if isinstance(event, EpochEnded)] == [1, 2, 3, 4, 5]
    assert rest == store.log(run).read_bytes()[10:]
