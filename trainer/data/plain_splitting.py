"""Rows cut into parts as `splitting.py` does it with scikit-learn, with NumPy alone, for the programs that people take
home.

Such programs hold these functions as they stand here (`program.py`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def shares(counts: NDArray[np.int64], size: int, rng: np.random.RandomState) -> NDArray[np.int64]:
    """How many of each class to take for `size` in all, in the same proportion; chance decides what is left over."""
    wanted = counts / counts.sum() * size
    taken: NDArray[np.float64] = np.floor(wanted)
    rest, missing = wanted - taken, int(size - taken.sum())
    for value in np.unique(rest)[::-1]:
        if missing > 0:
            alike = np.flatnonzero(rest == value)
            chosen = rng.choice(alike, size=min(len(alike), missing), replace=False)
            taken[chosen] += 1
            missing -= len(chosen)
    return taken.astype(np.int64)


def by_class(labels: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Where the rows of each class are."""
    counts = np.unique(labels, return_counts=True)[1]
    return np.split(np.argsort(labels, kind="stable"), np.cumsum(counts)[:-1])


def sample(labels: NDArray[np.int64], size: int, seed: int) -> NDArray[np.int64]:
    """Some rows, with the classes in the same proportion as in all of them."""
    rng, places = np.random.RandomState(seed), by_class(labels)
    taken = shares(np.array([len(one) for one in places]), size, rng)
    return np.sort(np.concatenate([rng.choice(*one, replace=False) for one in zip(places, taken)]))  # noqa: B905 - as long


def cut(
    labels: NDArray[np.int64], rows: NDArray[np.int64], size: int, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Set some of the rows aside, with the classes in the same proportion; returns what stays and what is set aside."""
    rng, places = np.random.RandomState(seed), by_class(labels[rows])
    counts = np.array([len(one) for one in places])
    stay = shares(counts, len(rows) - size, rng)
    aside = shares(counts - stay, size, rng)
    mixed = [one[rng.permutation(len(one))] for one in places]
    kept = [one[:many] for one, many in zip(mixed, stay)]  # noqa: B905 - as long
    taken = [one[many : many + more] for one, many, more in zip(mixed, stay, aside)]  # noqa: B905 - as long
    return np.sort(rows[np.concatenate(kept)]), np.sort(rows[np.concatenate(taken)])


def cut_groups(
    labels: NDArray[np.int64], groups: NDArray[np.int64], validation: int, test: int, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Cut rows into training, validation and test so that rows of the same group stay in one part."""
    _, firsts, group_of, sizes = np.unique(groups, return_index=True, return_inverse=True, return_counts=True)
    # A group that would fill most of a part is only trained on, unless its class has too few others.
    small = sizes <= max(1, (min(validation, test) if validation else test) // 4)
    others = np.bincount(labels[firsts][small], minlength=labels.max() + 1)
    dealt = np.flatnonzero(small | (others[labels[firsts]] < (3 if validation else 2)))
    there = int(sizes[dealt].sum())
    if test + validation > there / 2:  # most rows are a few texts that come again and again
        test, validation = (round(size * there / len(labels)) for size in (test, validation))
    kept, tested = cut(labels[firsts], dealt, round(test * len(dealt) / there), seed)
    watched = kept[:0]
    if validation:
        kept, watched = cut(labels[firsts], kept, round(validation * len(dealt) / there), seed)
    kept = np.union1d(kept, np.setdiff1d(np.arange(len(firsts)), dealt))
    train, watch, tests = (np.flatnonzero(np.isin(group_of, part)) for part in (kept, watched, tested))
    return train, watch, tests
