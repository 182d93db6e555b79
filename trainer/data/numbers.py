"""One example as the numbers that a network reads, in plain numpy: those that the trainer computes for its fits."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, ClassVar, assert_never
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from trainer.data.dataset import Dataset
from trainer.data.words import facts_of, known_words, tokens


@dataclass(frozen=True)
class Scaling:
    """How the rows of numbers of a run are standardised: minus `mean`, divided by `deviation`, of each column."""

    FILE: ClassVar[str] = "scaling.json"
    mean: tuple[float, ...]
    deviation: tuple[float, ...]

    def to_json(self) -> str:
        return json.dumps({"mean": self.mean, "deviation": self.deviation})

    def numbers(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Rows (n, features), or one, as float32; the training rows get a mean of 0 and a deviation of 1."""
        scaled: NDArray[Any] = (rows - np.array(self.mean)) / np.array(self.deviation)
        return scaled.astype(np.float32)


def learn_scaling(rows: NDArray[Any]) -> Scaling:
    """Mean and standard deviation of each column of the training rows (n, features); 1 where a column never varies."""
    deviation = rows.std(axis=0, dtype=np.float64)
    mean = rows.mean(axis=0, dtype=np.float64)
    return Scaling(tuple(mean.tolist()), tuple(np.where(deviation > 0, deviation, 1.0).tolist()))


def numbers_of(dataset: Dataset, example: Any) -> NDArray[Any]:
    """What a network reads of one example.

    Args:
        dataset: whose training examples the vocabulary, or the scaling, is learned from.
        example: a picture (height, width, channels) as uint8, a text, or a row of numbers (features,).

    Returns:
        Pixels from 0 to 1 or standardised numbers, float32, or word numbers, int32; in `dataset.input_shape`.
    """
    match dataset.modality:
        case "image":
            return np.asarray(example, np.float32) / np.float32(255)
        case "text":
            found = tokens(str(example), _vocabulary(dataset), dataset.input_shape[0], dataset.standardize)
            return np.array([token.number for token in found if token.number is not None], np.int32)
        case "table":
            return learn_scaling(dataset.train.x).numbers(np.asarray(example))
        case _:
            assert_never(dataset.modality)


_VOCABULARIES: WeakKeyDictionary[Dataset, dict[str, int]] = WeakKeyDictionary()


def _vocabulary(dataset: Dataset) -> dict[str, int]:
    """Words with their numbers; put in order once, since a large table has a hundred thousand of them."""
    known = _VOCABULARIES.get(dataset)
    if known is None:
        known = _VOCABULARIES[dataset] = known_words(facts_of(dataset), dataset.vocabulary or 3)
    return known
