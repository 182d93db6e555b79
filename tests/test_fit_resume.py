"""A fit that goes on where it was, after a crash, a stop or its end: the numbers of an undisturbed one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from trainer.fit import generations
from trainer.fit.control import Control
from trainer.fit.ending import WEIGHTS_FILE
from trainer.fit.generations import DamagedStateError, Generations
from trainer.fit.keeper import FOLDER
from trainer.fit.run import Start, train
from trainer.recipe.callbacks import CSVLogger, EarlyStopping, LearningRateScheduler, ModelCheckpoint, ReduceLROnPlateau
from trainer.recipe.layers import LSTM, BatchNormalization, Dense, Dropout, Embedding, Flatten
from trainer.recipe.optimizers import Optimizer
from trainer.recipe.recipe import Recipe
from trainer.runs.events import AnyEvent, BatchSeen, Continued, EpochEnded, Notice
from trainer.runs.history import History

Tiny = Callable[..., Recipe]
Crash = Callable[[AnyEvent], bool]
AFRESH = Start()
RANDOM = (Flatten(), Dense(units=8, activation="relu"), BatchNormalization(), Dropout(rate=0.3))
HEAD = (Dense(units=3, activation="softmax"),)


class Journal:
    """A run's folder and what its log would hold."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.events, self.history = folder, [], History()
        folder.mkdir(exist_ok=True)

    def fit(self, recipe: Recipe, start: Start = AFRESH, crash: Crash = lambda _: False) -> tuple[Any, Journal]:
        """Train to the end; returns the outcome, and the run as it would be had it been killed just before an event."""
        killed = Journal(self.folder.with_name(f"killed {self.folder.name}"))

        def write(event: AnyEvent) -> None:
            if crash(event) and not killed.events:
                killed.take_over(self)
            self.events.append(event)
            self.history.add([event.model_copy(update={"n": self.history.cursor + 1})])

        return train(recipe, self.folder, write, Control(), start), killed

    def take_over(self, other: Journal) -> None:
        # A state knows whose it is: the copy goes on under the name of the original.
        self.folder = self.folder / other.folder.name
        shutil.copytree(other.folder, self.folder)
        self.events, self.history = other.events[:], other.history.snapshot()

    def go_on(self, recipe: Recipe, why: Any = "resume", **more: Any) -> Any:
        return self.fit(recipe, Start(why, len(self.history.epochs)), **more)[0]

    @property
    def logs(self) -> list[dict[str, float]]:
        return [epoch.logs for epoch in self.history.epochs]

    @property
    def weights(self) -> list[Any]:
        with h5py.File(self.folder / WEIGHTS_FILE) as file:
            found: list[Any] = []
            file.visititems(lambda _, item: found.append(np.array(item)) if hasattr(item, "shape") else None)
        return found


def same(first: Journal, second: Journal) -> None:
    assert [epoch.epoch for epoch in first.history.epochs] == list(range(1, len(second.history.epochs) + 1))
    for one, other in zip(first.logs, second.logs, strict=True):
        assert one == pytest.approx(other, rel=1e-5)
    for found, expected in zip(first.weights, second.weights, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


def at_batch_of(epoch: int) -> Crash:
    return lambda event: isinstance(event, BatchSeen) and event.epoch == epoch


def at_end_of(epoch: int) -> Crash:
    return lambda event: isinstance(event, EpochEnded) and event.epoch == epoch


CALLBACKS = {
    "none": (),
    "all": (
        ModelCheckpoint(),
        EarlyStopping(patience=3, monitor="val_accuracy"),
        ReduceLROnPlateau(patience=1, min_delta=0.5, cooldown=1),
        CSVLogger(),
    ),
    "schedule": (LearningRateScheduler(factor=0.7),),
}


@pytest.mark.parametrize("callbacks", CALLBACKS.values(), ids=list(CALLBACKS))
@pytest.mark.parametrize("crash", [at_batch_of(1), at_batch_of(3), at_end_of(3)], ids=["first", "middle", "between"])
def test_killed_and_resumed_is_as_if_nothing_had_been(tiny: Tiny, tmp_path: Path, callbacks: Any, crash: Crash) -> None:
    recipe = tiny("fit.epochs=5").with_(layers=(*RANDOM, *HEAD), callbacks=callbacks)
    whole = Journal(tmp_path / "run")
    expected, killed = whole.fit(recipe, crash=crash)
    known = len(killed.history.epochs)
    outcome = killed.go_on(recipe)
    assert outcome.reason == expected.reason
    same(killed, whole)
    went_on = next(event for event in killed.events if isinstance(event, Continued))
    assert went_on.epoch >= known, "no epoch that was told is done again"
    if (table := whole.folder / "training.csv").exists():
        mine, theirs = (path.read_text().splitlines() for path in (killed.folder / "training.csv", table))
        assert [row.partition(",")[0] for row in mine] == [row.partition(",")[0] for row in theirs]
    assert killed.history.weights is not None
    assert whole.history.weights is not None
    assert killed.history.weights.epoch == whole.history.weights.epoch
    assert killed.history.weights.best_epoch == whole.history.weights.best_epoch


@pytest.mark.parametrize("kind", Optimizer.family.values(), ids=list(Optimizer.family))
def test_every_optimizer_goes_on(tiny: Tiny, tmp_path: Path, kind: type[Optimizer]) -> None:
    recipe = tiny("fit.epochs=3", "data.limit=60").with_(optimizer=kind())
    whole = Journal(tmp_path / "run")
    _, killed = whole.fit(recipe, crash=at_batch_of(3))
    killed.go_on(recipe)
    same(killed, whole)


def test_texts_go_on(texts: Tiny, tmp_path: Path) -> None:
    layers = (
        Embedding(input_dim=50, output_dim=4, mask_zero=True),
        LSTM(units=3, dropout=0.2),
        Dense(units=1, activation="sigmoid"),
    )
    recipe = texts("fit.epochs=2").with_(layers=layers)
    whole = Journal(tmp_path / "run")
    _, killed = whole.fit(recipe, crash=at_batch_of(2))
    killed.go_on(recipe)
    same(killed, whole)


def test_killed_twice(tiny: Tiny, tmp_path: Path) -> None:
    recipe = tiny("fit.epochs=6").with_(layers=(*RANDOM, *HEAD))
    whole = Journal(tmp_path / "run")
    _, killed = whole.fit(recipe, crash=at_batch_of(3))
    _, again = killed.fit(recipe, Start("resume", 2), crash=at_batch_of(5))
    again.go_on(recipe)
    same(again, whole)


def test_killed_after_early_stopping_had_decided(tiny: Tiny, tmp_path: Path) -> None:
    recipe = tiny("fit.epochs=50").with_(callbacks=(EarlyStopping(min_delta=100.0, patience=2),))
    whole = Journal(tmp_path / "run")
    expected, killed = whole.fit(recipe, crash=lambda event: event.kind == "weights")
    assert len(killed.history.epochs) == 3
    assert killed.go_on(recipe).reason == expected.reason
    same(killed, whole)


def test_three_epochs_and_two_more_are_five(tiny: Tiny, tmp_path: Path) -> None:
    recipe = tiny("fit.epochs=5").with_(layers=(*RANDOM, *HEAD))
    further, whole = Journal(tmp_path / "further"), Journal(tmp_path / "whole")
    further.fit(recipe.with_settings(["fit.epochs=3"]))
    assert further.go_on(recipe, "further").reason == whole.fit(recipe)[0].reason
    same(further, whole)
    assert further.history.epochs_wanted == 5
    assert further.history.progress == 1.0


def test_trained_further_after_early_stopping_waits_anew(tiny: Tiny, tmp_path: Path) -> None:
    journal, stop = Journal(tmp_path / "run"), EarlyStopping(min_delta=100.0, patience=2)
    recipe = tiny("fit.epochs=50").with_(callbacks=(stop,))
    journal.fit(recipe)
    assert len(journal.history.epochs) == 3
    journal.go_on(recipe, "further")
    assert len(journal.history.epochs) == 5
    assert journal.history.weights is not None
    assert journal.history.weights.epoch == 1, "the best weights are still those of the first epoch"


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
    with pytest.raises(DamagedStateError, match="kept no state"):
        journal.go_on(recipe)
    assert [epoch.epoch for epoch in journal.history.epochs] == [1, 2, 3], "nothing is lost by the refusal"


def test_every_cut_of_a_manifest_is_noticed(killed: Journal) -> None:
    journal = killed
    folder = journal.folder / FOLDER
    newest = folder / "state-00003.json"
    content = newest.read_bytes()
    key = json.loads(content.splitlines()[0])["fingerprint"]
    states = Generations(folder, journal.folder.name, key)
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


def test_a_full_disk_stops_no_training_and_leaves_the_older_state(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every save from the n-th on fails, for every n: the fit goes on, says so once, and resumes from what there is."""
    recipe, whole = tiny("fit.epochs=3", "data.limit=60"), Journal(tmp_path / "whole")
    whole.fit(recipe)
    write_whole = generations.write_whole
    for n in range(7):  # a state is three files
        left = iter(range(n))

        def full(*arguments: Any, left: Any = left, **more: Any) -> None:
            if next(left, None) is None:
                raise OSError(28, "No space left on device")
            write_whole(*arguments, **more)

        monkeypatch.setattr(generations, "write_whole", full)
        journal = Journal(tmp_path / f"full{n}")
        journal.fit(recipe)
        same(journal, whole)
        assert len([event for event in journal.events if isinstance(event, Notice)]) == 1
        assert not list((journal.folder / FOLDER).glob(".*"))
        monkeypatch.setattr(generations, "write_whole", write_whole)
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
