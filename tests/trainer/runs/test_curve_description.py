"""What the curves show, in words, against literals."""

from __future__ import annotations

from typing import Any

import pytest

from trainer.runs.curve_description import describe_curves
from trainer.runs.events import BatchSeen, EpochEnded, Event, Prepared, RunState, StateChanged, Watch
from trainer.runs.history import History

PREPARED = Prepared(
    seconds=1,
    train=8,
    validation=4,
    test=4,
    same_rows=False,
    steps=4,
    epochs=5,
    batch_size=2,
    parameters=1,
    class_names=("a", "b"),
)


def said(*events: Event) -> str:
    whole: list[Any] = [PREPARED, *events]
    history = History().add(event.model_copy(update={"n": n, "t": float(n)}) for n, event in enumerate(whole))
    return " ".join(map(str, describe_curves(history)))


def epoch(number: int, watch: Watch | None = None, **logs: float) -> EpochEnded:
    return EpochEnded(epoch=number, seconds=1, logs=logs, watch=watch)


def test_before_an_epoch_is_whole() -> None:
    assert said() == "Nothing has been learned yet."
    assert said(BatchSeen(epoch=1, step=1, logs={"loss": 1.0})) == "No epoch is completed yet."


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([epoch(1, loss=0.5)], "After epoch 1 of 5: training loss 0.50."),
        (
            [epoch(1, loss=0.5, val_loss=0.4), epoch(2, loss=0.05, accuracy=0.981, val_loss=0.45, val_accuracy=0.9)],
            "After epoch 2 of 5: training loss 0.050 (falling), training accuracy 98.1%, validation loss 0.45 (rising) "
            "and validation accuracy 90.0%. Best so far by val_loss: epoch 1 (0.40).",
        ),
        (
            [epoch(1, loss=0.5), epoch(2, loss=0.4999)],
            "After epoch 2 of 5: training loss 0.50 (steady). Best so far by loss: this epoch (0.50).",
        ),
        ([epoch(1, loss=float("nan"))], "After epoch 1 of 5: training loss not a number."),
    ],
)
def test_after_epochs(events: list[Event], words: str) -> None:
    assert said(*events) == words


@pytest.mark.parametrize(
    ("waited", "words"),
    [
        (0, ""),
        (1, " EarlyStopping waits 2 more epochs for a better val_loss."),
        (2, " EarlyStopping waits 1 more epoch for a better val_loss."),
        (3, " EarlyStopping has waited long enough for a better val_loss."),
    ],
)
def test_patience(waited: int, words: str) -> None:
    watch = Watch(monitor="val_loss", best_epoch=1, waited=waited, patience=3, waits_for="val_loss")
    assert said(epoch(1, watch, loss=0.5)) == f"After epoch 1 of 5: training loss 0.50.{words}"
    over = StateChanged(state=RunState.FINISHED)
    assert "waits" not in said(epoch(1, watch, loss=0.5), over)
