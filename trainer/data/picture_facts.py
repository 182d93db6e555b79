"""What there is to see in pictures: the mean of each class, and those that look least like it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from trainer.data.cache import Cache
from trainer.data.dataset import Dataset, Indices, Part
from trainer.data.progress import report
from trainer.data.wording import WORDING

MAX_HARDEST = 24
"""The hardest-looking pictures that are kept of each class."""
BATCH_PICTURES = 512
"""Pictures that are looked at together."""


@dataclass(frozen=True, eq=False)
class PictureFacts:
    """Of the training pictures."""

    means: NDArray[np.uint8]
    """The mean picture of each class: (classes, height, width, channels); black for a class without pictures."""
    hardest: tuple[Indices, ...]
    """For each class the places, in the training part, of the pictures farthest from its mean, farthest first."""


_facts: Cache[PictureFacts] = Cache(4)


def picture_facts(dataset: Dataset) -> PictureFacts:
    """Means and hardest-looking pictures, worked out once."""
    return _facts.get(ref(dataset), dataset.train.pool.nbytes, lambda: _work_out(dataset))


def _work_out(dataset: Dataset) -> PictureFacts:
    """Class by class and a few pictures at a time, so that memory stays small."""
    part, classes = dataset.train, len(dataset.class_names)
    means = np.zeros((classes, *dataset.input_shape), dtype=np.uint8)
    hardest = []
    for answer in range(classes):
        report(WORDING.message("comparing_pictures"), answer / classes)
        places = np.flatnonzero(part.y == answer)
        if not len(places):
            hardest.append(places)
            continue
        total = np.zeros(dataset.input_shape, dtype=np.float64)
        for pictures in _some(part, places):
            total += pictures.sum(axis=0, dtype=np.float64)
        mean = total / len(places)
        means[answer] = np.rint(mean)
        distances = np.concatenate(
            [
                ((pictures.astype(np.float32) - mean.astype(np.float32)) ** 2).sum(axis=(1, 2, 3))
                for pictures in _some(part, places)
            ]
        )
        hardest.append(places[np.argsort(-distances, kind="stable")[:MAX_HARDEST]])
    return PictureFacts(means, tuple(hardest))


def _some(part: Part, places: Indices) -> Iterator[NDArray[np.uint8]]:
    for begin in range(0, len(places), BATCH_PICTURES):
        some = places[begin : begin + BATCH_PICTURES]
        yield part.pool[some if part.places is None else part.places[some]]
