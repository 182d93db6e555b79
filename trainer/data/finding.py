"""What the doctor says of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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
