"""What an accuracy is worth beside always giving the most common answer, or guessing. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Literal, NamedTuple

from trainer.messages import Message
from trainer.recipe.spec import shorten
from trainer.runs.history import History
from trainer.runs.wording import WORDING

DEVIATIONS = 1.96
"""Of the normal distribution, between which 95 % of it lie."""

Part = Literal["training", "validation", "test"]


class Interval(NamedTuple):
    """Where the true share may lie, from 0 to 1."""

    low: float
    high: float


def interval(share: float, rows: int) -> Interval:
    """The 95 % interval of a share that was measured on so many rows, by Wilson's formula (1927).

    Args:
        share: 0 to 1.
        rows: at least one.

    >>> [round(end, 2) for end in interval(0.5, 4)], [round(end, 3) for end in interval(0.97, 300)]
    ([0.15, 0.85], [0.944, 0.984])
    """
    extra = DEVIATIONS**2 / rows
    middle = (share + extra / 2) / (1 + extra)
    half = DEVIATIONS / (1 + extra) * sqrt(share * (1 - share) / rows + extra / (4 * rows))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


class Verdict(StrEnum):
    """How an accuracy compares with the baseline."""

    BETTER = "better"
    """Also at the lower end of its interval."""
    UNSURE = "unsure"
    """Above it, but perhaps by chance."""
    NO_BETTER = "no_better"
    """At it or below."""
    ONE_CLASS = "one_class"
    """There is nothing to compare: all rows are of one class, the most common one."""


@dataclass(frozen=True)
class Standing:
    """An accuracy, and that of the baseline on the same rows: of always giving the most common training class.

    Where another class is more common on these rows, guessing may be right more often; the accuracy must beat both.

    Only a score whose `verdict` is `better` may be shown as a success.
    """

    accuracy: float
    rows: int
    answer: str
    """The class that is the most common one of the training rows."""
    share: float
    """Of the rows that are of this class: the accuracy of always giving it, 0 to 1."""
    classes: int
    """How many there are."""

    @property
    def interval(self) -> Interval:
        """Where the accuracy may lie on further rows like these."""
        return interval(self.accuracy, self.rows)

    @property
    def bar(self) -> float:
        """What an accuracy must be above to be worth anything, 0 to 1."""
        return max(self.share, 1 / self.classes)

    @property
    def verdict(self) -> Verdict:
        if self.share >= 1:
            return Verdict.ONE_CLASS
        if self.accuracy <= self.bar:
            return Verdict.NO_BETTER
        return Verdict.BETTER if self.interval.low > self.bar else Verdict.UNSURE

    @property
    def message(self) -> Message:
        """The verdict in a sentence."""
        low, high = self.interval
        told = {"rows": self.rows, "low": low, "high": high}
        if self.share < self.bar:
            return WORDING.message(f"guessing_{self.verdict}", classes=self.classes, share=self.bar, **told)
        return WORDING.message(f"baseline_{self.verdict}", answer=shorten(self.answer, 40), share=self.share, **told)

    @property
    def range(self) -> Message:
        """The interval of the accuracy, for the place beside the score."""
        low, high = self.interval
        return WORDING.message("score_range", rows=self.rows, low=low, high=high)


def standing(history: History, part: Part, accuracy: float) -> Standing | None:
    """Set an accuracy of a run against the baseline.

    Args:
        history: of the run.
        part: the rows that it was measured on.
        accuracy: 0 to 1.

    Returns:
        None where all parts are the same rows, so that the accuracy says nothing about others, and where the run does
        not know its baseline: an older run, or one without such rows. For the test of an older run,
        `Standing(accuracy, rows, answer, share, classes)` can be made from the true classes that are kept with it.
    """
    prepared = history.prepared
    if prepared is None or prepared.same_rows or prepared.most_common is None:
        return None
    share, rows = {
        "training": (prepared.majority, prepared.train),
        "validation": (prepared.val_majority, prepared.validation),
        "test": (prepared.test_majority, prepared.test),
    }[part]
    if share is None or not rows or not prepared.class_names:
        return None
    return Standing(accuracy, rows, prepared.most_common, share, len(prepared.class_names))
