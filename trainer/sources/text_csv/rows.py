"""A table as the doctor looks at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from trainer.data.diagnosis import DataDiagnosis
from trainer.data.words import words_in
from trainer.recipe.diagnosis import Fix, Severity
from trainer.sources.text_csv.cleaning import same
from trainer.sources.text_csv.spec import TextCsv
from trainer.sources.text_csv.wording import WORDING

MAX_EXAMPLES = 5
"""Rows that are shown with a diagnosis."""

Place = tuple[int, str, str]
"""A row: its number in the table from 0, its label, its text."""


@dataclass(frozen=True)
class Rows:
    """The rows of a table; what several checks need is worked out once."""

    spec: TextCsv
    texts: Sequence[str]
    labels: Sequence[str]
    rows: list[int]
    """Those that count."""
    written: Sequence[str]
    """Labels as they stand in the file."""

    @cached_property
    def same(self) -> dict[int, str]:
        """Of each row that counts, what its text has in common with all that are the same."""
        return {row: same(self.texts[row]) for row in self.rows}

    @cached_property
    def words(self) -> dict[int, int]:
        """How many words each row has that counts."""
        return {row: len(words_in(self.texts[row], self.spec.standardize)) for row in self.rows}

    def found(
        self,
        severity: Severity,
        what: str,
        rows: Sequence[int],
        *,
        count: int | None = None,
        fix: tuple[str, Mapping[str, object]] | None = None,
        **parameters: object,
    ) -> DataDiagnosis[TextCsv]:
        """A diagnosis about some rows; the rest is as for `diagnosis`."""
        places = [(row, self.labels[row], self.texts[row]) for row in rows[:MAX_EXAMPLES]]
        return diagnosis(
            self.spec, severity, what, places, rows=len(rows) or count or 0, count=count, fix=fix, **parameters
        )


def diagnosis(
    spec: TextCsv,
    severity: Severity,
    what: str,
    places: Sequence[Place],
    *,
    rows: int,
    count: int | None = None,
    fix: tuple[str, Mapping[str, object]] | None = None,
    **parameters: object,
) -> DataDiagnosis[TextCsv]:
    """Something that is found.

    Args:
        spec: of the table.
        severity: how much it matters.
        what: its code, without the package.
        places: some of the rows that it is about.
        rows: how many rows it is about.
        count: what its message counts; None for the rows.
        fix: the code of its label, and the fields that it changes; None if there is none.
        **parameters: of its message, beside `count`.
    """
    examples = tuple((row + 1, label, text[:300]) for row, label, text in places)
    fixes = () if fix is None else (Fix(WORDING.message(fix[0]), spec.with_(**fix[1])),)
    message = WORDING.message(what, count=rows if count is None else count, **parameters)
    return DataDiagnosis(message, severity, fixes=fixes, rows=rows, examples=examples)


Check = Callable[[Rows], Iterator[DataDiagnosis[TextCsv]]]
"""Looks for faults of one kind."""
