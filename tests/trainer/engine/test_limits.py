"""One computer for many: how many runs a person may have, problem, and a worn trainer's end."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.processes import wait_until
from trainer.engine import local
from trainer.engine.local import MAX_RUNS_OF_A_PERSON, LocalEngine, TooManyRunsError
from trainer.recipe.recipe import Recipe
from trainer.runs.events import RunState, StateChanged
from trainer.runs.log import LogWriter
from trainer.runs.store import Store

Tiny = Callable[..., Recipe]
TRAINER = """
import json, os, sys
orders, hold, broken = sys.argv[1:]
if os.path.exists(broken):
    sys.exit(3)
if os.path.exists(hold):
    open(hold).read()  # a pipe: until the test opens it
say = lambda what, **more: print(json.dumps({"say": what, **more}), flush=True)
say("ready")
with open(orders, "a") as file:
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps([order["do"], order.get("run_id", ""), os.getpid()]), file=file, flush=True)
        match order["do"]:
            case "close":
                break
            case "stop":
                say("run_over", run_id=order["run_id"])
            case "pause":
                say("run_problem", run_id=order["run_id"], message="The disk is full.")
            case "resume":
                say("run_problem", run_id=order["run_id"], message=None)
            case "test":
                say("run_over", run_id=order["run_id"])
                say("run_problem", run_id=order["run_id"], message="The end could not be written.")
"""
"""Answers `run_over` to stop; pause and resume bring problem and take it away."""


class StandIn(LocalEngine):
    """An engine whose trainer only answers, and what that trainer was told."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.orders, self.hold, self.broken = (folder / name for name in ("orders", "hold", "broken"))
        arguments = [str(path) for path in (self.orders, self.hold, self.broken)]
        super().__init__(store, [sys.executable, "-c", TRAINER, *arguments])

    @property
    def noted(self) -> list[tuple[str, str, int]]:
        lines = self.orders.read_text().splitlines() if self.orders.exists() else []
        return [tuple(json.loads(line)) for line in lines]

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(do, run) for do, run, _ in self.noted]

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def over(self, *runs: str) -> None:
        """Have runs end, and wait until the engine knows."""
        for run in runs:
            self.stop(run)
        wait_until(lambda: not any(self.is_busy(run) for run in runs))


@pytest.fixture
def engine(store: Store, tmp_path: Path) -> Iterator[StandIn]:
    made = StandIn(store, tmp_path)
    yield made
    made.close(1.0)


def ended(store: Store, run: str) -> None:
    log = LogWriter(store.log(run))
    for state in (RunState.QUEUED, RunState.RUNNING, RunState.STOPPED):
        log.write(StateChanged(state=state))
    log.close()


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return True


@pytest.mark.processes
def test_the_fourth_run_of_a_person_is_refused(engine: StandIn, tiny: Tiny) -> None:
    mine = [engine.submit(tiny(), "ann") for _ in range(MAX_RUNS_OF_A_PERSON)]
    with pytest.raises(TooManyRunsError) as refused:
        engine.submit(tiny(), "ann")
    assert refused.value.code == "engine.too_many_runs"
    assert len(engine.store.ids()) == MAX_RUNS_OF_A_PERSON, "nothing is made of what is refused"
    assert engine.submit(tiny(), "bob")
    assert all(engine.submit(tiny()) for _ in range(MAX_RUNS_OF_A_PERSON + 1)), "nobody in particular has no limit"
    engine.over(mine[1])
    assert engine.submit(tiny(), "ann")
    with pytest.raises(TooManyRunsError):
        engine.submit(tiny(), "ann")


@pytest.mark.processes
def test_going_on_counts_like_any_run(engine: StandIn, tiny: Tiny) -> None:
    first = engine.submit(tiny(), "ann")
    engine.over(first)
    mine = [engine.submit(tiny(), "ann") for _ in range(MAX_RUNS_OF_A_PERSON)]
    with pytest.raises(TooManyRunsError):
        engine.continue_run(first, "resume", 2, "ann")
    engine.continue_run(mine[0], "further", 5, "ann")  # it has its place already
    engine.continue_run(first, "resume", 2, "bob")
    engine.over(mine[1])
    with pytest.raises(TooManyRunsError):  # bob's run is not ann's, although she has begun it
        [engine.submit(tiny(), "ann") for _ in range(2)]
    engine.test(first)  # neither is a test a run
    wait_until(lambda: ("test", first) in engine.told)


@pytest.mark.processes
def test_a_crash_frees_no_place_that_is_still_taken(engine: StandIn, tiny: Tiny) -> None:
    mine = [engine.submit(tiny(), "ann") for _ in range(MAX_RUNS_OF_A_PERSON)]
    assert engine.ready.wait(60)
    wait_until(lambda: len(engine.told) == MAX_RUNS_OF_A_PERSON)
    os.kill(engine.pid, signal.SIGKILL)
    wait_until(lambda: len(engine.told) == 2 * MAX_RUNS_OF_A_PERSON)
    assert sorted(engine.told[MAX_RUNS_OF_A_PERSON:]) == sorted(("train", run) for run in mine)
    with pytest.raises(TooManyRunsError):
        engine.submit(tiny(), "ann")


@pytest.mark.processes
def test_an_order_to_go_on_outlives_the_trainer(engine: StandIn, tiny: Tiny) -> None:
    """Resume was forgotten if the trainer crashed, or was still loading, before it had taken the run up."""
    run, other = (engine.store.create(tiny()) for _ in range(2))
    ended(engine.store, run)
    ended(engine.store, other)
    engine.continue_run(run, "further", 7, "ann")
    engine.test(other)
    wait_until(lambda: len(engine.told) == 2 and not engine.is_busy(other))
    os.kill(engine.pid, signal.SIGKILL)
    wait_until(lambda: engine.told[2:] == [("continue", run)])
    assert engine.is_busy(run)
    assert engine._owners[run] == "ann"


@pytest.mark.processes
def test_problem_is_kept_until_it_passes(engine: StandIn, tiny: Tiny) -> None:
    run, other = engine.submit(tiny()), engine.submit(tiny())
    assert engine.problem(run) is None
    engine.pause(run)
    wait_until(lambda: engine.problem(run) == "The disk is full.")
    assert engine.problem(other) is None
    engine.resume(run)
    wait_until(lambda: engine.problem(run) is None)
    engine.resume(run)  # twice is no harm
    engine.pause(run)
    wait_until(lambda: engine.problem(run) is not None)
    engine.over(run)
    assert engine.problem(run) is None, "what was said has ended with the run"
    engine.test(other)
    engine.over(other)
    engine.test(other)
    wait_until(lambda: engine.problem(other) == "The end could not be written.")
    assert not engine.is_busy(other), "said after its end, it stays"
    engine.continue_run(other, "resume", 2)
    assert engine.problem(other) is None, "and passes with the next order"


@pytest.mark.processes
@pytest.mark.skipif(sys.platform == "win32", reason="no pipes with a name")
def test_a_worn_trainer_is_replaced_between_two_runs(
    engine: StandIn, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "MAX_MODELS", 2)
    first, second = engine.submit(tiny()), engine.submit(tiny())
    assert engine.ready.wait(60)
    old = engine.pid
    os.mkfifo(engine.hold)
    engine.over(first)
    assert engine._fresh is None, "not while somebody needs the old one"
    engine.over(second)
    wait_until(lambda: engine._fresh is not None)
    fresh = engine._fresh.pid
    third = engine.submit(tiny())  # comes while the fresh one is still loading
    wait_until(lambda: ("train", third) in engine.told)
    engine.hold.open("w").close()
    wait_until(lambda: engine._fresh.ready.is_set())
    assert (engine.pid, engine.is_busy(third)) == (old, True)
    engine.over(third)
    wait_until(lambda: engine.pid == fresh)
    wait_until(lambda: is_gone(old))
    assert engine.ready.is_set(), "nobody has noticed"
    fourth = engine.submit(tiny())
    wait_until(lambda: ("train", fourth) in engine.told)
    trained = [(run, pid) for do, run, pid in engine.noted if do == "train"]
    assert trained == [(first, old), (second, old), (third, old), (fourth, fresh)], "each order once"
    engine.over(fourth)
    assert engine._fresh is None, "a fresh one is not worn"


@pytest.mark.processes
def test_a_fresh_trainer_that_cannot_start_is_tried_again(
    engine: StandIn, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "MAX_MODELS", 1)
    run = engine.submit(tiny())
    assert engine.ready.wait(60)
    old = engine.pid
    engine.broken.touch()
    engine.over(run)
    wait_until(lambda: engine._fresh is None)
    assert engine.pid == old
    again = engine.submit(tiny())
    wait_until(lambda: ("train", again) in engine.told)
    engine.broken.unlink()
    engine.over(again)
    wait_until(lambda: engine.pid != old and is_gone(old))
    assert not engine.is_busy(again)


@pytest.mark.processes
@pytest.mark.skipif(sys.platform == "win32", reason="no pipes with a name")
def test_closing_leaves_neither_the_worn_nor_the_fresh(
    engine: StandIn, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "MAX_MODELS", 1)
    run = engine.submit(tiny())
    assert engine.ready.wait(60)
    os.mkfifo(engine.hold)
    engine.over(run)
    wait_until(lambda: engine._fresh is not None)
    pids = (engine.pid, engine._fresh.pid)
    engine.close(0.1)
    wait_until(lambda: all(is_gone(pid) for pid in pids))
