"""The progress bar of the command line: the same epochs, values and time left as everywhere else."""

from __future__ import annotations

import pytest

from tests.support.live import BEGIN, batch, epoch, numbered
from trainer.engine.foreground import _shown
from trainer.runs.history import History
from trainer.runs.report import metric_value


def test_the_epoch_under_way_then_what_the_table_says_of_it() -> None:
    events = [
        *BEGIN,
        batch(1, 50, loss=0.91),
        batch(1, 100, loss=0.83),
        epoch(1, loss=0.612345),
        batch(2, 50, loss=0.5),
    ]
    history = History().add(numbered(*events[:-2]))
    shown = _shown(history)
    assert (shown["description"], "loss 0.83" in shown["numbers"]) == ("Epoch 1 of 5", True)
    assert "val_loss" not in shown["numbers"], "numbers of another epoch do not stand beside it"
    history = History().add(numbered(*events[:-1]))
    shown = _shown(history)
    ended = history.epochs[-1]
    assert shown["description"] == "Epoch 1 of 5"
    assert shown["numbers"] == f"val_loss {metric_value(ended.logs['val_loss'])}"
    shown = _shown(History().add(numbered(*events)))
    assert (shown["description"], "loss 0.5" in shown["numbers"]) == ("Epoch 2 of 5", True)


def test_the_time_left_is_the_runs_own_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    history = History().add(numbered(*BEGIN, batch(1, 50), batch(1, 100)))
    monkeypatch.setattr(History, "seconds_left", 200.0)
    assert "3 min 20 s" in _shown(history)["left"]
    monkeypatch.setattr(History, "seconds_left", None)
    assert _shown(history)["left"] == ""
    assert _shown(History())["description"] == "Preparing"
