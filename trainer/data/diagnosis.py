"""What is found in data, with the rows that it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from trainer.recipe.data import Data
from trainer.recipe.diagnosis import Diagnosis

S = TypeVar("S", bound=Data, covariant=True)


@dataclass(frozen=True)
class DataDiagnosis(Diagnosis[S]):
    """Something that a person should know about their data. A fix changes the spec: the file stays as it is."""

    rows: int = 0
    """How many rows of the table it is about."""
    examples: tuple[tuple[int, str, str], ...] = ()
    """Some of the rows: number of the row in the table from 1, label, text."""
