"""What the live chart shows in words and numbers beside its curves. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from components.live_curves.lines import short
from trainer.i18n import N_, _
from trainer.messages import Message
from trainer.paths import without_folders
from trainer.runs.baseline import standing
from trainer.runs.curve_description import describe_curves
from trainer.runs.events import RunState, Text
from trainer.runs.history import History
from trainer.runs.which_weights import which_weights
from trainer.runs.wording import WORDING

NOT_A_CURVE = {"learning_rate"}
_ENDS = {RunState.STOPPED: N_("stopped"), RunState.FAILED: N_("failed"), RunState.INTERRUPTED: N_("interrupted")}

Status = dict[str, Any]


def status(history: History, state: RunState, *, damaged: bool, rate: float | None, newer: bool = False) -> Status:
    """Everything that is shown, with None for what is missing.

    Args:
        history: of the run, of whose batches the last is enough.
        state: the state of the run, which its log may not know.
        damaged: whether the log ends in lines that cannot be read.
        rate: training examples a second.
        newer: whether a later version of Fitboard wrote the lines that cannot be read.
    """
    prepared = history.prepared
    batch = history.batches[-1] if history.batches else None
    ended = history.epochs[-1] if history.epochs else None
    interrupted = state is not history.state
    # What it took is what the list of runs says, too: neither pauses nor a later test make the training longer.
    seconds = (history.seconds_of_training if state.is_over else 0.0) or history.seconds
    kept, scored = history.weights if history.state.is_over else None, history.scored_epoch
    left = None if interrupted else history.seconds_left
    told: Status = {
        "state": state.value,
        "reason": str(WORDING.message("trainer_gone")) if interrupted else _shown(history.reason_for()),
        "phase": history.phase.name if history.phase else None,
        "trouble": _shown(history.failed_action.message if history.failed_action else None),
        "notice": _notice(history),
        "before": history.waiting.before if history.waiting else None,
        "wait": history.waiting.seconds if history.waiting else None,
        "epochs": prepared.epochs if prepared else None,
        "steps": prepared.steps if prepared else None,
        "validation": prepared.validation if prepared else None,
        "progress": round(history.progress_of_epochs, 4),
        "seconds": round(seconds, 1),
        "left": None if left is None else round(left),
        "damaged": damaged or None,
        "newer": newer or None,
        "rate": None if rate is None else float(f"{rate:.2g}"),
        "weights": None if kept is None else str(which_weights(kept)),
        "scored": scored.epoch if state.is_over and scored is not None else None,
        "baseline": _baseline(history),
        "says": _joined(describe_curves(history)),
        "end": end_label(history, state),
        "now": {},
        "best": {},
    }
    if ended:
        told |= {"epoch": ended.epoch, "step": prepared.steps if prepared else None, "now": _values(ended.logs)}
    if batch and (ended is None or batch.epoch > ended.epoch):
        # What only whole epochs have (validation) stays as the last epoch left it.
        told |= {"epoch": batch.epoch, "step": batch.step, "now": told["now"] | _values(batch.logs)}
    if state.is_over and scored is not None:
        told["now"] = _values(scored.logs)  # as in all other places that name a score of the run
    if best := next((epoch for epoch in history.epochs if epoch.epoch == history.best_epoch), None):
        told["best"] = {"epoch": best.epoch, "by": history.monitor} | _values(best.logs)
    return told


def end_label(history: History, state: RunState) -> str | None:
    """Why the curves end where they end, in a word or two; None where there is nothing to mark."""
    if not state.is_over or not (history.epochs or history.batches):
        return None
    if history.has_diverged:
        return _("diverged")
    if state is RunState.FINISHED:
        return _("stopped early") if history.progress_of_epochs < 1 else None
    return _(_ENDS[state])


def changed(old: Status, new: Status) -> Status:
    """Those entries of `new` that `old` does not have; looks into the tables in it, too. None is the same as absent."""
    entries: Status = {}
    for name, value in new.items():
        if isinstance(value, dict):
            if inner := {k: v for k, v in value.items() if k not in old.get(name, {}) or old[name][k] != v}:
                entries[name] = inner
        elif value != old.get(name):
            entries[name] = value
    return entries


def _joined(messages: Sequence[Message]) -> str:
    return " ".join(map(str, messages))


def _shown(text: Text | None) -> str | None:
    """What the trainer tells everybody who watches: an older log may still name folders of this computer."""
    return None if text is None else without_folders(str(text))


def _baseline(history: History) -> str | None:
    """What the last validation, or that of the weights that are kept, is worth."""
    scored = history.scored_epoch
    if scored is None or "val_accuracy" not in scored.logs:
        return None
    found = standing(history, "validation", scored.logs["val_accuracy"])
    return None if found is None else str(found.message)


def _notice(history: History) -> str | None:
    """What its reader has to know now, beside the state: what it waits for, else what happened last."""
    if history.waiting is not None and history.waiting.reason is not None:
        return str(history.waiting.reason)
    return _shown(history.notices[-1].text) if history.notices else None


def _values(logs: Mapping[str, float]) -> dict[str, float | None]:
    return {name: short(value) for name, value in logs.items() if name not in NOT_A_CURVE}
