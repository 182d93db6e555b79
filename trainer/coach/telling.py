"""Numbers and sentences of the advice."""

from __future__ import annotations

from trainer.coach.advice import KINDS, Advice, Sure
from trainer.coach.changes import Change
from trainer.coach.evidence import Evidence


def say(
    kind: str,
    seen: str,
    sure: Sure,
    meaning: str,
    try_this: str,
    change: Change | None = None,
    metric: str | None = None,
    span: tuple[float, float] | None = None,
) -> Advice:
    """Advice with the title of its kind, and a button if there is a change."""
    action, recipe = change or (None, None)
    return Advice(kind, KINDS[kind], seen, sure, meaning, try_this, action, recipe, metric, span)


def percent(share: float) -> str:
    """0.971 as `97.1 %`."""
    return f"{100 * share:.1f} %"


def number(value: float) -> str:
    """A rate or a ratio in three digits, never as 1e-05."""
    short = f"{value:.3g}"
    return f"{float(short):.10f}".rstrip("0").rstrip(".") if "e-" in short else f"{float(short):,.10g}"


def epochs_of(seen: Evidence) -> str:
    """`5 epochs`."""
    return f"{len(seen.loss)} epochs"
