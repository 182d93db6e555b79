"""What is found in data, with the rows that it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from trainer.data.wording import WORDING
from trainer.recipe.data import Data
from trainer.recipe.diagnosis import Diagnosis, Fix, Severity
from trainer.recipe.spec import RecipeError

S = TypeVar("S", bound=Data, covariant=True)


@dataclass(frozen=True)
class DataDiagnosis(Diagnosis[S]):
    """Something that a person should know about their data. A fix changes the spec: the file stays as it is."""

    rows: int = 0
    """How many rows of the table it is about."""
    examples: tuple[tuple[int, str, str], ...] = ()
    """Some of the rows: number of the row in the table from 1, label, text."""


def fix_all(spec: Data, found: Sequence[DataDiagnosis[Any]]) -> Fix[Data] | None:
    """The fixes of all errors in one press; those of warnings and notes are for a person to decide.

    Args:
        spec: of the data.
        found: the diagnoses, worst first. Of two that change one field, the first is dealt with, and the other later.

    Returns:
        None if fewer than two can be dealt with together.
    """
    changes: dict[str, Any] = {}
    count = 0
    for one in found:
        if one.severity is not Severity.ERROR or len(one.fixes) != 1:
            continue  # where there are several fixes, they are answers to a question
        changed = {name: value for name, value in one.fixes[0].result if value != getattr(spec, name)}
        if changed and not changed.keys() & changes.keys():
            changes |= changed
            count += 1
    if count < 2:
        return None
    try:
        return Fix(WORDING.message("fix_all", count=count), spec.with_(**changes))
    except RecipeError:
        return None  # they contradict each other
