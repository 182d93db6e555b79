"""Files of a fit on a disk that is full for a moment or for good: training goes on, and each file is whole or old."""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Callable, Iterator
from errno import ENOSPC
from functools import partial
from operator import eq, le
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from tests.support.disk import FULL, Disk, Tiny, fit, numbers, one_batch
from trainer.engine.failures import describe_error
from trainer.fit import checkpoint_manager
from trainer.fit import run as fit_run
from trainer.fit.callbacks import keras_callbacks
from trainer.fit.checkpoint import CheckpointSaver, save_weights
from trainer.fit.control import Control
from trainer.messages import Message
from trainer.recipe.callbacks import CSVLogger, EarlyStopping, ModelCheckpoint, TensorBoard
from trainer.recipe.layers import Dense
from trainer.recipe.recipe import Recipe
from trainer.runs.events import Notice
from trainer.runs.wording import WORDING
from trainer.sources.mnist.spec import Mnist

pytestmark = pytest.mark.slow


def saver(folder: Path, told: list[Notice], **settings: Any) -> CheckpointSaver:
    """A saver at work on a tiny model."""
    made = CheckpointSaver(ModelCheckpoint(monitor="loss", **settings), folder, told.append)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    made.set_model(model)
    made.on_train_begin()
    return made


def at_epoch(made: CheckpointSaver, epoch: int, loss: float) -> None:
    made.model.set_weights([np.full((2, 1), epoch + 1.0), np.zeros(1)])
    made.on_epoch_end(epoch, {"loss": loss})


def epochs_in(made: CheckpointSaver, folder: Path) -> list[int]:
    """Which epoch's weights each file in the folder holds."""
    kept = made.model.get_weights()
    found = []
    for path in sorted(folder.glob("*.weights.h5")):
        made.model.load_weights(path)
        found.append(int(made.model.get_weights()[0][0, 0]))
    made.model.set_weights(kept)
    return found


@pytest.mark.parametrize("for_good", [False, True])
@pytest.mark.parametrize("weights_only", [True, False])
def test_a_checkpoint_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weights_only: bool, for_good: bool
) -> None:
    """A better epoch than the lost one was not saved if it was worse than the lost one."""
    disk, files = Disk(), 1 if weights_only else 2
    disk.carry_weights(monkeypatch, "checkpoints-*")
    losses = [5.0, 1.0, 3.0, 2.0]
    for n in range(2 * files):
        disk.begin(partial(le if for_good else eq, n))
        folder = tmp_path / f"checkpoints-{n}"
        told: list[Notice] = []
        made = saver(folder, told, save_weights_only=weights_only)
        saved: list[int] = []
        for epoch, loss in enumerate(losses):
            at_epoch(made, epoch, loss)
            best = min((losses[known - 1] for known in saved), default=9.0)
            lost = epoch >= n // files if for_good else epoch == n // files
            if loss < best and not lost:
                saved.append(epoch + 1)
            assert epochs_in(made, folder) == saved[-1:], "the old file or the new one, whole"
            assert made.saved_epoch == (saved[-1] if saved else None)
        assert len(told) == 1
        assert "No space left" in str(told[0].text)
        assert len(os.listdir(folder)) == files * len(saved[-1:]), "both files or neither, and nothing half-written"


def test_a_file_for_each_epoch_but_the_refused_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk()
    told: list[Notice] = []
    disk.carry_weights(monkeypatch, "checkpoints")
    disk.begin(lambda write: write == 1)
    made = saver(tmp_path / "checkpoints", told, save_best_only=False)
    for epoch in range(3):
        at_epoch(made, epoch, 1.0)
    assert sorted(os.listdir(tmp_path / "checkpoints")) == ["epoch-0001.weights.h5", "epoch-0003.weights.h5"]
    assert len(told) == 1


def test_a_fit_goes_on_without_its_checkpoint(tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ended as failed."""
    recipe, disk = one_batch(tiny, "fit.epochs=3").with_(callbacks=(ModelCheckpoint(monitor="loss"),)), Disk()
    expected = fit(recipe, tmp_path / "whole")
    disk.carry_weights(monkeypatch, "checkpoints")
    for fails, kept in ((lambda write: write > 0, 1), (lambda _: True, 3)):
        disk.begin(fails)
        history = fit(recipe, tmp_path / f"full {kept}")
        assert numbers(history) == numbers(expected)
        (notice,) = history.notices
        assert isinstance(notice.text, Message)
        assert notice.text.code == f"runs.disk_refused_{'later_' if kept == 1 else ''}checkpoint"
        assert history.weights is not None
        assert history.weights.epoch == kept
        assert not list((tmp_path / f"full {kept}").rglob(".*"))


def refuse_once(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """One file of a saved state is refused."""
    write_whole = checkpoint_manager.write_whole

    def full(path: Path, *arguments: Any, **more: Any) -> None:
        if path.name == name:
            raise FULL
        write_whole(path, *arguments, **more)

    monkeypatch.setattr(checkpoint_manager, "write_whole", full)


@pytest.mark.parametrize("callback", [None, ModelCheckpoint(monitor="loss"), EarlyStopping(monitor="loss")])
def test_the_last_state_is_refused(tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, callback: Any) -> None:
    """ModelCheckpoint's best weights were looked for in the states alone, so that an older epoch got into the model."""
    refuse_once(monkeypatch, "optimizer-00003.npz")
    recipe = one_batch(tiny, "fit.epochs=3").with_(callbacks=() if callback is None else (callback,))
    history = fit(recipe, tmp_path / "run")
    assert [epoch.epoch for epoch in history.epochs] == [1, 2, 3]
    assert len(history.notices) == 1
    assert history.weights is not None
    assert (history.weights.epoch, history.weights.best_epoch) == (3, 2), "the best of which there is a state"
    assert not list(tmp_path.rglob(".*"))


def test_early_stopping_never_takes_other_weights_for_the_best(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a resume it knew which epoch was best, but held the weights of an earlier one, whose state was saved."""
    recipe = one_batch(tiny, "fit.epochs=3").with_(callbacks=(EarlyStopping(monitor="loss", min_delta=1e-9),))
    refuse_once(monkeypatch, "optimizer-00002.npz")
    seen: list[Any] = []
    restore_callbacks = fit_run.TrainingStateSaver.restore_callbacks

    def spy(self: Any) -> None:
        restore_callbacks(self)
        seen.extend((callback.best_epoch, callback.best_weights) for callback in self._own)

    class Worse(keras.callbacks.Callback):
        """Makes the third epoch no better, so that the second stays the best."""

        def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
            if logs is not None and epoch == 2:
                logs["loss"] += 100.0

    callbacks_of = fit_run.keras_callbacks
    monkeypatch.setattr(fit_run, "keras_callbacks", lambda *some: [Worse(), *callbacks_of(*some)])
    fit(recipe, tmp_path / "run")
    monkeypatch.setattr(fit_run, "keras_callbacks", callbacks_of)
    monkeypatch.setattr(fit_run.TrainingStateSaver, "restore_callbacks", spy)
    fit_run.train(
        recipe.with_settings(["fit.epochs=4"]), tmp_path / "run", lambda _: None, Control(), fit_run.Start("further", 3)
    )
    assert seen == [(1, None)]


def test_the_table_of_csv_logger_is_refused(tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ended the whole fit as failed."""

    class Full:
        closed = False

        def write(self, _: str) -> int:
            raise FULL

        close = flush = lambda self: None

    begin = keras.callbacks.CSVLogger.on_train_begin
    recipe = one_batch(tiny).with_(callbacks=(CSVLogger(),))

    def on_a_full_disk(self: Any, logs: Any = None) -> None:
        begin(self, logs)
        self.csv_file.close()
        self.csv_file = Full()

    def not_even_opened(*_: Any) -> None:
        raise FULL

    for number, broken in enumerate((on_a_full_disk, not_even_opened)):
        monkeypatch.setattr(keras.callbacks.CSVLogger, "on_train_begin", broken)
        history = fit(recipe, tmp_path / str(number))
        assert len(history.epochs) == 2
        (notice,) = history.notices
        assert "CSVLogger" in str(notice.text)
    monkeypatch.undo()
    assert fit(recipe, tmp_path / "fine").notices == []
    with (tmp_path / "fine" / "training.csv").open(newline="") as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == ["0", "1"]


def test_a_full_disk_is_not_called_a_lack_of_memory(tmp_path: Path) -> None:
    """TensorFlow calls a full disk ResourceExhausted, as it does a full memory."""

    class ResourceExhaustedError(Exception):
        pass

    words = describe_error(ResourceExhaustedError(f"events.out.tfevents; {os.strerror(ENOSPC)}"), tmp_path)
    assert isinstance(words, Message)
    assert words.code == "runs.disk_refused_run"
    assert describe_error(ResourceExhaustedError("OOM when allocating tensor"), tmp_path) == WORDING.message(
        "out_of_memory"
    )


@pytest.fixture
def no_larger_than() -> Iterator[Callable[[int], None]]:
    """The operating system itself refuses to let any file of this process grow further."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (before[0] if size < 0 else size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_truly_full_disk_does_not_take_the_trainer_along(
    tmp_path: Path, no_larger_than: Callable[[int], None]
) -> None:
    """HDF5, writing by itself, ended the process with a segmentation fault."""
    model = keras.Sequential([keras.Input((50,)), keras.layers.Dense(10), keras.layers.Dense(30)])
    path = tmp_path / "some.weights.h5"
    digest = save_weights(model, path)
    old = path.read_bytes()
    assert digest == hashlib.sha256(old).hexdigest()
    model.set_weights([np.ones_like(weights) for weights in model.get_weights()])
    for size in range(0, len(old), 1000):
        no_larger_than(size)
        try:
            with pytest.raises(OSError, match="large"):
                save_weights(model, path)
        finally:
            no_larger_than(-1)
        assert (path.read_bytes(), os.listdir(tmp_path)) == (old, [path.name])
    save_weights(model, path)
    model.load_weights(path)
    assert model.get_weights()[0].min() == 1.0


def test_a_truly_full_disk_leaves_tensorboard_behind_and_training_goes_on(
    tmp_path: Path, no_larger_than: Callable[[int], None]
) -> None:
    """It ended the whole fit as failed."""
    told: list[Notice] = []
    recipe = Recipe(data=Mnist(), layers=(Dense(units=1),), callbacks=(TensorBoard(histogram_freq=1),))
    for size in (0, 3000, -1):
        (board,) = keras_callbacks(recipe, tmp_path / str(size), told.append)
        model = keras.Sequential([keras.Input((50,)), keras.layers.Dense(10), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        x, y = np.ones((8, 50)), np.ones((8, 1))
        no_larger_than(size)
        try:
            history = model.fit(x, y, epochs=3, verbose=0, validation_data=(x, y), callbacks=[board])
        finally:
            no_larger_than(-1)
        assert len(history.epoch) == 3
        if size < 0:
            assert not told
            assert sorted(path.name for path in (tmp_path / str(size) / "tensorboard").iterdir()) == [
                "train",
                "validation",
            ]
        else:
            assert [("TensorBoard" in str(one.text), "large" in str(one.text)) for one in told] == [(True, True)]
            assert str(tmp_path) not in str(told.pop().text)
