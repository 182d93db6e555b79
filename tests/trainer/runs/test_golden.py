"""Run folders as earlier versions wrote them, one folder of them for each version: they have to open for ever.

`tests/golden/<version>/<run>/` is never changed. `tests/golden/<version>/expected.json` says what each run is to show;
a new version needs no more than its folder.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.folders import GOLDEN
from trainer.fit import evaluate
from trainer.fit.checkpoint_manager import DamagedStateError
from trainer.fit.control import Control
from trainer.fit.run import Start, prepare, train
from trainer.runs.events import AnyEvent, EpochEnded
from trainer.runs.report import report
from trainer.runs.store import Store
from trainer.runs.wording import WORDING

VERSIONS = sorted(path.name for path in GOLDEN.iterdir() if path.is_dir())
EXPECTED: dict[str, dict[str, dict[str, Any]]] = {
    version: json.loads((GOLDEN / version / "expected.json").read_text("utf-8")) for version in VERSIONS
}
RUNS = [pytest.param(version, run, id=f"{version}-{run}") for version in VERSIONS for run in EXPECTED[version]]
TESTED = [run for run in RUNS if EXPECTED[str(run.values[0])][str(run.values[1])]["tests"]]


@pytest.fixture
def old(tmp_path: Path, version: str) -> Store:
    """A store with a copy of all runs of a version: reading makes a lock file and a summary."""
    shutil.copytree(GOLDEN / version, tmp_path / "runs")
    return Store(tmp_path / "runs")


@pytest.mark.parametrize("version", VERSIONS)
def test_every_folder_is_expected_and_listed(version: str, old: Store) -> None:
    folders = {path.name for path in (GOLDEN / version).iterdir() if path.is_dir()}
    assert folders == EXPECTED[version].keys()
    for _ in range(2):  # from the logs, then from their summaries
        listed = {run.id: run for run in old.list()}
        assert {run: str(listed[run].state) for run in listed} == {
            run: expected["state"] for run, expected in EXPECTED[version].items()
        }
        assert [run.damage for run in listed.values()] == [None] * len(folders)


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_of_the_computer_that_made_them_is_inside(version: str) -> None:
    for path in (GOLDEN / version).rglob("*"):
        assert path.name != "lock"
        if path.is_file():
            assert not any(root in path.read_bytes() for root in (b"/home/", b"/tmp/", b"/root/", b"/work/")), path


@pytest.mark.parametrize(("version", "run"), RUNS)
def test_a_run_of_an_earlier_version_opens(version: str, run: str, old: Store) -> None:
    expected = EXPECTED[version][run]
    for found in (old.read(run), old.read_summary(run), old.read_summary(run)):
        history = found.history
        assert (found.state, found.damage) == (expected["state"], None)
        if found.left_behind:  # nothing in its log says why it ended
            assert history.reason == WORDING.message("trainer_gone")
        else:
            assert history.reason == expected["reason"]
        assert [epoch.epoch for epoch in history.epochs] == list(range(1, expected["epochs"] + 1))
        assert history.best_epoch == expected["best_epoch"]
        kept = history.weights and {"epoch": history.weights.epoch, "file": history.weights.file}
        assert kept == expected["weights"]
        assert [test.logs for test in history.tests] == expected["tests"]
        assert found.recipe is not None
        assert json.dumps(report(found), allow_nan=False)
    assert old.read(run).history.batches, "its curve is there as well"


@pytest.mark.parametrize(("version", "run"), TESTED)
def test_the_test_of_an_earlier_version_opens_again(version: str, run: str, old: Store) -> None:
    folder, history = old.folder(run), old.read(run).history
    last = history.tests[-1]
    assert history.weights is not None
    again = evaluate.evaluate(old.recipe(run), folder, history.weights, len(history.tests) + 1, Control())
    assert again.logs == pytest.approx(last.logs, rel=1e-4)
    assert (again.rows, again.weights_epoch) == (last.rows, last.weights_epoch)
    with np.load(folder / last.file) as before, np.load(folder / again.file) as now:
        assert before["y"].tolist() == now["y"].tolist()
        assert before["rows"].tolist() == now["rows"].tolist()
        assert now["probabilities"] == pytest.approx(before["probabilities"], abs=1e-5)


@pytest.mark.parametrize(("version", "run"), RUNS)
def test_all_weights_of_an_earlier_version_load(version: str, run: str, old: Store) -> None:
    model = prepare(old.recipe(run)).model
    untrained = model.get_weights()
    files = sorted(old.folder(run).rglob("*.weights.h5"))
    assert bool(files) == (EXPECTED[version][run]["weights"] is not None)
    for file in files:
        model.load_weights(file)
        loaded = model.get_weights()
        assert any((before != now).any() for before, now in zip(untrained, loaded, strict=True)), file


@pytest.mark.parametrize(("version", "run"), RUNS)
def test_a_run_of_an_earlier_version_goes_on(version: str, run: str, old: Store) -> None:
    """From its saved state, with the next epoch; a version without saved states is refused in words."""
    past = old.read(run).history
    events: list[AnyEvent] = []
    recipe = old.recipe(run).with_settings([f"fit.epochs={len(past.epochs) + 1}"])
    start = Start("further", len(past.epochs))
    if not (old.folder(run) / "state").is_dir():
        with pytest.raises(DamagedStateError, match="no saved state"):
            train(recipe, old.folder(run), events.append, Control(), start)
        return
    train(recipe, old.folder(run), events.append, Control(), start)
    assert [event.epoch for event in events if isinstance(event, EpochEnded)] == [len(past.epochs) + 1]


@pytest.mark.parametrize(("version", "run"), RUNS)
def test_texts_of_an_earlier_version_are_read_as_they_were_then(version: str, run: str, old: Store) -> None:
    data = old.recipe(run).data
    assert data.text_rule == (None if data.modality == "image" else "lower_and_strip_punctuation")
