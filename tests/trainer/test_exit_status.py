"""What each command ends with: 0 finished, 1 failed, 2 refused with one sentence and nothing changed, 130 Ctrl-C."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.support.disk import Disk
from trainer import PROJECT, fitboard_version
from trainer.__main__ import main
from trainer.engine import foreground
from trainer.fit.versions import versions
from trainer.recipe.recipe import VERSION, Recipe
from trainer.runs.events import Notice, RunState, StateChanged
from trainer.runs.log import LogReader, LogWriter, to_line
from trainer.runs.saved_state import FOLDER
from trainer.runs.store import Store

Tiny = Callable[..., Recipe]
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """`call("list")` gives the exit status, standard output and standard error."""
    monkeypatch.setenv("COLUMNS", "300")  # no sentence is broken over two lines

    def call(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        status = main(list(arguments))
        return status, *capfd.readouterr()

    return call


@pytest.fixture(scope="module")
def trained(tiny: Tiny, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one run that was stopped after two epochs of four."""
    root = tmp_path_factory.mktemp("trained")
    recipe = root / "recipe.json"
    recipe.write_text(tiny("data.limit=40").to_json(), "utf-8")
    assert main(["run", str(recipe), "--runs", str(root / "runs")]) == 0
    store = Store(root / "runs")
    (run,) = store.ids()
    (store.folder(run) / "recipe.json").write_text(tiny("data.limit=40", "fit.epochs=4").to_json(), "utf-8")
    log, events = store.log(run), LogReader(store.log(run)).read()
    events = [
        event.model_copy(update={"state": RunState.STOPPED}) if event.kind == "state" and event.state.is_over else
        event.model_copy(update={"epochs": 4}) if event.kind == "prepared" else event
        for event in events
    ]  # fmt: skip
    log.write_bytes(b"".join(map(to_line, events)))
    (store.folder(run) / "summary.json").unlink(missing_ok=True)
    return store.root


@pytest.fixture
def stopped(trained: Path, store: Store) -> str:
    """A copy of that run."""
    shutil.copytree(trained, store.root, dirs_exist_ok=True)
    (run,) = store.ids()
    return run


def resume(call: Call, store: Store, run: str, *more: str) -> tuple[int, str, str]:
    return call("resume", run, *more, "--runs", str(store.root), "--json")


def refused(answer: tuple[int, str, str], *words: str) -> None:
    """Refused with a sentence, and with the same in a JSON object if one was asked for."""
    status, out, err = answer
    assert status == 2
    if out:
        (problem,) = json.loads(out)["problems"]
        assert problem["severity"] == "error"
        assert problem["message"]
    assert "Traceback" not in err
    last = err.splitlines()[-1]
    assert all(word in last for word in words), last
    assert last.endswith((".", ")"))


def test_a_stopped_run_goes_on_to_its_end(call: Call, store: Store, stopped: str) -> None:
    status, out, _ = resume(call, store, stopped)
    said = json.loads(out.splitlines()[-1])
    assert (status, said["state"], [epoch["epoch"] for epoch in said["epochs"]]) == (0, "finished", [1, 2, 3, 4])
    refused(resume(call, store, stopped), "--epochs")


def test_a_resume_without_a_saved_state_is_refused(call: Call, store: Store, stopped: str) -> None:
    """It ended with 130, which stands for Ctrl-C."""
    shutil.rmtree(store.folder(stopped) / FOLDER)
    refused(resume(call, store, stopped), "no saved state")
    after = store.read(stopped)
    assert (after.state, len(after.history.epochs)) == (RunState.STOPPED, 2)


def test_a_resume_of_a_damaged_state_is_refused(call: Call, store: Store, stopped: str) -> None:
    for path in (store.folder(stopped) / FOLDER).glob("weights-*"):
        path.write_bytes(path.read_bytes()[:-1])
    refused(resume(call, store, stopped), "damaged")


def test_a_resume_without_its_data_is_refused_and_leaves_the_run_as_it_was(
    call: Call, store: Store, stopped: str
) -> None:
    path, before = store.folder(stopped) / "recipe.json", store.log(stopped).read_bytes()
    path.write_text(Recipe.load(path).with_settings(["data.path=/nowhere/digits.npz"]).to_json(), "utf-8")
    refused(resume(call, store, stopped), "digits.npz")
    assert store.log(stopped).read_bytes() == before


@pytest.mark.parametrize("epochs", ["9999", "10000"])
def test_more_epochs_than_a_recipe_may_have_are_refused(call: Call, store: Store, stopped: str, epochs: str) -> None:
    before = store.log(stopped).read_bytes()
    refused(resume(call, store, stopped, "--epochs", epochs), "epochs")
    assert store.log(stopped).read_bytes() == before


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"rubbish\n", ["damaged"]),
        (to_line(StateChanged(n=3, state=RunState.QUEUED)), ["damaged"]),
        (b'{"n":%d,"t":99.0,"kind":"hologram"}\n', ["newer Fitboard"]),
    ],
    ids=["rubbish", "number", "newer"],
)
def test_a_log_that_cannot_be_read_to_its_end_is_refused(
    call: Call, store: Store, stopped: str, line: bytes, words: list[str]
) -> None:
    with store.log(stopped).open("ab") as file:
        file.write(line.replace(b"%d", b"%d" % (store.read(stopped).history.cursor + 1)))
    before = store.log(stopped).read_bytes()
    refused(resume(call, store, stopped), *words)
    assert store.log(stopped).read_bytes() == before
    for command in (["list"], ["show", stopped]):
        status, out, err = call(*command, "--runs", str(store.root))
        assert (status, err) == (0, "")
        told = " ".join(out.split())
        assert ("newer" in told, "damaged" in told) == ("newer Fitboard" in words, "damaged" in words)
    said = json.loads(call("show", stopped, "--runs", str(store.root), "--json")[1])
    assert [epoch["epoch"] for epoch in said["epochs"]] == [1, 2], "what stands before is shown"


def test_a_run_with_a_recipe_of_a_newer_version(call: Call, store: Store, stopped: str) -> None:
    path = store.folder(stopped) / "recipe.json"
    path.write_text(path.read_text("utf-8").replace(f'"version": {VERSION}', '"version": 99'), "utf-8")
    refused(resume(call, store, stopped), "newer Fitboard", "Update")
    out = " ".join(call("list", "--runs", str(store.root))[1].split())
    assert "newer" in out
    assert "damaged" not in out


def test_a_saved_state_of_a_newer_version(call: Call, store: Store, stopped: str) -> None:
    """It was taken without a look at its version; an older one in its place would be lost by the going on."""
    newest = max((store.folder(stopped) / FOLDER).glob("state-*.json"))
    line = newest.read_bytes().splitlines()[0].replace(b'"version":1', b'"version":99,"shape":[]')
    newest.write_bytes(line + b"\n" + sha256(line).hexdigest().encode() + b"\n")
    refused(resume(call, store, stopped), "newer Fitboard", "99")
    assert newest.exists()
    line = line.replace(b'"version":99', b'"version":0')
    newest.write_bytes(line + b"\n" + sha256(line).hexdigest().encode() + b"\n")
    assert resume(call, store, stopped)[0] == 0, "what no version has ever written is damage: the one before is taken"
    assert any("damaged" in str(notice.text) for notice in store.read(stopped).history.notices)


@pytest.mark.parametrize("version", [VERSION + 1, VERSION + 0.5, 99, 1e308])
@pytest.mark.parametrize("command", ["run", "check"])
def test_a_recipe_of_a_newer_version(call: Call, tiny: Tiny, tmp_path: Path, version: float, command: str) -> None:
    path = tmp_path / "newer.json"
    tree = json.loads(tiny().to_json()) | {"version": version, "shape": "ring", "layers": [{"kind": "Hologram"}]}
    path.write_text(json.dumps(tree), "utf-8")
    refused(call(command, str(path), "--json"), "newer Fitboard", "Update", str(path))


def test_a_run_that_is_held_elsewhere(call: Call, store: Store, stopped: str) -> None:
    with store.lock(stopped):
        refused(resume(call, store, stopped), "another window or program")


def test_a_run_that_is_taken_up_elsewhere_in_the_same_moment(
    call: Call, store: Store, stopped: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([False, True])  # asked before, and where nothing came of it
    monkeypatch.setattr(Store, "is_alive", lambda *_: next(answers, True))
    before = store.log(stopped).read_bytes()
    with store.lock(stopped):
        refused(resume(call, store, stopped), "another window or program")
    assert store.log(stopped).read_bytes() == before


def test_unknown_and_ambiguous_runs(call: Call, store: Store, tiny: Tiny, stopped: str) -> None:
    store.create(tiny())
    for command in ("resume", "show"):
        for name in ("nothing", "2", "", "../.."):
            refused(call(command, name, "--runs", str(store.root)))


def test_a_run_that_diverges(call: Call, store: Store, tiny: Tiny, tmp_path: Path) -> None:
    path = tmp_path / "wild.json"
    path.write_text(tiny('optimizer={"kind": "SGD", "learning_rate": 1e30}', "data.limit=40").to_json(), "utf-8")
    status, out, err = call("run", str(path), "--runs", str(store.root), "--json")
    assert (status, json.loads(out.splitlines()[-1])["state"]) == (1, "failed")
    assert "learning rate" in err.splitlines()[-1]


def test_control_c_while_a_run_goes_on(call: Call, store: Store, stopped: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also before it has learned anything, where it looks as a refused one does."""
    pressed = iter([True])

    class Pressed(LogReader):
        def read(self) -> list[Any]:
            if next(pressed, False):
                raise KeyboardInterrupt
            return super().read()

    monkeypatch.setattr(foreground, "LogReader", Pressed)
    status, out, _ = resume(call, store, stopped, "--epochs", "1000")
    assert (status, json.loads(out.splitlines()[-1])["state"]) == (130, "stopped")


def test_a_run_whose_end_the_disk_does_not_take(
    call: Call, store: Store, tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That was 130 as well."""
    disk = Disk()
    disk.carry_logs(monkeypatch)
    disk.begin(lambda write: write >= 8)
    path = tmp_path / "recipe.json"
    path.write_text(tiny("data.limit=40").to_json(), "utf-8")
    status, out, err = call("run", str(path), "--runs", str(store.root), "--json")
    assert (status, json.loads(out.splitlines()[-1])["state"]) == (1, "interrupted")
    assert "Free some disk space" in " ".join(err.split())


def test_a_run_of_which_nothing_can_be_written(
    call: Call, store: Store, stopped: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "trainer.engine.worker.Record", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    refused(resume(call, store, stopped), "Nothing could be saved")


def test_other_versions_are_said_and_nothing_is_refused(
    call: Call, store: Store, stopped: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = json.loads(call("show", stopped, "--runs", str(store.root), "--json")[1])["versions"]
    assert said == versions()
    assert said.keys() == {"fitboard", "keras", "tensorflow", "numpy", "python", "platform"}
    assert all(said.values())
    assert said["fitboard"] == fitboard_version()
    later = versions() | {"keras": "99.1", "python": "4.0"}
    monkeypatch.setattr("trainer.fit.run.versions", lambda: later)
    monkeypatch.setattr("trainer.fit.checkpoint_manager.versions", lambda: later)
    status, out, err = resume(call, store, stopped)
    assert (status, json.loads(out.splitlines()[-1])["versions"]["keras"]) == (0, "99.1")
    told = " ".join(err.split())
    assert f"Keras {said['keras']} and continues with Keras 99.1" in told
    assert "4.0" not in told, "Python makes no numbers"
    history = store.read(stopped).history
    assert [notice.text for notice in history.notices] == [
        event.text for event in LogReader(store.log(stopped)).read() if isinstance(event, Notice)
    ], "the page shows it too"
    assert [one["keras"] for one in history.versions] == [said["keras"], "99.1"]
    assert "99.1" in call("show", stopped, "--runs", str(store.root))[1]
    assert resume(call, store, stopped, "--epochs", "1")[0] == 0
    assert store.read(stopped).history.notices == [], "it was said once"


def test_every_saved_state_has_its_versions(store: Store, stopped: str) -> None:
    for path in (store.folder(stopped) / FOLDER).glob("state-*.json"):
        assert json.loads(path.read_bytes().splitlines()[0])["versions"]["keras"]


NOT_FOLDERS = ["a file", "a file/runs", "/proc/1/runs", "a circle", "x" * 300]


@pytest.mark.parametrize("where", NOT_FOLDERS)
def test_a_store_that_cannot_be_made(
    call: Call, tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    (tmp_path / "a file").touch()
    (tmp_path / "a circle").symlink_to(tmp_path / "a circle")
    path, root = tmp_path / "recipe.json", tmp_path / where
    path.write_text(tiny().to_json(), "utf-8")
    for options, setting in (([], str(root)), (["--runs", str(root)], "")):
        monkeypatch.setenv("FITBOARD_RUNS", setting)
        refused(call("run", str(path), *options), str(root), "FITBOARD_RUNS")


@pytest.fixture
def read_only(store: Store, stopped: str, tmp_path: Path) -> Iterator[Store]:
    """The store as somebody sees it who may only read it, with a run whose trainer went away."""
    log = LogWriter(store.log(stopped))
    for state in (RunState.QUEUED, RunState.RUNNING):
        log.write(StateChanged(state=state))
    log.close()
    root = tmp_path / "read only"
    root.mkdir()
    mount = shutil.which("mount")
    if mount is None or subprocess.run([mount, "--bind", store.root, root], capture_output=True).returncode:
        pytest.skip("needs the right to mount")
    try:
        subprocess.run([mount, "-o", "remount,ro,bind", root], check=True, capture_output=True)
        yield Store(root)
    finally:
        subprocess.run(["umount", root], check=True, capture_output=True)


def test_a_read_only_store_is_listed_and_shown_as_it_is(
    call: Call, read_only: Store, tiny: Tiny, tmp_path: Path
) -> None:
    """An interrupted run was “damaged”, because its lock could not be taken."""
    (run,) = read_only.ids()
    for command in (["list"], ["show", run]):
        status, out, err = call(*command, "--runs", str(read_only.root))
        assert (status, err) == (0, "")
        assert "interrupted" in out
        assert "damaged" not in out
    (found,) = read_only.list()
    assert (found.state, found.left_behind, found.damage) == (RunState.INTERRUPTED, True, None)
    path = tmp_path / "recipe.json"
    path.write_text(tiny().to_json(), "utf-8")
    refused(call("run", str(path), "--runs", str(read_only.root)), "Read-only", str(read_only.root))
    refused(call("resume", run, "--runs", str(read_only.root)), "Read-only", str(read_only.root))


@pytest.mark.parametrize("has_lock_file", [True, False])
def test_a_run_that_somebody_else_trains_is_not_interrupted(
    store: Store, read_only: Store, has_lock_file: bool
) -> None:
    (run,) = read_only.ids()
    with store.lock(run):
        assert read_only.read(run).state is RunState.RUNNING
    if not has_lock_file:
        (store.folder(run) / "lock").unlink(missing_ok=True)
    assert read_only.read(run).state is RunState.INTERRUPTED


@pytest.mark.processes
@pytest.mark.parametrize("where", [*NOT_FOLDERS[:2], "full"])
def test_the_server_does_not_start_without_a_store(tmp_path: Path, where: str) -> None:
    """It ended with a traceback of 40 lines and status 3."""
    (tmp_path / "a file").touch()
    (tmp_path / "a circle").symlink_to(tmp_path / "a circle")
    root = tmp_path / where
    if where == "full":
        root.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", root], capture_output=True).returncode:
            pytest.skip("needs the right to mount")
        with pytest.raises(OSError, match="No space"):
            (root / "big").write_bytes(bytes(100_000))
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", "--server.port=8770"]
    try:
        done = subprocess.run(
            command, cwd=PROJECT, env=os.environ | {"FITBOARD_RUNS": str(root)}, capture_output=True, text=True,
            timeout=120,
        )  # fmt: skip
    finally:
        if where == "full":
            subprocess.run(["umount", root], check=True)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert str(root) in done.stderr
    assert "FITBOARD_RUNS" in done.stderr
