"""What the coach says of curves written by hand, of none, and of any at all."""

from __future__ import annotations

import re
from math import inf, nan
from typing import Any

import pytest
from coach_kit import MLP, TEXT, history, recipe
from hypothesis import given, settings
from hypothesis import strategies as some

from trainer.coach import KINDS, Advice, advise
from trainer.recipe.check import check
from trainer.recipe.data import DataFacts
from trainer.recipe.difference import differences
from trainer.recipe.recipe import Recipe
from trainer.runs.events import RunState
from trainer.runs.history import History

FACTS = DataFacts((28, 28, 1), tuple("0123456789"), 4800, 1200, 10_000)
WORDS = DataFacts((60,), ("no", "yes"), 1600, 400, 400, vocabulary=1000)
TABLE: dict[str, Any] = {"data": {"kind": "text_csv", "path": "reviews.csv"}, "layers": TEXT}
TWO: dict[str, Any] = {
    "class_names": ("no", "yes"),
    "train": 1600,
    "validation": 400,
    "majority": 0.5,
    "val_majority": 0.5,
    "steps": 50,
    "parameters": 8009,
}
DROPS = [*MLP[:2], {"kind": "Dropout", "rate": 0.5}, MLP[2]]

LEARNS = ([0.8, 0.4, 0.3, 0.24, 0.2, 0.17], [0.78, 0.89, 0.915, 0.93, 0.945, 0.95])
HOLDS = ([0.5, 0.36, 0.31, 0.28, 0.265, 0.26], [0.86, 0.895, 0.91, 0.918, 0.922, 0.925])
RISING = (
    [0.8, 0.4, 0.25, 0.15, 0.09, 0.05, 0.03, 0.02, 0.01, 0.008],
    [0.75, 0.87, 0.92, 0.95, 0.97, 0.985, 0.99, 0.995, 1.0, 1.0],
    [0.5, 0.4, 0.36, 0.37, 0.39, 0.42, 0.46, 0.5, 0.55, 0.6],
    [0.85, 0.88, 0.89, 0.89, 0.892, 0.89, 0.888, 0.889, 0.887, 0.886],
)
SURE = "quite sure"
CASES: list[tuple[str, Recipe, History, str, str | None]] = [
    ("overfitting", recipe(10), history(*RISING), SURE, "Add EarlyStopping"),
    (
        "overfitting",
        recipe(6, layers=DROPS),
        history([0.8, 0.3, 0.1, 0.05, 0.02, 0.01], [0.8, 0.9, 0.97, 0.99, 1.0, 1.0], [0.7] * 6, [0.7, 0.75, 0.8, 0.8, 0.8, 0.8]),
        SURE,
        None,  # 0.5 is there already, and validation loss has no best epoch to go back to
    ),
    (
        "overfitting",
        recipe(6),
        history([0.8, 0.3, 0.1, 0.05, 0.02, 0.01], [0.8, 0.9, 0.97, 0.99, 1.0, 1.0], [0.7] * 6, [0.7, 0.85, 0.9, 0.9, 0.9, 0.9]),
        "likely",
        "Add Dropout 0.3",
    ),
    ("diverged", recipe(10, optimizer={"kind": "SGD", "learning_rate": 100.0}),
     history([2.5, nan], [0.1, 0.1], state=RunState.FAILED, epochs=10), SURE, "Set the learning rate to 0.01"),
    ("diverged", recipe(10), history([2.5], [0.1], state=RunState.FAILED, epochs=10, batch_loss=inf), SURE,
     "Set the learning rate to 0.0001"),
    (
        "learning_rate_too_high",
        recipe(8, optimizer={"kind": "Adam", "learning_rate": 0.1}),
        history([3.1, 2.32, 2.31, 2.32, 2.31, 2.33, 2.31, 2.31], [0.11] * 8, [2.31] * 8, [0.1] * 8),
        "likely",
        "Set the learning rate to 0.001",
    ),
    (
        "learning_rate_too_high",
        recipe(6, optimizer={"kind": "Adam", "learning_rate": 0.03}),
        history([2.0, 1.4, 1.9, 1.3, 1.8, 1.5], [0.4, 0.5, 0.42, 0.55, 0.45, 0.5], [1.7] * 6, [0.4] * 6),
        SURE,
        "Set the learning rate to 0.001",
    ),
    (
        "learning_rate_too_low",
        recipe(8, optimizer={"kind": "Adam", "learning_rate": 1e-5}),
        history([2.4, 2.35, 2.3, 2.25, 2.2, 2.15, 2.1, 2.05], [0.1, 0.13, 0.16, 0.2, 0.24, 0.27, 0.3, 0.33],
                [2.37, 2.32, 2.27, 2.22, 2.17, 2.12, 2.07, 2.02], [0.12, 0.15, 0.18, 0.21, 0.25, 0.28, 0.3, 0.33]),
        SURE,
        "Set the learning rate to 0.001",
    ),
    (
        "stuck_at_majority",
        recipe(6, **TABLE),
        history([0.4, 0.3, 0.29, 0.28, 0.28, 0.28], [0.92] * 6, [0.3] * 6, [0.92] * 6, **TWO | {"majority": 0.92, "val_majority": 0.92}),
        SURE,
        "Train 18 epochs",
    ),
    (
        "stuck_at_majority",  # a log from before the share was written down
        recipe(6, **TABLE),
        history([0.4, 0.3, 0.29, 0.28, 0.28, 0.28], [0.92] * 6, [0.3] * 6, [0.92] * 6, **TWO | {"majority": None, "val_majority": None}),
        "likely",
        "Train 18 epochs",
    ),
    (
        "misfit",
        recipe(5, **TABLE | {"layers": [TEXT[0] | {"mask_zero": False}, {"kind": "LSTM", "units": 16}, TEXT[2]]}),
        history([0.69] * 5, [0.5] * 5, [0.69] * 5, [0.5] * 5, **TWO),
        "likely",
        "Skip padding",
    ),
    (
        "misfit",
        recipe(5, loss="mean_squared_error"),
        history([0.09, 0.089, 0.088, 0.088, 0.087], [0.11, 0.12, 0.13, 0.14, 0.15], [0.09] * 5, [0.1, 0.12, 0.13, 0.14, 0.15]),
        "likely",
        "Set loss to auto",
    ),
    (
        "batch_too_large",
        recipe(5, fit={"epochs": 5, "batch_size": 2400}),
        history([2.3, 2.0, 1.8, 1.6, 1.5], [0.15, 0.4, 0.5, 0.56, 0.6], [2.1, 1.9, 1.7, 1.55, 1.45], [0.3, 0.45, 0.52, 0.57, 0.6], steps=2, batch_size=2400),
        "likely",
        "Set the batch size to 32",
    ),
    (
        "too_few_epochs",
        recipe(3, optimizer={"kind": "SGD", "learning_rate": 0.01}),
        history([2.1, 1.7, 1.4], [0.3, 0.5, 0.6], [1.9, 1.5, 1.25], [0.45, 0.58, 0.65]),
        SURE,
        "Train 10 epochs",
    ),
    (
        "underfitting",
        recipe(8, layers=[MLP[0], {"kind": "Dense", "units": 2, "activation": "relu"}, MLP[2]]),
        history([1.8, 1.5, 1.4, 1.37, 1.36, 1.355, 1.352, 1.35], [0.3, 0.4, 0.45, 0.46, 0.47, 0.47, 0.47, 0.475],
                [1.6, 1.45, 1.4, 1.38, 1.37, 1.365, 1.36, 1.36], [0.35, 0.42, 0.45, 0.46, 0.46, 0.47, 0.47, 0.47], parameters=1600),
        "likely",
        "Set units of layer 2 to 32",
    ),
    (
        "plateau",
        recipe(12, optimizer={"kind": "Adam", "learning_rate": 0.01}),
        history([0.5, 0.3, 0.25, 0.22, 0.21, 0.2, 0.21, 0.2, 0.22, 0.2, 0.21, 0.205], [0.93] * 12, [0.3] * 12, [0.92] * 12),
        "likely",
        "Add ReduceLROnPlateau",
    ),
    (
        "too_few_rows",
        recipe(5, data={"kind": "mnist", "limit": 125, "validation": 0.2}),
        history([2, 1.0, 0.4, 0.1, 0.03], [0.4, 0.8, 0.95, 1.0, 1.0], [1.8, 1.2, 1.1, 1.1, 1.1], [0.4, 0.6, 0.64, 0.64, 0.64], train=100, validation=25),
        SURE,
        "Use 625 pictures",
    ),
    (
        "noisy_validation",
        recipe(6, data={"kind": "mnist", "limit": 1200, "validation": 0.02}),
        history(*LEARNS, HOLDS[0], [0.83, 0.92, 0.83, 0.92, 0.88, 0.96], train=1176, validation=24),
        SURE,
        "Set the validation share to 0.2",
    ),
    (
        "validation_better",
        recipe(6, layers=DROPS),
        history([1.2, 0.7, 0.55, 0.48, 0.44, 0.41], [0.6, 0.78, 0.83, 0.85, 0.87, 0.88], [0.5, 0.36, 0.31, 0.28, 0.26, 0.25], [0.86, 0.9, 0.91, 0.92, 0.925, 0.93]),
        SURE,
        None,
    ),
    (
        "early_stopping_too_eager",
        recipe(30, callbacks=[{"kind": "EarlyStopping", "monitor": "val_accuracy", "patience": 0}]),
        history([2.1, 1.8, 1.5, 1.3], [0.3, 0.5, 0.6, 0.65], [1.9, 1.6, 1.4, 1.2], [0.45, 0.55, 0.6, 0.6], epochs=30),
        SURE,
        "Set patience to 5",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "asked", "seen", "sure", "action"), CASES, ids=[case[0] for case in CASES])
def test_each_problem(kind: str, asked: Recipe, seen: History, sure: str, action: str | None) -> None:
    advice = advise(asked, seen)
    assert [one.kind for one in advice] == [kind]
    assert (advice[0].sure, advice[0].action) == (sure, action)


def test_every_kind_has_a_case() -> None:
    assert {case[0] for case in CASES} == set(KINDS)


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_advice_is_one_change_that_the_check_accepts(case: tuple[str, Recipe, History, str, str | None]) -> None:
    asked, seen = case[1], case[2]
    for one in advise(asked, seen):
        in_good_form(one, seen)
        if one.recipe is not None:
            assert len(differences(asked, one.recipe)) == 1
            facts = WORDS if asked.data.kind == "text_csv" else FACTS
            before = {problem.message for problem in check(asked, facts).problems}
            assert {problem.message for problem in check(one.recipe, facts).problems} <= before


def in_good_form(one: Advice, seen: History) -> None:
    """What holds for every piece of advice."""
    assert one.title == KINDS[one.kind]
    assert 2 <= len(one.title.split()) <= 8
    assert (one.action is None) == (one.recipe is None)
    for sentence in (one.seen, one.meaning, one.try_this):
        assert re.fullmatch(r"[A-Z].*\.", sentence), sentence
        assert "nan" not in sentence.replace("NaN", "").split(), sentence
    if one.span is not None:
        assert 0 <= one.span[0] <= one.span[1] <= max([1, *(epoch.epoch for epoch in seen.epochs)]) + 1


HEALTHY: list[tuple[str, Recipe, History]] = [
    ("learns and holds", recipe(6), history(*LEARNS, *HOLDS)),
    ("nothing yet", recipe(6), History()),
    ("only prepared", recipe(6), history([], epochs=6, state=RunState.RUNNING)),
    ("one epoch", recipe(1), history([2.0], [0.2], [1.9], [0.25])),
    ("two epochs", recipe(2), history([2.0, 1.5], [0.2, 0.4], [1.9, 1.4], [0.25, 0.45])),
    ("no validation", recipe(6), history(*LEARNS, validation=0, val_majority=None)),
    ("six sentences, learnt by heart", recipe(6), history(*LEARNS, *LEARNS, same_rows=True, train=6, validation=6)),
    ("three epochs still going on", recipe(9), history([2.1, 1.7, 1.4], [0.3, 0.5, 0.6], [1.9, 1.5, 1.2], [0.4, 0.5, 0.6],
                                                       state=RunState.RUNNING, epochs=9)),
    ("at the commonest answer, but only just begun", recipe(9, **TABLE),
     history([0.69, 0.69, 0.69], [0.5] * 3, [0.69] * 3, [0.5] * 3, state=RunState.RUNNING, epochs=9, **TWO)),
    ("stopped by hand while it still learned", recipe(9),
     history([2.1, 1.7, 1.4], [0.3, 0.5, 0.6], [1.9, 1.5, 1.2], [0.4, 0.5, 0.6], state=RunState.STOPPED, epochs=9)),
    ("validation rises, but the best is kept",
     recipe(10, callbacks=[{"kind": "EarlyStopping", "patience": 7}]),
     history(*RISING[:2], RISING[2], [0.93, 0.94, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95])),
    ("a rise of next to nothing", recipe(6),
     history([0.1, 0.05, 0.03, 0.02, 0.01, 0.008], [0.97, 0.98, 0.99, 0.995, 1.0, 1.0],
             [0.05, 0.04, 0.045, 0.05, 0.052, 0.055], [0.98, 0.985, 0.985, 0.984, 0.985, 0.985])),
    ("BatchNormalization has not settled",
     recipe(3, layers=[MLP[0], {"kind": "BatchNormalization"}, MLP[2]]),
     history([0.8, 0.3, 0.2], [0.8, 0.92, 0.95], [2.0, 1.5, 1.0], [0.3, 0.5, 0.7], steps=10, epochs=9,
             state=RunState.RUNNING)),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "seen"), [case[1:] for case in HEALTHY], ids=[case[0] for case in HEALTHY])
def test_silent_where_all_is_well_or_unknown(asked: Recipe, seen: History) -> None:
    assert advise(asked, seen) == ()


def test_at_most_three_most_important_first() -> None:
    asked = recipe(6, data={"kind": "mnist", "limit": 125, "validation": 0.2}, fit={"epochs": 6, "batch_size": 100})
    curves = ([2.2, 1.9, 1.6, 1.3, 1.1, 0.9], [0.3, 0.5, 0.6, 0.7, 0.8, 0.85])
    watched = ([2.2, 2.0, 1.9, 1.8, 1.75, 1.7], [0.2, 0.4, 0.3, 0.4, 0.3, 0.44])
    seen = history(*curves, *watched, train=100, validation=25, steps=1, batch_size=100)
    kinds = [one.kind for one in advise(asked, seen)]
    assert kinds == ["batch_too_large", "too_few_rows", "noisy_validation"]


number = some.one_of(
    some.floats(0, 4), some.floats(0, 1), some.sampled_from([nan, inf, -inf, 0.0, 1.0, 1e30, -1.0, 0.5, 0.1])
)
logs = some.lists(
    some.fixed_dictionaries(
        {}, optional={name: number for name in ("loss", "accuracy", "val_loss", "val_accuracy", "learning_rate")}
    ),
    max_size=14,
)
stacks = some.sampled_from([MLP, DROPS, [MLP[0], MLP[2]], [], [MLP[0], {"kind": "BatchNormalization"}, *MLP[1:]]])
recipes = some.builds(
    recipe,
    some.integers(1, 12),
    layers=stacks,
    optimizer=some.sampled_from(["SGD", "Adam", "Adadelta", "Lion", "Muon"]).flatmap(
        lambda kind: some.fixed_dictionaries({"kind": some.just(kind), "learning_rate": some.sampled_from([1e-38, 1e-5, 0.01, 0.5, 1e30])})
    ),
    loss=some.sampled_from(["auto", "mean_squared_error", "categorical_crossentropy"]),
    data=some.sampled_from([{"kind": "mnist"}, {"kind": "mnist", "limit": 50, "validation": 0.0}, {"kind": "mnist", "limit": 20_000, "validation": 0.01}]),
    callbacks=some.sampled_from(
        [[], [{"kind": "EarlyStopping", "patience": 0}], [{"kind": "ModelCheckpoint"}, {"kind": "ReduceLROnPlateau"}]]
    ),
)  # fmt: skip


@settings(deadline=None, max_examples=400)
@given(
    asked=recipes,
    rows=logs,
    state=some.sampled_from(RunState),
    train=some.sampled_from([1, 40, 4800]),
    validation=some.sampled_from([0, 1, 24, 1200]),
    majority=some.sampled_from([None, 0.0, 0.1, 0.5, 1.0]),
    same_rows=some.booleans(),
    has_begun=some.booleans(),
    steps=some.sampled_from([1, 150]),
)
def test_any_history_at_all(
    asked: Recipe,
    rows: list[dict[str, float]],
    state: RunState,
    train: int,
    validation: int,
    majority: float | None,
    same_rows: bool,
    has_begun: bool,
    steps: int,
) -> None:
    """It never raises, and whatever it says is in good form and changes one thing."""
    seen = history(
        [0.0] * len(rows),
        state=state,
        train=train,
        validation=validation,
        majority=majority,
        val_majority=majority,
        same_rows=same_rows,
        steps=steps,
        epochs=asked.fit.epochs,
    )
    seen.epochs = [event.model_copy(update={"logs": row}) for event, row in zip(seen.epochs, rows, strict=True)]
    if not has_begun:
        seen.prepared = None
    found = advise(asked, seen)
    assert len(found) <= 3
    assert len({one.kind for one in found}) == len(found)
    for one in found:
        in_good_form(one, seen)
        if one.recipe is not None:
            assert len(differences(asked, one.recipe)) == 1
