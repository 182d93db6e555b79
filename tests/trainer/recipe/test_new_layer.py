"""A new kind of layer works everywhere from one class alone, which is defined in this file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

import pytest

from components.layer_stack.rows import palette, rows
from tests.support.pages import IdleEngine, button, page
from tests.support.random_stacks import assert_keras_agrees
from tests.support.stacks import TEN, pictures
from tools import layer_reference
from trainer.i18n import N_
from trainer.keras_code.reader import read_model
from trainer.keras_code.writer import keras_code
from trainer.recipe.check import check, needed
from trainer.recipe.check.next_layer import fitted, what_fits
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Conv2D, Flatten, Group, Layer
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape
from trainer.recipe.spec import Pair, RecipeError, setting
from trainer.recipe.stack import toggle_entry

NAME = "AdaptiveAveragePooling2D"
"""One that Keras has and Fitboard has not."""


@pytest.fixture(scope="module")
def pooling() -> Iterator[type[Layer]]:
    """The new kind, registered as long as this module is tested."""

    class AdaptiveAveragePooling2D(Layer):
        kind: Literal["AdaptiveAveragePooling2D"] = "AdaptiveAveragePooling2D"
        output_size: Annotated[
            Pair, setting("Size", "Height and width of the output.", "Larger keeps more detail.", typical=(2, 8))
        ] = (4, 4)

        group = Group.IMAGES
        title: ClassVar[str] = N_("Shrink to a size")
        sentence = N_("Takes means over parts of the picture, so that it gets a given size.")
        drawing = "pooling"
        input_rank = 3
        is_pooling = True

        def _output_shape(self, shape: Shape) -> Shape:
            return (*self.output_size, shape[2])

        def summary(self) -> str:
            return "×".join(map(str, self.output_size))

    yield AdaptiveAveragePooling2D
    del Layer.registry[NAME]
    for model in Layer.dependent_models:
        model.model_rebuild(force=True)


@pytest.fixture
def case(pooling: type[Layer]) -> tuple[Recipe, DataFacts]:
    return pictures(Conv2D(filters=4), pooling().with_(output_size=(5, 3)), Flatten(), TEN)  # type: ignore[call-arg]


def test_json(case: tuple[Recipe, DataFacts]) -> None:
    recipe, _ = case
    for one in (recipe, toggle_entry(recipe, 1)):
        assert Recipe.from_json(one.to_json()) == one
    assert recipe.with_settings(["layers.1.output_size=2"]).layers[1].value_of("output_size") == (2, 2)
    with pytest.raises(RecipeError) as refused:
        recipe.with_settings(["layers.1.output_size=[0, 2]"])
    assert refused.value.code == "recipe.too_small"
    with pytest.raises(RecipeError) as refused:
        recipe.with_settings([f"layers.1.kind={NAME[:-1]}"])
    assert refused.value.code == "recipe.unknown_kind_near"


def test_check_and_memory(case: tuple[Recipe, DataFacts], pooling: type[Layer]) -> None:
    recipe, facts = case
    report = check(recipe, facts)
    assert (report.errors, report.rows[1].output_shape, report.rows[1].parameters) == ((), (5, 3, 4), 0)
    assert needed(recipe, list(report.rows), facts).total > 0
    early = check(recipe.with_(layers=(Flatten(), *recipe.layers[1:])), facts).errors[0]
    assert (early.code, early.layer) == ("check.cannot_follow", 1)
    assert what_fits(recipe, facts, 1)[NAME] is None
    assert what_fits(recipe, facts, 3)[NAME] is not None
    assert fitted(pooling, recipe, facts, 1) == pooling()  # type: ignore[call-arg]


def test_a_trait_is_enough_for_a_rule(case: tuple[Recipe, DataFacts], pooling: type[Layer]) -> None:
    """It leaves too few numbers, as other poolings do, and is replaced as they are."""
    recipe, facts = case
    speck = pooling().with_(output_size=(1, 1))  # type: ignore[call-arg]
    found = check(recipe.with_(layers=(speck, Flatten(), TEN)), facts).diagnoses
    few = next(one for one in found if one.code == "check.too_few_numbers")
    assert few.fix is not None
    assert few.fix.code == "check.replace_by"


def test_menu_and_stack(case: tuple[Recipe, DataFacts]) -> None:
    recipe, facts = case
    (offered,) = [kind for kind in palette(recipe, facts, 1) if kind["kind"] == NAME]
    assert (offered["title"], offered["drawing"], offered["why"]) == ("Shrink to a size", "pooling", None)
    assert offered["group"] == "Images"
    row = rows(recipe, facts, check(recipe, facts))[1]
    assert (row["kind"], row["note"], row["shape"]) == (NAME, "5×3", "5 × 3 × 4")


def test_form(case: tuple[Recipe, DataFacts], engine: IdleEngine) -> None:
    app = page("model")
    tab = app.session_state["workspace"]
    tab.recipe, tab.chosen_layer = case[0], 1
    app.run()
    app.number_input(key=f"form layers.1 {NAME} output_size 0").set_value(7).run()
    assert tab.recipe.layers[1].output_size == (7, 3)
    button(app, "Reset").click().run()
    assert tab.recipe.layers[1].output_size == (4, 4)
    assert not app.exception


def test_documentation(pooling: type[Layer]) -> None:
    page_text = layer_reference.page()
    assert f"### {NAME}: shrink to a size" in page_text
    assert "Height and width of the output." in page_text


def test_code_is_written_and_read(case: tuple[Recipe, DataFacts]) -> None:
    recipe, facts = case
    code = keras_code(recipe, facts)
    assert f"keras.layers.{NAME}(output_size=(5, 3))" in code
    assert read_model(code).layers == recipe.layers
    assert read_model(code.replace("output_size=", "")).layers == recipe.layers, "its order is that of Keras"


def test_keras_builds_and_trains_it(case: tuple[Recipe, DataFacts]) -> None:
    recipe, facts = case
    assert_keras_agrees(recipe, facts, check(recipe, facts), trains=True)
