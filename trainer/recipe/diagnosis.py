"""What is found in a recipe, in its data or on its curves, and what one click can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from trainer.messages import Message

Edited = TypeVar("Edited", covariant=True)


class Severity(StrEnum):
    """How much a diagnosis matters."""

    ERROR = "error"
    """It cannot work."""
    WARNING = "warning"
    """It works, but not well."""
    NOTE = "note"
    """Worth knowing."""


@dataclass(frozen=True)
class Fix(Generic[Edited]):
    """One click that deals with a diagnosis."""

    label: Message
    """Of the button."""
    result: Edited
    """What it leads to: the whole recipe, or its data, with the change made."""

    @property
    def code(self) -> str:
        """What it does, whatever the words."""
        return self.label.code


@dataclass(frozen=True)
class Diagnosis(Generic[Edited]):
    """Something that a person should know, with what can be done about it."""

    message: Message
    severity: Severity
    layer: int | None = None
    """The place in the stack, counted from 0; None if it is not about one layer."""
    fixes: tuple[Fix[Edited], ...] = ()

    @property
    def code(self) -> str:
        """What was found, whatever the words."""
        return self.message.code

    @property
    def fix(self) -> Fix[Edited] | None:
        """The best of its fixes."""
        return self.fixes[0] if self.fixes else None
