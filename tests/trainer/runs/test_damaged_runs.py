"""A run's folder of any content is at worst damaged: it harms no other run, and it can be deleted."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from components.library import lesson
from tests.support.damage import ANSWERS, DAMAGES, HARMLESS, LOGS, WHEN, gigabytes
from tests.support.pages import IdleEngine, button, delete, finished_run, listed, page
from trainer import __main__ as command_line
from trainer.engine.left_behind import remove_leftovers
from trainer.recipe.recipe import Recipe
from trainer.runs import summary
from trainer.runs.events import AnyEvent, RunState, StateChanged
from trainer.runs.events import Tested as Opened
from trainer.runs.log import LogReader, LogWriter
from trainer.runs.predictions import read_predictions
from trainer.runs.report import report
from trainer.runs.servers import Server
from trainer.runs.store import Run, Store

pytestmark = [
    pytest.mark.odd_logs,
    pytest.mark.skipif(sys.platform == "win32", reason="pipes and links"),
]


@pytest.fixture
def recipe() -> Recipe:
    return lesson("mnist_cnn").recipe


@pytest.fixture
def fine(store: Store, recipe: Recipe) -> str:
    return finished_run(store, recipe, "A fine run")


@pytest.fixture
def hurt(store: Store, recipe: Recipe) -> str:
    return finished_run(store, recipe, "A hurt run")


def by_id(store: Store) -> dict[str, Run]:
    return {run.id: run for run in store.list()}


@pytest.mark.parametrize("what", DAMAGES)
def test_it_is_damaged_harms_no_other_and_can_be_deleted(store: Store, fine: str, hurt: str, what: str) -> None:
    store.list()  # with summaries from before
    DAMAGES[what](store.root / hurt)
    for runs in (by_id(store), by_id(store)):
        assert runs[fine].damage is None
        assert runs[hurt].damage is not None
        damage = str(runs[hurt].damage)
        assert damage.endswith((".", ")")) or ":" in damage
        assert str(store.root) not in damage
        assert runs[hurt].state.is_over
        assert json.dumps(report(runs[hurt]), allow_nan=False)
    assert store.read(hurt).damage is not None
    store.delete(hurt)
    assert store.ids() == [fine]
    assert sorted(os.listdir(store.root)) == [fine]


@pytest.mark.parametrize("what", HARMLESS)
def test_what_the_numbers_do_not_need_does_no_harm(store: Store, fine: str, hurt: str, what: str) -> None:
    HARMLESS[what](store.root / hurt)
    assert by_id(store)[hurt].damage is None
    assert len(by_id(store)[hurt].history.epochs) == 2
    store.delete(hurt)
    assert store.ids() == [fine]


@pytest.mark.parametrize("name", ["owner", "server"])
@pytest.mark.parametrize("what", ["a pipe", "a device", "gigabytes", "a folder"])
def test_what_says_whose_it_is_may_be_anything(store: Store, fine: str, hurt: str, name: str, what: str) -> None:
    """A pipe held up every page that lists runs, for good; a device or a large file filled the server's memory."""
    path = store.root / hurt / name
    make: dict[str, Callable[[], object]] = {
        "a pipe": lambda: os.mkfifo(path),
        "a device": lambda: path.symlink_to("/dev/zero"),
        "gigabytes": lambda: gigabytes(name)(path.parent),
        "a folder": path.mkdir,
    }
    make[what]()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(
            lambda: [(store.owner(run), Server(store.root).is_others(store.root / run)) for run in by_id(store)]
        )
        try:
            assert asked.result(60) == [(None, False)] * 2
        finally:
            if what == "a pipe":
                with suppress(OSError):
                    os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))  # whoever waits for a writer waits no more
    store.delete(hurt)
    assert store.ids() == [fine]


def test_folders_inside_folders_without_end(store: Store, fine: str, hurt: str) -> None:
    """It ended the thread that marks what a crash has left, and a try to delete it was an error of ours."""
    deepest = os.open(store.root / hurt, os.O_RDONLY)
    for _ in range(1_500):
        os.mkdir("d", dir_fd=deepest)
        inner = os.open("d", os.O_RDONLY, dir_fd=deepest)
        os.close(deepest)
        deepest = inner
    os.close(deepest)
    try:
        remove_leftovers(store.folder(hurt))
        with pytest.raises(OSError, match="inside each other"):
            store.delete(hurt)
        assert set(by_id(store)) == {fine, hurt}
    finally:
        subprocess.run(["rm", "-r", str(store.root / hurt)], check=True)  # which no function of Python's can


def test_only_what_a_trainer_writes_is_swept(store: Store, hurt: str, tmp_path: Path) -> None:
    """Every hidden file below a run's folder was removed, also where a link leads out of it."""
    folder, elsewhere = store.folder(hurt), tmp_path / "elsewhere"
    elsewhere.mkdir()
    kept = [elsewhere / ".profile", folder / "notes" / ".hidden"]
    (folder / "notes").mkdir()
    (folder / "state").symlink_to(elsewhere)
    for path in kept:
        path.touch()
    (folder / ".final.weights.h5").touch()
    remove_leftovers(folder)
    for path in kept:
        path.unlink()  # which fails where it is not there any more
    assert not (folder / ".final.weights.h5").exists()


def test_a_name_that_is_no_date(store: Store, fine: str, engine: IdleEngine) -> None:
    (store.root / WHEN).mkdir()
    assert by_id(store)[WHEN].damage is not None
    assert by_id(store)[WHEN].created is None
    app = page("runs")
    assert "unknown time" in listed(app)
    store.delete(WHEN)
    (store.root / fine).rename(store.root / WHEN)
    app = page("runs")
    assert "A fine run" in listed(app)
    app.checkbox[0].check().run()
    assert not app.exception
    assert page("train", run=WHEN).title[0].value == "Train"


def test_a_damaged_run_that_a_trainer_holds_is_not_deleted(store: Store, hurt: str) -> None:
    LOGS["not an object"](store.root / hurt)
    with FileLock(store.root / hurt / "lock"):
        assert not store.read(hurt).state.is_over
        with pytest.raises(RuntimeError, match="still training"):
            store.delete(hurt)
    assert store.read(hurt).state is RunState.INTERRUPTED
    store.delete(hurt)


def test_a_link_to_a_folder_elsewhere_is_deleted_and_the_folder_is_not(store: Store, hurt: str, tmp_path: Path) -> None:
    elsewhere = (store.root / hurt).rename(tmp_path / "elsewhere")
    (store.root / hurt).symlink_to(elsewhere)
    assert by_id(store)[hurt].damage is None
    store.delete(hurt)
    assert os.listdir(store.root) == []
    assert (elsewhere / "recipe.json").is_file()


def test_what_an_earlier_try_to_delete_has_left_is_in_nobodys_way(store: Store, hurt: str) -> None:
    (store.root / f".{hurt}" / "rest").mkdir(parents=True)
    store.delete(hurt)
    assert store.ids() == []


def test_a_lock_that_leads_elsewhere_empties_nothing(store: Store, hurt: str, tmp_path: Path) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("precious")
    (store.root / hurt / "lock").symlink_to(precious)
    store.list()
    store.read(hurt)
    store.delete(hurt)
    assert precious.read_text() == "precious"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="becomes somebody who is not let in")
def test_files_and_folders_that_nobody_may_read(recipe: Recipe) -> None:
    with tempfile.TemporaryDirectory() as root:  # pytest's own folders let nobody else in
        _delete_what_is_closed(Store(Path(root)), recipe)


def _delete_what_is_closed(store: Store, recipe: Recipe) -> None:
    for closed in ("events.jsonl", "recipe.json", "lock", "summary.json", "state", ""):
        run = finished_run(store, recipe)
        (store.root / run / "state" / "inner").mkdir(parents=True)
        (store.root / run / "lock").touch()
        (store.root / run / "summary.json").write_text("{}")
        for path in [store.root, store.root / run, *(store.root / run).rglob("*")]:
            os.chown(path, 65534, 65534)
        (store.root / run / closed).chmod(0)
    os.seteuid(65534)
    try:
        runs = store.list()
        assert len(runs) == 6
        assert all(run.state.is_over for run in runs)
        for one in runs:
            store.delete(one.id)
    finally:
        os.seteuid(0)
    assert os.listdir(store.root) == []


@pytest.mark.slow
@pytest.mark.parametrize("what", [*DAMAGES, *HARMLESS])
def test_the_pages_of_a_damaged_run(store: Store, engine: IdleEngine, fine: str, hurt: str, what: str) -> None:
    engine.ready.clear()
    (DAMAGES | HARMLESS)[what](store.root / hurt)
    app = page("train", run=hurt)
    said = " ".join(one.value for one in (*app.error, *app.info, *app.warning, *app.caption, *app.markdown))
    assert "still starting" not in said
    assert "went wrong" not in said
    assert (what in DAMAGES) is any("cannot be resumed" in one.value for one in app.caption)
    for other in ("results", "start"):
        app.switch_page(f"{other}_page.py").run()
        assert not app.exception
        assert not any("went wrong" in one.value for one in (*app.markdown, *app.caption))
    app.switch_page("runs_page.py").run()
    assert not app.exception
    assert sum('"fb-run-damage"' in one.proto.body for one in app.get("html")) == (what in DAMAGES)
    delete(app, hurt)
    assert not app.exception
    assert store.ids() == [fine]


@pytest.mark.parametrize("what", DAMAGES)
def test_the_command_line(
    store: Store, fine: str, hurt: str, what: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    DAMAGES[what](store.root / hurt)
    monkeypatch.setenv("COLUMNS", "200")
    for arguments in (["list"], ["list", "--json"], ["show", hurt], ["show", hurt, "--json"]):
        assert command_line.main([*arguments, "--runs", str(store.root)]) == 0
        out, err = capsys.readouterr()
        assert hurt in out or (arguments == ["list"] and hurt.rpartition("-")[2][:5] in out)
        assert "damaged" in out or "cannot" in out or "newer" in out
        assert err == ""


@pytest.mark.parametrize("what", ANSWERS)
def test_answers_of_a_test_that_are_damaged(store: Store, engine: IdleEngine, fine: str, what: str) -> None:
    log = LogWriter(store.log(fine))
    log.write(Opened(logs={"loss": 0.5, "accuracy": 0.5}, rows=3, weights_epoch=1, seconds=1, file="test-1.npz"))
    log.close()
    ANSWERS[what](store.root / fine)
    app = page("results", run=fine)
    assert any("missing or damaged" in one.value for one in app.error)
    assert not any("went wrong" in one.value for one in (*app.markdown, *app.caption))
    assert not button(app, "Test again").disabled


def test_the_answers_of_a_test_are_read(tmp_path: Path) -> None:
    chances = np.full((3, 2), 0.5, np.float32)
    np.savez_compressed(tmp_path / "test-1.npz", probabilities=chances, y=np.array([0, 1, 1]), rows=np.arange(3))
    found = read_predictions(tmp_path / "test-1.npz")
    assert found.truth.tolist() == [0, 1, 1]
    assert found.probabilities.shape == (3, 2)


def test_a_summary_that_no_log_adds_up_to_is_passed_over(store: Store, fine: str) -> None:
    store.list()
    path = store.root / fine / summary.FILE
    tree = json.loads(path.read_text())
    for changed in ({"seconds": "NaN"}, {"trained_before": "Infinity"}, {"state": "running"}):
        path.write_text(json.dumps(tree | {"history": tree["history"] | changed}))
        assert summary.load(store.log(fine)) is None
    gigabytes(summary.FILE)(store.root / fine)
    assert summary.load(store.log(fine)) is None
    assert store.read_summary(fine).damage is None


def test_a_run_deleted_in_another_tab_while_it_is_compared(
    store: Store, engine: IdleEngine, fine: str, hurt: str
) -> None:
    app = page("runs")
    for box in app.checkbox:
        box.check()
    app.run()
    read: Callable[[str], Run] = store.read
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine.store, "read", lambda run: store.folder("gone") if run == hurt else read(run))
        app.run()
    assert not app.exception
    assert not any("went wrong" in one.value for one in app.markdown)


def test_left_behind_and_damaged_at_once(store: Store, recipe: Recipe) -> None:
    run = store.create(recipe)
    log = LogWriter(store.log(run))
    log.write(StateChanged(state=RunState.RUNNING))
    log.close()
    with store.log(run).open("ab") as file:
        file.write(b"nonsense\n")
    found = store.read(run)
    assert (found.state, found.left_behind) == (RunState.INTERRUPTED, False)
    assert found.history.reason == found.damage


def test_a_log_that_takes_long_holds_up_nobody_elses(
    store: Store, fine: str, hurt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end, read = threading.Event(), threading.Event(), LogReader.read

    def slow(reader: LogReader) -> list[AnyEvent]:
        if reader._path.parent.name == hurt:
            begun.set()
            assert may_end.wait(60)
        return read(reader)

    monkeypatch.setattr(LogReader, "read", slow)
    with ThreadPoolExecutor(2) as threads:
        held = threads.submit(store.read, hurt)
        try:
            assert begun.wait(60)
            assert len(threads.submit(store.read, fine).result(60).history.epochs) == 2
        finally:
            may_end.set()
        assert len(held.result(60).history.epochs) == 2
