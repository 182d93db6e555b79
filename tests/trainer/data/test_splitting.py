"""Splits: disjoint, complete, stratified, and the same for the same seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.refusals import refused
from trainer.data.splitting import cut, sample, split
from trainer.recipe.spec import RecipeError

NAMES = tuple("abcdefgh")


def labels_of(*counts: int) -> np.ndarray:
    """Labels 0, 1, ... as often as told, mixed."""
    return np.random.default_rng(0).permutation(np.repeat(np.arange(len(counts)), counts))


@settings(deadline=None)
@given(
    counts=st.lists(st.integers(20, 60), min_size=2, max_size=8),
    validation=st.sampled_from([0.0, 0.1, 0.15, 0.3]),
    test=st.sampled_from([0.1, 0.15, 0.3]),
    seed=st.integers(0, 2**31 - 1),
)
def test_disjoint_complete_stratified(counts: list[int], validation: float, test: float, seed: int) -> None:
    labels = labels_of(*counts)
    parts = split(labels, NAMES, validation, test, seed)
    sides = {"train": parts.train, "test": parts.test}
    if validation:
        assert parts.validation is not None
        sides["validation"] = parts.validation
    else:
        assert parts.validation is None
    together = np.concatenate(list(sides.values()))
    assert sorted(together) == list(range(len(labels)))
    shares = {"test": test, "validation": validation, "train": 1 - test - validation}
    for side, rows in sides.items():
        assert (np.diff(rows) > 0).all()
        for label, count in enumerate(counts):
            assert abs(int(np.sum(labels[rows] == label)) - count * shares[side]) < 2.5
            assert (labels[rows] == label).any()
    assert not parts.same_rows


def test_the_seed_decides() -> None:
    labels = labels_of(100, 50)
    one, same, other = (split(labels, NAMES, 0.2, 0.2, seed) for seed in (1, 1, 2))
    for part in ("train", "validation", "test"):
        assert np.array_equal(getattr(one, part), getattr(same, part))
        assert not np.array_equal(getattr(one, part), getattr(other, part))


@pytest.mark.parametrize("rows", [2, 6, 29])
def test_few_rows_are_all_parts(rows: int) -> None:
    labels = labels_of(rows - 1, 1)
    parts = split(labels, NAMES, 0.15, 0, 1)  # a test share of 0 does not matter here
    assert parts.same_rows
    for part in (parts.train, parts.validation, parts.test):
        assert part is not None
        assert part.tolist() == list(range(rows))
    assert split(labels, NAMES, 0, 0.15, 1).validation is None


@pytest.mark.parametrize(
    ("counts", "validation", "test", "code", "parameters"),
    [
        ((29, 1), 0.15, 0.15, "data.class_too_rare", {"name": '"b"', "count": 1}),
        ((998, 2), 0.15, 0.15, "data.class_too_rare", {"name": '"b"', "count": 2}),
        ((998, 2), 0.0, 0.001, "data.test_too_small", {"size": 1, "classes": 2}),
        ((997, 3), 0.15, 0.15, "data.class_too_rare", {"name": '"b"', "count": 3}),
        ((50, 50), 0.15, 0.0, "data.test_share_zero", {}),
        ((50, 50), 0.5, 0.5, "data.shares_take_all", {}),
        ((50, 50), 0.9, 0.9, "data.shares_take_all", {}),
        ((50, 50), 0.001, 0.1, "data.validation_too_small", {"size": 0, "classes": 2}),
        ((50, 50), 0.5, 0.49, "data.validation_too_large", {"size": 1, "classes": 2}),
        ((5, 5, 5, 5, 5, 5, 5, 5), 0.1, 0.1, "data.test_too_small", {"size": 4, "classes": 8}),
    ],
)
def test_refusals(
    counts: tuple[int, ...], validation: float, test: float, code: str, parameters: dict[str, object]
) -> None:
    with refused(code, **parameters):
        split(labels_of(*counts), NAMES, validation, test, seed=1)


@settings(deadline=None)
@given(
    counts=st.lists(st.integers(1, 40), min_size=2, max_size=8),
    validation=st.floats(0, 0.9),
    test=st.floats(0, 0.9),
    seed=st.integers(0, 2**31 - 1),
)
def test_every_class_on_every_side_or_a_refusal(counts: list[int], validation: float, test: float, seed: int) -> None:
    labels = labels_of(*counts)
    try:
        parts = split(labels, NAMES, validation, test, seed)
    except RecipeError:
        return
    for rows in (parts.train, parts.validation, parts.test):
        assert rows is None or set(labels[rows]) == set(range(len(counts)))


@pytest.mark.parametrize("seed", range(1, 9))
def test_a_text_that_fills_much_of_the_table_is_learned_from_and_the_shares_hold(seed: int) -> None:
    labels = labels_of(140, 60)
    groups = np.where(np.arange(200) < 80, 0, np.arange(200))
    parts = split(labels, NAMES, 0.15, 0.15, seed, groups)
    assert parts.validation is not None
    assert set(range(80)) <= set(parts.train.tolist())
    for part in (parts.validation, parts.test):
        assert 25 <= len(part) <= 35


def test_a_class_of_few_texts_is_on_every_side_however_often_they_stand_there() -> None:
    labels, groups = labels_of(120, 90), np.concatenate([np.arange(120), 120 + np.arange(90) // 30])
    parts = split(labels, NAMES, 0.15, 0.15, 1, groups)
    for rows in (parts.train, parts.validation, parts.test):
        assert rows is not None
        assert set(labels[rows]) == {0, 1}


def test_a_share_of_nothing_is_refused_of_repeated_texts_too() -> None:
    groups = np.arange(40) // 2
    with refused("data.validation_too_small", size=0, classes=2):
        split(labels_of(20, 20), NAMES, 0.01, 0.15, 1, groups)
    assert split(labels_of(20, 20), NAMES, 0.0, 0.15, 1, groups).validation is None


def test_999_to_1_of_enough_rows() -> None:
    labels = labels_of(9990, 10)
    parts = split(labels, NAMES, 0.15, 0.15, 1)
    for rows in (parts.train, parts.validation, parts.test):
        assert rows is not None
        assert (labels[rows] == 1).any()


def test_cut_of_some_rows() -> None:
    labels = labels_of(40, 40)
    rows = np.arange(0, 80, 2)
    kept, taken = cut(labels, rows, 10, 1, NAMES, "validation")
    assert sorted([*kept, *taken]) == rows.tolist()
    assert len(taken) == 10


def test_sample() -> None:
    labels = labels_of(600, 300, 100)
    chosen = sample(labels, 50, 1, NAMES)
    assert np.bincount(labels[chosen]).tolist() == [30, 15, 5]
    assert np.array_equal(chosen, sample(labels, 50, 1, NAMES))
    assert not np.array_equal(chosen, sample(labels, 50, 2, NAMES))
    for size in (998, 999):  # nearly all: what is left out need not hold every class
        assert len(sample(labels, size, 1, NAMES)) == size
    for size in (1000, 5000):
        assert sample(labels, size, 1, NAMES).tolist() == list(range(1000))
    with refused("data.sample_loses_class", size=10, name='"b"'):
        sample(labels_of(997, 3), 10, 1, NAMES)
