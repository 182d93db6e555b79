"""What differs between two recipes, against lists written by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.support.messages import brief
from trainer.recipe.difference import differences
from trainer.recipe.recipe import Recipe

FLAT = {"kind": "Flatten"}
WIDE = {"kind": "Dense", "units": 64, "activation": "relu"}
HEAD = {"kind": "Dense", "units": 10, "activation": "softmax"}
DROP = {"kind": "Dropout", "rate": 0.25}
LSTM = {"kind": "Bidirectional", "layer": {"kind": "LSTM", "units": 32}}
STOP = {"kind": "EarlyStopping", "patience": 3}
SAVE = {"kind": "ModelCheckpoint"}
DIGITS = {"kind": "mnist"}


def recipe(**parts: Any) -> Recipe:
    return Recipe.from_json(json.dumps({"data": DIGITS, "layers": [FLAT, WIDE, DROP, HEAD]} | parts))


def texts(old: Recipe, new: Recipe) -> list[str]:
    return [brief(difference.message) for difference in differences(old, new)]


def layers(*stack: dict[str, Any]) -> Recipe:
    return recipe(layers=list(stack))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (recipe(), recipe(name="Mine", about="Another text"), []),
        (
            recipe(),
            layers(FLAT, WIDE, DROP | {"rate": 0.0}, HEAD),
            ["in_layer 3 Dropout (setting_changed (field_alone Rate) 0.25 0.0)"],
        ),
        (recipe(), layers(FLAT, WIDE, HEAD), ["layer_removed 3 (with_settings Dropout (setting_value rate 0.25))"]),
        (layers(FLAT, WIDE, HEAD), recipe(), ["layer_added 3 (with_settings Dropout (setting_value rate 0.25))"]),
        (
            recipe(),
            layers(FLAT, DROP, WIDE, HEAD),
            ["layer_moved 2 (with_settings Dense (setting_value units 64)+(setting_value activation relu)) 3"],
        ),
        (
            recipe(),
            layers(FLAT, WIDE | {"units": 128}, DROP, HEAD),
            ["in_layer 2 Dense (setting_changed (field_alone Units) 64 128)"],
        ),
        (
            recipe(),
            layers(FLAT, WIDE, WIDE | {"units": 32}, DROP, HEAD),
            ["layer_added 3 (with_settings Dense (setting_value units 32)+(setting_value activation relu))"],
        ),
        (
            recipe(),
            layers(),
            [
                "layer_removed 1 Flatten",
                "layer_removed 2 (with_settings Dense (setting_value units 64)+(setting_value activation relu))",
                "layer_removed 3 (with_settings Dropout (setting_value rate 0.25))",
                "layer_removed 4 (with_settings Dense (setting_value units 10)+(setting_value activation softmax))",
            ],
        ),
        (
            layers(LSTM),
            layers({"kind": "Bidirectional", "layer": {"kind": "LSTM", "units": 64}}),
            ["in_layer 1 Bidirectional (in_kind LSTM (setting_changed (field_alone Units) 32 64))"],
        ),
        (
            layers(LSTM),
            layers({"kind": "Bidirectional", "layer": {"kind": "GRU", "units": 32}}),
            [
                "in_layer 1 Bidirectional (setting_changed (field_alone Layer) "
                "(with_settings LSTM (setting_value units 32)) (with_settings GRU (setting_value units 32)))"
            ],
        ),
        (
            layers({"kind": "Conv2D"}),
            layers({"kind": "Conv2D", "kernel_size": 5, "use_bias": False}),
            [
                "in_layer 1 Conv2D (setting_changed (field_titled Bias use_bias) (on) (off))",
                "in_layer 1 Conv2D (setting_changed (field_titled Window kernel_size) 3×3 5×5)",
            ],
        ),
        (
            recipe(),
            recipe(optimizer={"kind": "Adam", "learning_rate": 0.01}),
            ["setting_changed (field_titled Learning rate learning_rate) 0.001 0.01"],
        ),
        (recipe(), recipe(optimizer={"kind": "SGD"}), ["optimizer_replaced Adam SGD"]),
        (
            recipe(),
            recipe(optimizer={"kind": "SGD", "learning_rate": 0.5}),
            ["optimizer_replaced Adam (with_settings SGD (setting_value learning_rate 0.5))"],
        ),
        (recipe(), recipe(loss="huber"), ["setting_changed (field_alone Loss) auto huber"]),
        (
            recipe(),
            recipe(fit={"epochs": 10, "batch_size": 64}),
            ["setting_changed (field_alone Epochs) 5 10", "setting_changed (field_titled Batch size batch_size) 32 64"],
        ),
        (recipe(), recipe(seed=7), ["setting_changed (field_alone Seed) 1 7"]),
        (
            recipe(),
            recipe(data=DIGITS | {"limit": 5000}),
            ["setting_changed (field_titled Training pictures limit) (none) 5000"],
        ),
        (
            recipe(),
            recipe(version=2, data={"kind": "text_csv", "path": "mine.csv"}),
            ["data_replaced mnist (with_settings text_csv (setting_value path mine.csv))"],
        ),
        (
            recipe(data={"kind": "text_csv", "path": "a.csv"}),
            recipe(data={"kind": "text_csv", "path": "b.csv", "validation": 0.3}),
            [
                "setting_changed (field_titled File path) a.csv b.csv",
                "setting_changed (field_titled Validation share validation) 0.15 0.3",
            ],
        ),
        (
            recipe(),
            recipe(callbacks=[STOP]),
            ["callback_added 1 (with_settings EarlyStopping (setting_value monitor val_loss))"],
        ),
        (
            recipe(callbacks=[STOP, SAVE]),
            recipe(callbacks=[STOP | {"patience": 5}, SAVE]),
            ["in_callback 1 EarlyStopping (setting_changed (field_alone Patience) 3 5)"],
        ),
        (
            recipe(callbacks=[STOP, SAVE]),
            recipe(callbacks=[SAVE, STOP]),
            ["callback_moved 1 (with_settings EarlyStopping (setting_value monitor val_loss)) 2"],
        ),
        (
            recipe(optimizer={"kind": "Adam", "learning_rate": 0.12345678}),
            recipe(optimizer={"kind": "Adam", "learning_rate": 0.12345679}),
            ["setting_changed (field_titled Learning rate learning_rate) 0.12345678 0.12345679"],
        ),
    ],
)
def test_what_is_said(old: Recipe, new: Recipe, said: list[str]) -> None:
    assert texts(old, new) == said


kinds: some.SearchStrategy[dict[str, Any]] = some.one_of(
    some.just(FLAT),
    some.builds(lambda units: WIDE | {"units": units}, some.sampled_from([1, 10, 64])),
    some.builds(lambda rate: DROP | {"rate": rate}, some.sampled_from([0.0, 0.25, 0.5])),
    some.builds(lambda units: LSTM | {"layer": {"kind": "GRU", "units": units}}, some.sampled_from([8, 32])),
)
recipes = some.builds(
    recipe,
    layers=some.lists(kinds, max_size=7),
    seed=some.sampled_from([1, 2]),
    optimizer=some.sampled_from([{"kind": "Adam"}, {"kind": "Adam", "learning_rate": 0.1}, {"kind": "SGD"}]),
    data=some.sampled_from([DIGITS, DIGITS | {"limit": 100}, {"kind": "text_csv", "path": "a.csv"}]),
    callbacks=some.lists(some.sampled_from([STOP, STOP | {"patience": 9}, SAVE]), max_size=3),
)


@settings(deadline=None)
@given(old=recipes, new=recipes)
def test_none_with_itself_and_as_many_both_ways(old: Recipe, new: Recipe) -> None:
    assert differences(old, old) == ()
    assert differences(old, old.with_(name="Other", about="words")) == ()
    there, back = differences(old, new), differences(new, old)
    assert len(there) == len(back)
    assert (len(there) == 0) == (old == new)
    assert all(str(difference.message) for difference in there)


def test_two_hundred_layers() -> None:
    """The most that a recipe may have; the table of edit distances has 40,000 cells then."""
    many = layers(*[WIDE | {"units": n + 1} for n in range(200)])
    other = layers(*[WIDE | {"units": n + 2} for n in range(200)])
    assert texts(many, other) == [
        "layer_removed 1 (with_settings Dense (setting_value units 1)+(setting_value activation relu))",
        "layer_added 200 (with_settings Dense (setting_value units 201)+(setting_value activation relu))",
    ]
