"""Cutting rows into training, validation and test: by a seed, every class on every side, or a plain refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from trainer.data.dataset import Indices
from trainer.data.wording import WORDING
from trainer.recipe.spec import RecipeError, shorten

MIN_ROWS = 30
"""A table with fewer rows is not split: its parts would be too small to say anything."""


@dataclass(frozen=True, eq=False)
class Split:
    """Which rows are for what: ascending row numbers, (n,) each."""

    train: Indices
    validation: Indices | None
    test: Indices
    same_rows: bool
    """All parts are the same rows, since there are too few."""


def split(
    labels: Indices, names: Sequence[str], validation: float, test: float, seed: int, groups: Indices | None = None
) -> Split:
    """Cut a table into three parts in which the classes stand in the same proportion.

    Args:
        labels: the class of each row, an index into `names`: (n,).
        names: what the classes are called, for messages.
        validation: share of all rows that watches the training; 0 for none.
        test: share of all rows for the test at the end.
        seed: the same seed gives the same rows.
        groups: rows with the same number stay on the same side, (n,); None if each row is its own.

    Raises:
        RecipeError: a class or a part is too small, or a share is impossible.
    """
    rows = np.arange(len(labels))
    if len(labels) < MIN_ROWS:
        return Split(rows, rows if validation else None, rows, same_rows=True)
    if test == 0:
        raise RecipeError(WORDING.message("test_share_zero"))
    tested, watched = round(len(labels) * test), round(len(labels) * validation)
    if tested + watched >= len(labels):
        raise RecipeError(WORDING.message("shares_take_all"))
    counts = np.bincount(labels, minlength=len(names))
    rarest = int(np.argmin(np.where(counts, counts, len(labels))))
    parts = 3 if validation else 2
    if counts[rarest] < parts:
        raise _too_rare(names[rarest], int(counts[rarest]))
    if groups is not None and len(np.unique(groups)) < len(groups):
        return _split_groups(labels, groups, names, watched if validation else None, tested, seed)
    rows, for_test = cut(labels, rows, tested, seed, names, "test")
    if not validation:
        return Split(rows, None, for_test, same_rows=False)
    rows, for_validation = cut(labels, rows, watched, seed, names, "validation")
    return Split(rows, for_validation, for_test, same_rows=False)


def _split_groups(
    labels: Indices, groups: Indices, names: Sequence[str], watched: int | None, tested: int, seed: int
) -> Split:
    """As `split`, by whole groups: each is dealt with the class of its first row, so that the shares hold roughly."""
    _, firsts, group_of, sizes = np.unique(groups, return_index=True, return_inverse=True, return_counts=True)
    by_group = labels[firsts]
    part = min(tested, watched) if watched else tested
    dealt = _dealt(by_group, sizes, part, 2 if watched is None else 3)
    there = int(sizes[dealt].sum())
    if tested + (watched or 0) > there / 2:  # most rows are a few texts that come again and again
        tested = round(tested * there / len(labels))
        watched = None if watched is None else round(watched * there / len(labels))
    scale = len(dealt) / there
    kept, for_test = cut(by_group, dealt, round(tested * scale), seed, names, "test", "class_of_few_texts")
    for_validation: Indices | None = None
    if watched is not None:
        size = round(watched * scale)
        kept, for_validation = cut(by_group, kept, size, seed, names, "validation", "class_of_few_texts")
    kept = np.union1d(kept, np.setdiff1d(np.arange(len(firsts)), dealt))

    def rows(chosen: Indices) -> Indices:
        return np.flatnonzero(np.isin(group_of, chosen))

    parts = Split(rows(kept), None if for_validation is None else rows(for_validation), rows(for_test), same_rows=False)
    for side in (parts.train, parts.validation, parts.test):
        # A class whose texts all stand under another class too may have been dealt as that one.
        missing = np.setdiff1d(labels, labels if side is None else labels[side])
        if missing.size:
            rare = int(missing[0])
            raise _too_rare(names[rare], len(np.unique(groups[labels == rare])), "class_of_few_texts")
    return parts


def _dealt(by_group: Indices, sizes: Indices, part: int, parts: int) -> Indices:
    """The groups that may go to any side: one that would fill most of a part is only learned from.

    Unless its class has too few others, of which every side needs one.

    Args:
        by_group: the class of each group, (n,).
        sizes: rows of each group, (n,).
        part: rows of the smallest part that is kept aside.
        parts: how many sides there are.
    """
    small = sizes <= max(1, part // 4)
    enough = np.bincount(by_group[small], minlength=int(by_group.max()) + 1) >= parts
    return np.flatnonzero(small | ~enough[by_group])


def cut(
    labels: Indices,
    rows: Indices,
    size: int,
    seed: int,
    names: Sequence[str],
    part: Literal["validation", "test"],
    too_rare: str = "class_too_rare",
) -> tuple[Indices, Indices]:
    """Take a part out of some rows, with every class on both sides; returns what stays and what was taken, ascending.

    Args:
        labels: the class of every row of the source, (n,).
        rows: the rows to cut, indices into `labels`.
        size: how many to take.
        seed: the same seed takes the same rows.
        names: what the classes are called, for messages.
        part: what the rows are taken for, for messages.
        too_rare: the code of the message about a class that is too small.

    Raises:
        RecipeError: a class or a side is too small for that.
    """
    from sklearn.model_selection import train_test_split  # takes a second to import, so only where it is needed

    counts = np.bincount(labels[rows], minlength=len(names))
    present = np.flatnonzero(counts)
    if size < len(present):
        raise RecipeError(WORDING.message(f"{part}_too_small", size=size, classes=len(present)))
    if len(rows) - size < len(present):
        raise RecipeError(WORDING.message(f"{part}_too_large", size=len(rows) - size, classes=len(present)))
    alone = np.flatnonzero(counts == 1)
    if not alone.size:
        kept, taken = train_test_split(rows, test_size=size, stratify=labels[rows], random_state=seed)
        alone = np.setdiff1d(present, np.intersect1d(labels[kept], labels[taken]))
        if not alone.size:
            return np.sort(kept), np.sort(taken)
    raise _too_rare(names[alone[0]], int(np.sum(labels == alone[0])), too_rare)


def sample(labels: Indices, size: int, seed: int, names: Sequence[str]) -> Indices:
    """Some rows, ascending, in which the classes stand in the same proportion as in all.

    Args:
        labels: the class of every row, (n,).
        size: how many rows to choose; all of them if there are not more.
        seed: the same seed chooses the same rows.
        names: what the classes are called, for messages.

    Raises:
        RecipeError: so few rows would leave a class out.
    """
    from sklearn.utils import resample

    rows = np.arange(len(labels))
    if size >= len(labels):
        return rows
    chosen = np.sort(resample(rows, replace=False, n_samples=size, stratify=labels, random_state=seed))
    lost = np.setdiff1d(labels, labels[chosen])
    if lost.size:
        raise RecipeError(WORDING.message("sample_loses_class", size=size, name=shorten(names[lost[0]])))
    return chosen


def _too_rare(name: str, count: int, code: str = "class_too_rare") -> RecipeError:
    return RecipeError(WORDING.message(code, name=shorten(name), count=count))
