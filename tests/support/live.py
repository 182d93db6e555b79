"""The events of a run, and the messages that the live chart receives about them."""

import json
from typing import Any

from components.live_curves.messages import Reader
from trainer.runs.events import (
    BatchSeen,
    EpochEnded,
    Event,
    Phase,
    Prepared,
    RunState,
    StateChanged,
)


def numbered(*events: Event, begin: int = 0, every: float = 1.0) -> list[Any]:
    return [event.model_copy(update={"n": begin + i, "t": (begin + i) * every}) for i, event in enumerate(events)]


def prepared(steps: int = 100, epochs: int = 5, validation: int = 20) -> Prepared:
    return Prepared(
        seconds=0.5,
        train=80,
        validation=validation,
        test=10,
        same_rows=False,
        steps=steps,
        epochs=epochs,
        batch_size=32,
        parameters=10,
        class_names=("a", "b"),
    )


def batch(epoch: int, step: int, loss: float = 0.5, accuracy: float = 0.8) -> BatchSeen:
    return BatchSeen(epoch=epoch, step=step, logs={"loss": loss, "accuracy": accuracy})


def epoch(number: int, loss: float = 0.4, val_loss: float = 0.45) -> EpochEnded:
    logs = {"loss": loss, "val_loss": val_loss, "learning_rate": 0.001}
    return EpochEnded(epoch=number, seconds=1, logs=logs)


BEGIN = [StateChanged(state=RunState.RUNNING), prepared(), Phase(name="training")]


def told(reader: Reader) -> dict[str, Any] | None:
    message = reader.news()
    return None if message is None else json.loads(message)
