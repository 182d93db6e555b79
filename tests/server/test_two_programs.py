"""Two servers, or a server and the command line, on one folder of runs; two messages of one tab at once; and waiting
for what will not come.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import run_ending, workspace
from components.library import lesson
from components.run_table import dialogs
from components.wording import WORDING
from components.workspace import Workspace
from tests.support.pages import IdleEngine, button, delete, finished_run, page, press, record, told
from tests.support.processes import wait_until
from trainer import PROJECT
from trainer.engine.local import LocalEngine
from trainer.runs.events import Continued, Phase, RunState, StateChanged
from trainer.runs.servers import Server
from trainer.runs.store import Store

ELSEWHERE = str(WORDING.message("elsewhere"))
LESSON = lesson("mnist_cnn").recipe
LOADS_FOR_EVER = [sys.executable, "-c", "import sys; sys.stdin.read()"]


def said(app: AppTest) -> str:
    elements: list[Any] = [*app.caption, *app.info, *app.error, *app.warning]
    return "\n".join(element.value for element in elements).replace("\\", "")


@pytest.fixture
def elsewhere(engine: IdleEngine) -> Iterator[str]:
    """A run that another program trains: it goes on, and its lock is held by somebody else."""
    run = engine.store.create(LESSON)
    record(engine.store, run, StateChanged(state=RunState.QUEUED), StateChanged(state=RunState.RUNNING))
    with engine.store.lock(run):
        yield run


def test_what_another_program_trains_is_not_offered_to_be_changed(engine: IdleEngine, elsewhere: str) -> None:
    app = page("train", run=elsewhere)
    assert ELSEWHERE in said(app)
    assert app.button(key="train").label == "Train", "it cannot be paused here"
    assert button(app, "Stop").disabled
    press(button(app, "Stop"))
    assert ELSEWHERE in said(app)
    app = page("runs")
    assert not app.exception
    app.checkbox(key=f"select {elsewhere}").check().run()
    app.button(key="delete").click().run()
    assert ELSEWHERE in "".join(one.value for one in app.markdown).replace("\\", "")
    assert not any(one.key == "delete permanently" for one in app.button)
    app.button(key=f"rename {elsewhere}").click().run()
    app.text_area[0].set_value("Hers")
    app.button(key=f"save {elsewhere}").click().run()
    assert engine.store.read(elsewhere).caption.note == "Hers", "a note disturbs no training"
    assert engine.asked == []
    assert engine.store.ids() == [elsewhere]


def test_what_is_over_and_held_elsewhere_is_not_continued_or_tested_here(engine: IdleEngine) -> None:
    """The command line tests a run after it has trained it."""
    run = finished_run(engine.store, LESSON)
    with engine.store.lock(run):
        app = page("train", run=run)
        assert button(app, "Train longer").disabled
        assert not button(app, "Train").disabled, "another run can be trained here meanwhile"
        app = page("results", run=run)
        assert button(app, "Test").disabled
        assert ELSEWHERE in said(app)
        press(button(app, "Test"))
    assert engine.asked == []
    assert not button(page("results", run=run), "Test").disabled


def test_what_our_own_trainer_holds_is_ours(engine: IdleEngine) -> None:
    app = page("train")
    button(app, "Train").click().run()
    (run,) = engine.store.ids()
    record(engine.store, run, StateChanged(state=RunState.QUEUED), StateChanged(state=RunState.RUNNING))
    with engine.store.lock(run):
        app.run()
        assert ELSEWHERE not in said(app)
        button(app, "Stop").click().run()
    assert engine.asked[-1] == ("stop", run)


def engine_on(store: Store) -> LocalEngine:
    return LocalEngine(store, LOADS_FOR_EVER)


def left_behind_is_looked_at(engine: LocalEngine) -> None:
    engine.start()
    for thread in threading.enumerate():
        if thread.name == "left-behind":
            thread.join(60)


@pytest.mark.processes
def test_a_second_server_leaves_alone_what_waits_for_the_first_ones_trainer(store: Store) -> None:
    """It wrote “Fitboard was closed or the computer went off” into runs that merely waited."""
    first, second, third = (engine_on(store) for _ in range(3))
    left_behind_is_looked_at(first)
    try:
        run = first.submit(LESSON)
        left_behind_is_looked_at(second)
        try:
            assert store.read(run).state is RunState.QUEUED
            assert store.read(run).history.cursor == -1
            assert second.is_elsewhere(run)
            assert not first.is_elsewhere(run)
            assert not second.is_orphaned(store.read(run))
        finally:
            second.close(1)
    finally:
        first.close(1)
    assert third.is_orphaned(store.read(run)), "nobody is left who would train it"
    left_behind_is_looked_at(third)
    third.close(1)
    assert store.read(run).state is RunState.INTERRUPTED
    assert not (store.root / "servers").exists()


@pytest.mark.processes
def test_a_server_that_was_killed_holds_nothing(store: Store) -> None:
    run = store.create(LESSON)
    code = (
        "import sys, pathlib; from trainer.runs.servers import Server; root = pathlib.Path(sys.argv[1]);"
        "server = Server(root); server.begin(); server.take(root / sys.argv[2]); print('ready', flush=True);"
        "sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(store.root), run],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=PROJECT,
    )  # fmt: skip
    mine = Server(store.root)
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"ready\n"
        mine.begin()
        assert mine.is_others(store.folder(run))
        other.kill()
    wait_until(lambda: not mine.is_others(store.folder(run)))
    fresh = Server(store.root)
    fresh.begin()
    assert {path.name for path in (store.root / "servers").iterdir()} == {mine.name, fresh.name}, "and is tidied away"
    mine.end()
    fresh.end()


@pytest.mark.parametrize("written", [b"", b"\xff", b"../../../etc/passwd", b"0" * 16])
def test_a_note_of_a_server_that_is_no_servers_name(store: Store, written: bytes) -> None:
    run = store.create(LESSON)
    (store.folder(run) / "server").write_bytes(written)
    assert not Server(store.root).is_others(store.folder(run))


def test_a_run_that_nobody_will_train_is_not_promised(engine: IdleEngine) -> None:
    run = engine.store.create(LESSON)
    engine.ready.clear()
    app = page("train", run=run)
    assert "Training begins automatically" not in said(app)
    assert "no program is left that could train it" in said(app)
    assert not button(app, "Train").disabled
    assert not [one for one in app.button if one.label == "Stop"], "there is nothing to stop"
    app = page("results", run=run)
    assert told("components.test_never_started") in said(app)
    assert button(app, "Test").disabled
    app = page("runs")
    delete(app, run)
    assert engine.store.ids() == []


def test_a_trainer_that_cannot_start_is_not_promised(engine: IdleEngine) -> None:
    engine.ready.clear()
    app = page("train")
    button(app, "Train").click().run()
    assert "Training begins automatically" in said(app)
    engine.failed_starts = 3
    app.run()
    assert "could not be started 3 times" in said(app)
    assert "Training begins automatically" not in said(app)


def test_a_stop_while_compiling_promises_nothing(engine: IdleEngine) -> None:
    """It was said that the run was about to continue; it never did."""
    app = page("train")
    button(app, "Train").click().run()
    (run,) = engine.store.ids()
    stopped = StateChanged(state=RunState.STOPPED, reason="Stopped by you before the first batch.")
    record(engine.store, run, StateChanged(state=RunState.QUEUED), StateChanged(state=RunState.RUNNING),
          Phase(name="compiling"), stopped)  # fmt: skip
    app.run()
    assert engine.is_busy(run), "its thread is not through yet"
    assert told("components.about_to_resume") not in said(app)
    assert not button(app, "Train").disabled
    button(app, "Resume").click().run()
    assert engine.asked[-1] == ("continue", run)
    assert told("components.about_to_resume") in said(app)
    record(engine.store, run, StateChanged(state=RunState.QUEUED), Continued(epoch=0, epochs=5, why="resume"), stopped)
    app.run()
    assert engine.is_busy(run)
    assert told("components.about_to_resume") not in said(app), "it was resumed, and stopped again"


def test_a_test_that_the_trainer_has_dropped_is_not_waited_for(engine: IdleEngine) -> None:
    app = page("results", run=finished_run(engine.store, LESSON))
    button(app, "Test").click().run()
    (run,) = engine.store.ids()
    assert not app.error
    engine._note_over(run)
    app.run()
    assert "Press the button again" in said(app)
    assert not button(app, "Test").disabled


@pytest.fixture
def at_hand(engine: IdleEngine, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A tab, to which threads send messages at once, as Streamlit does with two that come within some milliseconds."""
    made = Workspace(LESSON, draft="0" * 16)
    monkeypatch.setattr(workspace, "st", SimpleNamespace(session_state={"workspace": made}))
    return made


def at_once(act: Callable[[], object], threads: int = 2) -> None:
    """Have several threads begin at the same moment."""
    barrier = threading.Barrier(threads)

    def begin() -> None:
        barrier.wait(60)
        act()

    with ThreadPoolExecutor(threads) as pool:
        for ended in [pool.submit(begin) for _ in range(threads)]:
            ended.result(60)


class Slow(IdleEngine):
    """Making a run takes until another thread is making one as well, or for a second, if all others are kept out."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.both = threading.Barrier(2)

    def submit(self, recipe: Any, person: str | None = None) -> str:
        with suppress(threading.BrokenBarrierError):
            self.both.wait(1)
        return super().submit(recipe, person)


def test_two_train_messages_at_once_make_one_run(
    engine: IdleEngine, at_hand: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(engine.store)
    monkeypatch.setattr(workspace, "engine", lambda: slow)
    at_once(workspace.train, 4)
    assert len(engine.store.ids()) == 1
    assert at_hand.run_id == engine.store.ids()[0]


def test_two_presses_at_once_are_one_order(engine: IdleEngine, at_hand: Workspace) -> None:
    run = finished_run(engine.store, LESSON)
    at_once(lambda: run_ending._further(run, 3))
    assert engine.asked == [("continue", run)]
    engine._note_over(run)
    interrupted = finished_run(engine.store, LESSON)
    record(engine.store, interrupted, StateChanged(state=RunState.QUEUED), Continued(epoch=2, epochs=5, why="further"),
          StateChanged(state=RunState.INTERRUPTED))  # fmt: skip
    at_once(lambda: run_ending.resume(interrupted))
    assert engine.asked[1:] == [("continue", interrupted)]


def test_two_presses_of_delete_are_one(engine: IdleEngine, at_hand: Workspace) -> None:
    run = finished_run(engine.store, LESSON)
    at_hand.run_id = run
    at_once(lambda: dialogs.delete([run]), 4)
    assert engine.store.ids() == []
    assert (at_hand.run_id, at_hand.message) == (None, None)


def test_a_run_that_waits_for_the_trainer_is_not_deleted(engine: IdleEngine, at_hand: Workspace) -> None:
    run = engine.submit(LESSON)
    dialogs.delete([run])
    assert engine.store.ids() == [run]
    assert "Stop it first" in str(at_hand.message)


def test_work_on_this_one_pressed_twice_makes_one_draft(
    engine: IdleEngine, at_hand: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[Workspace] = []
    monkeypatch.setattr(workspace, "begin", begun.append)
    monkeypatch.setattr(workspace, "current", lambda: begun[-1] if begun else at_hand)
    run = engine.store.read(finished_run(engine.store, LESSON.with_settings(["fit.epochs=9"])))
    workspace.use_recipe_of(run)
    workspace.use_recipe_of(run)
    assert [one.recipe for one in begun] == [run.recipe]
    workspace.use_recipe_of(run, lambda recipe: recipe.with_settings(["fit.epochs=3"]))
    workspace.use_recipe_of(run, lambda recipe: recipe.with_settings(["fit.epochs=3"]))
    assert [one.recipe.fit.epochs for one in begun] == [9, 3]


def test_a_folder_that_takes_no_lock_keeps_its_pages(engine: IdleEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that is read-only: what is over can be looked at."""
    run = finished_run(engine.store, LESSON)

    def refused(_: str) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(engine.store, "is_alive", refused)
    shown = "".join(box.value for box in page("train", run=run).success).replace("\\", "")
    assert told("runs.finished", epochs=2) in shown
    page("runs")
