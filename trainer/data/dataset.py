"""What every source of data hands on: examples in three parts, as plain numpy arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from trainer.recipe.data import DataFacts
from trainer.recipe.shapes import Shape

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Part:
    """Some examples with their answers. Many fits share the arrays, so they cannot be written to."""

    x: NDArray[Any]
    """uint8 pictures (n, height, width, channels), or texts: an object array (n,) of str."""
    y: Indices
    """Which class each is, an index into the class names: (n,)."""
    rows: Indices
    """Where each stands in its source, counted from 0: (n,)."""

    def __post_init__(self) -> None:
        for array in (self.x, self.y, self.rows):
            array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.y)


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
    """Rows without a text or without a label, which no part holds."""

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
