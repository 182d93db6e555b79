"""Programs that people take home cut rows as the trainer does."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from trainer.data import plain_splitting, splitting
from trainer.recipe.spec import RecipeError

CLASSES = "abcde"


@given(
    many=st.integers(30, 300),
    classes=st.integers(2, 5),
    shares=st.tuples(st.sampled_from([0.0, 0.1, 0.15, 0.33]), st.sampled_from([0.1, 0.15, 0.25])),
    seed=st.integers(0, 2**31 - 1),
    different=st.sampled_from([1.0, 0.9, 0.3]),
)
def test_the_same_rows(many: int, classes: int, shares: tuple[float, float], seed: int, different: float) -> None:
    chance, names, (validation, test) = np.random.default_rng(seed), CLASSES[:classes], shares
    labels = np.concatenate([np.repeat(np.arange(classes), 4), chance.integers(classes, size=many)])
    labels, rows = chance.permutation(labels), np.arange(len(labels))
    groups = chance.integers(max(2, int(different * len(labels))), size=len(labels))
    watched, tested = round(len(labels) * validation), round(len(labels) * test)
    wanted = None
    try:
        parts = splitting.split(labels, names, validation, test, seed)
        by_groups = splitting.split(labels, names, validation, test, seed, groups)
        wanted = splitting.sample(labels, len(labels) // 2, seed, names)
    except RecipeError:
        assume(wanted is not None)  # some class is too rare to be everywhere
    train, taken = plain_splitting.cut(labels, rows, tested, seed)
    assert np.array_equal(taken, parts.test)
    if parts.validation is not None:
        train, taken = plain_splitting.cut(labels, train, watched, seed)
        assert taken.tolist() == parts.validation.tolist()
    assert np.array_equal(train, parts.train)
    assert wanted is not None
    assert plain_splitting.sample(labels, len(labels) // 2, seed).tolist() == wanted.tolist()
    train, taken, last = plain_splitting.cut_groups(labels, groups, watched, tested, seed)
    assert np.array_equal(train, by_groups.train)
    assert np.array_equal(last, by_groups.test)
    if by_groups.validation is not None:
        assert taken.tolist() == by_groups.validation.tolist()
