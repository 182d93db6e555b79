"""The data of a recipe as the doctor sees them: the one answer that pages and the command line give."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from trainer import data
from trainer.data.diagnosis import DataDiagnosis
from trainer.data.source import Chosen, source_of
from trainer.data.wording import WORDING
from trainer.messages import Message
from trainer.recipe.data import Data
from trainer.recipe.diagnosis import Severity
from trainer.recipe.spec import RecipeError


@dataclass(frozen=True)
class Examination:
    """What is read of a recipe's data, what else could be meant, and what is wrong."""

    spec: Data
    """The recipe's data with the columns filled in that it leaves open; train with this."""
    alternatives: tuple[str, ...]
    """Other columns that could be meant, likeliest first."""
    findings: Sequence[DataDiagnosis[Any]]
    """Worst first; data that cannot be used at all are the first of them."""

    refusal: Message | None = None
    """Why the data cannot be used at all, which is the first of the findings; None if they can."""

    def as_json(self) -> dict[str, Any]:
        """What `check --json` prints as `data`: the columns, `alternatives`, and `findings`.

        The columns, `text_column` and `label_column`, are null where they are not known, and where the data have none.
        Each finding has a `code`, a `severity`, a number of `rows` and a `message`.
        """
        return {
            "text_column": getattr(self.spec, "text_column", None),
            "label_column": getattr(self.spec, "label_column", None),
            "alternatives": list(self.alternatives),
            "findings": [
                {"code": one.code, "severity": str(one.severity), "rows": one.rows, "message": str(one.message)}
                for one in self.findings
            ],
        }


def examine(spec: Data, seed: int) -> Examination:
    """Choose what a recipe's data leave open, as an upload in the browser does, and look for what is wrong with them.

    Nothing is raised for data that cannot be used: that is a finding.

    Args:
        spec: of the recipe; columns that it names are kept.
        seed: of the recipe.
    """
    source = source_of(spec)
    chosen: Chosen[Data] = Chosen(spec)
    refusal: Message | None = None
    findings: list[DataDiagnosis[Any]] = []
    dataset = None
    try:
        chosen = source.choose(spec)
        dataset = data.load(chosen.spec, seed)
    except RecipeError as error:
        why = error.message
        refusal = why if isinstance(why, Message) else WORDING.message("unusable", why=why)
        findings.append(DataDiagnosis(refusal, Severity.ERROR))
    with suppress(RecipeError):  # what cannot be read at all has been said
        findings += source.diagnose(chosen.spec, dataset)
    said = {one.code for one in findings}
    findings += [one for one in chosen.question if one.code not in said]
    order = list(Severity)
    findings.sort(key=lambda one: order.index(one.severity))  # stable: the refusal stays first
    return Examination(chosen.spec, chosen.alternatives, findings, refusal)
