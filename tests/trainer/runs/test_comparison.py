"""Two runs in a sentence, against sentences written by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.histories import MLP, history, recipe
from trainer.recipe.recipe import Recipe
from trainer.runs.comparison import compare
from trainer.runs.events import RunState
from trainer.runs.history import History

DROPS = [*MLP[:2], {"kind": "Dropout", "rate": 0.0}, MLP[2]]
MORE = [*MLP[:2], {"kind": "Dropout", "rate": 0.3}, MLP[2]]


@dataclass(frozen=True)
class Some:
    recipe: Recipe | None
    history: History


def run(best: float, asked: Recipe | None = None, **fields: Any) -> Some:
    """A run whose second epoch is the best and has this validation accuracy."""
    watched = [0.9, best, 0.5]
    return Some(asked or recipe(3), history([0.5, 0.3, 0.1], [0.8, 0.85, 0.99], [0.4, 0.3, 0.35], watched, **fields))


def test_one_change_the_best_epoch_counts() -> None:
    found = compare(run(0.971, recipe(3, layers=DROPS)), run(0.993, recipe(3, layers=MORE)))
    assert found.sentence == (
        "Only layer 3 (Dropout): rate 0 → 0.3 changed: validation accuracy +2.2 points (97.1 % → 99.3 %)."
    )
    assert found.hint is None
    assert len(found.differences) == 1


def test_one_change_that_may_be_chance() -> None:
    found = compare(run(0.95, recipe(3)), run(0.96, recipe(3, layers=MORE)))
    assert (
        found.sentence
        == "Only layer 3 (Dropout with rate 0.3) added: validation accuracy +1.0 points (95.0 % → 96.0 %)."
    )
    assert found.hint is not None
    assert "With 1,200 validation rows, differences below about 1.7 points may be chance." in found.hint


def test_two_changes() -> None:
    found = compare(run(0.95), run(0.9, recipe(3, seed=2, loss="huber")))
    assert found.sentence == "loss auto → huber; seed 1 → 2: validation accuracy -5.0 points (95.0 % → 90.0 %)."
    assert found.hint == "Two things changed at once, so nobody can tell which one did it. Change one at a time."


def test_only_the_seed() -> None:
    found = compare(run(0.95), run(0.945, recipe(3, seed=2)))
    assert found.sentence == "Only seed 1 → 2 changed: validation accuracy -0.5 points (95.0 % → 94.5 %)."
    assert found.hint == (
        "Only chance was dealt anew, so this difference is the noise: smaller differences than this mean nothing."
    )


@pytest.mark.parametrize(
    ("after", "hint"), [(0.95, "The same recipe and seed give the same"), (0.96, "The recipes are the same, so the")]
)
def test_nothing(after: float, hint: str) -> None:
    found = compare(run(0.95), run(after))
    assert found.sentence.startswith("Nothing changed: validation accuracy +")
    assert found.hint is not None
    assert found.hint.startswith(hint)


def test_training_numbers_where_one_has_no_validation() -> None:
    without = Some(
        recipe(3, loss="huber"), history([0.5, 0.3, 0.1], [0.8, 0.85, 0.99], validation=0, val_majority=None)
    )
    found = compare(run(0.95), without)
    assert found.sentence == "Only loss auto → huber changed: training accuracy +14.0 points (85.0 % → 99.0 %)."
    assert found.hint == (
        "These are training numbers, since not both runs kept rows for validation: they cannot show memorising."
    )


def test_six_sentences_are_trained_and_validated_on_the_same_rows() -> None:
    found = compare(run(0.95, same_rows=True), run(0.95, same_rows=True))
    assert "validation rows are the training rows" in (found.hint or "")


def test_losses_where_there_is_no_accuracy() -> None:
    one, two = (
        Some(recipe(1, loss=loss), history([0.5], [], [value])) for loss, value in (("auto", 0.4), ("huber", 0.1))
    )
    assert compare(one, two).sentence == "Only loss auto → huber changed: validation loss -0.300 (0.400 → 0.100)."


def test_other_data_cannot_be_compared_row_by_row() -> None:
    found = compare(run(0.95), run(0.97, recipe(3, data={"kind": "mnist", "limit": 900, "validation": 0.2})))
    assert found.hint == "The data is another, so the two numbers come from different rows: compare them with care."


def test_a_run_that_goes_on_or_has_not_begun_or_cannot_be_read() -> None:
    assert "The second run still goes on" in (compare(run(0.95), run(0.99, state=RunState.RUNNING)).hint or "")
    fresh = compare(run(0.95), Some(recipe(9), History()))
    assert fresh.sentence == "Only epochs 3 → 9 changed."
    assert fresh.hint == "One of the runs has no whole epoch yet, so there are no numbers to compare."
    damaged = compare(Some(None, History()), run(0.95))
    assert (damaged.hint, damaged.differences) == (None, ())
