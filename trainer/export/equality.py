"""How equal what an export computes is to what the network computes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from trainer.export.wording import WORDING
from trainer.messages import Message, MessageError

TOLERANCE = 1e-4
"""How far a score may be from that of the network itself."""
MAX_ROWS = 10_000
"""Rows of the data that are compared at most."""
Compared = Literal["test", "validation", "training", "made_up"]
"""Of which rows: those of the test only once it was opened; made-up ones where the data cannot be read any more."""


class ExportError(MessageError):
    """A run cannot be exported as somebody wants it; the message says why, and nothing was written."""


class Equality(BaseModel):
    """What came of the comparison of an export, run by itself in a fresh process, with the network."""

    model_config = ConfigDict(frozen=True)

    rows: Annotated[int, Field(ge=0)]
    """Rows that were compared, `traps` among them."""
    largest_difference: float
    """Between two scores of the same class of a row; as a share of the largest score of the row if that is above 1."""
    answers_that_differ: Annotated[int, Field(ge=0)]
    """Rows to which the export answers another class, those aside where two classes are equally likely."""
    compared: Compared
    """Which rows of the data."""
    traps: Annotated[int, Field(ge=0)]
    """Rows that were made up because exports get them wrong: a text without a word, one that is too long, black."""

    @property
    def message(self) -> Message:
        """The equality line."""
        return WORDING.message(
            f"equal_{self.compared}",
            rows=self.rows - self.traps,
            traps=self.traps,
            difference=rounded(self.largest_difference),
        )


def rounded(difference: float) -> float:
    """A difference as people read it: with two digits.

    >>> rounded(0.0000014901161193847656)
    1.5e-06
    """
    return float(f"{difference:.2g}")
