"""Comparing what an export computes with what the network computes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer.export.equality import TOLERANCE, Compared, Equality, ExportError, rounded
from trainer.export.wording import WORDING


def compare(ours: NDArray[Any], theirs: NDArray[Any], compared: Compared, traps: int) -> Equality:
    """Compare what an export answers with what the network answers.

    Args:
        ours: scores of the export, (n, classes). Where they are no probabilities and larger than 1, what they differ by
            counts as a share of the largest of their row: rounding does.
        theirs: scores of the network, (n, classes).
        compared: which rows of the data they are.
        traps: how many of the rows are made up.

    Raises:
        ExportError: they are not equal.

    >>> compare(np.array([[0.2, 0.8]]), np.array([[0.2, 0.8]]), "test", 0).answers_that_differ
    0
    """
    if ours.shape != theirs.shape:
        raise ExportError(WORDING.message("other_shape", ours=str(ours.shape), theirs=str(theirs.shape)))
    both_odd = ~np.isfinite(ours) & ~np.isfinite(theirs)  # what is no number stands for no answer in both
    theirs = theirs.astype(np.float64)
    scale = np.where(np.isfinite(theirs), np.abs(theirs), 0.0).max(axis=1, keepdims=True, initial=1.0)
    difference = np.where(both_odd, 0.0, np.abs(ours - theirs) / scale)
    largest = float(np.nan_to_num(difference, nan=np.inf).max(initial=0.0))
    best = theirs.argmax(axis=1)
    at_theirs = np.take_along_axis(theirs, ours.argmax(axis=1)[:, None], axis=1)[:, 0]
    is_tie = np.abs(theirs.max(axis=1, initial=-np.inf) - at_theirs) <= TOLERANCE * scale[:, 0]
    differ = int(np.sum((ours.argmax(axis=1) != best) & ~is_tie & ~both_odd.any(axis=1)))
    found = Equality(
        rows=len(theirs), largest_difference=largest, answers_that_differ=differ, compared=compared, traps=traps
    )
    if not largest <= TOLERANCE or differ:
        raise ExportError(
            WORDING.message("not_equal", rows=len(theirs), difference=rounded(largest), differ=differ, limit=TOLERANCE)
        )
    return found
