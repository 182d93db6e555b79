"""What is told of the callbacks at the end of each epoch: taken from Keras's own, in real fits on tiny data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from trainer.fit.control import Control
from trainer.fit.run import train
from trainer.recipe.callbacks import EarlyStopping, ModelCheckpoint
from trainer.recipe.recipe import Recipe
from trainer.runs.events import AnyEvent, EpochEnded, Watch


def watches(recipe: Recipe, folder: Path) -> list[Watch | None]:
    told: list[AnyEvent] = []
    train(recipe, folder, told.append, Control())
    return [event.watch for event in told if isinstance(event, EpochEnded)]


def test_patience_is_counted_as_keras_counts_it(tiny: Callable[..., Recipe], tmp_path: Path) -> None:
    stop = EarlyStopping(min_delta=100.0, patience=2)
    said = watches(tiny("fit.epochs=50").with_(callbacks=(stop,)), tmp_path)
    assert [(watch.waited, watch.patience, watch.waits_for) for watch in said if watch] == [
        (0, 2, "val_loss"),
        (1, 2, "val_loss"),
        (2, 2, "val_loss"),
    ]


def test_saved_files_and_the_best_epoch_by_another_number(tiny: Callable[..., Recipe], tmp_path: Path) -> None:
    save = ModelCheckpoint(save_best_only=False, monitor="loss")
    said = watches(tiny("fit.epochs=3").with_(callbacks=(save,)), tmp_path)
    assert [watch.saved for watch in said if watch] == [True] * 3
    assert {watch.monitor for watch in said if watch} == {"loss"}
    assert (tmp_path / "checkpoints" / "epoch-0003.weights.h5").is_file()


def test_without_callbacks_only_the_best_epoch_is_told(tiny: Callable[..., Recipe], tmp_path: Path) -> None:
    (watch,) = watches(tiny("fit.epochs=1"), tmp_path)
    assert watch == Watch(monitor="val_loss", best_epoch=1)
