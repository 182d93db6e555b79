"""What a test has written, and what it adds up to: the matrix, the classes, the examples to look at. Pure."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trainer.recipe.limits import MAX_CLASSES
from trainer.runs.files import require_file

MAX_BYTES = 500_000_000
"""Of the answers of a test, unpacked: 100,000 rows of 1,000 classes take 400 MB."""


class Cell(NamedTuple):
    """A place in the confusion matrix, by the numbers of the classes."""

    true: int
    answer: int


class ClassScore(NamedTuple):
    """How well one class was told from the others."""

    precision: float
    """Of the rows that were given this answer, the share that is of this class, 0 to 1; 0 if none was."""
    recall: float
    """Of the rows of this class, the share that was given this answer, 0 to 1; 0 if there is none."""
    f1: float
    """The harmonic mean of the two."""
    rows: int
    """Of this class."""
    answers: int
    """Rows that were given this class as the answer."""


class Filter(NamedTuple):
    """Which answers are looked at."""

    true: int | None = None
    """The right class; None for any."""
    answer: int | None = None
    """The class that was given as the answer; None for any."""
    sure: tuple[float, float] = (0.0, 1.0)
    """The least and the most confidence."""


class AtThreshold(NamedTuple):
    """What the answers of a model that tells two classes apart come to at one threshold."""

    said: int
    """Rows that are given the class that is looked for."""
    right: int
    """Of these, those that are of this class."""
    real: int
    """All rows of this class."""

    @property
    def false_alarms(self) -> int:
        return self.said - self.right

    @property
    def missed(self) -> int:
        return self.real - self.right


class Trade(NamedTuple):
    """What finding more of a class costs: a point for each threshold, from the lowest to the highest."""

    recall: list[float]
    precision: list[float]
    thresholds: list[float]


@dataclass(frozen=True, eq=False)
class Predictions:
    """The answers of a model to the test rows."""

    probabilities: NDArray[np.float32]
    """(rows, classes)"""
    truth: NDArray[np.int64]
    """(rows,), the number of the right class."""
    rows: NDArray[np.int64]
    """(rows,), the place of each in its source."""

    @property
    def classes(self) -> int:
        return int(self.probabilities.shape[1])

    @cached_property
    def answers(self) -> NDArray[np.int64]:
        """(rows,), the number of the class that was given as the answer."""
        found: NDArray[np.int64] = self.probabilities.argmax(axis=1)
        return found

    @cached_property
    def confidence(self) -> NDArray[np.float32]:
        """(rows,), the probability that the model gave its answer."""
        found: NDArray[np.float32] = self.probabilities.max(axis=1)
        return found

    @cached_property
    def matrix(self) -> NDArray[np.int64]:
        """(classes, classes), how often each true class (row) was given each answer (column)."""
        from sklearn.metrics import confusion_matrix  # takes a second to load, which pages without a test need not wait

        found: NDArray[np.int64] = confusion_matrix(self.truth, self.answers, labels=np.arange(self.classes))
        return found

    @property
    def mistakes(self) -> NDArray[np.int64]:
        """Off the diagonal, as `matrix`; 0 on it."""
        return off_diagonal(self.matrix)

    def wrong(self) -> NDArray[np.intp]:
        """The places of the wrong answers, those that the model was most confident about first."""
        return self._most_confident_first(np.flatnonzero(self.answers != self.truth))

    def among(self, places: NDArray[np.intp], only: Filter) -> NDArray[np.intp]:
        """Those of some places that a filter lets through, in the same order."""
        least, most = only.sure
        # Percents, as a slider has them: 0.9 as a float32 is a little less than 0.9.
        sure = np.round(self.confidence[places].astype(float), 6)
        through = ~((sure < least) | (sure > most))  # also what is no number
        if only.true is not None:
            through &= self.truth[places] == only.true
        if only.answer is not None:
            through &= self.answers[places] == only.answer
        return places[through]

    @property
    def tells_two_apart(self) -> bool:
        """Whether there is a threshold to move: two classes with probabilities, and rows of both."""
        given = self.probabilities
        if self.classes != 2 or not np.isfinite(given).all() or given.min() < 0 or given.max() > 1:
            return False
        return len(np.unique(self.truth)) == 2

    def at(self, threshold: float, wanted: int) -> AtThreshold:
        """What the answers come to if a class is given wherever its probability reaches a threshold.

        Args:
            threshold: 0 to 1.
            wanted: the number of the class that is looked for.
        """
        # As in `among`, a probability of 0.9 reaches a threshold of 0.9.
        said, real = np.round(self.probabilities[:, wanted].astype(float), 6) >= threshold, self.truth == wanted
        return AtThreshold(int(said.sum()), int((said & real).sum()), int(real.sum()))

    def trade(self, wanted: int, most: int = 400) -> Trade:
        """The precision for each recall that a threshold can reach.

        Args:
            wanted: the number of the class that is looked for.
            most: how many points there are at most.
        """
        from sklearn.metrics import precision_recall_curve

        precision, recall, thresholds = precision_recall_curve(self.truth == wanted, self.probabilities[:, wanted])
        # The last point, no answer at all, has no threshold and a precision by agreement only.
        chosen = np.unique(np.linspace(0, len(thresholds) - 1, min(most, len(thresholds))).round().astype(int))
        return Trade(recall[chosen].tolist(), precision[chosen].tolist(), thresholds[chosen].tolist())

    def of(self, cell: Cell) -> NDArray[np.intp]:
        """The places of the rows of one cell of the matrix, those that the model was most confident about first."""
        return self._most_confident_first(np.flatnonzero((self.truth == cell.true) & (self.answers == cell.answer)))

    def some_right(self, count: int) -> list[int]:
        """The places of at most so many right answers, of as many classes as there are among them."""
        right = np.flatnonzero(self.answers == self.truth)
        _classes, firsts = np.unique(self.truth[right], return_index=True)
        chosen = [*right[firsts].tolist(), *np.delete(right, firsts)[:count].tolist()]
        return sorted(chosen[:count], key=lambda place: int(self.truth[place]))

    def cells(self, count: int) -> list[Cell]:
        """At most so many kinds of mistakes, those made most often first."""
        wrong = self.mistakes
        found = np.argsort(-wrong, axis=None, kind="stable")[: min(count, np.count_nonzero(wrong))]
        return [Cell(*map(int, divmod(place, self.classes))) for place in found.tolist()]

    def scores(self) -> list[ClassScore]:
        """Each class beside the others."""
        from sklearn.metrics import precision_recall_fscore_support

        columns = precision_recall_fscore_support(
            self.truth, self.answers, labels=np.arange(self.classes), zero_division=0
        )
        given = self.matrix.sum(axis=0)
        return [ClassScore(*row) for row in zip(*(column.tolist() for column in (*columns, given)), strict=True)]

    def _most_confident_first(self, places: NDArray[np.intp]) -> NDArray[np.intp]:
        return places[np.argsort(-self.confidence[places], kind="stable")]


def off_diagonal(matrix: NDArray[np.int64]) -> NDArray[np.int64]:
    """The mistakes in a matrix: the same with 0 on the diagonal."""
    wrong = matrix.copy()
    np.fill_diagonal(wrong, 0)
    return wrong


def mixed_up_most(matrix: NDArray[np.int64], most: int) -> list[int]:
    """The numbers of all classes; of more than `most` of them, those that are mixed up most; in order.

    >>> mixed_up_most(np.array([[3, 0, 0], [0, 1, 2], [0, 0, 3]]), 2)
    [1, 2]
    """
    if len(matrix) <= most:
        return list(range(len(matrix)))
    wrong = off_diagonal(matrix)
    mixed_up = wrong.sum(axis=0) + wrong.sum(axis=1)
    return sorted(np.argsort(-mixed_up, kind="stable")[:most].tolist())


def read_predictions(path: Path) -> Predictions:
    """What a test has written.

    Raises:
        Exception: it is missing, or not what a test has written; a damaged archive raises nearly anything.
    """
    require_file(path, MAX_BYTES)
    with zipfile.ZipFile(path) as packed:
        if sum(part.file_size for part in packed.infolist()) > MAX_BYTES:
            raise ValueError("The answers unpack to more than a test writes.")
    with np.load(path, allow_pickle=False) as arrays:
        probabilities, truth, rows = arrays["probabilities"], arrays["y"], arrays["rows"]
    kinds = (probabilities.dtype.kind, truth.dtype.kind, rows.dtype.kind)
    is_whole = (
        kinds == ("f", "i", "i")
        and probabilities.ndim == 2
        and 0 < probabilities.shape[1] <= MAX_CLASSES
        and truth.shape == rows.shape == probabilities.shape[:1]
        and len(truth) > 0
        and 0 <= truth.min() <= truth.max() < probabilities.shape[1]
    )
    if not is_whole:
        raise ValueError("The answers are not what a test writes.")
    return Predictions(probabilities, truth, rows)
