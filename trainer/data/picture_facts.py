"""What there is to see in pictures: the mean of each class, and those that look least like it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from trainer.data.dataset import Dataset, Indices

KEPT = 24
"""The hardest-looking pictures that are kept of each class."""


@dataclass(frozen=True, eq=False)
class PictureFacts:
    """Of the training pictures."""

    means: NDArray[np.uint8]
    """The mean picture of each class: (classes, height, width, channels); black for a class without pictures."""
    hardest: tuple[Indices, ...]
    """For each class the places, in the training part, of the pictures farthest from its mean, farthest first."""


@lru_cache(maxsize=4)
def picture_facts(dataset: Dataset) -> PictureFacts:
    """Means and hardest-looking pictures, worked out once, class by class so that memory stays small."""
    part, classes = dataset.train, len(dataset.class_names)
    means = np.zeros((classes, *dataset.input_shape), dtype=np.uint8)
    hardest = []
    for answer in range(classes):
        places = np.flatnonzero(part.y == answer)
        if not len(places):
            hardest.append(places)
            continue
        pictures = part.pool[places if part.places is None else part.places[places]]
        mean = pictures.mean(axis=0, dtype=np.float64)
        means[answer] = np.rint(mean)
        distances = np.concatenate(
            [
                ((pictures[i : i + 512].astype(np.float32) - mean.astype(np.float32)) ** 2).sum(axis=(1, 2, 3))
                for i in range(0, len(pictures), 512)
            ]
        )
        hardest.append(places[np.argsort(-distances, kind="stable")[:KEPT]])
    return PictureFacts(means, tuple(hardest))
