"""Selected runs side by side, without a page."""

from __future__ import annotations

import re
from typing import Any

from components.run_table.comparison import LETTERS, best_of, described, named_curves, table
from tests.support.histories import TEXT, history, recipe
from tests.support.odd_names import ODD
from trainer.recipe.recipe import Recipe
from trainer.runs.baseline import interval
from trainer.runs.caption import Caption
from trainer.runs.events import Tested as Opened
from trainer.runs.events import WeightsKept
from trainer.runs.history import History
from trainer.runs.store import Run

FASTER = recipe(3, optimizer={"kind": "Adam", "learning_rate": 0.01})


def made(accuracy: float, of: Recipe | None = None, name: str = "", **fields: Any) -> Run:
    """A run whose second of three epochs is kept, with this validation accuracy."""
    folded = history([0.5, 0.3, 0.1], [0.8, 0.85, 0.9], [0.4, 0.3, 0.5], [0.6, accuracy, 0.5], **fields)
    folded.weights = WeightsKept(epoch=2, file="w", reason="best")
    return Run("20260101-000000-aaaaaaaaaaaaaaaa", of or recipe(3), folded, caption=Caption(name=name))


def test_a_run_is_named_by_what_it_has_instead_of_the_oldest() -> None:
    first, faster, named = made(0.9), made(0.95, FASTER), made(0.7, FASTER, "Mine")
    curves = named_curves([first, faster, named], "val_accuracy")
    assert [curve.letter for curve in curves] == list(LETTERS[:3])
    assert [curve.name for curve in curves] == ["My model", "Learning rate 0.01", "Mine"]
    assert {curve.kept for curve in curves} == {2.0}
    told = described(curves, "val_accuracy")
    assert "B (Learning rate 0.01)" in told
    assert "50.0%" in told


def test_the_best_of_comparable_runs_is_marked() -> None:
    worse, best = made(0.9), made(0.95, FASTER)
    assert best_of([worse, best]) is best
    assert table([worse, best], "loss").count("★") == 1
    assert best_of([best]) is best_of([]) is None
    assert best_of([worse, made(0.9, FASTER)]) is None, "equal ones are not ranked"
    assert best_of([worse, made(0.95, recipe(3, seed=2))]) is None, "other validation rows"
    texts = recipe(3, data={"kind": "text_csv", "path": "data/reviews.csv"}, layers=TEXT)
    assert best_of([worse, made(0.95, texts)]) is None
    assert best_of([worse, made(0.95, FASTER, validation=60)]) is None
    assert best_of([worse, Run("", FASTER, History())]) is None
    assert best_of([worse, Run("", None, best.history)]) is None


def test_none_is_best_of_runs_that_learn_other_answers() -> None:
    """Two label columns of one table are two questions."""
    told = {"kind": "text_csv", "path": "data/reviews.csv", "label_column": "label"}
    first, other = (recipe(3, data=told | {"label_column": name}, layers=TEXT) for name in ("label", "stars"))
    longer = first.with_settings(["data.sequence_length=90", "data.max_words=500"])
    assert best_of([made(0.9, first), made(0.95, other)]) is None
    better = made(0.95, longer)
    assert best_of([made(0.9, first), better]) is better, "the same texts, read in another way"


def test_none_is_best_by_chance() -> None:
    low, high = made(0.9), made(0.95)
    assert best_of([low, high, made(0.95)]) is None, "two are equally good"
    assert best_of([made(0.94), high]) is None, "1 point of 1,200 rows may be chance"
    assert best_of([low, made(0.91, validation=100_000)]) is None
    many = [made(accuracy, validation=100_000) for accuracy in (0.9, 0.91)]
    assert best_of(many) is many[1]


def test_a_test_of_other_weights_than_the_kept_ones_has_its_epoch() -> None:
    run = made(0.9)
    for epoch, told in ((2, "75.0%"), (1, "75.0% (epoch 1)")):
        run.history.tests = [
            Opened(logs={"loss": 1, "accuracy": 0.75}, rows=9, weights_epoch=epoch, seconds=1, file="t.npz")
        ]
        score, _, range_ = re.findall(r"<td[^>]*>(.*?)</td>", table([run], "loss"))[1].partition("<small>")
        assert score == told
        assert [f"{end:.1%}" in range_ for end in interval(0.75, 9)] == [True, True]


def test_the_numbers_are_those_of_the_kept_weights_with_their_epoch() -> None:
    cells = re.findall(r"<td[^>]*>(.*?)</td>", table([made(0.9), made(0.95, FASTER)], "val_accuracy"))
    assert [re.sub("<small>.*", "", cell) for cell in cells[:3]] == ["90.0%", "–", "2"]
    assert [re.sub("<small>.*", "", cell) for cell in cells[4:7]] == ["95.0%", "–", "2"]
    assert all(f"{end:.1%}" in cells[0] for end in interval(0.9, 1200)), "with luck taken into account"
    assert "learning_rate" in cells[7]


def test_the_baseline_stands_below_where_it_is_the_same_for_all() -> None:
    one, two = (made(0.9, most_common="7", val_majority=share, test_majority=0.25) for share in (0.2, 0.3))
    *_others, last = table([one, one], "loss").split("<tr>")
    assert re.findall(r"<td[^>]*>(.*?)</td>", last)[:2] == ["20.0%", "25.0%"]
    assert len(table([one, one], "loss").split("<tr>")) == len(table([one, two], "loss").split("<tr>")) + 1


def test_names_are_text() -> None:
    for name in ODD:
        html = table([made(0.9, name=name), made(0.95, FASTER, name=name)], "val_accuracy")
        assert set(re.findall(r"<(\w+)", html)) == {
            "table", "thead", "tbody", "tr", "th", "td", "b", "img", "span", "small"
        }  # fmt: skip
