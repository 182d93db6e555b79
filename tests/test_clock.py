"""A wall clock that jumps (set by hand, by the network, after a sleep): nothing but the names of runs comes from it.

Events are ordered by their numbers, durations come from a monotonic clock, and whether a run is alive says its lock.
"""

from __future__ import annotations

import ast
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Any

import pytest

from trainer import PROJECT
from trainer.engine.protocol import OpenTestSet, Train
from trainer.engine.worker import Worker
from trainer.recipe.recipe import Recipe
from trainer.runs import store as module
from trainer.runs.events import EpochEnded, RunState, StateChanged
from trainer.runs.log import LogReader, LogWriter
from trainer.runs.store import Store

NOW = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
HOUR = 3600.0
Tiny = Callable[..., Recipe]


class WallClock:
    """The wall clock of the computer: it stands still until it is set."""

    def __init__(self) -> None:
        self.now, self.asked, self.jump = NOW, 0, timedelta()

    def ask(self) -> datetime:
        self.asked += 1
        self.now += self.jump * (-1) ** self.asked
        return self.now


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> WallClock:
    """Stands in for all that the product could ask for the time of day."""
    clock = WallClock()

    class SetDatetime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> SetDatetime:
            return cls.fromtimestamp(clock.ask().timestamp(), tz)

    monkeypatch.setattr(module, "datetime", SetDatetime)
    monkeypatch.setattr(time, "time", lambda: clock.ask().timestamp())
    monkeypatch.setattr(time, "time_ns", lambda: int(clock.ask().timestamp() * 1e9))
    return clock


def test_runs_made_while_the_clock_goes_back(store: Store, tiny: Tiny, wall: WallClock) -> None:
    made = {}
    for step in (0, 0, 0, -1, -1, -60, -7200, -86400 * 400, 86400 * 800, 0):  # seconds; 0: within the same one
        wall.now += timedelta(seconds=step)
        made[store.create(tiny())] = wall.now
    assert len(made) == 10
    assert set(store.ids()) == set(made)
    assert {run.id: run.created for run in store.list()} == made
    by_clock = [run.created for run in store.list() if run.created]
    assert by_clock == sorted(by_clock, reverse=True), "the list follows the time that each run shows"


def test_a_fit_during_which_the_clock_jumps(store: Store, tiny: Tiny, wall: WallClock) -> None:
    wall.jump = timedelta(hours=3)  # forth and back, whenever anybody asks
    worker, run = Worker(store), store.create(tiny("fit.epochs=3"))
    began = time.monotonic()
    worker.begin(Train(run_id=run))
    assert worker.join(run, 60)
    worker.begin(OpenTestSet(run_id=run))
    assert worker.join(run, 60)
    took = time.monotonic() - began

    events = LogReader(store.log(run)).read()
    assert [event.n for event in events] == list(range(len(events)))
    assert all(before.t <= after.t for before, after in pairwise(events))
    history = store.read(run).history
    assert history.state is RunState.FINISHED
    assert [epoch.epoch for epoch in history.epochs] == [1, 2, 3]
    assert history.prepared is not None
    durations = [
        history.seconds,
        history.seconds_of_training,
        history.prepared.seconds,
        *(epoch.seconds for epoch in history.epochs),
        *(opened.seconds for opened in history.tests),
    ]
    assert len(durations) == 7
    assert all(0 <= seconds <= took for seconds in durations), durations


def test_a_log_whose_file_goes_back_in_time(store: Store, tiny: Tiny) -> None:
    """The file system stamps a file with the wall clock: whoever followed that would miss what comes after a jump."""
    run = store.create(tiny())
    log, reader = LogWriter(store.log(run)), LogReader(store.log(run))
    try:
        log.write(StateChanged(state=RunState.QUEUED))
        log.write(StateChanged(state=RunState.RUNNING))
        for epoch, stamp in enumerate((time.time(), time.time() - HOUR, 0.0, time.time() + HOUR), start=1):
            log.write(EpochEnded(epoch=epoch, seconds=1, logs={"loss": 1 / epoch}))
            os.utime(store.log(run), (stamp, stamp))
            assert [event.epoch for event in reader.read() if isinstance(event, EpochEnded)] == [epoch]
            assert len(store.read(run).history.epochs) == epoch
        for state in (RunState.FINISHED, RunState.QUEUED, RunState.RUNNING, RunState.STOPPED):
            log.write(StateChanged(state=state))
            os.utime(store.log(run), (HOUR, HOUR))  # each time the same stamp
            with store.lock(run):
                assert store.list()[0].state is state, "a summary of before must not be taken for the log of now"
    finally:
        log.close()


@pytest.mark.parametrize("stamp", [0.0, HOUR * 24 * 365 * 200], ids=["1970", "2170"])
def test_alive_is_whoever_holds_the_lock(store: Store, tiny: Tiny, stamp: float) -> None:
    run = store.create(tiny())
    log = LogWriter(store.log(run))
    log.write(StateChanged(state=RunState.QUEUED))
    log.write(StateChanged(state=RunState.RUNNING))
    log.close()
    with store.lock(run):
        for name in ("lock", "events.jsonl"):
            os.utime(store.folder(run) / name, (stamp, stamp))
        assert (store.read(run).state, store.read(run).left_behind) == (RunState.RUNNING, False)
    assert (store.read(run).state, store.read(run).left_behind) == (RunState.INTERRUPTED, True)


def asks_the_wall_clock(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="time"), attr="time" | "time_ns" | "ctime" | "localtime" | "gmtime"):
            return True
        case ast.Attribute(attr="now" | "utcnow" | "today"):
            return True
        case ast.ImportFrom(module="time"):
            return any(alias.name in {"time", "time_ns"} for alias in node.names)
    return False


def test_nobody_else_asks_the_wall_clock() -> None:
    asked: list[Any] = []
    for top in ("app.py", "pages/**/*.py", "components/**/*.py", "trainer/**/*.py"):
        for file in PROJECT.glob(top):
            tree = ast.parse(file.read_text("utf-8"))
            asked += [file.relative_to(PROJECT).as_posix() for node in ast.walk(tree) if asks_the_wall_clock(node)]
    # For the id of a new run, and for whether the year of a date has to be said.
    assert sorted(asked) == ["components/run_labels.py", "trainer/runs/store.py"]
