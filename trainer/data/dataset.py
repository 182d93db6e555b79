"""What every source of data hands on: examples in three parts, as plain numpy arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from trainer.messages import Message
from trainer.recipe.data import DataFacts, Modality, Standardize
from trainer.recipe.shapes import Shape

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Part:
    """Some examples with their answers. Many fits share the arrays, so they cannot be written to."""

    pool: NDArray[Any]
    """Where the examples are: uint8 pictures (m, height, width, channels), texts, an object array (m,) of str, or rows
    of numbers, float32 (m, features)."""
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
        """One example: a picture (height, width, channels), a text, or a row of numbers (features,)."""
        return self.pool[number if self.places is None else self.places[number]]

    @property
    def x(self) -> NDArray[Any]:
        """All examples, (n, ...): a copy if they are scattered over the pool."""
        if self.places is None:
            return self.pool
        picked: NDArray[Any] = self.pool[self.places]
        picked.flags.writeable = False
        return picked

    def sample_bytes(self) -> bytes:
        """Enough of the examples to notice other ones: all texts or rows of numbers, every hundredth picture."""
        if self.pool.dtype == object:
            return "\0".join(map(str, self.x)).encode()
        return bytes((self.x[::100] if self.pool.ndim > 2 else self.x).tobytes())


class Majority(NamedTuple):
    """Shares, 0 to 1, of the rows that a model is right about that gives one answer always; None without rows."""

    train: float
    validation: float | None
    test: float | None
    answer: str
    """The most common class of the training rows."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """A source of examples, cut once with a seed: validation steers, test is opened only on purpose."""

    modality: Modality
    train: Part
    validation: Part | None
    """None if the recipe keeps no share for it."""
    test: Part
    class_names: tuple[str, ...]
    input_shape: Shape
    """Of one example as the model reads it: (height, width, channels), (sequence_length,) for texts, or (features,)."""
    same_rows: bool = False
    """The table was too small to split: all parts are the same rows."""
    vocabulary: int | None = None
    """How many word numbers can occur, padding and “unknown” included; None if the examples are not texts."""
    standardize: Standardize = "lower_and_strip_punctuation"
    """How its texts are cut into words; a source that does not say so has them read as Keras reads them."""
    feature_names: tuple[str, ...] = ()
    """What the numbers of a row are; empty if the examples are not rows of numbers."""
    left_out: Sequence[Message] = ()
    """How many rows no part holds, and why: something is missing in them, or the recipe leaves them out. Each message
    has a parameter `count`."""

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
            modality=self.modality,
        )

    def majority(self) -> Majority:
        """The most common training class, and how frequent it is in each part."""
        most_common = int(np.bincount(self.train.y).argmax())
        train, validation, test = (
            float(np.mean(part.y == most_common)) if part else None for part in (self.train, self.validation, self.test)
        )
        return Majority(train or 0.0, validation, test, self.class_names[most_common])
