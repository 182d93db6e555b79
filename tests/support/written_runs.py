"""Runs written by hand, as their trainers would have left them: no fit is needed to see how they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from components.library import lesson
from trainer import data
from trainer.recipe.recipe import Recipe
from trainer.runs import events
from trainer.runs.events import BatchSeen, EpochEnded, Phase, Prepared, RunState, StateChanged, Watch, WeightsKept
from trainer.runs.log import LogWriter
from trainer.runs.store import Store
from trainer.runs.wording import WORDING

NAME = "Zwölf"
"""What a person has called the models of the runs."""
KEPT = WORDING.message("weights_of_the_end")


def write_run(
    store: Store,
    recipe: Recipe,
    epochs: int,
    *ends: Any,
    classes: Sequence[str] = "0123456789",
    rows: tuple[int, int, int] = (8000, 2000, 1000),
) -> str:
    """Write a run as its trainer would: best at epoch 3, then worse and worse on the validation rows.

    Args:
        store: of the run.
        recipe: of the run.
        epochs: how many are over.
        ends: the events after them.
        classes: their names.
        rows: for training, validation and the test.
    """
    run = store.create(recipe)
    log = LogWriter(store.log(run))
    begin: list[Any] = [
        StateChanged(state=RunState.QUEUED),
        StateChanged(state=RunState.RUNNING),
        Prepared(
            seconds=1, train=rows[0], validation=rows[1], test=rows[2], same_rows=False, steps=250, epochs=10,
            batch_size=32, parameters=34_826, class_names=tuple(classes), majority=0.11, val_majority=0.11,
        ),
        Phase(name="training"),
    ]  # fmt: skip
    for event in begin:
        log.write(event)
    for epoch in range(1, epochs + 1):
        loss, val_loss = 0.6 * 0.6**epoch, 0.30 - 0.05 * min(epoch, 3) + 0.06 * max(epoch - 3, 0)
        for step in (50, 100, 150, 200, 250):
            log.write(BatchSeen(epoch=epoch, step=step, logs={"loss": loss, "accuracy": 0.9}))
        logs = {"loss": loss, "accuracy": 1 - loss / 3, "val_loss": val_loss, "val_accuracy": 0.93 - epoch / 1000}
        logs["learning_rate"] = 0.001 if epoch < 5 else 0.0001
        best = min(epoch, 3)
        watch = Watch(
            monitor="val_loss", best_epoch=best, waited=epoch - best, patience=3, waits_for="val_loss", saved=epoch <= 3
        )
        log.write(EpochEnded(epoch=epoch, seconds=1, logs=logs, watch=watch))
    for event in ends:
        log.write(event)
    log.close()
    return run


def write_test(store: Store, run: str, recipe: Recipe) -> None:
    """Write a test of a run as its trainer would, with three wrong answers."""
    part = data.load(recipe.data, recipe.seed).test
    classes = int(part.y.max()) + 1
    answers = np.where(np.arange(len(part)) < 3, (part.y + 1) % classes, part.y)
    probabilities = np.full((len(part), classes), 0.1 / (classes - 1), np.float32)
    probabilities[np.arange(len(part)), answers] = 0.9
    np.savez(store.folder(run) / "test-1.npz", probabilities=probabilities, y=part.y, rows=part.rows)
    log = LogWriter(store.log(run))
    logs = {"loss": 0.3, "accuracy": 1 - 3 / len(part)}
    log.write(events.Tested(logs=logs, rows=len(part), weights_epoch=3, seconds=1, file="test-1.npz"))
    log.close()


class WrittenRuns:
    """What a trainer has left, written by hand: no fit is needed to see how it is shown."""

    def __init__(self, store: Store) -> None:
        plain = lesson("mnist_cnn").recipe.with_(name=NAME).with_settings(["fit.epochs=10"])
        words = lesson("text_lstm").recipe.with_(name=NAME)
        finished = StateChanged(state=RunState.FINISHED, reason=WORDING.message("finished", epochs=10))
        self.long = write_run(store, plain, 10, WeightsKept(epoch=10, file="final.weights.h5", reason=KEPT), finished)
        self.early = write_run(
            store,
            lesson("mnist_checkpoint_early_stopping").recipe.with_(name=NAME),
            6,
            WeightsKept(epoch=3, file="final.weights.h5", reason=KEPT),
            finished,
        )
        self.texts = write_run(
            store,
            words,
            4,
            WeightsKept(epoch=3, file="final.weights.h5", reason=KEPT),
            finished,
            classes=("negative", "positive"),
        )
        write_test(store, self.texts, words)
        self.going_on = write_run(store, plain, 4)
