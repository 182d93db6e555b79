"""Logs of any events in any order: whatever reads them says something, and never fails."""

import json
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from components import charts
from components.headline import headline, tone
from components.live_curves.feed import Feed
from components.live_curves.messages import Reader
from components.live_curves.table import epochs_csv
from components.run_table import comparison, rows
from components.run_table.comparison import METRICS
from components.run_table.entries import entry_of
from trainer.coach import advise
from trainer.recipe.recipe import Recipe
from trainer.runs import summary
from trainer.runs.comparison import compare
from trainer.runs.curve_description import describe_curves
from trainer.runs.events import RunState
from trainer.runs.history import History
from trainer.runs.log import LogReader
from trainer.runs.report import report
from trainer.runs.store import Run

RECIPE = Recipe.from_json(
    json.dumps({"data": {"kind": "mnist"}, "layers": [{"kind": "Flatten"}, {"kind": "Dense", "units": 10}]})
)
counts = st.sampled_from([0, 1, 2, 3, 10, 2**53, -1, 2**53 + 1, 10**30, 1.5, "x", None])
mostly = st.integers(1, 5) | counts
numbers = st.floats(allow_nan=True) | st.sampled_from(["NaN", "Infinity", "-Infinity", 0, -1, 10**400, "x", None])
seconds = st.floats(0, 1e4) | numbers
words = st.text(max_size=20) | st.sampled_from(["", "\x00", "<b>", "é" * 1000])
codes = st.sampled_from(["stopped_after", "early_stopping", "diverged", "waiting_for_memory", "unheard_of"])
hostile = st.dictionaries(st.sampled_from(["done", "epochs", "epoch", "rate", "patience", "needed"]), words | numbers)
told = words | st.fixed_dictionaries({"code": codes.map("runs.{}".format), "parameters": hostile})
names = st.sampled_from(["loss", "val_loss", "accuracy", "val_accuracy", "learning_rate"]) | words
logs = st.dictionaries(names, numbers, max_size=5)
KINDS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "state": {
        "state": st.sampled_from([*map(str, RunState), "x"]), "reason": told | st.none(), "by": words | st.none()
    },
    "phase": {"name": st.sampled_from(["preparing", "compiling", "training", "saving", "testing", "test_failed", "x"])},
    "action_failed": {"action": st.sampled_from(["test", "keep", "x"]), "message": told},
    "waiting": {"before": mostly, "seconds": seconds},
    "continued": {"epoch": mostly, "epochs": mostly, "why": st.sampled_from(["resume", "further"])},
    "notice": {"text": told},
    "prepared": {
        "seconds": seconds, "train": mostly, "validation": mostly, "test": mostly, "same_rows": st.booleans(),
        "steps": mostly, "epochs": mostly, "batch_size": mostly, "parameters": mostly,
        "class_names": st.lists(words, max_size=3), "majority": st.floats(0, 1) | numbers,
        "val_majority": st.floats(0, 1) | numbers,
    },
    "batch": {"epoch": mostly, "step": mostly, "logs": logs},
    "epoch": {
        "epoch": mostly, "seconds": seconds, "logs": logs,
        "watch": st.none() | st.fixed_dictionaries(
            {"monitor": names, "best_epoch": mostly, "waited": mostly, "patience": mostly, "waits_for": names}
        ),
    },
    "answers": {
        "epoch": mostly, "checksum": st.sampled_from(["0badcafe", "x"]), "rows": st.lists(mostly, max_size=3),
        "truth": st.lists(mostly, max_size=3), "answers": st.lists(mostly, max_size=3),
        "confidences": st.lists(numbers, max_size=3),
    },
    "weights": {"epoch": mostly, "file": words | st.just("w"), "reason": told, "best_epoch": mostly},
    "tested": {
        "logs": logs | st.fixed_dictionaries({"loss": numbers, "accuracy": numbers}), "rows": mostly,
        "weights_epoch": mostly, "seconds": seconds, "file": words | st.just("t"),
    },
}  # fmt: skip
events = st.sampled_from(sorted(KINDS)).flatmap(
    lambda kind: st.fixed_dictionaries({"kind": st.just(kind), "t": seconds, **KINDS[kind]})
)


@pytest.mark.slow
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(told=st.lists(events, max_size=25), ends=st.sampled_from([None, *RunState]))
@example(told=[{"kind": "batch", "t": 0, "epoch": 2**53, "step": 2**53, "logs": {"loss": 1e308}}] * 3, ends=None)
def test_whatever_a_log_tells_everybody_says_something(
    tmp_path: Path, told: list[dict[str, Any]], ends: RunState | None
) -> None:
    if ends is not None:
        told = [*told, {"kind": "state", "t": 1e9, "state": str(ends), "reason": "r"}]
    log = tmp_path / "events.jsonl"
    # Each line that is none would end the reading: here those that are events follow each other.
    good: list[str] = []
    for event in told:
        line = json.dumps(event | {"n": len(good)})
        log.write_text(line + "\n")
        if LogReader(log).read():
            good.append(line)
    log.write_text("".join(line + "\n" for line in good))
    reader = LogReader(log)
    found = reader.read()
    assert len(found) == len(good)
    history, feed = History(), Feed()
    follower = Reader(feed)
    json.loads(follower.first())
    for read in found:
        history.add([read])
        feed.add([read])
        if (message := follower.news()) is not None:
            json.loads(message)
    for alive in (True, False):
        feed.alive = alive
        json.loads(Reader(feed).first())
    everybody_says_something(Run("20260101-000000-aaaaaaaaaaaaaaaa", RECIPE, history), tmp_path)


def everybody_says_something(run: Run, folder: Path) -> None:
    history = run.history
    assert json.dumps(report(run), allow_nan=False)
    assert run.created is not None
    assert run.created.tzinfo is UTC
    assert 0 <= history.progress <= 1
    assert history.seconds_of_training is not None
    for metric in METRICS:
        curves = comparison.named_curves([run], metric)
        assert charts.overlay(curves, metric, "title").to_json()
        assert comparison.described(curves, metric)
        history.batch_curve(metric)
    assert all(map(str, describe_curves(history)))
    assert epochs_csv(history)
    assert str(compare(run, run).sentence)
    assert rows.row(entry_of(run), marks=[], difference="", data="data")
    assert comparison.table([run, run], "val_loss")
    assert all(map(str, advise(RECIPE, history)))
    assert str(headline(run))
    assert tone(run)
    if history.state.is_over and history.cursor >= 0:
        log = folder / "events.jsonl"
        stamp = summary.stamp(log)
        assert stamp is not None
        summary.keep(log, stamp, history)
        assert summary.load(log) is not None
        (folder / summary.FILE).unlink()
