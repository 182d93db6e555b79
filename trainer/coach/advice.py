"""What the coach says: one thing that is seen on the curves, how certain that is, and one change to try."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trainer.coach.wording import WORDING
from trainer.messages import Message
from trainer.recipe.diagnosis import Diagnosis, Severity
from trainer.recipe.recipe import Recipe


class Confidence(StrEnum):
    """How certain the coach is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def label(self) -> Message:
        """In one or two words."""
        return WORDING.message(f"confidence_{self}")


@dataclass(frozen=True, kw_only=True)
class Advice(Diagnosis[Recipe]):
    """One piece of advice; its message is the title, its one fix leads to the run's recipe with one thing changed."""

    severity: Severity = Severity.WARNING
    seen: Message
    """What is seen, with the numbers."""
    meaning: Message
    """What it may mean."""
    suggestion: Message
    """One thing to try."""
    confidence: Confidence
    metric: str | None = None
    """The curve that the evidence stands on, such as `loss` (its `val_` twin included)."""
    span: tuple[float, float] | None = None
    """The part of the curve that shows it, in epochs, to be shaded."""

    @property
    def kind(self) -> str:
        """One of `KINDS`: its code without the package."""
        return self.code.removeprefix(f"{WORDING.package}.")


KINDS = (
    "diverged",
    "misfit",
    "learning_rate_too_high",
    "stuck_at_majority",
    "learning_rate_too_low",
    "early_stopping_too_eager",
    "batch_too_large",
    "too_few_epochs",
    "too_few_rows",
    "overfitting",
    "underfitting",
    "plateau",
    "noisy_validation",
    "validation_better",
)
"""Every kind of advice, most important first: a cause before what follows from it."""
