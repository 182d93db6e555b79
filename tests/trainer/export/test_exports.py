"""Exports of whole runs: made, run by themselves, and refused, with nothing left behind."""

from __future__ import annotations

import json
import os
import runpy
import time
import zipfile
from collections.abc import Callable
from errno import ENOSPC
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
import tensorflow as tf

from trainer.__main__ import main
from trainer.engine.protocol import OpenTestSet, Train
from trainer.engine.worker import Worker
from trainer.export import job, networks
from trainer.export.comparison import compare
from trainer.export.equality import ExportError
from trainer.export.exported_run import Which, take
from trainer.export.format import formats
from trainer.export.process import export
from trainer.export.protocol import Job, Refused, Written
from trainer.fit.predict import Predictor, predictor
from trainer.messages import Message
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs.kept_epochs import kept_epochs
from trainer.runs.store import Store

pytestmark = [pytest.mark.processes, pytest.mark.filterwarnings("ignore:.*does not support masking:UserWarning")]
Make = Callable[..., Recipe]
NAME = 'a/b\\c: "d"? <e>|f* CON. ✂ Größe'


def trained(store: Store, recipe: Recipe, *, test: bool = False) -> str:
    worker = Worker(store)
    run = store.create(recipe)
    worker.begin(Train(run_id=run))
    assert worker.join(run, 120)
    if test:
        worker.begin(OpenTestSet(run_id=run))
        assert worker.join(run, 120)
    return run


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def pictures(store: Store, tiny: Make) -> str:
    return trained(store, tiny("fit.epochs=3", name=NAME), test=True)


@pytest.fixture(scope="module")
def words(store: Store, texts: Make) -> str:
    """Of a network that reads step by step and leaves padding out."""
    layers = [
        {"kind": "Embedding", "input_dim": 50, "output_dim": 4, "mask_zero": True},
        {"kind": "LSTM", "units": 4, "dropout": 0.2},
        {"kind": "Dense", "units": 1, "activation": "sigmoid"},
    ]
    return trained(store, texts(f"layers={json.dumps(layers)}", "optimizer.learning_rate=0.05", "data.validation=0.2"))


@pytest.fixture
def make(store: Store, tmp_path: Path) -> Callable[..., Written | Refused]:
    """Make an export in this process, where TensorFlow is loaded already; the export itself runs in one of its own."""

    def make(run: str, name: str, which: Which = None) -> Written | Refused:
        place = tmp_path / f"{name}{len(list(tmp_path.iterdir()))}" / f"network{formats()[name].suffix}"
        place.parent.mkdir()
        return export(Job(root=store.root, run_id=run, format=name, which=which, place=place), lambda _: None)

    return make


@pytest.mark.parametrize(
    ("which", "name"),
    [
        ("pictures", "keras"), ("pictures", "onnx"), ("pictures", "litert"), ("words", "keras"),
        ("words", "saved_model"), ("words", "onnx"), ("words", "litert"),
    ],
)  # fmt: skip
def test_an_export_is_equal_to_its_network(
    which: str,
    name: str,
    make: Callable[..., Any],
    request: pytest.FixtureRequest,
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = request.getfixturevalue(which)
    done = make(run, name)
    assert isinstance(done, Written), done
    assert done.equality is not None
    assert done.equality.answers_that_differ == 0
    assert done.equality.compared == ("test" if which == "pictures" else "validation"), "no test is opened unasked"
    assert done.equality.largest_difference < 1e-5
    rows = store.read(run).history.prepared
    assert done.equality.rows == (rows.test if which == "pictures" else rows.validation) + done.equality.traps
    (folder,) = tmp_path.glob("*/*")
    said = json.loads((folder / "network.json").read_text("utf-8"))
    assert said["equality"] == done.equality.model_dump()
    assert said["class_names"] == list(rows.class_names)
    assert said["reads"]["at_once"] == (1 if (which, name) == ("words", "litert") else None)
    assert str(done.equality.message) in (folder / "README.txt").read_text("utf-8")
    if which == "words":
        assert (folder / "tokenizer.py").exists() == (name in ("onnx", "litert"))
    if which != "pictures":
        _assert_vectors(store, run, json.loads((folder / "vectors.json").read_text("utf-8")))
    if name == "saved_model":
        loaded = tf.saved_model.load(str(folder))
        answered = loaded.serve(tf.constant(["A GOOD film", "a bad film", "!!!"]))
        names = np.array([one.encode() for one in rows.class_names])
        np.testing.assert_array_equal(answered["answers"], names[answered["scores"].numpy().argmax(axis=1)])
    if name == "keras":
        with zipfile.ZipFile(folder / "network.keras") as file:
            assert json.loads(file.read("metadata.json"))["class_names"] == list(rows.class_names)
    if (which, name) == ("words", "keras"):
        monkeypatch.chdir(folder)
        program = (folder / "README.txt").read_text("utf-8").partition("import json")[2].rpartition("\n\n")[0]
        (tmp_path / "program.py").write_text("import json" + program, "utf-8")
        said = runpy.run_path(str(tmp_path / "program.py"))
        assert said["answers"] == [rows.class_names[said["scores"][0].argmax()]]


def _assert_vectors(store: Store, run: str, vectors: list[dict[str, Any]]) -> None:
    found = store.read(run)
    network = predictor(store.recipe(run), store.folder(run), found.history)
    numbers = network.preparation.numbers(np.array([one["text"] for one in vectors], object))
    np.testing.assert_array_equal(numbers, [one["numbers"] for one in vectors])
    np.testing.assert_allclose(network.scores(numbers), [one["scores"] for one in vectors], atol=1e-5)


def test_the_weights_of_an_epoch_are_taken(make: Callable[..., Any], pictures: str, store: Store) -> None:
    last = kept_epochs(store.folder(pictures))[-1].epoch
    assert [make(pictures, "onnx", which).epoch for which in (0, "last")] == [0, last]
    assert take(store, pictures, "best").epoch == store.read(pictures).history.best_epoch
    refused = make(pictures, "onnx", 77)
    assert (refused.message.code, refused.is_fault) == ("runs.epoch_not_kept", False)


@pytest.mark.parametrize("has_changed", [True, False])
def test_without_the_data_rows_are_made_up(
    make: Callable[..., Any], words: str, monkeypatch: pytest.MonkeyPatch, has_changed: bool
) -> None:
    def missing(*_: object) -> None:
        raise RecipeError("It is gone.")

    if has_changed:
        monkeypatch.setattr("trainer.export.examples.state_fingerprint", lambda *_: "of other data")
    else:
        monkeypatch.setattr("trainer.export.examples.data.load", missing)
    done = make(words, "onnx")
    assert (done.equality.compared, done.equality.rows) == ("made_up", 500 + done.equality.traps)


def test_what_is_not_equal_is_refused(make: Callable[..., Any], pictures: str, monkeypatch: pytest.MonkeyPatch) -> None:
    scores = Predictor.scores
    monkeypatch.setattr(Predictor, "scores", lambda network, x: scores(network, x) + np.float32(2e-4))
    refused = make(pictures, "onnx")
    assert refused.message.code == "export.not_equal"
    assert refused.message.parameters["differ"] == 0
    assert "0.0002" in str(refused.message)


def test_answers_that_differ_beyond_a_tie_are_counted() -> None:
    network = np.array([[0.5, 0.5], [0.6, 0.4], [np.nan, 1.0], [0.2, 0.8]])
    same = network + np.array([[-4e-5, 4e-5], [0, 0], [np.nan, 0], [0, 0]])
    assert compare(same, network, "test", 0).answers_that_differ == 0
    other = network.copy()
    other[1] = [0.4, 0.6]
    with pytest.raises(ExportError) as refused:
        compare(other, network, "test", 0)
    assert refused.value.message.parameters["differ"] == 1
    for wrong in (np.nan_to_num(network), network[:3], np.full_like(network, np.inf)):
        with pytest.raises(ExportError):
            compare(wrong, network, "test", 0)


def test_a_full_disk_is_told(make: Callable[..., Any], pictures: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(ENOSPC, os.strerror(ENOSPC))

    monkeypatch.setattr(networks, "write_companions", full)
    refused = make(pictures, "onnx")
    assert refused.message.code == "export.not_written"
    assert os.strerror(ENOSPC) in str(refused.message)


def test_damaged_weights_are_told(make: Callable[..., Any], texts: Make, store: Store) -> None:
    run = trained(store, texts())
    file = store.folder(run) / "final.weights.h5"
    file.write_bytes(b"nothing")
    assert make(run, "onnx").message.code == "runs.weights_damaged"
    file.unlink()
    assert make(run, "onnx").message.code == "runs.weights_unreadable"


@pytest.fixture
def call(store: Store, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Any, str]]:
    """The command itself, in a process of its own for each export."""

    def call(*arguments: str) -> tuple[int, Any, str]:
        capfd.readouterr()
        status = main(["export", *arguments, "--json", "--runs", str(store.root), "--out", str(tmp_path / "out")])
        out, error = capfd.readouterr()
        return status, json.loads(out.splitlines()[-1]) if out.strip() else None, error

    return call


def test_the_command_names_files_itself_and_overwrites_nothing(
    call: Callable[..., Any], pictures: str, tmp_path: Path
) -> None:
    taken = tmp_path / "out" / "a-b-c-d-e-f-CON-Größe-onnx"
    taken.mkdir(parents=True)
    status, said, error = call(pictures, "--format", "onnx")
    assert error == "", "no word of any library"
    assert (status, said["run"], said["format"], said["epoch"]) == (0, pictures, "onnx", 3)
    assert said["equality"]["answers_that_differ"] == 0
    assert Path(said["path"]) == tmp_path / "out" / "a-b-c-d-e-f-CON-Größe-2-onnx"
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == [Path(said["path"]).name, taken.name]
    assert said["bytes"] == sum(one.stat().st_size for one in Path(said["path"]).iterdir())
    assert list(taken.iterdir()) == []


def test_a_refusal_of_the_command_leaves_nothing(call: Callable[..., Any], pictures: str, tmp_path: Path) -> None:
    status, said, error = call(pictures, "--format", "onnx", "--epoch", "99")
    assert (status, said["problems"][0]["code"]) == (2, "runs.epoch_not_kept")
    assert len(error.strip().splitlines()) == 1
    assert list((tmp_path / "out").iterdir()) == []
    (tmp_path / "out").rmdir()
    (tmp_path / "out").write_text("a file")
    assert call(pictures, "--format", "onnx")[0] == 2


OF_NO_WEIGHTS = [name for name, kind in formats().items() if not kind.of_weights]


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no such modes")
@pytest.mark.parametrize("name", [*OF_NO_WEIGHTS, "html", "onnx"])
def test_whoever_may_read_other_new_files_may_read_an_export(
    name: str, make: Callable[..., Any], pictures: str, tmp_path: Path
) -> None:
    assert isinstance(make(pictures, name), Written)
    (tmp_path / "new").touch()
    usual = (tmp_path / "new").stat().st_mode
    made = [one for one in tmp_path.rglob("network*") if one.is_file()]
    assert {one.stat().st_mode for one in made} == {usual}


@pytest.mark.parametrize("name", OF_NO_WEIGHTS)
def test_what_is_of_no_weights_is_of_no_epoch(name: str, store: Store, pictures: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError) as refused:
        job.export(store, pictures, name, tmp_path / "out", "best")
    assert refused.value.code == "export.of_no_epoch"
    assert not (tmp_path / "out").exists()


def test_a_stop_takes_less_than_a_second_and_leaves_nothing(store: Store, pictures: str, tmp_path: Path) -> None:
    heard, begun = list[str](), psutil.Process().children(recursive=True)

    class StopError(Exception):
        """Somebody wants it to stop."""

    def tell(message: Message) -> None:
        heard.append(message.code)

    def check() -> None:
        if "export.running" in heard:
            heard.append(str(time.monotonic()))
            raise StopError

    with pytest.raises(StopError):
        job.export(store, pictures, "keras", tmp_path, tell=tell, check=check)
    assert time.monotonic() - float(heard[-1]) < 1
    assert list(tmp_path.iterdir()) == []
    left = [one for one in psutil.Process().children(recursive=True) if one not in begun and one.is_running()]
    assert [one for one in left if one.status() != psutil.STATUS_ZOMBIE] == []


def test_a_process_that_dies_is_told(
    store: Store, pictures: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(message: Message) -> None:
        for one in psutil.Process().children():
            one.kill()

    with pytest.raises(job.ExportFailedError) as failed:
        job.export(store, pictures, "onnx", tmp_path, tell=die)
    assert failed.value.code == "export.crashed"
    assert list(tmp_path.iterdir()) == []


def test_control_c_is_a_stop(call: Callable[..., Any], pictures: str, tmp_path: Path, monkeypatch: Any) -> None:
    listen = job._last_answer

    def pressed(answers: Any, tell: Any, check: Any) -> Any:
        def check_it() -> None:
            raise KeyboardInterrupt

        return listen(answers, tell, check_it)

    monkeypatch.setattr(job, "_last_answer", pressed)
    status, said, error = call(pictures, "--format", "onnx")
    assert (status, said) == (130, None)
    assert len(error.strip().splitlines()) == 1
    assert list((tmp_path / "out").iterdir()) == []


def test_an_export_gets_a_name_that_is_free(tmp_path: Path) -> None:
    for made, suffix in ((tmp_path / "one", "-onnx"), (tmp_path / "two", ".html")):
        paths = []
        for number in range(3):
            if suffix.startswith("."):
                made.write_text(str(number))
            else:
                made.mkdir()
                (made / "network").write_text(str(number))
            paths.append(job._moved(made, tmp_path, "name", suffix))
            assert not made.exists()
        assert [one.name for one in paths] == [f"name{suffix}", f"name-2{suffix}", f"name-3{suffix}"]
        files = [one / "network" if one.is_dir() else one for one in paths]
        assert [one.read_text() for one in files] == ["0", "1", "2"]
