"""Several errors fixed in one press: over the bad stacks, and where errors have nothing to do with each other."""

from __future__ import annotations

import pytest

from tests.support.fixes import assert_first_fixes_lead_to_a_model
from tests.trainer.recipe.test_bad_stacks import BAD, Case, made, name
from trainer.recipe.callbacks import EarlyStopping, LearningRateScheduler, ReduceLROnPlateau
from trainer.recipe.check import check
from trainer.recipe.check.together import fix_all


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
