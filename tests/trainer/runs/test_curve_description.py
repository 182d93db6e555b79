"""What is told of the curves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from trainer.messages import Message
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


def told(*events: Event) -> list[Message]:
    whole: list[Any] = [PREPARED, *events]
    history = History().add(event.model_copy(update={"n": n, "t": float(n)}) for n, event in enumerate(whole))
    return describe_curves(history)


def codes(messages: Iterable[object]) -> list[str]:
    return [message.code.removeprefix("runs.") for message in messages if isinstance(message, Message)]


def epoch(number: int, watch: Watch | None = None, **logs: float) -> EpochEnded:
    return EpochEnded(epoch=number, seconds=1, logs=logs, watch=watch)


def test_before_an_epoch_is_completed() -> None:
    assert codes(told()) == ["nothing_learned"]
    assert codes(told(BatchSeen(epoch=1, step=1, logs={"loss": 1.0}))) == ["no_epoch_completed"]


@pytest.mark.parametrize(
    ("events", "values", "best"),
    [
        ([epoch(1, loss=0.5)], ["loss_value"], []),
        (
            [epoch(1, loss=0.5, val_loss=0.4), epoch(2, loss=0.05, accuracy=0.981, val_loss=0.45, val_accuracy=0.9)],
            ["loss_falling", "accuracy_value", "loss_rising", "accuracy_value"],
            ["best_so_far_is"],
        ),
        ([epoch(1, loss=0.5), epoch(2, loss=0.4999)], ["loss_steady"], ["best_so_far_is_last"]),
        (
            [epoch(1, loss=0.5), epoch(2, loss=0.4), StateChanged(state=RunState.STOPPED)],
            ["loss_falling"],
            ["best_is_last"],
        ),
        ([epoch(1, loss=float("nan"))], ["loss_value"], []),
    ],
)
def test_after_epochs(events: list[Event], values: list[str], best: list[str]) -> None:
    first, *rest = told(*events)
    said = first.parameters["values"]
    assert isinstance(said, list)
    assert (first.code, codes(said), codes(rest)) == ("runs.after_epoch_of", values, best)


def test_the_whole_of_it_reads_well() -> None:
    found = told(
        epoch(1, loss=0.5, val_loss=0.4), epoch(2, loss=0.123, accuracy=0.981, val_loss=0.456, val_accuracy=0.9)
    )
    assert str(found[0]) == (
        "After epoch 2 of 5: training loss 0.123 (falling), training accuracy 98.1%, validation loss 0.456 (rising) "
        "and validation accuracy 90.0%."
    )
    assert "not a number" in str(told(epoch(1, loss=float("nan")))[0])


@pytest.mark.parametrize(
    ("waited", "code", "left"),
    [(0, [], None), (1, ["waits"], 2), (2, ["waits"], 1), (3, ["waited_long_enough"], None)],
)
def test_patience(waited: int, code: list[str], left: int | None) -> None:
    watch = Watch(monitor="val_loss", best_epoch=1, waited=waited, patience=3, waits_for="val_loss")
    _, *rest = told(epoch(1, watch, loss=0.5))
    assert codes(rest) == code
    assert [message.parameters.get("left") for message in rest] == [left] * len(code)
    assert codes(told(epoch(1, watch, loss=0.5), StateChanged(state=RunState.FINISHED))) == ["after_epoch_of"]
