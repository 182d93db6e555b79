"""Selected runs side by side, without a page."""

from __future__ import annotations

import re
from typing import Any

from components.run_table.comparison import LETTERS, best_of, described, named_curves, table
from tests.support.histories import TEXT, history, recipe
from tests.support.odd_names import ODD
from trainer.recipe.recipe import Recipe
from trainer.runs.caption import Caption
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


def test_the_numbers_are_those_of_the_kept_weights_with_their_epoch() -> None:
    cells = re.findall(r"<td[^>]*>(.*?)</td>", table([made(0.9), made(0.95, FASTER)], "val_accuracy"))
    assert cells[:3] == ["90.0%", "–", "2"]
    assert cells[4:7] == ["95.0%", "–", "2"]
    assert "learning_rate" in cells[7]


def test_names_are_text() -> None:
    for name in ODD:
        html = table([made(0.9, name=name), made(0.95, FASTER, name=name)], "val_accuracy")
        assert set(re.findall(r"<(\w+)", html)) == {
            "table", "thead", "tbody", "tr", "th", "td", "b", "img", "span", "small"
        }  # fmt: skip
