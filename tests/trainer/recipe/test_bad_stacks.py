"""Bad stacks of the kinds that beginners make: what is found, and that pressing first fixes leads to a good one."""

from functools import cache
from typing import Any

import pytest

from tests.support.bad_stacks import CLASSES, ERRORS, SHORT, WARNINGS, WRONG_LOSSES
from tests.support.fixes import assert_first_fixes_lead_to_a_model, assert_no_fix_does_harm
from tests.support.messages import brief
from tests.support.random_stacks import assert_keras_agrees
from trainer.keras_code.reader import read_model
from trainer.messages import Message
from trainer.recipe.callbacks import EarlyStopping, LearningRateScheduler, ReduceLROnPlateau
from trainer.recipe.check import RecipeDiagnosis, check
from trainer.recipe.check.together import fix_all
from trainer.recipe.data import DataFacts
from trainer.recipe.diagnosis import Severity
from trainer.recipe.layers import Layer
from trainer.recipe.recipe import Recipe
from trainer.sources.mnist.spec import Mnist
from trainer.sources.text_csv.spec import TextCsv

pytestmark = pytest.mark.filterwarnings("ignore:.*does not support masking:UserWarning")

NOTES = {"mask_without_effect"}

Case = tuple[str, str, str, str, str, str]
"""Data, stack, loss, code, number of the layer, the fix."""


def rows(tables: dict[str, str]) -> list[Case]:
    lines = [(data, line) for data, table in tables.items() for line in table.strip("\n").split("\n")]
    cells = [(data, *line.split("|")) for data, line in lines]
    return [(data, stack, "auto", code, layer, fix) for data, stack, code, layer, fix in cells]


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


def assert_found(found: RecipeDiagnosis, severity: Severity, code: str, layer: str, fix: str) -> None:
    assert found.severity is severity, found.message
    why = found.message.parameters.get("why")
    because = f" ({why.code.partition('.')[2]})" if isinstance(why, Message) else ""
    assert found.code.removeprefix("check.") + because == code.strip(), found.message
    assert ("-" if found.layer is None else str(found.layer + 1)) == layer.strip()
    assert found.fix is not None
    assert brief(found.fix.label) == fix.strip()


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
def test_pressing_first_fixes_leads_to_a_model_that_trains(case: Case) -> None:
    data, stack, loss, code, layer, fix = case
    recipe, facts = made(data, stack, loss)
    report = check(recipe, facts)
    assert_found(report.diagnoses[0], Severity.ERROR, code, layer, fix)
    assert_trains(assert_first_fixes_lead_to_a_model(recipe, facts), facts)


@pytest.mark.parametrize("case", POOR, ids=name)
def test_a_warned_of_stack_trains_and_its_fix_helps(case: Case) -> None:
    data, stack, loss, code, layer, fix = case
    recipe, facts = made(data, stack, loss)
    report = check(recipe, facts)
    first = report.diagnoses[0]
    assert_found(first, Severity.NOTE if code.strip() in NOTES else Severity.WARNING, code, layer, fix)
    assert_trains(recipe, facts)
    fixed = first.fixes[0].result
    after = check(fixed, facts)
    assert first.message not in {problem.message for problem in after.diagnoses}
    assert not after.errors
    assert_trains(fixed, facts)


@pytest.mark.parametrize("case", [*BAD, *POOR], ids=name)
def test_no_fix_does_harm(case: Case) -> None:
    assert_no_fix_does_harm(*made(*case[:3]))


def presses(case: Case) -> int:
    """How many first fixes it takes to get rid of all errors."""
    recipe, facts = made(*case[:3])
    count = 0
    while errors := check(recipe, facts).errors:
        recipe, count = errors[0].fixes[0].result, count + 1
    return count


@pytest.mark.parametrize("case", BAD, ids=name)
def test_fix_all_is_offered_where_one_press_is_not_enough_and_leads_where_the_presses_lead(case: Case) -> None:
    recipe, facts = made(*case[:3])
    together = fix_all(recipe, facts)
    if presses(case) == 1:
        assert together is None, "a second button that does the same as the first"
        return
    assert together is not None
    assert together.label.parameters["count"] == presses(case)
    assert not check(together.result, facts).errors
    assert together.result == assert_first_fixes_lead_to_a_model(recipe, facts)


def test_some_bad_stacks_need_more_than_one_press() -> None:
    assert sum(presses(case) > 1 for case in BAD) >= 5


def test_errors_of_layers_loss_and_callbacks_go_in_one_press() -> None:
    recipe, facts = made("texts of four kinds", "WORDS > LSTM(8) > ONE", "binary_crossentropy")
    recipe = recipe.with_(
        callbacks=(EarlyStopping(), EarlyStopping(patience=3), LearningRateScheduler(), ReduceLROnPlateau())
    )
    before = check(recipe, facts)
    assert len(before.errors) >= 3
    together = fix_all(recipe, facts)
    assert together is not None
    assert not check(together.result, facts).errors
    assert [callback.kind for callback in together.result.callbacks] == ["EarlyStopping", "LearningRateScheduler"]
    last = together.result.layers[-1]
    assert (last.value_of("units"), last.output_activation, together.result.loss) == (4, "softmax", "auto")
    assert together.result.with_(layers=recipe.layers, loss=recipe.loss, callbacks=recipe.callbacks) == recipe


def test_layers_for_other_data_are_never_thrown_away_by_it() -> None:
    lesson = "Conv2D(8, 3) > MaxPooling2D > Conv2D(16, 3) > MaxPooling2D > Flatten > TEN"
    recipe, facts = made("texts", lesson, "auto")
    first = check(recipe, facts).errors[0].fix
    assert first is not None
    assert first.code == "check.start_again"
    assert fix_all(recipe, facts) is None


def test_a_recipe_that_works_has_nothing_to_fix() -> None:
    assert fix_all(*made("pictures", "Flatten > TEN", "auto")) is None
