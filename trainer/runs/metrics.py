"""The numbers that a fit measures: what they are called, how they are written, and which way is better. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trainer.messages import Message
from trainer.runs.wording import WORDING


@dataclass(frozen=True)
class Metric:
    """A number by Keras's name for it.

    >>> Metric("val_accuracy").is_better(0.9, than=0.8), Metric("val_loss").is_better(0.9, than=0.8)
    (True, False)
    """

    name: str
    """Such as `val_loss`; numbers of the validation rows begin with `val_`."""
    mode: str = "auto"
    """`max` or `min` where a callback of the recipe says which way is better; else the name tells."""

    @property
    def is_accuracy(self) -> bool:
        return "acc" in self.name

    @property
    def higher_is_better(self) -> bool:
        return self.mode == "max" or (self.mode == "auto" and self.is_accuracy)

    @property
    def is_of_validation(self) -> bool:
        return self.name.startswith("val_")

    def is_better(self, value: float, than: float) -> bool:
        """Whether one value is better than another."""
        return value > than if self.higher_is_better else value < than

    def best(self, points: Iterable[tuple[int, float]]) -> int | None:
        """Where the best value stands, the first of several equal ones; None without any.

        >>> Metric("loss").best([(1, 0.5), (2, 0.3), (3, 0.3)])
        2
        """
        found: tuple[int, float] | None = None
        for place, value in points:
            if found is None or self.is_better(value, found[1]):
                found = place, value
        return None if found is None else found[0]

    @property
    def label(self) -> Message | str:
        """What it is called for people, such as “validation loss”; one that nobody knows keeps Keras's name."""
        return WORDING.message(self.name) if self.name in LABELLED else self.name

    def value(self, value: float) -> Message:
        """One value of it, as a message: an accuracy in per cent."""
        return WORDING.message("share" if self.is_accuracy else "number", value=value)


LABELLED = frozenset({"loss", "accuracy", "val_loss", "val_accuracy"})
"""Metrics that have a name for people."""
