"""Histories of runs, made from rows of numbers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from trainer.recipe.recipe import Recipe
from trainer.runs.events import BatchSeen, EpochEnded, Prepared, RunState
from trainer.runs.history import History

MLP = [
    {"kind": "Flatten"},
    {"kind": "Dense", "units": 64, "activation": "relu"},
    {"kind": "Dense", "units": 10, "activation": "softmax"},
]
TEXT: list[dict[str, Any]] = [
    {"kind": "Embedding", "input_dim": 1000, "output_dim": 8},
    {"kind": "GlobalAveragePooling1D"},
    {"kind": "Dense", "units": 1, "activation": "sigmoid"},
]


def recipe(epochs: int = 10, **parts: Any) -> Recipe:
    """An MLP on digits, with some of its parts replaced."""
    tree = {
        "data": {"kind": "mnist", "limit": 6000, "validation": 0.2},
        "layers": MLP,
        "optimizer": {"kind": "Adam", "learning_rate": 0.001},
        "fit": {"epochs": epochs, "batch_size": 32},
    }
    return Recipe.from_json(json.dumps(tree | parts))


def prepared(epochs: int = 10, **fields: Any) -> Prepared:
    """What a run on 4,800 digits says when it begins."""
    known: dict[str, Any] = {
        "seconds": 1.0,
        "train": 4800,
        "validation": 1200,
        "test": 10_000,
        "same_rows": False,
        "steps": 150,
        "epochs": epochs,
        "batch_size": 32,
        "parameters": 50_890,
        "class_names": tuple("0123456789"),
        "majority": 0.113,
        "val_majority": 0.113,
    }
    return Prepared(**known | fields)


def history(
    loss: Sequence[float],
    accuracy: Sequence[float] = (),
    val_loss: Sequence[float] = (),
    val_accuracy: Sequence[float] = (),
    *,
    state: RunState = RunState.FINISHED,
    epochs: int | None = None,
    batch_loss: float | None = None,
    reason: str | None = None,
    **fields: Any,
) -> History:
    """A run with these numbers at the end of its epochs; `epochs` is how many it was to have, if more than it has."""
    rows = {"loss": loss, "accuracy": accuracy, "val_loss": val_loss, "val_accuracy": val_accuracy}
    folded = History(state=state, prepared=prepared(epochs or len(loss), **fields), reason=reason)
    for place in range(len(loss)):
        logs = {name: values[place] for name, values in rows.items() if place < len(values)}
        folded.epochs.append(EpochEnded(epoch=place + 1, seconds=1.0, logs=logs))
    if batch_loss is not None:
        folded.batches.append(BatchSeen(epoch=len(loss) + 1, step=3, logs={"loss": batch_loss}))
    return folded
