"""Two runs side by side: what is told of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.histories import MLP, TEXT, history, recipe
from trainer.messages import Message
from trainer.recipe.recipe import Recipe
from trainer.runs.comparison import Comparison, are_judged_alike, brief_changes, compare, learn_from_same
from trainer.runs.events import RunState, WeightsKept
from trainer.runs.events import Tested as Opened
from trainer.runs.history import History
from trainer.runs.store import Run
from trainer.runs.wording import WORDING

ID = "20260101-000000-aaaaaaaaaaaaaaaa"
DROPS = [*MLP[:2], {"kind": "Dropout", "rate": 0.0}, MLP[2]]
MORE = [*MLP[:2], {"kind": "Dropout", "rate": 0.3}, MLP[2]]


def run(best: float, asked: Recipe | None = None, **fields: Any) -> Run:
    """A run that keeps the weights of its second epoch, which has this validation accuracy."""
    watched = [0.9, best, 0.5]
    made = history([0.5, 0.3, 0.1], [0.8, 0.85, 0.99], [0.4, 0.3, 0.35], watched, **fields)
    made.weights = WeightsKept(epoch=2, file="w", reason="best")
    return Run(ID, asked or recipe(3), made)


def outcome(found: Comparison) -> Message:
    """What came of the changes."""
    moved = found.sentence.parameters["outcome"]
    assert isinstance(moved, Message)
    return moved


def codes(found: Comparison) -> list[str]:
    return [hint.code for hint in found.hints]


def test_one_change_the_kept_weights_count() -> None:
    found = compare(run(0.971, recipe(3, layers=DROPS)), run(0.993, recipe(3, layers=MORE)))
    assert found.sentence.parameters["changes"] == WORDING.message(
        "changed", count=1, changes=[found.differences[0].message]
    )
    moved = {"points": 2.2, "metric": WORDING.message("val_accuracy"), "before": 0.971, "after": 0.993}
    assert outcome(found) == WORDING.message("accuracy_up", **moved)
    assert "2.2 points (97.1% → 99.3%)" in str(found.sentence)
    assert found.hints == ()


def test_one_change_that_may_be_chance() -> None:
    found = compare(run(0.95, recipe(3)), run(0.96, recipe(3, layers=MORE)))
    assert outcome(found).parameters["points"] == 1.0
    assert [(hint.code, hint.parameters) for hint in found.hints] == [
        ("runs.may_be_chance", {"rows": 1200, "points": 1.7})
    ]


def test_two_changes() -> None:
    found = compare(run(0.95), run(0.9, recipe(3, seed=2, loss="huber")))
    changes = [difference.message for difference in found.differences]
    assert found.sentence.parameters["changes"] == WORDING.message("changed", count=2, changes=changes)
    assert outcome(found).code == "runs.accuracy_down"
    assert codes(found) == ["runs.several_changed"]


def test_several_changes_whose_difference_may_be_chance() -> None:
    found = compare(run(0.95), run(0.96, recipe(3, seed=2, loss="huber")))
    assert codes(found) == ["runs.several_changed", "runs.may_be_chance"]


def test_only_the_seed() -> None:
    found = compare(run(0.95), run(0.945, recipe(3, seed=2)))
    assert outcome(found).code == "runs.accuracy_down"
    assert codes(found) == ["runs.only_seed_changed"]


@pytest.mark.parametrize(("after", "hint"), [(0.95, "runs.same_numbers"), (0.96, "runs.same_recipes")])
def test_nothing(after: float, hint: str) -> None:
    found = compare(run(0.95), run(after))
    assert found.sentence.parameters["changes"] == WORDING.message("nothing_changed")
    assert outcome(found).code == f"runs.accuracy_{'same' if after == 0.95 else 'up'}"
    assert codes(found) == [hint]


def test_training_numbers_where_one_has_no_validation() -> None:
    without = Run(
        ID, recipe(3, loss="huber"), history([0.5, 0.3, 0.1], [0.8, 0.85, 0.99], validation=0, val_majority=None)
    )
    found = compare(run(0.95), without)
    assert outcome(found).parameters["metric"] == WORDING.message("accuracy")
    assert codes(found) == ["runs.training_numbers_compared"]


def test_six_sentences_are_trained_and_validated_on_the_same_rows() -> None:
    found = compare(run(0.95, same_rows=True), run(0.95, same_rows=True))
    assert "runs.validated_on_training_rows" in codes(found)


def test_losses_where_there_is_no_accuracy() -> None:
    one, two = (
        Run(ID, recipe(1, loss=loss), history([0.5], [], [value])) for loss, value in (("auto", 0.4), ("huber", 0.1))
    )
    moved = outcome(compare(one, two))
    assert (moved.code, moved.parameters["change"]) == ("runs.loss_down", pytest.approx(0.3))


def test_other_data_are_other_questions() -> None:
    own = recipe(3).with_settings(["data.path=data/own.npz"])
    texts = recipe(3, data={"kind": "text_csv", "path": "data/reviews.csv"}, layers=TEXT)
    found = compare(run(0.95), run(0.97, own))
    assert outcome(found).code == "runs.accuracy_of_other_data"
    assert "points" not in outcome(found).parameters
    assert codes(found) == ["runs.data_changed"]
    assert codes(compare(run(0.95), run(0.95, texts))) == ["runs.data_changed"]


def test_other_rows_of_the_same_data_are_the_same_question() -> None:
    few = recipe(3).with_settings(["data.limit=900"])
    found = compare(run(0.95), run(0.97, few, validation=90))
    assert outcome(found).code == "runs.accuracy_up"
    assert [(hint.code, hint.parameters) for hint in found.hints] == [
        ("runs.may_be_chance", {"rows": 90, "points": 3.8})
    ]


def opened(accuracy: float, asked: Recipe | None = None, rows: int = 1000, weights_epoch: int = 2, **more: Any) -> Run:
    """A run whose kept weights were tested."""
    found = run(0.95, asked, **more)
    logs = {"loss": 0.1, "accuracy": accuracy}
    found.history.tests.append(Opened(logs=logs, rows=rows, weights_epoch=weights_epoch, seconds=1, file="test-1.npz"))
    return found


def test_two_tests_on_the_same_rows() -> None:
    other = recipe(3, seed=2, loss="huber")  # MNIST has its own test pictures, whatever the seed
    close, far = (compare(opened(0.9), opened(accuracy, other)) for accuracy in (0.91, 0.95))
    hint = next(hint for hint in close.hints if hint.code == "runs.tests_may_be_chance")
    assert (hint.parameters["points"], hint.parameters["rows"]) == (2.6, 1000)
    assert next(hint for hint in far.hints if hint.code == "runs.tests_differ").parameters["apart"] == 5.0


def test_tests_that_say_nothing_about_each_other() -> None:
    texts = recipe(3, data={"kind": "text_csv", "path": "data/reviews.csv"}, layers=TEXT)
    for first, second in (
        (opened(0.9), run(0.95)),
        (opened(0.9), opened(0.95, rows=900)),
        (opened(0.9), opened(0.95, weights_epoch=1)),
        (opened(0.9), opened(0.95, texts)),
        (opened(0.9, texts), opened(0.95, texts.with_(seed=2))),
        (opened(0.9, same_rows=True), opened(0.95, same_rows=True)),
    ):
        assert not [code for code in codes(compare(first, second)) if code.startswith("runs.tests")]


def test_a_run_that_goes_on_or_has_not_begun_or_cannot_be_read() -> None:
    assert "runs.second_still_training" in codes(compare(run(0.95), run(0.99, state=RunState.RUNNING)))
    fresh = compare(run(0.95), Run(ID, recipe(9), History()))
    assert (fresh.sentence.code, codes(fresh)) == ("runs.changed", ["runs.nothing_to_compare"])
    damaged = compare(Run(ID, None, History()), run(0.95))
    assert (damaged.sentence.code, damaged.hints, damaged.differences) == ("runs.comparison_unreadable", (), ())


def brief(old: Recipe, new: Recipe) -> list[str]:
    """The changes that a line names, each in its words."""
    told = brief_changes(old, new).parameters.get("changes", [])
    assert isinstance(told, list)
    return [str(change) for change in told]


def test_a_line_names_what_was_changed_by_its_new_value() -> None:
    assert brief_changes(recipe(3), recipe(3, name="Another")).code == "runs.brief_same"
    rate = {"kind": "Adam", "learning_rate": 0.01}
    assert brief(recipe(3), recipe(3, optimizer=rate)) == ["Learning rate 0.01"]
    assert brief(recipe(3, layers=DROPS), recipe(3, layers=MORE)) == ["3. Dropout: Rate 0.3"]
    assert brief(recipe(3), recipe(3, data={"kind": "mnist", "limit": 900, "validation": 0.2}))[0].endswith(" 900")
    several = brief_changes(recipe(3), recipe(5, layers=MORE, optimizer=rate, seed=2))
    assert brief(recipe(3), recipe(5, layers=MORE, optimizer=rate, seed=2))[2:] == ["2 more changes"]
    assert isinstance(several.parameters["changes"], list)
    assert several.parameters["changes"][0].code == "recipe.layer_added"


def test_the_same_data_may_be_read_in_other_ways() -> None:
    few = recipe(3, data={"kind": "mnist", "limit": 900, "validation": 0.2})
    texts = recipe(3, data={"kind": "text_csv", "path": "data/reviews.csv"}, layers=TEXT)
    others = recipe(3, data={"kind": "text_csv", "path": "data/six_sentences.csv"}, layers=TEXT)
    assert learn_from_same(recipe(3), few)
    assert learn_from_same(texts, texts.with_settings(["data.sequence_length=50"]))
    other_words = texts.with_settings(["data.standardize=unicode"])
    assert texts.data.text_rule != other_words.data.text_rule
    assert are_judged_alike(texts, other_words)
    assert not are_judged_alike(texts, others)
    assert not learn_from_same(texts, others)
    assert not learn_from_same(texts, few)
