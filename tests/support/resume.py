"""What the tests of resuming share: a run without a worker, and a copy of it as it was at one moment."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from trainer.fit.control import Control
from trainer.fit.ending import WEIGHTS_FILE
from trainer.fit.run import Start, train
from trainer.recipe.recipe import Recipe
from trainer.runs.events import AnyEvent, BatchSeen, EpochEnded
from trainer.runs.history import History

Crash = Callable[[AnyEvent], bool]
AFRESH = Start()


class Journal:
    """A run's folder and what its log would hold."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.history = folder, History()
        self.events: list[AnyEvent] = []
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
