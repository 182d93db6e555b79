"""A few validation examples on which people can watch a model learn: the same ones for a run's trainer and its page."""

from __future__ import annotations

from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from trainer.data.dataset import Dataset, Indices

SAMPLE_SIZE = 12


class ValidationSample(NamedTuple):
    """Which examples they are; in the order of their classes."""

    places: Indices
    """In the validation part: (n,)."""
    rows: Indices
    """In the source: (n,)."""
    truth: Indices
    """The class of each: (n,)."""
    checksum: str
    """Of the examples themselves, eight hexadecimal digits: the data may have changed since a run used them."""


def validation_sample(dataset: Dataset, seed: int) -> ValidationSample | None:
    """Choose up to twelve validation examples, spread over the classes as evenly as they allow.

    Args:
        dataset: of the run.
        seed: of the run; another one chooses others.

    Returns:
        The examples; None without a validation part.
    """
    part = dataset.validation
    if part is None or not len(part):
        return None
    places = spread_over_classes(part.y, SAMPLE_SIZE, seed)
    examples = [part[place] for place in places]
    content = b"\0".join(one.encode() if isinstance(one, str) else np.asarray(one).tobytes() for one in examples)
    return ValidationSample(places, part.rows[places], part.y[places], f"{crc32(content):08x}")


def spread_over_classes(y: NDArray[np.int64], count: int, seed: int) -> Indices:
    """Places of examples: at first one of each class, then a second one of each, and so on.

    Args:
        y: the class of each example, (n,).
        count: how many places are wanted; all if there are fewer.
        seed: decides which ones.

    >>> y = np.array([0, 0, 0, 0, 0, 1, 1, 2])
    >>> y[spread_over_classes(y, 6, seed=1)].tolist()
    [0, 0, 0, 1, 1, 2]
    """
    order = np.random.default_rng([seed, SAMPLE_SIZE]).permutation(len(y))
    by_class = np.argsort(y[order], kind="stable")
    sizes = np.bincount(y)
    turns = np.empty(len(y), np.int64)
    turns[by_class] = np.arange(len(y)) - np.repeat(
        np.cumsum(sizes) - sizes, sizes
    )  # how many of its class come before
    chosen = order[np.argsort(turns, kind="stable")][:count]
    return chosen[np.lexsort((chosen, y[chosen]))]
