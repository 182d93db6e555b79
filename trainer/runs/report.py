"""A run as one JSON object: what `--json` prints."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

from trainer.runs.baseline import luck, standing
from trainer.runs.events import EpochEnded, Tested
from trainer.runs.history import History
from trainer.runs.store import Run


def metrics(epoch: EpochEnded) -> dict[str, float | int | None]:
    """An epoch as a dict: its number, seconds, and Keras's metrics; None for what is not a finite number."""
    values = {name: value if isfinite(value) else None for name, value in epoch.logs.items()}
    return {"epoch": epoch.epoch, **values, "seconds": epoch.seconds}


def metric_value(value: float) -> str:
    """A number of an epoch as the terminal shows it, while training and afterwards.

    >>> metric_value(0.123456), metric_value(0.0001)
    ('0.1235', '0.0001')
    """
    return f"{value:.4g}"


def spans(numbers: Sequence[int]) -> str:
    """Numbers that rise, in short.

    >>> spans([0, 1, 2, 3, 7, 9, 10])
    '0-3, 7, 9-10'
    """
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1] = [found[-1][0], number]
        else:
            found.append([number])
    return ", ".join("-".join(map(str, one)) for one in found)


def report(run: Run) -> dict[str, Any]:
    """What there is to know of a run, ready for JSON.

    `seconds` holds the times of preparing, fitting and evaluating; `test` is empty until the test set was opened.
    `test_range` is the 95 % interval of its accuracy, `baseline` that of always giving the most common answer.
    """
    history = run.history
    test, reason = history.tests[-1] if history.tests else None, run.damage or history.reason
    finite = {name: value if isfinite(value) else None for name, value in test.logs.items()} if test else {}
    return {
        "run": run.id,
        "name": run.caption.name or (run.recipe.name if run.recipe else None),
        "note": run.caption.note or None,
        "state": str(run.state),
        "epochs": [metrics(epoch) for epoch in history.epochs],
        "best_epoch": history.best_epoch,
        "stop_reason": None if reason is None else str(reason),
        "weights_epoch": history.weights.epoch if history.weights else None,
        "weights_inside_epoch": history.weights.inside_epoch if history.weights else None,
        "test": finite,
        "test_range": _range(history, test),
        "baseline": _baseline(history, test),
        "same_rows": bool(history.prepared and history.prepared.same_rows),
        "seconds": {
            "prepare": history.prepared.seconds if history.prepared else None,
            "fit": round(history.seconds_of_training, 3),
            "evaluate": test.seconds if test else None,
        },
        "parameters": history.prepared.parameters if history.prepared else None,
        "versions": history.versions[-1] if history.versions else None,
    }


def _range(history: History, test: Tested | None) -> list[float] | None:
    """Where the true accuracy may lie, 0 to 1; None without a test, and where the rows are those it was trained on."""
    found = None if test is None else luck(history, "test", test.logs["accuracy"])
    return None if found is None else [round(end, 4) for end in found]


def _baseline(history: History, test: Tested | None) -> float | None:
    found = None if test is None else standing(history, "test", test.logs["accuracy"])
    return None if found is None else found.share
