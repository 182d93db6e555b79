"""What an accuracy is worth beside always giving the most common answer, or guessing. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import NormalDist
from typing import Literal, NamedTuple

from trainer.messages import Message
from trainer.recipe.spec import shorten
from trainer.runs.history import History
from trainer.runs.wording import WORDING

DEVIATIONS = NormalDist().inv_cdf(0.975)
"""1.96 standard deviations, between which 95 % of the normal distribution lie."""

Part = Literal["training", "validation", "test"]


class Interval(NamedTuple):
    """Where the true share may lie, from 0 to 1."""

    low: float
    high: float


def interval(share: float, rows: int) -> Interval:
    """The 95 % interval of a share that was measured on so many rows.

    It is the score interval of E. B. Wilson, “Probable Inference, the Law of Succession, and Statistical Inference”,
    Journal of the American Statistical Association 22 (1927), pages 209 to 212. Unlike the share plus and minus two
    standard errors, it also holds for few rows, and where all or none of the answers are right.

    Args:
        share: 0 to 1; the nearer of the two for a number beyond.
        rows: at least one.

    >>> [round(end, 2) for end in interval(0.5, 4)], [round(end, 3) for end in interval(0.97, 300)]
    ([0.15, 0.85], [0.944, 0.984])
    """
    share, extra = min(max(share, 0.0), 1.0), DEVIATIONS**2 / rows
    middle = (share + extra / 2) / (1 + extra)
    half = DEVIATIONS / (1 + extra) * sqrt(share * (1 - share) / rows + extra / (4 * rows))
    return Interval(
        max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))
    )  # rounding leaves 5e-20 of 0


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
    prepared, rows = history.prepared, _rows(history, part)
    if prepared is None or rows is None or prepared.most_common is None or not prepared.class_names:
        return None
    shares = {"training": prepared.majority, "validation": prepared.val_majority, "test": prepared.test_majority}
    if (share := shares[part]) is None:
        return None
    return Standing(accuracy, rows, prepared.most_common, share, len(prepared.class_names))


def luck(history: History, part: Part, accuracy: float) -> Interval | None:
    """Between which shares luck may have moved an accuracy that was measured on rows of a run.

    Args:
        history: of the run.
        part: the rows that it was measured on.
        accuracy: 0 to 1.

    Returns:
        None where all parts are the same rows, where nobody knows how many they are, and for what is no accuracy, as a
        log may hold any number.
    """
    rows = _rows(history, part)
    return None if rows is None or not 0 <= accuracy <= 1 else interval(accuracy, rows)


def score_range(history: History, part: Part, accuracy: float) -> Message | None:
    """The same as a sentence, with the accuracy and its rows."""
    found = luck(history, part, accuracy)
    if found is None:
        return None
    low, high = found
    return WORDING.message("score_range", share=accuracy, rows=_rows(history, part), low=low, high=high)


def _rows(history: History, part: Part) -> int | None:
    """How many rows a part has; None if that is not known, if it has none, and where all parts are the same rows."""
    prepared = history.prepared
    if prepared is None or prepared.same_rows:
        return None
    tested = history.tests[-1].rows if history.tests else prepared.test
    return {"training": prepared.train, "validation": prepared.validation, "test": tested}[part] or None
