"""The command line: exit statuses, one JSON object at the end, one plain sentence for bad input, Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import keras
import pytest

from tests.support.histories import prepared
from trainer import PROJECT
from trainer.__main__ import main
from trainer.fit import run as fit_run
from trainer.recipe.recipe import Recipe
from trainer.runs import events
from trainer.runs.events import RunState
from trainer.runs.kept_epochs import KeptEpochs
from trainer.runs.log import LogWriter
from trainer.runs.store import Store

KEYS = {"run", "state", "epochs", "best_epoch", "stop_reason", "test", "seconds", "parameters"}
Tiny = Callable[..., Recipe]
NOTHING = threading.Event()


@pytest.fixture(autouse=True)
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FITBOARD_RUNS", str(tmp_path / "default runs"))
    return tmp_path / "default runs"


@pytest.fixture
def recipe(tiny: Tiny, tmp_path: Path) -> str:
    path = tmp_path / "recipe.json"
    path.write_text(tiny().to_json(), "utf-8")
    return str(path)


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """`call("list")` gives the exit status, standard output and standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        status = main(list(arguments))
        return status, *capfd.readouterr()

    return call


def start(*arguments: str, **settings: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "trainer", *arguments]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "cwd": PROJECT}
    return subprocess.Popen(command, **pipes, **settings)


@pytest.mark.processes
def test_run_as_a_program(recipe: str, runs: Path) -> None:
    done = start("run", recipe, "--set", "fit.epochs=3", "--json")
    out, err = done.communicate(timeout=120)
    assert done.returncode == 0, err
    said = json.loads(out.splitlines()[-1])
    assert said.keys() >= KEYS
    assert (said["state"], [epoch["epoch"] for epoch in said["epochs"]]) == ("finished", [1, 2, 3])
    assert said["epochs"][0].keys() >= {"loss", "accuracy", "val_loss", "val_accuracy"}
    assert 1 <= said["best_epoch"] <= 3
    assert said["test"].keys() == {"loss", "accuracy"}
    assert said["seconds"].keys() == {"prepare", "fit", "evaluate"}
    assert all(seconds > 0 for seconds in said["seconds"].values())
    assert said["parameters"] == 36 * 8 + 8 + 8 * 3 + 3
    assert "3 epochs" in said["stop_reason"]
    assert "Traceback" not in err
    assert os.listdir(runs) == [said["run"]]
    assert Store(runs).read(said["run"]).state is RunState.FINISHED


@pytest.mark.processes
def test_control_c(recipe: str, tmp_path: Path) -> None:
    store = Store(tmp_path / "mine")
    settings = ("--set", "fit.epochs=10000", "--runs", str(store.root))
    # Whoever starts the tests in the background has them ignore Ctrl-C, and what they start as well.
    heard = partial(signal.signal, signal.SIGINT, signal.default_int_handler)
    process = start("run", recipe, *settings, "--json", start_new_session=True, preexec_fn=heard)
    for _ in range(2400):
        if any(store.read(run).history.batches for run in store.ids()) or process.poll() is not None:
            break
        NOTHING.wait(0.05)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    said = json.loads(out.splitlines()[-1])
    assert (said["state"], said["stop_reason"][:13]) == ("stopped", "Stopped after")
    assert said["test"].keys() == {"loss", "accuracy"}, "what there is has been tested"
    assert "Traceback" not in err


@pytest.mark.slow
def test_check_with_its_cost(call: Any, recipe: str) -> None:
    status, out, _ = call("check", recipe, "--cost", "--json")
    said = json.loads(out.splitlines()[-1])
    assert status == 0
    assert said["cost"].keys() == {"first_point", "epoch", "total", "memory"}
    assert all(value > 0 for value in said["cost"].values())
    status, out, _ = call("check", recipe, "--cost")
    assert (status, "on this computer" in out, "MB of memory" in out) == (0, True, True)
    status, out, _ = call("check", recipe, "--cost", "--json", "--set", "layers=[]")
    assert (status, "cost" in json.loads(out.splitlines()[-1])) == (2, False)


def test_run_in_words(call: Any, recipe: str, runs: Path) -> None:
    status, out, _ = call("run", recipe, "--set", "data.limit=40")
    assert status == 0
    assert "finished" in out
    assert "Test: accuracy" in out


def test_failed_fit(call: Any, recipe: str, runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Bomb(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            raise ValueError("the sky fell")

    monkeypatch.setattr(fit_run, "keras_callbacks", lambda *_: [Bomb()])
    status, out, err = call("run", recipe, "--json", "--set", "data.limit=40")
    said = json.loads(out.splitlines()[-1])
    assert (status, said["state"], said["test"]) == (1, "failed", {})
    assert "the sky fell" in err.splitlines()[-1]


def test_failed_test(call: Any, recipe: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fit was fine and the test was not: that was exit status 0 without a word."""

    def fails(*_: Any) -> None:
        raise ValueError("the sky fell")

    monkeypatch.setattr("trainer.engine.worker.evaluate", fails)
    status, out, err = call("run", recipe, "--json", "--set", "data.limit=40")
    assert (status, json.loads(out.splitlines()[-1])["state"]) == (1, "finished")
    assert "the sky fell" in err.splitlines()[-1]


@pytest.mark.processes
def test_a_console_of_another_encoding_is_no_stumbling_block(recipe: str) -> None:
    """Windows writes redirected output in cp1252, which has no arrow."""
    process = start(
        "check", recipe, env=os.environ | {"PYTHONIOENCODING": "cp1252", "COLUMNS": "100"}, encoding="cp1252"
    )
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")


def test_control_c_before_training(call: Any, recipe: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("trainer.engine.foreground.train_and_test", pressed)
    status, out, err = call("run", recipe, "--json")
    assert (status, out, len(err.splitlines())) == (130, "", 1)


BAD: list[tuple[list[str], str]] = [
    (["data.path=/nowhere/digits.npz"], "digits.npz"),
    (["data.path=README.md"], "README.md"),
    (["layers.0.kind=Dens"], "Layer 1"),
    (["layers.1.units=0"], "units"),
    (["layers.1.units=1000000000000"], "units"),
    (["fit.epochs=0"], "epochs"),
    (["fit.epochs"], "fit.epochs"),
    (["colour=red"], "colour"),
    (['layers.0={"kind": "LSTM"}'], "Layer 1 (LSTM)"),
    (["layers=[]"], "layer"),
    (["layers.2.units=4"], "Layer 3 (Dense)"),
    (["data.validation=0", 'callbacks=[{"kind": "EarlyStopping"}]'], "EarlyStopping"),
]


@pytest.mark.parametrize(("settings", "named"), BAD, ids=[" ".join(row[0]) for row in BAD])
def test_bad_settings_give_one_sentence(call: Any, recipe: str, runs: Path, settings: list[str], named: str) -> None:
    options = [part for setting in settings for part in ("--set", setting)]
    status, out, err = call("run", recipe, *options, "--json")
    assert status == 2
    assert len(err.splitlines()) == 1
    assert named in err
    [problem] = json.loads(out)["problems"]
    assert (problem["severity"], problem["message"]) == ("error", err.rstrip())
    assert problem["code"] not in {None, "recipe.at", "recipe.in_file", "recipe.and_more"}
    assert err.rstrip().endswith((".", ")", "?"))
    assert not runs.exists() or not os.listdir(runs), "no run is made of it"


@pytest.mark.parametrize(
    ("csv", "named"),
    [
        (None, "table.csv"),
        ("", "empty"),
        ("text,label\n", "table.csv"),
        ("text,label\n" + "same class,1\n" * 20, "label"),
        ("PK\x03\x04 not a table", "table.csv"),
    ],
)
def test_bad_table_gives_one_sentence(call: Any, texts: Tiny, tmp_path: Path, csv: str | None, named: str) -> None:
    table, path = tmp_path / "table.csv", tmp_path / "text.json"
    if csv is not None:
        table.write_text(csv, "utf-8")
    path.write_text(texts(f"data.path={table}", "data.text_column=text").to_json(), "utf-8")
    for command in ("run", "check"):
        status, out, err = call(command, str(path), "--json")
        assert (status, len(err.splitlines())) == (2, 1)
        assert named in err
        said = json.loads(out)
        told = said["problems"] if csv is None or command == "run" else said["data"]["findings"]
        assert (told[0]["severity"], told[0]["message"]) == ("error", err.rstrip())


@pytest.mark.processes
@pytest.mark.parametrize("content", [None, b"", b"{", b"\xff\xfe\x00", b"[]"])
def test_bad_file_as_a_program(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "mine.json"
    if content is not None:
        path.write_bytes(content)
    done = start("run", str(path), "--json")
    out, err = done.communicate(timeout=60)
    assert (done.returncode, len(err.splitlines())) == (2, 1)
    assert str(path) in err
    said = json.loads(out)
    assert (said["data"], said["problems"][0]["message"]) == (None, err.rstrip())


@pytest.mark.parametrize(
    ("change", "code", "layer"),
    [
        (("layers", {"kind": "Dence"}), "recipe.unknown_kind_near", 2),
        (("layers", {"kind": "Dense", "units": "many"}), "recipe.no_whole_number", 2),
        (("layers", {"units": 3}), "recipe.kind_missing", 2),
        (("fit", {"epoch": 3}), "recipe.unknown_field", None),
    ],
)
def test_what_is_wrong_with_a_recipe_is_told_as_json(
    call: Any, recipe: str, change: tuple[str, Any], code: str, layer: int | None
) -> None:
    tree = json.loads(Path(recipe).read_text("utf-8"))
    field, value = change
    tree[field] = [*tree[field][:2], value] if field == "layers" else value
    Path(recipe).write_text(json.dumps(tree), "utf-8")
    for command in ("check", "run"):
        status, out, err = call(command, recipe, "--json")
        assert status == 2
        assert json.loads(out)["problems"] == [
            {"code": code, "severity": "error", "layer": layer, "message": err.rstrip()}
        ]


def test_bad_folder_of_runs(call: Any, recipe: str, tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.touch()
    for command in (["run", recipe], ["list"], ["show", "x"]):
        status, out, err = call(*command, "--runs", str(blocked))
        assert (status, out, len(err.splitlines())) == (2, "", 1)
        assert "a file" in err


def test_wrong_usage() -> None:
    for arguments in ([], ["fly"], ["run"], ["list", "--colour"]):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 2


def test_check(call: Any, recipe: str) -> None:
    status, out, err = call("check", recipe, "--json")
    said = json.loads(out.splitlines()[-1])
    assert (status, err, said["problems"], said["parameters"]) == (0, "", [], 323)
    assert [row["output_shape"] for row in said["layers"]] == [[36], [8], [3]]
    status, out, _ = call("check", recipe)
    assert status == 0
    assert "Dense" in out
    assert "323 parameters" in out
    assert "No problems" in out
    status, out, _ = call("check", recipe, "--json", "--set", "layers.2.units=9")
    assert (status, json.loads(out)["problems"][0]["layer"]) == (2, 2)
    status, out, _ = call("check", recipe, "--set", "layers.2.units=9")
    assert status == 2
    assert "error: Layer 3 (Dense)" in out


def test_list_and_show(call: Any, tiny: Tiny, runs: Path, tmp_path: Path) -> None:
    assert "no runs yet" in call("list")[1]
    store = Store(runs)
    first, second = store.create(tiny("name=[bold]first[/]")), store.create(tiny("name=second"))
    status, out, _ = call("list", "--json")
    assert status == 0
    assert {run["run"]: run["name"] for run in json.loads(out)} == {first: "[bold]first[/]", second: "second"}
    (store.folder(second) / "recipe.json").write_text("{", "utf-8")
    status, out, _ = call("list")
    assert status == 0
    assert "queued" in out
    status, out, _ = call("show", first, "--json")
    said = json.loads(out)
    assert (status, said["run"], said["state"], said["epochs"]) == (0, first, "queued", [])
    assert said.keys() >= KEYS
    status, out, _ = call("show", first)
    assert (status, first in out, "[bold]first[/]" in out) == (0, True, True)
    assert call("show", second)[0] == 0
    assert call("show", first, "--runs", str(tmp_path / "others"))[0] == 2
    for unknown in ("2", "20", "nothing", "../..", "", "x" * 300):
        status, out, err = call("show", unknown)
        assert (status, out, len(err.splitlines())) == (2, "", 1)


@pytest.mark.parametrize("same_rows", [True, False])
def test_a_test_on_the_training_rows_is_set_against_no_baseline(
    call: Any, tiny: Tiny, runs: Path, same_rows: bool
) -> None:
    store = Store(runs)
    run = store.create(tiny())
    log = LogWriter(store.log(run))
    log.write(prepared(test=6, same_rows=same_rows, most_common="3", test_majority=0.5))
    log.write(events.Tested(logs={"loss": 0.1, "accuracy": 1.0}, rows=6, weights_epoch=1, seconds=1, file="test-1.npz"))
    log.close()
    status, out, _ = call("show", run)
    assert status == 0
    assert "100.0%" in out
    assert ("61.0%" in out, "too small to split" in out) == (not same_rows, same_rows)
    said = json.loads(call("show", run, "--json")[1])
    assert (said["test_range"], said["baseline"]) == ((None, None) if same_rows else ([0.6097, 1.0], 0.5))


def test_list_at_80_columns(call: Any, tiny: Tiny, runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    store = Store(runs)
    names = ["Lesson 1: Read handwritten digits", "A name of so many words that it cannot be on one line of a terminal"]
    ids = {name: store.create(tiny().with_(name=name)) for name in [*names, "\x1b[31mred\nname"]}
    status, out, err = call("list")
    lines = out.splitlines()
    assert (status, err) == (0, "")
    assert all(len(line) <= 80 for line in lines)
    rows = [line for line in lines[1:] if not line.startswith(" ")]
    assert len(rows) == 3, "one row a run, newest first"
    assert any("queued" in row and row.endswith(names[0]) for row in rows)
    assert names[1] in " ".join(" ".join(lines).split()), "wrapped at spaces, nothing cut"
    assert "\x1b" not in out, "a name cannot colour the terminal"
    for row in rows:
        short = row.split()[0]
        assert json.loads(call("show", short, "--json")[1])["run"] in ids.values(), "every command takes the short id"


def test_ids_by_their_beginning(call: Any, tiny: Tiny, runs: Path) -> None:
    store = Store(runs)
    first = store.create(tiny())
    (runs / first).rename(runs / "20260101-000000-aaaaaabaaaaaaaaa")
    (runs / store.create(tiny())).rename(runs / "20260101-000001-aaaaaacaaaaaaaaa")
    assert {line.split()[0] for line in call("list")[1].splitlines()[1:]} == {"aaaaaab", "aaaaaac"}
    assert call("show", "aaaaaab")[0] == call("show", "20260101-000001")[0] == 0
    for wrong in ("aaaaaa", "2026", "aab", ""):
        status, out, err = call("show", wrong)
        assert (status, out, len(err.splitlines())) == (2, "", 1)


def test_list_of_damaged_runs_says_so(call: Any, tiny: Tiny, runs: Path) -> None:
    store = Store(runs)
    store.log(store.create(tiny().with_(name="readable"))).write_text("rubbish\n", "utf-8")
    (store.folder(store.create(tiny())) / "recipe.json").write_text("{", "utf-8")
    out = call("list")[1]
    assert "readable (damaged)" in out
    assert "A damaged run" in out


def test_keras_warns_nobody_in_the_terminal(call: Any, texts: Tiny, tmp_path: Path) -> None:
    """A Conv1D drops the mask of an Embedding, of which Keras warns with a path of its own."""
    layers = [{"kind": "Embedding", "input_dim": 50, "output_dim": 4, "mask_zero": True},
              {"kind": "Conv1D", "filters": 2}, {"kind": "GlobalMaxPooling1D"},
              {"kind": "Dense", "units": 1, "activation": "sigmoid"}]  # fmt: skip
    path = tmp_path / "text.json"
    path.write_text(texts(f"layers={json.dumps(layers)}", "fit.epochs=1").to_json(), "utf-8")
    status, _, err = call("run", str(path), "--json")
    assert (status, "UserWarning" in err, "site-packages" in err) == (0, False, False)


def test_check_and_run_choose_columns_and_have_the_doctor(call: Any, texts: Tiny, runs: Path, tmp_path: Path) -> None:
    """What an upload in the browser would read, and what its doctor would say."""
    table, path = tmp_path / "table.csv", tmp_path / "text.json"
    rows = (
        f"{n},{('calm', 'upset')[n % 2]},{1 + n % 5},some words about number {n % 50} of them\n" for n in range(120)
    )
    table.write_text("id,mood,stars,remark\n" + "".join(rows), "utf-8")
    left_open = texts(f"data.path={table}", "data.max_words=5")
    path.write_text(left_open.to_json(), "utf-8")
    status, out, err = call("check", str(path), "--json")
    said = json.loads(out)
    assert (status, err) == (2, ""), "errors of the data are errors"
    assert (said["data"]["text_column"], said["data"]["label_column"]) == ("remark", "mood")
    assert said["data"]["alternatives"] == ["stars"]
    found = {one["code"]: (one["severity"], one["rows"]) for one in said["data"]["findings"]}
    assert found["text_csv.leakage"][0] == "error"
    assert found["text_csv.duplicates"] == ("note", 70)
    assert all(one.keys() >= {"code", "severity", "layer", "message"} for one in said["problems"])
    status, out, _ = call("check", str(path))
    assert (status, "“remark”" in out, "“stars”" in out, "error: " in out) == (2, True, True, True)
    status, _, err = call("check", str(path), "--set", "data.text_column=nothing")
    assert (status, "nothing" in err) == (2, True)
    status, out, err = call("run", str(path), "--json")
    assert status == 0, "what trains is not refused"
    assert "training data" in " ".join(err.split())
    recipe = Store(runs).recipe(json.loads(out)["run"])
    assert recipe.data == left_open.with_settings(["data.text_column=remark", "data.label_column=mood"]).data


def test_a_label_that_nobody_can_choose_is_asked_for(call: Any, texts: Tiny, runs: Path, tmp_path: Path) -> None:
    table, path = tmp_path / "table.csv", tmp_path / "text.json"
    table.write_text("gender,text\n" + "".join(f"{'mf'[n % 2]},a remark on {n}\n" for n in range(80)), "utf-8")
    path.write_text(texts(f"data.path={table}").to_json(), "utf-8")
    status, out, err = call("check", str(path), "--json")
    asked = json.loads(out)["data"]
    assert (status, asked["label_column"], asked["alternatives"]) == (2, None, ["gender"])
    status, out, _ = call("check", str(path))
    assert (status, "“text”" in out, "“gender”" in out) == (2, True, True), "also where the data are refused"
    told = " ".join(out.split())
    assert all(" ".join(one["message"].split()) in told for one in asked["findings"][1:])
    assert (call("run", str(path))[0], len(err.splitlines()), runs.exists() and os.listdir(runs)) == (2, 1, [])
    out = call("check", str(path), "--json", "--set", "data.label_column=gender")[1]
    assert json.loads(out)["data"]["label_column"] == "gender"


def test_show_tells_which_epochs_are_kept(call: Any, tiny: Tiny, runs: Path) -> None:
    store = Store(runs)
    run = store.create(tiny())
    assert json.loads(call("show", run, "--json")[1])["kept_epochs"] == []
    kept = KeptEpochs(store.folder(run))
    for epoch in (0, 1, 2, 5):
        kept.put(epoch, b"1234")
    assert json.loads(call("show", run, "--json")[1])["kept_epochs"] == [0, 1, 2, 5]
    assert "0-2, 5" in call("show", run)[1]
    (store.folder(run) / "epochs" / "epochs.json").write_text("{")
    status, out, err = call("show", run, "--json")
    assert (status, json.loads(out)["kept_epochs"], len(err.splitlines())) == (0, None, 1)
