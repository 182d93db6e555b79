"""What a run's curves show, for people who cannot see them or are not sure what they see. Pure."""

from __future__ import annotations

from math import isfinite

from trainer.messages import Message
from trainer.runs.events import EpochEnded
from trainer.runs.history import History
from trainer.runs.metrics import Metric
from trainer.runs.wording import WORDING

STEADY = 0.01
"""A change from one epoch to the next of less than this share is called steady."""


def describe_curves(history: History) -> list[Message]:
    """What the curves show after the last completed epoch, one message a sentence.

    It is the same until the next epoch ends, so that a screen reader may read it out.
    """
    if not history.epochs:
        return [WORDING.message("no_epoch_completed" if history.batches else "nothing_learned")]
    last = history.epochs[-1]
    before = history.epochs[-2] if len(history.epochs) > 1 else None
    names = [name for name in ("loss", "accuracy", "val_loss", "val_accuracy") if name in last.logs or name == "loss"]
    values = [_value(Metric(name), before, last) for name in names]
    if history.prepared is not None:
        epochs = history.prepared.epochs
        said = [WORDING.message("after_epoch_of", epoch=last.epoch, epochs=epochs, values=values)]
    else:
        said = [WORDING.message("after_epoch", epoch=last.epoch, values=values)]
    return [*said, *_best(history), *_patience(history)]


def _patience(history: History) -> list[Message]:
    """How long EarlyStopping still waits; empty if it is not used, does not wait, or the run is over."""
    watch = history.watch
    if watch is None or watch.patience is None or not watch.waited or history.state.is_over:
        return []
    left, metric = max(watch.patience - watch.waited, 0), Metric(watch.waits_for or "").label
    if not left:
        return [WORDING.message("waited_long_enough", metric=metric)]
    return [WORDING.message("waits", left=left, metric=metric)]


def _best(history: History) -> list[Message]:
    best = next((epoch for epoch in history.epochs if epoch.epoch == history.best_epoch), None)
    if best is None or len(history.epochs) < 2:
        return []
    metric = Metric(history.monitor)
    value = metric.value(best.logs.get(metric.name, float("nan")))
    code = "best_is" if history.state.is_over else "best_so_far_is"
    if best is history.epochs[-1]:
        return [WORDING.message(f"{code}_last", metric=metric.label, value=value)]
    return [WORDING.message(code, metric=metric.label, value=value, epoch=best.epoch)]


def _value(metric: Metric, before: EpochEnded | None, last: EpochEnded) -> Message:
    was, now = (
        float("nan") if epoch is None else epoch.logs.get(metric.name, float("nan")) for epoch in (before, last)
    )
    if metric.is_accuracy:
        return WORDING.message("accuracy_value", metric=metric.label, value=now)
    return WORDING.message(f"loss_{_trend(was, now)}", metric=metric.label, value=now)


def _trend(was: float, now: float) -> str:
    if not isfinite(was) or not isfinite(now):
        return "value"
    if abs(now - was) <= STEADY * abs(was):
        return "steady"
    return "falling" if now < was else "rising"
