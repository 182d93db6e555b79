"""What the doctor says of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from trainer.data.cleaning import same
from trainer.data.words import words_in
from trainer.recipe.data import TextCsv


@dataclass(frozen=True)
class Mend:
    """One click that makes the recipe deal with a finding."""

    title: str
    changes: Mapping[str, object]
    """Field of the spec -> what it becomes."""
    least_words: int = 0
    """The vocabulary becomes this large, if it is smaller."""

    def mended(self, spec: TextCsv) -> TextCsv:
        """A spec with these changes, and all else as it is."""
        return spec.with_(**{"max_words": max(spec.max_words, self.least_words), **self.changes})


@dataclass(frozen=True)
class Finding:
    """Something a person should know about the table."""

    kind: str
    """What it is, one word or two; tests and pages tell findings apart by it."""
    level: int
    """3: scores would be wrong; 2: learning suffers; 1: worth a look."""
    message: str
    count: int
    """Rows, or classes, that it is about."""
    examples: tuple[tuple[int, str, str], ...] = ()
    """Some of the rows: number of the row in the table from 1, label, text."""
    mend: Mend | None = field(default=None)


@dataclass(frozen=True)
class Rows:
    """A table as the doctor looks at it; what several of its checks need is worked out once."""

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
        return {row: len(words_in(self.texts[row])) for row in self.rows}

    def show(self, rows: Sequence[int], most: int = 5) -> tuple[tuple[int, str, str], ...]:
        return tuple((row + 1, self.labels[row], self.texts[row][:300]) for row in rows[:most])


Check = Callable[[Rows], Iterator[Finding]]
"""Looks for faults of one kind."""


def in_rows(number: int) -> str:
    """A number of rows in words."""
    return f"{number:,} {'row' if number == 1 else 'rows'}"
