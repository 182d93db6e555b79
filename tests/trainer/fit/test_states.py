"""Saved states that are damaged, of another run, of other data, or that the disk does not take."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.resume import Journal, at_batch_of, same
from trainer.fit import checkpoint_manager
from trainer.fit.checkpoint_manager import CheckpointManager, DamagedStateError
from trainer.recipe.recipe import Recipe
from trainer.runs.events import Continued, Notice
from trainer.runs.saved_state import FOLDER

Tiny = Callable[..., Recipe]


def damaged(files: list[Path], how: str) -> None:
    for file in files:
        content = file.read_bytes()
        if how == "cut":
            file.write_bytes(content[: len(content) // 2])
        elif how == "flipped":
            middle = len(content) // 2
            file.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
        else:
            file.unlink()


@pytest.fixture(scope="module")
def original(digits: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Journal, Journal, Recipe]:
    """A whole run, the same as it was when it was killed in its fourth epoch, and its recipe."""
    tree = {
        "data": {"kind": "mnist", "path": str(digits), "validation": 0.2},
        "layers": [{"kind": "Flatten"}, {"kind": "Dense", "units": 3, "activation": "softmax"}],
        "fit": {"epochs": 5, "batch_size": 16},
    }
    recipe, whole = Recipe.from_json(json.dumps(tree)), Journal(tmp_path_factory.mktemp("original") / "run")
    _, killed = whole.fit(recipe, crash=at_batch_of(4))
    assert sorted(path.name for path in (killed.folder / FOLDER).iterdir()) == [
        f"{name}-0000{epoch}.{ending}"
        for name, ending in (("optimizer", "npz"), ("state", "json"), ("weights", "npz"))
        for epoch in (2, 3)
    ]
    return whole, killed, recipe


@pytest.fixture
def killed(original: tuple[Journal, Journal, Recipe], tmp_path: Path) -> Journal:
    copy = Journal(tmp_path / "copy")
    copy.take_over(original[1])
    return copy


@pytest.mark.slow
@pytest.mark.parametrize("how", ["cut", "flipped", "gone"])
@pytest.mark.parametrize("name", ["weights", "optimizer", "state"])
def test_a_damaged_state_falls_back_to_the_one_before(
    original: tuple[Journal, Journal, Recipe], killed: Journal, how: str, name: str
) -> None:
    whole, _, recipe = original
    journal = killed
    damaged(list((journal.folder / FOLDER).glob(f"{name}-00003.*")), how)
    journal.go_on(recipe)
    same(journal, whole)
    continued = next(event for event in journal.events if isinstance(event, Continued))
    assert continued.epoch == 2
    told = [event for event in journal.events if isinstance(event, Notice)]
    assert bool(told) == (not (name == "state" and how == "gone")), "a state that was never there is no damage"


@pytest.mark.parametrize("how", ["cut", "flipped"])
def test_with_both_states_damaged_it_is_refused(
    original: tuple[Journal, Journal, Recipe], killed: Journal, how: str
) -> None:
    journal, recipe = killed, original[2]
    damaged(list((journal.folder / FOLDER).glob("weights-*")), how)
    with pytest.raises(DamagedStateError, match="damaged"):
        journal.go_on(recipe)
    shutil.rmtree(journal.folder / FOLDER)
    with pytest.raises(DamagedStateError, match="no saved state"):
        journal.go_on(recipe)
    assert [epoch.epoch for epoch in journal.history.epochs] == [1, 2, 3], "nothing is lost by the refusal"


def test_every_cut_of_a_manifest_is_noticed(killed: Journal) -> None:
    journal = killed
    folder = journal.folder / FOLDER
    newest = folder / "state-00003.json"
    content = newest.read_bytes()
    key = json.loads(content.splitlines()[0])["fingerprint"]
    states = CheckpointManager(folder, journal.folder.name, key)
    for length in range(len(content) - 1):  # the last byte is only the end of the line
        newest.write_bytes(content[:length])
        found = states.newest()
        assert found is not None
        assert (found[0].epoch, found[1]) == (2, True)
    newest.write_bytes(content)
    found = states.newest()
    assert found is not None
    assert (found[0].epoch, found[1]) == (3, False)


def test_a_state_of_another_run_or_other_data_is_refused(
    original: tuple[Journal, Journal, Recipe], killed: Journal, tmp_path: Path
) -> None:
    recipe, other = original[2], tmp_path / "other run"
    shutil.copytree(killed.folder, other)
    stranger = Journal(other)
    stranger.history = killed.history
    with pytest.raises(DamagedStateError, match="damaged"):
        stranger.go_on(recipe)
    with pytest.raises(DamagedStateError, match="changed"):
        killed.go_on(recipe.with_settings(["data.limit=90"]))


@pytest.mark.slow
def test_a_full_disk_stops_no_training_and_leaves_the_older_state(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every save from the n-th on fails, for every n: the fit goes on, says so once, and resumes from what there is."""
    recipe, whole = tiny("fit.epochs=3", "data.limit=60"), Journal(tmp_path / "whole")
    whole.fit(recipe)
    write_whole = checkpoint_manager.write_whole
    for n in (0, 1, 2, 3, 5):  # a state is three files
        left = iter(range(n))

        def full(*arguments: Any, left: Any = left, **more: Any) -> None:
            if next(left, None) is None:
                raise OSError(28, "No space left on device")
            write_whole(*arguments, **more)

        monkeypatch.setattr(checkpoint_manager, "write_whole", full)
        journal = Journal(tmp_path / f"full{n}")
        journal.fit(recipe)
        same(journal, whole)
        assert len([event for event in journal.events if isinstance(event, Notice)]) == 1
        assert not list((journal.folder / FOLDER).glob(".*"))
        monkeypatch.setattr(checkpoint_manager, "write_whole", write_whole)
        more = recipe.with_settings(["fit.epochs=4"])
        if n < 3:
            with pytest.raises(DamagedStateError, match="disk was full"):
                journal.go_on(more, "further")
        else:
            journal.go_on(more, "further")
            assert [epoch.epoch for epoch in journal.history.epochs] == [1, 2, 3, 4]


def test_no_file_of_a_state_can_run_code(killed: Journal) -> None:
    """Arrays without pickled objects, and JSON."""
    for path in (killed.folder / FOLDER).glob("*.npz"):
        with np.load(path, allow_pickle=False) as file:
            assert all(file[name].dtype.kind in "fiu" for name in file.files)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are files on Linux and macOS alone")
def test_a_state_of_pipes_and_folders_is_damaged_and_holds_nobody_up(tmp_path: Path) -> None:
    """Opening a pipe waits for its writer: a Resume of such a run would have waited for ever, with its turn."""
    os.mkfifo(tmp_path / "state-00001.json")
    (tmp_path / "odd").mkdir()
    with pytest.raises(DamagedStateError):
        CheckpointManager(tmp_path, "a run", "a recipe").newest()
