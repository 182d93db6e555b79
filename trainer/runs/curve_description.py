"""What a run's curves show, in a sentence: for people who cannot see them, or are not sure what they see. Pure."""

from __future__ import annotations

from math import isfinite

from trainer.runs.events import EpochEnded
from trainer.runs.history import History

FLAT = 0.01
"""A change from one epoch to the next of less than this share is called steady."""


def sentence(history: History) -> str:
    """What stands in the curves after the last whole epoch; the same until the next one, so that it may be read out."""
    of = f" of {history.prepared.epochs}" if history.prepared else ""
    if not history.epochs:
        return "No epoch is complete yet." if history.batches else "Nothing has been learned yet."
    last = history.epochs[-1]
    before = history.epochs[-2] if len(history.epochs) > 1 else None
    parts = [f"After epoch {last.epoch}{of}: training loss {_value('loss', last)}{_trend('loss', before, last)}"]
    if "accuracy" in last.logs:
        parts.append(f"accuracy {_value('accuracy', last)}")
    if "val_loss" in last.logs:
        parts.append(f"validation loss {_value('val_loss', last)}{_trend('val_loss', before, last)}")
    if "val_accuracy" in last.logs:
        parts.append(f"validation accuracy {_value('val_accuracy', last)}")
    said = ", ".join(parts) + "."
    best = next((epoch for epoch in history.epochs if epoch.epoch == history.best_epoch), None)
    if best is not None and len(history.epochs) > 1:
        here = "this epoch" if best is last else f"epoch {best.epoch}"
        so_far = "" if history.state.is_over else " so far"
        said += f" Best{so_far} by {history.monitor}: {here} ({_value(history.monitor, best)})."
    return said + patience(history)


def patience(history: History) -> str:
    """How long EarlyStopping still waits, with a leading space; empty if it is not there, or the run is over."""
    watch = history.watch
    if watch is None or watch.patience is None or watch.waited is None or not watch.waited or history.state.is_over:
        return ""
    left = max(watch.patience - watch.waited, 0)
    if not left:
        return f" EarlyStopping has waited long enough for a better {watch.waits_for}."
    return f" EarlyStopping waits {left} more {'epoch' if left == 1 else 'epochs'} for a better {watch.waits_for}."


def _value(name: str, epoch: EpochEnded) -> str:
    value = epoch.logs.get(name)
    if value is None or not isfinite(value):
        return "is not a number"
    return f"{value:.1%}".replace("%", " %") if "acc" in name else f"{value:.3g}"


def _trend(name: str, before: EpochEnded | None, last: EpochEnded) -> str:
    was, now = (epoch.logs.get(name) if epoch is not None else None for epoch in (before, last))
    if was is None or now is None or not isfinite(was) or not isfinite(now):
        return ""
    if abs(now - was) <= FLAT * abs(was):
        return " and steady"
    return " and falling" if now < was else " and rising"
