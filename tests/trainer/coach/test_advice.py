"""What the coach says of curves written by hand, of none, and of any at all."""

from __future__ import annotations

import re
from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.support.coach_table import CASES, DROPS, HEALTHY, HOLDS, LEARNS, TABLE, TWO, readable
from tests.support.histories import MLP, history, recipe
from tests.support.messages import brief
from trainer.coach import KINDS, Advice, Confidence, Page, advise
from trainer.coach.counted import COUNTED
from trainer.recipe.check import check
from trainer.recipe.data import DataFacts
from trainer.recipe.difference import differences
from trainer.recipe.layers import MultiHeadAttention
from trainer.recipe.recipe import Recipe
from trainer.runs.events import RunState, TextsRead
from trainer.runs.history import History

FACTS = DataFacts((28, 28, 1), tuple("0123456789"), 4800, 1200, 10_000, modality="image")
WORDS = DataFacts((60,), ("no", "yes"), 1600, 400, 400, vocabulary=1000, modality="text")


@pytest.mark.parametrize(("kind", "asked", "seen", "fix"), CASES, ids=[case[0] for case in CASES])
def test_each_problem(kind: str, asked: Recipe, seen: History, fix: str | None) -> None:
    advice = advise(asked, seen)
    assert [one.code for one in advice] == [f"coach.{kind}"]
    assert (advice[0].fix and brief(advice[0].fix.label)) == fix


def test_dropout_inside_an_attention_is_dropout() -> None:
    _, plain, seen, _ = next(case for case in CASES if case[0] == "validation_better")
    for share, expected in ((0.3, True), (0.0, False)):
        looks = MultiHeadAttention(dropout=share)
        layers = (looks, *(layer for layer in plain.layers if layer.kind != "Dropout"))
        assert bool(advise(plain.with_(layers=layers), seen)) == expected


def test_every_kind_has_a_case() -> None:
    assert {case[0] for case in CASES} == set(KINDS)


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_advice_is_one_change_that_the_check_accepts(case: tuple[str, Recipe, History, str | None]) -> None:
    asked, seen = case[1], case[2]
    for one in advise(asked, seen):
        in_good_form(one, asked, seen)
        for fix in one.fixes:
            facts = WORDS if asked.data.kind == "text_csv" else FACTS
            before = {problem.message for problem in check(asked, facts).diagnoses}
            assert {problem.message for problem in check(fix.result, facts).diagnoses} <= before


PAGES = {"data": Page.DATA, "layers": Page.MODEL}
"""Where the parts of a recipe are set, apart from the Train page."""


def in_good_form(one: Advice, asked: Recipe, seen: History) -> None:
    """What holds for every piece of advice."""
    for fix in one.fixes:
        (difference,) = differences(asked, fix.result)
        assert one.page is PAGES.get(difference.where, Page.TRAIN)
    assert (one.page is None) == (one.kind == "validation_better")
    assert one.kind in KINDS
    assert len(str(one.message).split()) <= 5
    assert len(one.fixes) <= 1
    for sentence in map(str, (one.seen, one.meaning, one.suggestion)):
        assert re.fullmatch(r"[A-Z].*\.", sentence), sentence
        assert "nan" not in sentence.replace("NaN", "").split(), sentence
    if one.span is not None:
        assert 0 <= one.span[0] <= one.span[1] <= max([1, *(epoch.epoch for epoch in seen.epochs)]) + 1


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
        {}, optional=dict.fromkeys(("loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"), number)
    ),
    max_size=14,
)
stacks = some.sampled_from([MLP, DROPS, [MLP[0], MLP[2]], [], [MLP[0], {"kind": "BatchNormalization"}, *MLP[1:]]])
recipes = some.builds(
    recipe,
    some.integers(1, 12),
    layers=stacks,
    optimizer=some.sampled_from(["SGD", "Adam", "Adadelta", "Lion", "Muon"]).flatmap(
        lambda kind: some.fixed_dictionaries(
            {"kind": some.just(kind), "learning_rate": some.sampled_from([1e-38, 1e-5, 0.01, 0.5, 1e30])}
        )
    ),
    loss=some.sampled_from(["auto", "mean_squared_error", "categorical_crossentropy"]),
    data=some.sampled_from(
        [
            {"kind": "mnist"},
            {"kind": "mnist", "limit": 50, "validation": 0.0},
            {"kind": "mnist", "limit": 20_000, "validation": 0.01},
        ]
    ),
    callbacks=some.sampled_from(
        [[], [{"kind": "EarlyStopping", "patience": 0}], [{"kind": "ModelCheckpoint"}, {"kind": "ReduceLROnPlateau"}]]
    ),
)


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
        in_good_form(one, asked, seen)


def test_how_sure_it_is_follows_from_what_was_counted() -> None:
    for kind, (right, number) in COUNTED.items():
        assert kind in KINDS
        assert 0 <= right <= number
    for _, asked, seen, _ in CASES:
        for one in advise(asked, seen):
            right, number = one.counted
            assert one.how_sure.code == ("coach.counted" if number else "coach.not_counted")
            assert one.confidence is not Confidence.HIGH or (number >= 5 and right >= 0.85 * number)


def stuck_at(*values: float, texts: TextsRead | None = None) -> str:
    """What is said of a run whose training and validation accuracy went so."""
    asked = recipe(len(values), **TABLE)
    run = history([0.69] * len(values), values, [0.69] * len(values), values, **TWO, texts=texts)
    (one,) = advise(asked, run)
    assert one.kind == "stuck_at_majority"
    return one.seen.code.removeprefix("coach.")


def test_only_what_stayed_is_said_to_have_stayed() -> None:
    """Of the accuracies 31.8, 50.0 and 50.0 % it was said that they “stayed at 43.9 %”, which is their mean."""
    assert stuck_at(0.5, 0.5, 0.5, 0.501) == "seen_training_stayed_at"
    assert stuck_at(0.41, 0.318, 0.5, 0.5) == "seen_training_mean_at"


def test_a_stuck_run_is_told_where_the_data_is_not_the_reason() -> None:
    asked, accuracies = recipe(8, **TABLE), [0.5] * 8
    for told, meaning in ((0.95, "words_would_do"), (None, "found_nothing")):
        texts = None if told is None else readable(told_read=told)
        (one,) = advise(asked, history([0.69] * 8, accuracies, [0.69] * 8, accuracies, **TWO, texts=texts))
        assert one.meaning.code == f"coach.means_{meaning}"


def test_a_good_run_is_left_in_peace_whatever_its_texts_lack() -> None:
    """All texts are cut and most words unknown, but what is read is enough."""
    for lacking in ({"cut": 1.0}, {"unknown": 0.9}, {"contradicting": 0.5}, {"told_whole": 0.5, "told_read": 0.5}):
        good = history(*LEARNS, *HOLDS, **TWO, texts=readable(**lacking))
        assert advise(recipe(6, **TABLE), good) == ()


def test_a_model_that_has_learned_something_is_not_told_that_its_labels_are_unrelated() -> None:
    """The order of the words may tell them, which a count of words does not see."""
    order = readable(told_whole=0.5, told_beginning=0.5, told_read=0.5)
    for reached, is_told in ((0.51, True), (0.8, False)):
        curves = ([0.69, 0.6, 0.5, 0.45], [0.5, 0.6, 0.7, 0.8], [0.69, 0.6, 0.5, 0.46], [0.5, 0.5, reached, reached])
        kinds = {one.kind for one in advise(recipe(4, **TABLE), history(*curves, **TWO, texts=order))}
        assert ("labels_unrelated" in kinds) == is_told
