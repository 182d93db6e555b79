"""The list of runs in a terminal."""

from __future__ import annotations

import pytest

from tests.support.histories import history, recipe
from trainer.runs.events import Tested as Opened
from trainer.runs.events import WeightsKept
from trainer.runs.listing import lines
from trainer.runs.store import Run


@pytest.mark.parametrize(("kept", "validation"), [(2, "60.0%"), (1, "50.0%")])
def test_both_accuracies_are_of_the_weights_in_the_model(kept: int, validation: str) -> None:
    folded = history([0.5, 0.3], [0.8, 0.85], [0.4, 0.3], [0.5, 0.6])
    folded.weights = WeightsKept(epoch=kept, file="w", reason="the best")
    folded.tests = [Opened(logs={"loss": 1, "accuracy": 0.75}, rows=9, weights_epoch=2, seconds=1, file="t.npz")]
    _, line = lines([Run("20260101-000000-abcdefghijklmnop", recipe(2), folded)], 200)
    assert validation in line
    assert ("75.0%" in line) is (kept == 2)
