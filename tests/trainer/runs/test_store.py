"""The folder of runs: ids, damage, left-behind runs, deleting."""

import errno
import json
import os
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.pages import record
from trainer.recipe.recipe import Recipe
from trainer.runs import store as store_module
from trainer.runs.events import BatchSeen, EpochEnded, Phase, RunState, StateChanged, WeightsKept
from trainer.runs.events import Tested as Opened
from trainer.runs.log import LogWriter
from trainer.runs.report import report
from trainer.runs.store import ID_PATTERN, RunNotFoundError, Store, StoreError, new_id
from trainer.runs.wording import WORDING

pytestmark = pytest.mark.odd_logs  # only the lines that a test needs, without a run's beginning or end


@pytest.fixture
def recipe(tiny: Callable[..., Recipe]) -> Recipe:
    return tiny("name=<img onerror=alert(1)> ../x")


def test_a_run_that_the_disk_refuses_leaves_nothing(
    store: Store, recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        store.create(recipe)
    assert list(store.root.iterdir()) == []


def test_create_and_read(store: Store, recipe: Recipe) -> None:
    run = store.create(recipe)
    assert ID_PATTERN.fullmatch(run)
    snapshot = store.read(run)
    assert (snapshot.recipe, snapshot.damage, snapshot.left_behind) == (recipe, None, False)
    assert snapshot.state is RunState.QUEUED
    assert snapshot.created is not None
    assert abs(datetime.now(UTC) - snapshot.created) < timedelta(minutes=5)
    assert store.recipe(run) == recipe
    assert sorted(os.listdir(store.root)) == [run]


def test_ids_are_never_alike() -> None:
    assert len({new_id() for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    "run",
    [
        "",
        ".",
        "..",
        "../runs",
        "../../etc/passwd",
        "/etc",
        "C:\\Windows",
        "\\\\server\\share",
        "%2e%2e%2f",
        "a\0b",
        "x" * 300,
        "20260101-000000-abcdefghijklmnop",
        "20260101-000000-abcdefghijklmnop/..",
        "20260101-000000-abcdefghijklmnop\n",
        "\u0662\u0660260101-000000-abcdefghijklmnop",
        "\u202e20260101-000000-abcdefghijklmnop",
    ],
)
def test_path_tricks(store: Store, recipe: Recipe, run: str) -> None:
    store.create(recipe)
    for ask in (store.folder, store.read, store.log, store.lock, store.recipe, store.delete, store.is_alive):
        with pytest.raises(RunNotFoundError, match="no run"):
            ask(run)
    assert len(store.ids()) == 1


def test_newest_first_and_strange_entries_left_alone(store: Store, recipe: Recipe) -> None:
    run = store.create(recipe)
    older, newer = (re.sub("^[0-9]{8}", day, run) for day in ("20200101", "20990101"))
    for copy in (newer, older):
        os.mkdir(store.root / copy)
    (store.root / "trainer.log").touch()
    (store.root / ".making").mkdir()
    (store.root / "20200101-000000-abcdefghijklmnop").touch()
    assert store.ids() == [newer, run, older]
    assert [entry.id for entry in store.list()] == [newer, run, older]


@pytest.mark.parametrize("text", ["", "{", '{"data": 3}', "\0", None])
def test_damaged_recipe(store: Store, recipe: Recipe, text: str | None) -> None:
    whole, broken = store.create(recipe), store.create(recipe)
    path = store.folder(broken) / "recipe.json"
    path.unlink()
    if text is not None:
        path.write_text(text, "utf-8")
    record(store, broken, EpochEnded(epoch=1, seconds=1, logs={"loss": 1.0}))
    by_id = {run.id: run for run in store.list()}
    assert by_id[broken].damage.code in {"runs.recipe_wrong", "runs.recipe_unreadable"}
    assert by_id[broken].recipe is None
    assert len(by_id[broken].history.epochs) == 1, "what can be read is shown"
    assert by_id[whole].damage is None
    assert json.dumps(report(by_id[broken]), allow_nan=False)
    store.delete(broken)
    assert store.ids() == [whole]


def test_damaged_log(store: Store, recipe: Recipe) -> None:
    broken, gone = store.create(recipe), store.create(recipe)
    record(store, broken, StateChanged(state=RunState.FINISHED))
    with store.log(broken).open("ab") as file:
        file.write(b"rubbish\n")
    store.log(gone).unlink()
    assert store.read(broken).damage == WORDING.message("log_damaged")
    assert store.read(broken).state is RunState.FINISHED
    assert store.read(gone).damage.code == "runs.log_unreadable"


def test_left_behind(store: Store, recipe: Recipe) -> None:
    run = store.create(recipe)
    with store.lock(run):
        record(store, run, StateChanged(state=RunState.RUNNING), EpochEnded(epoch=1, seconds=1, logs={"loss": 1.0}))
        assert store.is_alive(run)
        assert (store.read(run).state, store.read(run).left_behind) == (RunState.RUNNING, False)
        with pytest.raises(RuntimeError, match="Stop it first"):
            store.delete(run)
    lost = store.read(run)
    assert (lost.state, lost.left_behind) == (RunState.INTERRUPTED, True)
    assert lost.history.reason
    assert len(lost.history.epochs) == 1, "its curve is kept"
    record(store, run, StateChanged(state=RunState.INTERRUPTED, reason="The computer went off."))
    marked = store.read(run)
    assert (marked.left_behind, marked.history.reason) == (False, "The computer went off.")
    store.delete(run)
    assert store.ids() == os.listdir(store.root) == []


def test_readers_do_not_take_each_other_for_a_trainer(store: Store, recipe: Recipe) -> None:
    """Asking whether a run is alive takes its lock for a moment: two pages at once saw a dead run come to life."""
    run = store.create(recipe)
    record(store, run, StateChanged(state=RunState.RUNNING))
    begin = threading.Barrier(4)

    def ask(_: int) -> bool:
        begin.wait(60)
        return any(store.is_alive(run) for _ in range(300))

    with ThreadPoolExecutor(4) as threads:
        assert not any(threads.map(ask, range(4)))


def test_store_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FITBOARD_RUNS", str(tmp_path / "deep" / "runs"))
    assert Store().root == tmp_path / "deep" / "runs"
    assert Store().list() == []


def test_report(store: Store, recipe: Recipe) -> None:
    run = store.create(recipe)
    nothing = report(store.read(run))
    assert (nothing["state"], nothing["epochs"], nothing["test"], nothing["parameters"]) == ("queued", [], {}, None)
    record(
        store,
        run,
        Phase(name="training"),
        EpochEnded(epoch=1, seconds=2.5, logs={"loss": float("nan"), "accuracy": 0.5}),
        WeightsKept(epoch=1, file="w", reason="r"),
        StateChanged(state=RunState.FINISHED, reason="Done."),
        Opened(logs={"loss": float("inf"), "accuracy": 0.25}, rows=4, weights_epoch=1, seconds=0.5, file="t"),
    )
    full = report(store.read(run))
    assert full["epochs"] == [{"epoch": 1, "loss": None, "accuracy": 0.5, "seconds": 2.5}]
    assert full["test"] == {"loss": None, "accuracy": 0.25}
    assert (full["stop_reason"], full["weights_epoch"], full["seconds"]["evaluate"]) == ("Done.", 1, 0.5)
    assert json.dumps(full, allow_nan=False)


def test_a_snapshot_does_not_grow_and_the_next_one_has_what_came(store: Store, recipe: Recipe) -> None:
    """Each look at a growing run kept another copy of its whole log in memory."""
    run = store.create(recipe)
    log = LogWriter(store.log(run))
    log.write(StateChanged(state=RunState.FINISHED))
    before = store.read(run)
    for step in range(5):
        log.write(BatchSeen(epoch=1, step=step, logs={"loss": 0.5}))
    log.close()
    assert before.history.batches == []
    assert len(store.read(run).history.batches) == 5
    assert len(store_module._FOLLOWED) <= store_module.MAX_FOLLOWED_LOGS


def test_a_run_whose_lock_cannot_be_asked_is_damaged_and_harms_no_other(store: Store, recipe: Recipe) -> None:
    odd, fine = store.create(recipe), store.create(recipe)
    log = LogWriter(store.log(odd))
    log.write(StateChanged(state=RunState.RUNNING))
    log.close()
    (store.folder(odd) / "lock").mkdir()
    found = {run.id: run for run in store.list()}
    assert found[odd].damage is not None
    assert found[fine].damage is None


@pytest.mark.parametrize("error", [errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC])
def test_whether_a_run_is_held_is_known_where_its_lock_cannot_be_written(
    store: Store, recipe: Recipe, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    """In a read-only store, or on a full disk: an interrupted run was called damaged there."""
    run = store.create(recipe)
    log = LogWriter(store.log(run))
    for state in (RunState.QUEUED, RunState.RUNNING):
        log.write(StateChanged(state=state))
    log.close()
    held = store.lock(run)

    class NotWritable:
        def acquire(self, **_: object) -> None:
            raise OSError(error, os.strerror(error))

    monkeypatch.setattr(Store, "lock", lambda *_: NotWritable())
    assert not store.is_alive(run), "nobody has ever held it"
    with held:
        assert (store.read(run).state, store.read(run).damage) == (RunState.RUNNING, None)
    assert (store.read(run).state, store.read(run).left_behind) == (RunState.INTERRUPTED, True)


@pytest.mark.parametrize("error", [errno.EROFS, errno.EACCES, errno.ENOSPC, errno.ENOTDIR, errno.EIO])
def test_a_store_that_takes_nothing_says_so_at_once(store: Store, monkeypatch: pytest.MonkeyPatch, error: int) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(error, os.strerror(error))

    store.check_writable()
    monkeypatch.setattr(store_module, "write_whole", refuse)
    with pytest.raises(StoreError, match="cannot be written") as caught:
        store.check_writable()
    assert str(store.root) in str(caught.value)
    assert os.strerror(error) in str(caught.value)
    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StoreError, match="cannot be written"):
        Store(store.root / "below")
    assert not os.listdir(store.root), "the trial leaves nothing"
