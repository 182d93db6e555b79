"""Edits of the stack: pure, and none of them loses a layer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.recipe import stack
from trainer.recipe.difference import differences
from trainer.recipe.layers import Activation, Conv2D, Dense, Dropout, Flatten
from trainer.recipe.recipe import DisabledLayer, Recipe
from trainer.recipe.stack import Entry, entries
from trainer.sources.mnist.spec import Mnist

THREE = Recipe(data=Mnist(), layers=(Flatten(), Dropout(), Dense(units=10)))


def kinds(recipe: Recipe) -> list[str]:
    """`-Dropout` for one that is switched off."""
    return [entry.layer.kind if entry.on else f"-{entry.layer.kind}" for entry in entries(recipe)]


def test_switching_off_leaves_the_model_without_it_and_the_stack_with_it() -> None:
    off = stack.toggle_entry(THREE, 1)
    assert [layer.kind for layer in off.layers] == ["Flatten", "Dense"]
    assert kinds(off) == ["Flatten", "-Dropout", "Dense"]
    assert stack.model_places(off) == (0, None, 1)
    assert stack.toggle_entry(off, 1) == THREE
    assert Recipe.from_json(off.to_json()) == off


@pytest.mark.parametrize(
    ("edited", "expected"),
    [
        (stack.move_entry(stack.toggle_entry(THREE, 1), 1, 0), ["-Dropout", "Flatten", "Dense"]),
        (stack.move_entry(stack.toggle_entry(THREE, 1), 0, 2), ["-Dropout", "Dense", "Flatten"]),
        (stack.move_entry(stack.toggle_entry(THREE, 1), 1, 2), ["Flatten", "Dense", "-Dropout"]),
        (stack.duplicate_entry(stack.toggle_entry(THREE, 1), 1), ["Flatten", "-Dropout", "-Dropout", "Dense"]),
        (stack.remove_entry(stack.toggle_entry(THREE, 1), 0), ["-Dropout", "Dense"]),
        (
            stack.insert_entry(stack.toggle_entry(THREE, 1), 1, Activation()),
            ["Flatten", "Activation", "-Dropout", "Dense"],
        ),
        (stack.insert_entry(THREE, 3, Activation(), Dense()), ["Flatten", "Dropout", "Dense", "Activation", "Dense"]),
        (stack.replace_entry(stack.toggle_entry(THREE, 1), 1, Activation()), ["Flatten", "-Activation", "Dense"]),
    ],
)
def test_edits(edited: Recipe, expected: list[str]) -> None:
    assert kinds(edited) == expected


def test_a_layer_that_is_off_makes_no_difference_to_a_run() -> None:
    assert differences(stack.remove_entry(THREE, 1), stack.toggle_entry(THREE, 1)) == ()


def test_what_would_stand_beyond_the_end_stands_at_the_end() -> None:
    """A mend may have shortened the stack since the layer was switched off."""
    short = THREE.with_(layers=(Flatten(),), aside=(DisabledLayer(before=3, layer=Dense()),))
    assert kinds(short) == ["Flatten", "-Dense"]


SOME = st.lists(st.tuples(st.sampled_from([Flatten(), Dense(), Dropout()]), st.booleans()), max_size=6)


@given(SOME, st.data())
def test_entries_come_back_and_a_move_loses_nothing(some: list[tuple[Dense, bool]], data: st.DataObject) -> None:
    made = [Entry(*one) for one in some]
    recipe = stack.with_entries(THREE, made)
    assert list(entries(recipe)) == made
    if made:
        at, to = (data.draw(st.integers(0, len(made) - 1)) for _ in range(2))
        after = stack.move_entry(recipe, at, to)
        assert entries(after)[to] == made[at]
        assert stack.move_entry(after, to, at) == recipe


def test_settings_leave_layers_in_their_places_and_moves_do_not() -> None:
    recipe = Recipe(data=Mnist(), layers=(Conv2D(filters=4), Conv2D(filters=8), Flatten()))
    same = [
        recipe,
        stack.replace_entry(recipe, 1, Conv2D(filters=9)),
        stack.toggle_entry(recipe, 0),
        recipe.with_(seed=5),
    ]
    other = [
        stack.move_entry(recipe, 0, 1), stack.remove_entry(recipe, 0), stack.duplicate_entry(recipe, 2),
        stack.replace_entry(recipe, 1, Flatten()),
    ]  # fmt: skip
    assert all(stack.same_places(recipe, one) for one in same)
    assert not any(stack.same_places(recipe, one) for one in other)
