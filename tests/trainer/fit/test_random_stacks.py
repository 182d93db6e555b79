"""Random stacks of layers: what the check accepts, Keras runs; what it refuses has a reason and a way out."""

import os

import pytest
from hypothesis import HealthCheck, event, given, settings

from tests.support.random_stacks import assert_keras_agrees, recipes
from trainer.recipe.check import check
from trainer.recipe.data import DataFacts
from trainer.recipe.recipe import Recipe

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:.*does not support masking:UserWarning")]


def try_out(case: tuple[Recipe, DataFacts], *, trains: bool) -> None:
    recipe, facts = case
    report = check(recipe, facts)
    event("refused" if report.errors else "accepted")
    for _ in range(10 + len(recipe.layers)):
        for problem in report.errors:
            assert str(problem.message).endswith("."), problem
            assert problem.layer is not None or problem.fixes, problem
        if not report.errors:
            break
        assert report.errors[0].fixes, report.errors[0]
        recipe = report.errors[0].fixes[0].result
        report = check(recipe, facts)
    assert not report.errors
    assert_keras_agrees(recipe, facts, report, trains=trains)


USUAL = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@settings(USUAL, max_examples=40)
@given(recipes())
def test_accepted_trains_and_refused_can_be_fixed(case: tuple[Recipe, DataFacts]) -> None:
    try_out(case, trains=True)


@pytest.mark.timeout(3600)
@settings(USUAL, max_examples=int(os.environ.get("FITBOARD_STACKS", "150")))
@given(recipes())
def test_accepted_is_built_by_keras_with_our_shapes_and_counts(case: tuple[Recipe, DataFacts]) -> None:
    """`FITBOARD_STACKS=10000 pytest tests/trainer/fit/test_random_stacks.py` tries seventy times as many."""
    try_out(case, trains=False)
