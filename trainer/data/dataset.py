"""What every source of data hands on: examples in three parts, as plain numpy arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from trainer.recipe.data import DataFacts
from trainer.recipe.shapes import Shape

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Part:
    """Some examples with their answers. Many fits share the arrays, so they cannot be written to."""

    pool: NDArray[Any]
    """Where the examples are: uint8 pictures (m, height, width, channels), or texts, an object array (m,) of str."""
    y: Indices
    """Which class each is, an index into the class names: (n,)."""
    rows: Indices
    """Where each stands in its source, counted from 0: (n,)."""
    places: Indices | None = None
    """Where each stands in the pool: (n,); None if the pool is just these, in order. Thirty fits that cut the same
    pictures in thirty ways then share one pool instead of holding a copy each."""

    def __post_init__(self) -> None:
        for array in (self.pool, self.y, self.rows, self.places):
            if array is not None:
                array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.y)

    def __getitem__(self, number: int) -> Any:
        """One example: a picture (height, width, channels), or a text."""
        return self.pool[number if self.places is None else self.places[number]]

    @property
    def x(self) -> NDArray[Any]:
        """All examples, (n, ...): a copy if they are scattered over the pool."""
        if self.places is None:
            return self.pool
        picked: NDArray[Any] = self.pool[self.places]
        picked.flags.writeable = False
        return picked


@dataclass(frozen=True, eq=False)
class Dataset:
    """A source of examples, cut once with a seed: validation steers, test is opened only on purpose."""

    kind: Literal["images", "text"]
    train: Part
    validation: Part | None
    """None if the recipe keeps no share for it."""
    test: Part
    class_names: tuple[str, ...]
    input_shape: Shape
    """Of one example as the model reads it: (height, width, channels), or (sequence_length,) for texts."""
    same_rows: bool = False
    """The table was too small to split: all parts are the same rows."""
    vocabulary: int | None = None
    """How many word numbers can occur, padding and “unknown” included; None for pictures."""
    left_out: int = 0
    """Rows that no part holds, since they have no text or no label, or since the recipe leaves them out."""
    why_left_out: Mapping[str, int] = field(default_factory=dict)
    """How many for what reason; the words go behind “5 rows”."""

    def facts(self) -> DataFacts:
        """What the check of a recipe has to know, without the examples."""
        return DataFacts(
            input_shape=self.input_shape,
            class_names=self.class_names,
            train=len(self.train),
            validation=0 if self.validation is None else len(self.validation),
            test=len(self.test),
            vocabulary=self.vocabulary,
            same_rows=self.same_rows,
        )

    def majority(self) -> tuple[float, float | None]:
        """How common the training rows' commonest class is among them and among the validation rows, 0 to 1 each.

        These are the accuracies of a model that gives this one answer always; the second is None without validation.
        """
        commonest = int(np.bincount(self.train.y).argmax())
        watched = None if self.validation is None else float(np.mean(self.validation.y == commonest))
        return float(np.mean(self.train.y == commonest)), watched
