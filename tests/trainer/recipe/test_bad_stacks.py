"""Bad stacks of the kinds that beginners make: what is said, and that pressing first mends leads to a good one."""

from functools import cache
from typing import Any

import pytest

from tests.support.bad_stacks import CLASSES, ERRORS, SHORT, WARNINGS, WRONG_LOSSES
from tests.support.random_stacks import assert_keras_agrees
from trainer.keras_code.reader import read_model
from trainer.recipe.check import Problem, check
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Layer
from trainer.recipe.recipe import Recipe
from trainer.sources.mnist.spec import Mnist
from trainer.sources.text_csv.spec import TextCsv

pytestmark = pytest.mark.filterwarnings("ignore:.*does not support masking:UserWarning")

MOST_PRESSES = 12

Case = tuple[str, str, str, str, str]
"""Data, stack, loss, words, a word of the mend."""


def rows(tables: dict[str, str]) -> list[Case]:
    lines = [(data, line) for data, table in tables.items() for line in table.strip("\n").split("\n")]
    return [(data, stack, "auto", words, mend) for data, line in lines for stack, words, mend in [line.split("|")]]


BAD = [*rows(ERRORS), *WRONG_LOSSES]
POOR = rows(WARNINGS)


def layers(stack: str) -> tuple[Layer, ...]:
    written = [SHORT.get(layer.strip(), layer.strip()) for layer in stack.split(">") if layer.strip()]
    calls = [layer if "(" in layer else f"{layer}()" for layer in written]
    return read_model(f"keras.Sequential([{', '.join(calls)}])").layers if calls else ()


def made(data: str, stack: str, loss: Any) -> tuple[Recipe, DataFacts]:
    text = data.startswith("texts")
    facts = DataFacts(
        input_shape=(40,) if text else (28, 28, 1),
        class_names=tuple(str(number) for number in range(CLASSES[data])),
        train=100,
        validation=10,
        test=20,
        vocabulary=1000 if text else None,
        modality="text" if text else "image",
    )
    return Recipe(data=TextCsv(path="a.csv") if text else Mnist(), layers=layers(stack), loss=loss), facts


def assert_says(problem: Problem, level: str, words: str, mend: str) -> None:
    assert problem.level == level, problem.message
    missing = [word.strip() for word in words.split(";") if word.strip() not in problem.message]
    assert not missing, problem.message
    assert problem.mends, problem.message
    assert mend.strip() in problem.mends[0].title


@cache
def assert_trains(recipe: Recipe, facts: DataFacts) -> None:
    """Many ways lead to the same few good models; each is built and trained for one batch once."""
    assert_keras_agrees(recipe, facts, check(recipe, facts), trains=True)


def name(case: Case) -> str:
    data, stack, loss, *_ = case
    return f"{data}: {stack.strip()}" + ("" if loss == "auto" else f", {loss}")


def test_the_table_is_large_enough() -> None:
    assert len(BAD) + len(POOR) >= 60
    assert len({name(case) for case in [*BAD, *POOR]}) == len(BAD) + len(POOR)


@pytest.mark.parametrize("case", BAD, ids=name)
def test_pressing_first_mends_leads_to_a_model_that_trains(case: Case) -> None:
    data, stack, loss, words, mend = case
    recipe, facts = made(data, stack, loss)
    report = check(recipe, facts)
    assert_says(report.problems[0], "error", words, mend)
    seen = set()
    for _ in range(MOST_PRESSES):
        if not report.errors:
            break
        first = report.errors[0]
        assert recipe not in seen, f"pressing goes round in circles: {first.message}"
        seen.add(recipe)
        recipe = first.mends[0].recipe
        report = check(recipe, facts)
        assert first not in report.errors, "the mend changes nothing"
    assert not report.errors
    assert_trains(recipe, facts)


@pytest.mark.parametrize("case", POOR, ids=name)
def test_a_warned_of_stack_trains_and_its_mend_helps(case: Case) -> None:
    data, stack, loss, words, mend = case
    recipe, facts = made(data, stack, loss)
    report = check(recipe, facts)
    first = report.problems[0]
    assert_says(first, "warning", words, mend)
    assert_trains(recipe, facts)
    mended = first.mends[0].recipe
    after = check(mended, facts)
    assert first.message not in {problem.message for problem in after.problems}
    assert not after.errors
    assert_trains(mended, facts)
