"""What differs between two recipes, in words, against sentences written by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

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
    return [difference.text for difference in differences(old, new)]


def layers(*stack: dict[str, Any]) -> Recipe:
    return recipe(layers=list(stack))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (recipe(), recipe(name="Mine", about="Another text"), []),
        (recipe(), layers(FLAT, WIDE, DROP | {"rate": 0.0}, HEAD), ["Layer 3 (Dropout) rate 0.25 → 0"]),
        (recipe(), layers(FLAT, WIDE, HEAD), ["Layer 3 (Dropout, rate 0.25) removed"]),
        (layers(FLAT, WIDE, HEAD), recipe(), ["Layer 3 (Dropout, rate 0.25) added"]),
        (recipe(), layers(FLAT, DROP, WIDE, HEAD), ["Layer 2 (Dense, units 64, activation relu) moved to place 3"]),
        (recipe(), layers(FLAT, WIDE | {"units": 128}, DROP, HEAD), ["Layer 2 (Dense) units 64 → 128"]),
        (
            recipe(),
            layers(FLAT, WIDE, WIDE | {"units": 32}, DROP, HEAD),
            ["Layer 3 (Dense, units 32, activation relu) added"],
        ),
        (
            recipe(),
            layers(),
            [
                f"Layer {n} ({what}) removed"
                for n, what in enumerate(
                    [
                        "Flatten",
                        "Dense, units 64, activation relu",
                        "Dropout, rate 0.25",
                        "Dense, units 10, activation softmax",
                    ],
                    1,
                )
            ],
        ),
        (
            layers(LSTM),
            layers({"kind": "Bidirectional", "layer": {"kind": "LSTM", "units": 64}}),
            ["Layer 1 (Bidirectional) LSTM units 32 → 64"],
        ),
        (
            layers(LSTM),
            layers({"kind": "Bidirectional", "layer": {"kind": "GRU", "units": 32}}),
            ["Layer 1 (Bidirectional) layer LSTM, units 32 → GRU, units 32"],
        ),
        (
            layers({"kind": "Conv2D"}),
            layers({"kind": "Conv2D", "kernel_size": 5, "use_bias": False}),
            ["Layer 1 (Conv2D) Bias (use_bias) on → off", "Layer 1 (Conv2D) Window (kernel_size) 3×3 → 5×5"],
        ),
        (
            recipe(),
            recipe(optimizer={"kind": "Adam", "learning_rate": 0.01}),
            ["Learning rate (learning_rate) 0.001 → 0.01"],
        ),
        (recipe(), recipe(optimizer={"kind": "SGD"}), ["Optimizer Adam → SGD"]),
        (
            recipe(),
            recipe(optimizer={"kind": "SGD", "learning_rate": 0.5}),
            ["Optimizer Adam → SGD, learning_rate 0.5"],
        ),
        (recipe(), recipe(loss="huber"), ["Loss auto → huber"]),
        (
            recipe(),
            recipe(fit={"epochs": 10, "batch_size": 64}),
            ["Epochs 5 → 10", "Batch size (batch_size) 32 → 64"],
        ),
        (recipe(), recipe(seed=7), ["Seed 1 → 7"]),
        (recipe(), recipe(data=DIGITS | {"limit": 5000}), ["Training pictures (limit) none → 5,000"]),
        (
            recipe(),
            recipe(data={"kind": "text_csv", "path": "mine.csv"}),
            ["Data mnist → text_csv, path mine.csv"],
        ),
        (
            recipe(data={"kind": "text_csv", "path": "a.csv"}),
            recipe(data={"kind": "text_csv", "path": "b.csv", "validation": 0.3}),
            ["File (path) a.csv → b.csv", "Validation share (validation) 0.15 → 0.3"],
        ),
        (recipe(), recipe(callbacks=[STOP]), ["Callback 1 (EarlyStopping, monitor val_loss) added"]),
        (
            recipe(callbacks=[STOP, SAVE]),
            recipe(callbacks=[STOP | {"patience": 5}, SAVE]),
            ["Callback 1 (EarlyStopping) patience 3 → 5"],
        ),
        (
            recipe(callbacks=[STOP, SAVE]),
            recipe(callbacks=[SAVE, STOP]),
            ["Callback 1 (EarlyStopping, monitor val_loss) moved to place 2"],
        ),
        (
            recipe(optimizer={"kind": "Adam", "learning_rate": 0.12345678}),
            recipe(optimizer={"kind": "Adam", "learning_rate": 0.12345679}),
            ["Learning rate (learning_rate) 0.12345678 → 0.12345679"],
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
    assert all(difference.text for difference in there)


def test_two_hundred_layers() -> None:
    """The most that a recipe may have; the table of edit distances has 40,000 cells then."""
    many = layers(*[WIDE | {"units": n + 1} for n in range(200)])
    other = layers(*[WIDE | {"units": n + 2} for n in range(200)])
    assert texts(many, other) == [
        "Layer 1 (Dense, units 1, activation relu) removed",
        "Layer 200 (Dense, units 201, activation relu) added",
    ]
