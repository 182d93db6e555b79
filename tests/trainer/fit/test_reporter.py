"""The Reporter with a clock that only moves when told, and the files of the checkpoint saver."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from trainer.fit.checkpoint import CheckpointSaver, save_weights
from trainer.fit.control import Control, FitEndedError
from trainer.fit.reporter import INTERVAL, Reporter
from trainer.recipe.callbacks import ModelCheckpoint
from trainer.runs.events import AnyEvent, BatchSeen, EpochEnded, Phase


class NotedSlot:
    def __init__(self) -> None:
        self.offers = 0

    def yield_(self) -> None:
        self.offers += 1


def reporter(clock: Any, slot: Any = None, **parts: Any) -> tuple[Reporter, list[AnyEvent], Control]:
    written: list[AnyEvent] = []
    control = Control(slot)
    note = lambda event: None if isinstance(event, Phase) else written.append(event)  # noqa: E731
    made = Reporter(note, control, parts.get("batch_size", 4), parts.get("rows", 18), clock=clock)
    made.set_model(SimpleNamespace(optimizer=SimpleNamespace(learning_rate=0.5)))
    return made, written, control


def test_first_batch_then_ten_a_second_and_the_last(clock: Any) -> None:
    made, written, _ = reporter(clock, rows=400)
    made.on_epoch_begin(0)
    for batch in range(100):
        made.on_train_batch_end(batch, {"loss": 1.0})
        clock.now += INTERVAL / 8
    steps = [event.step for event in written if isinstance(event, BatchSeen)]
    assert steps == [1, *range(9, 98, 8), 100]


def test_batch_points_are_throttled_and_epochs_are_not(clock: Any) -> None:
    """However fast batches come, a reader gets some ten points a second, and each epoch."""
    made, written, _ = reporter(clock, rows=4 * 5000)
    for number in range(20):
        made.on_epoch_begin(number)
        for batch in range(5000 if number < 2 else 1):
            made.on_train_batch_end(batch, {"loss": 1.0})
            clock.now += INTERVAL / 1000
        made.on_epoch_end(number, {"loss": 1.0})
    points = [event for event in written if isinstance(event, BatchSeen)]
    assert [event.epoch for event in written if isinstance(event, EpochEnded)] == list(range(1, 21))
    assert len(points) <= 2 * 5 + 3, "five tenths of a second in each of the two long epochs, and their ends"


def test_means_are_of_the_batches_since_the_last_point(clock: Any) -> None:
    """Keras hands the mean since the epoch began: batches of 4, 4, 4, 4 and 2 rows with losses 8, 4, 2, 6 and 1."""
    made, written, _ = reporter(clock)
    made.on_epoch_begin(0)
    running = [8.0, 6.0, 14 / 3, 5.0, 82 / 18]
    for batch, mean in enumerate(running):
        clock.now += INTERVAL * (1.0 if batch in {0, 3} else 0.1)
        made.on_train_batch_end(batch, {"loss": mean, "accuracy": 0.25})
    points = [(event.epoch, event.step, event.logs["loss"]) for event in written if isinstance(event, BatchSeen)]
    assert points == [(1, 1, 8.0), (1, 4, pytest.approx(4.0)), (1, 5, pytest.approx(50 / 14))]
    assert [event.logs["accuracy"] for event in written] == pytest.approx([0.25] * 3)
    # The last two rows alone would stick out, so the last point reaches back over the point before: (4+2+6)*4 + 1*2.
    made.on_epoch_begin(1)
    made.on_train_batch_end(4, {"loss": 3.0})
    assert written[-1].logs == {"loss": pytest.approx(3.0)}, "an epoch starts its means anew"


def test_last_point_that_stands_on_its_own(clock: Any) -> None:
    made, written, _ = reporter(clock, rows=16)
    made.on_epoch_begin(0)
    for batch, mean in enumerate([8.0, 6.0, 14 / 3, 5.0]):
        clock.now += INTERVAL * (1.0 if batch in {0, 2} else 0.1)
        made.on_train_batch_end(batch, {"loss": mean})
    assert [event.logs["loss"] for event in written] == pytest.approx([8.0, 3.0, 6.0])


def test_what_an_explosion_has_blurred_is_left_out(clock: Any) -> None:
    """After a loss of 1e13 the curve once fell below zero: the rounding of Keras's sum was shown as a loss."""
    made, written, _ = reporter(clock, rows=400)
    made.on_epoch_begin(0)
    for batch, mean in enumerate([1e13, 1e13 / 2 - 1e4, 1e13 / 3 + 5e11]):
        clock.now += 1.5 * INTERVAL
        made.on_train_batch_end(batch, {"loss": mean, "accuracy": 0.0})
    assert [set(event.logs) for event in written] == [{"loss", "accuracy"}, {"accuracy"}, {"loss", "accuracy"}]


def test_epoch_has_seconds_learning_rate_and_plain_floats(clock: Any) -> None:
    made, written, _ = reporter(clock)
    made.on_epoch_begin(2)
    clock.now += 2.5
    made.on_epoch_end(2, {"loss": np.float32(0.5), "val_loss": float("nan")})  # type: ignore[dict-item]  # as Keras does
    (event,) = written
    assert isinstance(event, EpochEnded)
    assert (event.epoch, event.seconds, event.logs["learning_rate"]) == (3, 2.5, 0.5)
    assert [type(value) for value in event.logs.values()] == [float] * 3
    assert (made.epochs_done, made.last_loss) == (3, 0.5)


def test_asked_at_every_boundary_also_in_validation(clock: Any) -> None:
    turn = NotedSlot()
    made, written, control = reporter(clock, turn)
    made.on_epoch_begin(0)
    for batch in range(3):
        made.on_train_batch_end(batch, {"loss": 1.0})
        made.on_test_batch_end(batch, {"loss": 1.0})
    assert turn.offers == 6
    assert len(written) == 1
    control.end("stop")
    control.end("interrupt")
    assert control.stop_reason == "stop", "the first wish counts"
    for ask in (made.on_train_batch_end, made.on_test_batch_end):
        with pytest.raises(FitEndedError):
            ask(3, {"loss": 1.0})
    assert turn.offers == 6, "who has to go does not wait for a turn"


@pytest.fixture
def model() -> keras.Sequential:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    model.compile("sgd", "mse")
    return model


def saver(model: keras.Sequential, folder: Path, **settings: Any) -> CheckpointSaver:
    made = CheckpointSaver(ModelCheckpoint(**settings), folder)
    made.set_model(model)
    made.on_train_begin()
    return made


def epochs(made: CheckpointSaver, *values: float) -> None:
    for epoch, value in enumerate(values):
        made.model.set_weights([np.full((2, 1), epoch + 1.0), np.zeros(1)])
        made.on_epoch_end(epoch, {made.monitor: value})


def first_weight(model: keras.Sequential, file: Path) -> float:
    model.load_weights(file)
    return float(model.get_weights()[0][0, 0])


@pytest.mark.parametrize(
    ("monitor", "values", "best"),
    [
        ("val_loss", [3.0, 1.0, 2.0], 2),
        ("val_accuracy", [0.1, 0.9, 0.2], 2),
        ("loss", [4.0, float("nan"), 3.0, 3.5], 3),
    ],
)
def test_best_is_kept(model: keras.Sequential, tmp_path: Path, monitor: str, values: list[float], best: int) -> None:
    made = saver(model, tmp_path, monitor=monitor, mode="max" if monitor == "val_accuracy" else "min")
    before = made.best_file
    assert before is None
    epochs(made, *values)
    assert os.listdir(tmp_path) == ["best.weights.h5"]
    assert made.saved_epoch == best
    assert made.best_file is not None
    assert first_weight(model, made.best_file) == best


def test_file_for_each_epoch(model: keras.Sequential, tmp_path: Path) -> None:
    made = saver(model, tmp_path, save_best_only=False)
    epochs(made, 1.0, 2.0)
    assert sorted(os.listdir(tmp_path)) == ["epoch-0001.weights.h5", "epoch-0002.weights.h5"]
    assert made.best_file is None
    assert first_weight(model, tmp_path / "epoch-0001.weights.h5") == 1.0


def test_whole_model_beside_the_weights(model: keras.Sequential, tmp_path: Path) -> None:
    made = saver(model, tmp_path, save_weights_only=False)
    epochs(made, 2.0, 1.0)
    assert sorted(os.listdir(tmp_path)) == ["best.keras", "best.weights.h5"]
    assert first_weight(model, tmp_path / "best.weights.h5") == 2.0


def test_failed_save_leaves_the_old_file(
    model: keras.Sequential, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = saver(model, tmp_path)
    epochs(made, 2.0)
    old = (tmp_path / "best.weights.h5").read_bytes()

    def half(path: Path, content: bytes) -> None:
        with path.open("wb") as file:
            file.write(content[: len(content) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    made.on_epoch_end(1, {"val_loss": 1.0})  # goes on
    with pytest.raises(OSError, match="space"):
        save_weights(model, tmp_path / "best.weights.h5")
    assert os.listdir(tmp_path) == ["best.weights.h5"]
    assert (tmp_path / "best.weights.h5").read_bytes() == old
    assert made.saved_epoch == 1
