"""The stack of the Model page without a browser: what its rows say, what a click does, and the picture to scale."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from streamlit.runtime.scriptrunner import StopException

from components import layer_stack, workspace
from components.layer_stack.rows import palette, rows
from components.library import lessons
from components.workspace import Workspace
from trainer import data
from trainer.messages import Message
from trainer.recipe import stack
from trainer.recipe.check import check
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Conv2D, Dense, Dropout, Flatten, Layer
from trainer.recipe.network_picture import Part, network_svg
from trainer.recipe.recipe import Recipe
from trainer.sources.mnist.spec import Mnist

FACTS = DataFacts((8, 8, 1), tuple("abcd"), 80, 10, 10, None, modality="image")
RECIPE = Recipe(data=Mnist(), layers=(Conv2D(filters=4), Dropout(), Flatten(), Dense(units=4, activation="softmax")))


@pytest.fixture
def at_hand(monkeypatch: pytest.MonkeyPatch) -> Workspace:
    at_hand = Workspace(RECIPE, draft="0" * 16)
    monkeypatch.setattr(workspace, "current", lambda: at_hand)
    monkeypatch.setattr(workspace, "facts", lambda: FACTS)
    monkeypatch.setattr(workspace, "set_recipe", lambda recipe: setattr(at_hand, "recipe", recipe))
    return at_hand


def kinds(at_hand: Workspace) -> list[str]:
    return [entry.layer.kind for entry in stack.entries(at_hand.recipe)]


def layers(at_hand: Workspace) -> list[list[object]]:
    """As the browser writes them in each action."""
    return [[entry.layer.kind, entry.on] for entry in stack.entries(at_hand.recipe)]


def is_stale(at_hand: Workspace) -> bool:
    return isinstance(at_hand.message, Message) and at_hand.message.code == "components.stale_layers"


def test_rows_say_what_comes_out_and_whose_share_it_is() -> None:
    off = stack.toggle_entry(RECIPE, 1)
    found = rows(off, FACTS, check(off, FACTS))
    assert [row["kind"] for row in found] == ["Conv2D", "Dropout", "Flatten", "Dense"]
    assert [row.get("shape") for row in found] == ["6 × 6 × 4", None, "144", "4"]
    assert [row.get("off", False) for row in found] == [False, True, False, False]
    assert [row.get("parameters") for row in found] == [40, None, 0, 580]
    for share in ("share", "work"):
        assert sum(row[share] for row in found if share in row) == pytest.approx(1)
    broken = RECIPE.with_(layers=(Dense(), Conv2D(kernel_size=(9, 9)), Dense()))
    found = rows(broken, FACTS, check(broken, FACTS))
    assert [row["trouble"] for row in found] == [False, True, False]
    assert [row["shape"] for row in found] == ["8 × 8 × 64", None, None]
    assert "work" not in found[1]


def test_the_palette_has_every_kind_with_the_reason_against_it() -> None:
    found = {card["kind"]: card for card in palette(RECIPE, FACTS, 4)}
    assert found.keys() == Layer.registry.keys()
    assert found["Dropout"]["why"] is None
    assert found["Conv2D"]["why"].endswith(".")


@pytest.mark.parametrize("recipe", [one.recipe for one in lessons()[0]], ids=lambda recipe: recipe.name)
def test_what_usually_comes_next_fits_at_every_place_of_the_lessons(recipe: Recipe) -> None:
    facts = data.facts(recipe.data, recipe.seed)
    for place in range(len(recipe.layers) + 1):
        cards = {card["kind"]: card for card in palette(recipe, facts, place)}
        usual = [card for card in cards.values() if card["usual"] is not None]
        assert usual, place
        assert all(card["why"] is None for card in usual)
        following = recipe.layers[place].kind if place < len(recipe.layers) else None
        assert following is None or cards[following]["usual"] is not None, (
            "what the lesson itself has there is among them"
        )


@pytest.mark.parametrize(
    ("action", "expected", "chosen"),
    [
        ({"do": "choose", "place": 3}, ["Conv2D", "Dropout", "Flatten", "Dense"], 3),
        ({"do": "move", "place": 0, "to": 2}, ["Dropout", "Flatten", "Conv2D", "Dense"], 2),
        ({"do": "remove", "place": 1}, ["Conv2D", "Flatten", "Dense"], 1),
        ({"do": "duplicate", "place": 0}, ["Conv2D", "Conv2D", "Dropout", "Flatten", "Dense"], 1),
        ({"do": "add", "place": 1, "kind": "Flatten"}, ["Conv2D", "Flatten", "Dropout", "Flatten", "Dense"], 1),
        ({"do": "add", "place": 4, "kind": "Dropout"}, ["Conv2D", "Dropout", "Flatten", "Dense", "Dropout"], 4),
    ],
)  # fmt: skip
def test_an_action_is_carried_out(at_hand: Workspace, action: dict[str, Any], expected: list[str], chosen: int) -> None:
    layer_stack.handle(action)
    assert (kinds(at_hand), at_hand.chosen_layer, at_hand.message) == (expected, chosen, None)


@pytest.mark.parametrize(
    "action",
    [
        {},
        {"do": "choose", "place": 4},
        {"do": "remove", "place": -1},
        {"do": "switch", "place": 4},
        {"do": "move", "place": 1, "to": 4},
        {"do": "move", "place": 1},
        {"do": "add", "place": 5, "kind": "Dropout"},
        {"do": "add", "place": 0, "kind": "Magic"},
        {"do": "explode", "place": 0},
        {"do": "remove", "place": "0"},
    ],
)
def test_an_action_about_what_is_not_there_says_so_and_changes_nothing(
    at_hand: Workspace, action: dict[str, Any]
) -> None:
    layer_stack.handle(action)
    assert is_stale(at_hand)
    assert at_hand.recipe == RECIPE


def test_each_action_is_carried_out_once_and_in_order_however_often_it_is_told(at_hand: Workspace) -> None:
    down = [{"do": "move", "place": place, "to": place + 1, "number": place + 1} for place in range(3)]
    layer_stack.handle_actions({"browser": "a", "actions": down[:1]})
    layer_stack.handle_actions({"browser": "a", "actions": down[:2]})
    layer_stack.handle_actions({"browser": "a", "actions": down})
    layer_stack.handle_actions({"browser": "a", "actions": down[:2]})
    assert kinds(at_hand) == ["Dropout", "Flatten", "Dense", "Conv2D"]
    assert at_hand.acknowledged == ("a", 3)
    layer_stack.handle_actions({"browser": "b", "actions": [{"do": "remove", "place": 3, "number": 1}]})
    assert kinds(at_hand) == ["Dropout", "Flatten", "Dense"], "a page that was loaded anew counts from 1"
    for nonsense in (None, {}, {"browser": "b", "actions": [None, {"do": "remove", "place": 0}]}):
        layer_stack.handle_actions(nonsense)
    assert len(kinds(at_hand)) == 3


def test_an_action_that_is_cut_off_after_its_change_is_not_repeated(
    at_hand: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Streamlit ends a run for a newer click by an exception, wherever it looks into the session."""
    handle = layer_stack.handle

    def cut(action: Any) -> None:
        handle(action)
        raise StopException

    monkeypatch.setattr(layer_stack, "handle", cut)
    first = {"do": "remove", "place": 1, "number": 1}
    with pytest.raises(StopException):
        layer_stack.handle_actions({"browser": "a", "actions": [first]})
    monkeypatch.setattr(layer_stack, "handle", handle)
    layer_stack.handle_actions({"browser": "a", "actions": [first, {"do": "choose", "place": 2, "number": 2}]})
    assert kinds(at_hand) == ["Conv2D", "Flatten", "Dense"]
    assert at_hand.chosen_layer == 2


def test_a_place_in_a_stack_that_another_button_has_changed_is_not_meant(at_hand: Workspace) -> None:
    seen = layers(at_hand)
    # By a fix, which the stack in the browser does not know of yet.
    at_hand.recipe = fixed = stack.remove_entry(RECIPE, 1)
    layer_stack.handle_actions({"browser": "a", "actions": [{"do": "remove", "place": 1, "layers": seen, "number": 1}]})
    assert (is_stale(at_hand), at_hand.recipe) == (True, fixed)
    at_hand.message = None
    seen = layers(at_hand)
    quick = [{"do": "remove", "place": 0, "layers": seen[place:], "number": place + 2} for place in range(2)]
    layer_stack.handle_actions({"browser": "a", "actions": quick})
    assert (at_hand.message, kinds(at_hand)) == (None, ["Dense"]), "each was meant in what the one before had left"


def test_a_switch_in_a_stack_whose_layer_was_turned_off_meanwhile_is_not_meant(at_hand: Workspace) -> None:
    seen = layers(at_hand)
    at_hand.recipe = off = stack.toggle_entry(RECIPE, 1)
    switch = {"do": "switch", "place": 1, "layers": seen, "number": 1}
    layer_stack.handle_actions({"browser": "a", "actions": [switch]})
    assert (is_stale(at_hand), at_hand.recipe) == (True, off), "it would turn the layer on, which nobody asked for"
    layer_stack.handle_actions({"browser": "a", "actions": [switch | {"layers": layers(at_hand), "number": 2}]})
    assert at_hand.recipe == RECIPE


def test_turning_off_and_on_again_is_one_action(at_hand: Workspace) -> None:
    layer_stack.handle({"do": "switch", "place": 1})
    assert [entry.on for entry in stack.entries(at_hand.recipe)] == [True, False, True, True]
    layer_stack.handle({"do": "switch", "place": 1})
    assert at_hand.recipe == RECIPE


def test_a_new_layer_comes_behind_the_chosen_one_but_before_the_answer(at_hand: Workspace) -> None:
    for chosen, place in ((0, 1), (2, 3), (3, 3)):
        at_hand.chosen_layer = chosen
        assert layer_stack.where_new_ones_go() == place
    at_hand.recipe, at_hand.chosen_layer = RECIPE.with_(layers=()), 0
    assert layer_stack.where_new_ones_go() == 0


def test_layers_stand_in_the_order_in_which_they_are_added_until_an_answer_is_there(at_hand: Workspace) -> None:
    at_hand.recipe, at_hand.chosen_layer = RECIPE.with_(layers=()), 0
    for kind in ("Conv2D", "MaxPooling2D", "Flatten", "Dense", "Dropout"):
        layer_stack.handle({"do": "add", "place": layer_stack.where_new_ones_go(), "kind": kind})
    assert kinds(at_hand) == ["Conv2D", "MaxPooling2D", "Flatten", "Dropout", "Dense"], "the answer stays the last"


def test_the_data_can_be_chosen_so_that_a_layer_comes_first(at_hand: Workspace) -> None:
    layer_stack.handle({"do": "front", "place": 0})
    assert layer_stack.where_new_ones_go() == 0
    layer_stack.handle({"do": "add", "place": 0, "kind": "Dropout"})
    assert kinds(at_hand)[0] == "Dropout"
    assert layer_stack.where_new_ones_go() == 1, "the next one comes behind it"


def test_the_picture_is_to_scale_and_takes_names_as_text() -> None:
    parts = [
        Part("Data", (8, 8, 1)),
        Part("<b>", (4, 2, 16)),
        Part("LSTM", (8, 3)),
        Part("Dense", (4,)),
        Part("?", None),
    ]
    drawn = ElementTree.fromstring(network_svg(parts, chosen=1))  # noqa: S314 - what we drew ourselves
    space = "{http://www.w3.org/2000/svg}"
    groups = drawn.findall(f"{space}g")
    assert [group.get("data-place") for group in groups] == ["0", "1", "2", "3", "4"]
    sides = [(float(box.get("height", 0)), float(box.get("width", 0))) for box in drawn.iter(f"{space}rect")]
    assert sides[0][0] == pytest.approx(2 * sides[1][0])
    assert sides[0][1] == pytest.approx(4 * sides[1][1])
    assert sides[2][0] == sides[0][0], "as many steps as the picture has rows"
    assert "<b>" in [text.text for text in groups[1].iter(f"{space}text")]
