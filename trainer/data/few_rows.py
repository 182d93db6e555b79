"""What a score is worth that was measured on few rows."""

from __future__ import annotations

from trainer.data.wording import WORDING
from trainer.messages import Message

ENOUGH_ROWS = 100
"""Rows from which on one of them moves a score by a percentage point at most."""


def one_row_counts(rows: int) -> Message | None:
    """How many percentage points one row counts for, in a score on some rows; None if that is one at most.

    Args:
        rows: on which the score is measured, such as those of the test.

    >>> str(one_row_counts(4)), one_row_counts(1000)
    ('With 4 rows, one row more or less right changes the score by 25 percentage points.', None)
    """
    if not 0 < rows < ENOUGH_ROWS:
        return None
    return WORDING.message("one_row_counts", count=rows, points=100 / rows)
