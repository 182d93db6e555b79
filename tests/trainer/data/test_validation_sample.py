"""The validation examples on which people watch a model learn."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer import data
from trainer.data.dataset import Part
from trainer.data.validation_sample import SAMPLE_SIZE, spread_over_classes, validation_sample
from trainer.recipe.recipe import Recipe


@given(y=st.lists(st.integers(0, 20), min_size=1, max_size=60), seed=st.integers(0, 2**31))
def test_spread_over_the_classes(y: list[int], seed: int) -> None:
    classes = np.array(y)
    places = spread_over_classes(classes, SAMPLE_SIZE, seed)
    assert len(set(places.tolist())) == len(places) == min(SAMPLE_SIZE, len(y))
    there, chosen = Counter(y), Counter(classes[places].tolist())
    most = max(chosen.values())
    assert all(chosen[one] >= min(most - 1, there[one]) for one in there), "no class twice while another could be there"
    assert list(classes[places]) == sorted(classes[places])
    assert places.tolist() == spread_over_classes(classes, SAMPLE_SIZE, seed).tolist()


def test_another_seed_chooses_others() -> None:
    y = np.arange(200) % 4
    assert spread_over_classes(y, SAMPLE_SIZE, 1).tolist() != spread_over_classes(y, SAMPLE_SIZE, 2).tolist()


@pytest.mark.parametrize("kind", ["tiny", "texts"])
def test_sample_of_a_data_set(kind: str, request: pytest.FixtureRequest) -> None:
    make: Callable[..., Recipe] = request.getfixturevalue(kind)
    recipe = make()
    dataset = data.load(recipe.data, recipe.seed)
    part = dataset.validation
    sample = validation_sample(dataset, recipe.seed)
    assert part is not None
    assert sample is not None
    assert len(sample.places) == min(SAMPLE_SIZE, len(part))
    assert np.array_equal(part.y[sample.places], sample.truth)
    assert np.array_equal(part.rows[sample.places], sample.rows)
    changed = Part(part.x[::-1].copy(), part.y, part.rows)
    other = validation_sample(replace(dataset, validation=changed), recipe.seed)
    assert other is not None
    assert np.array_equal(other.rows, sample.rows)
    assert other.checksum != sample.checksum, "the same rows hold something else"


def test_no_sample_without_validation(tiny: Callable[..., Recipe]) -> None:
    recipe = tiny("data.validation=0")
    assert validation_sample(data.load(recipe.data, recipe.seed), recipe.seed) is None
