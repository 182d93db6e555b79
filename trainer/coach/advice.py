"""What the coach says: one thing that is seen on the curves, how sure that is, and one change to try."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trainer.coach.counted import COUNTED
from trainer.coach.wording import WORDING
from trainer.messages import Message
from trainer.recipe.diagnosis import Diagnosis, Severity
from trainer.recipe.recipe import Recipe


class Confidence(StrEnum):
    """How sure the coach is of a kind of advice, from how often it was right on the recorded runs."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Page(StrEnum):
    """Where in Fitboard something is set."""

    DATA = "data"
    MODEL = "model"
    TRAIN = "train"


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
    page: Page | None
    """Where that is set; None if nothing has to be changed."""
    metric: str | None = None
    """The curve that the evidence stands on, such as `loss` (its `val_` twin included)."""
    span: tuple[float, float] | None = None
    """The part of the curve that shows it, in epochs, to be shaded."""

    @property
    def kind(self) -> str:
        """One of `KINDS`: its code without the package."""
        return self.code.removeprefix(f"{WORDING.package}.")

    @property
    def counted(self) -> tuple[int, int]:
        """On how many recorded runs such advice was right, and on how many it was given."""
        return COUNTED.get(self.kind, (0, 0))

    @property
    def how_sure(self) -> Message:
        """The same in words."""
        right, given = self.counted
        return WORDING.message("counted" if given else "not_counted", right=right, given=given)

    @property
    def confidence(self) -> Confidence:
        """The same in three steps: Laplace's estimate, with one run of each outcome added, is at least 85 % or 70 %."""
        right, given = self.counted
        share = (right + 1) / (given + 2)
        return Confidence.HIGH if share >= SURE else Confidence.MEDIUM if share >= LIKELY else Confidence.LOW


SURE, LIKELY = 0.85, 0.7
KINDS = (
    "diverged",
    "contradictions",
    "texts_cut",
    "words_unknown",
    "labels_unrelated",
    "misfit",
    "learning_rate_too_high",
    "stuck_at_majority",
    "learning_rate_too_low",
    "early_stopping_too_eager",
    "batch_too_large",
    "few_steps",
    "too_few_epochs",
    "too_few_rows",
    "overfitting",
    "underfitting",
    "plateau",
    "noisy_validation",
    "validation_better",
)
"""Every kind of advice, most important first: a cause before what follows from it, and the data before the training."""
