"""Killed at random moments, trainer, server, or both at once, and resumed: nothing that was told is lost.

In short; `python -m benchmarks.kill_loop` does it at length.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.killing import KillLoop
from trainer.recipe.callbacks import CSVLogger, EarlyStopping, ModelCheckpoint, ReduceLROnPlateau
from trainer.recipe.layers import BatchNormalization, Dense, Dropout, Flatten
from trainer.recipe.recipe import Recipe

pytestmark = [pytest.mark.processes, pytest.mark.slow]

LAYERS = (Flatten(), Dense(units=8), BatchNormalization(), Dropout(rate=0.3), Dense(units=3, activation="softmax"))
REMEMBER = (
    ModelCheckpoint(),
    EarlyStopping(patience=30),
    ReduceLROnPlateau(patience=1, min_delta=0.5, cooldown=1),
    CSVLogger(),
)


@pytest.mark.timeout(600)  # four trainers start one after another, which takes its time where others compute as well
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_each_kind_of_kill(tiny: Callable[..., Recipe], tmp_path: Path) -> None:
    recipe = tiny("fit.epochs=12").with_(layers=LAYERS, callbacks=REMEMBER)
    # The moments of this seed: the trainer after some epochs, the server while the run compiles anew, both at its end.
    found = KillLoop(recipe, tmp_path, seed=21)(kills=3)
    assert found.broken == []
    assert found.refused == []
    assert [(kill.who, kill.lost) for kill in found.kills] == [("trainer", 0), ("server", 0), ("both", 0)]
    assert max(found.again) <= 1
    assert found.apart <= 1e-5
    assert found.weights_apart <= 1e-5
    assert found.computed <= 1.5 * found.needed
