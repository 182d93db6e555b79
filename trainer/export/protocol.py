"""What the process that exports and the one that started it say to each other: a line of JSON each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from trainer.export.equality import Equality
from trainer.export.exported_run import Which
from trainer.i18n import ENGLISH
from trainer.messages import Message


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")

    def to_line(self) -> str:
        """As a line of JSON, with its newline."""
        return self.model_dump_json() + "\n"


class Job(_Line):
    """What is to be exported, and where."""

    root: Path
    """The folder of runs."""
    run_id: str
    format: str
    which: Which = None
    place: Path
    """The file or folder to make, inside a folder that holds nothing else."""
    gently: bool = False
    """Whether everything else on this computer has the processor first."""
    language: str = ENGLISH
    """Of the words in it, as a tag."""


class Step(_Line):
    """What the export does now."""

    say: Literal["step"] = "step"
    message: Message


class Written(_Line):
    """It is there, and as equal as it has to be."""

    say: Literal["written"] = "written"
    epoch: int | None
    """After which epoch its weights were taken; None where it has none."""
    inside: bool
    equality: Equality | None
    """None for a format that computes nothing."""
    note: Message | None = None
    """What whoever gets it has to know."""


class Refused(_Line):
    """There will be none."""

    say: Literal["refused"] = "refused"
    message: Message | str
    is_fault: bool = False
    """Whether something is wrong with Fitboard or the disk, rather than with what was asked for."""


AnyAnswer = Annotated[Step | Written | Refused, Field(discriminator="say")]
_ANSWERS: TypeAdapter[AnyAnswer] = TypeAdapter(AnyAnswer)


def parse_answer(line: str | bytes) -> AnyAnswer:
    """The answer of a line.

    Raises:
        ValidationError: it is none.
    """
    return _ANSWERS.validate_json(line)
