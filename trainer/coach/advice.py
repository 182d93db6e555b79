"""What the coach says: one thing that is seen on the curves, how sure that is, and one change to try."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from trainer.recipe.recipe import Recipe

Sure = Literal["quite sure", "likely", "perhaps"]


@dataclass(frozen=True)
class Advice:
    """One piece of advice."""

    kind: str
    """A stable id, one of `KINDS`."""
    title: str
    """Two to five words."""
    seen: str
    """What is seen, with the numbers, in one sentence."""
    sure: Sure
    meaning: str
    """What it may mean, in one sentence."""
    try_this: str
    """One thing to try, in one sentence."""
    action: str | None = None
    """A short label for a button, such as `Set dropout to 0.3`; None if nothing can be done by one click."""
    recipe: Recipe | None = None
    """The run's recipe with that one thing changed; None where `action` is."""
    metric: str | None = None
    """The curve that the evidence stands on, such as `loss` (its `val_` twin included)."""
    span: tuple[float, float] | None = None
    """The part of the curve that shows it, in epochs, to be shaded."""


KINDS: dict[str, str] = {
    "diverged": "The loss is no number any more",
    "misfit": "A setting that does not fit",
    "learning_rate_too_high": "Learning rate too high",
    "stuck_at_majority": "Stuck at one answer",
    "learning_rate_too_low": "Learning rate too low",
    "early_stopping_too_eager": "Stopped too early",
    "batch_too_large": "Batch too large",
    "too_few_epochs": "Still getting better",
    "too_few_rows": "Too few examples",
    "overfitting": "Learning by heart",
    "plateau": "No further progress",
    "underfitting": "Model too simple",
    "noisy_validation": "Validation is shaky",
    "validation_better": "Validation better than training",
}
"""Every kind of advice with its title, most important first: a cause before what follows from it."""
