"""What the answers of a test add up to, and what a browser may say of the matrix."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from components.confusion import MAX_CLASSES, cell_of, shown_classes
from trainer.runs.predictions import Cell, Filter, Predictions, read_predictions

TRUTH, ANSWERS = [0, 0, 0, 1, 1, 2, 2], [0, 1, 1, 1, 0, 2, 1]
CONFIDENCE = [0.9, 0.6, 0.8, 0.7, 0.5, 0.99, 0.95]


def probabilities(answers: list[int], confidence: list[float], classes: int = 3) -> NDArray[np.float32]:
    made = np.repeat(((1 - np.array(confidence)) / (classes - 1))[:, None], classes, axis=1)
    made[np.arange(len(answers)), answers] = confidence
    return made.astype(np.float32)


def some() -> Predictions:
    return Predictions(probabilities(ANSWERS, CONFIDENCE), np.array(TRUTH), np.arange(len(TRUTH)))


def test_matrix_and_scores_are_those_of_the_classes() -> None:
    found = some()
    assert found.matrix.tolist() == [[1, 2, 0], [1, 1, 0], [0, 1, 1]]
    assert found.mistakes.tolist() == [[0, 2, 0], [1, 0, 0], [0, 1, 0]]
    zero, one, two = found.scores()
    assert (zero.precision, zero.recall, zero.rows) == pytest.approx((1 / 2, 1 / 3, 3))
    assert (one.precision, one.recall) == pytest.approx((1 / 4, 1 / 2))
    assert two.f1 == pytest.approx(2 / 3)


def test_examples_come_with_the_most_confident_first() -> None:
    found = some()
    assert found.wrong().tolist() == [6, 2, 1, 4]
    assert found.of(Cell(0, 1)).tolist() == [2, 1]
    assert found.of(Cell(2, 0)).tolist() == []
    assert found.cells(2) == [Cell(0, 1), Cell(1, 0)]
    assert len(found.cells(100)) == 3
    assert found.some_right(2) == [0, 3], "of different classes"
    assert found.some_right(100) == [0, 3, 5]


@pytest.mark.parametrize(
    ("only", "left"),
    [
        (Filter(), [6, 2, 1, 4]),
        (Filter(true=0), [2, 1]),
        (Filter(answer=1), [6, 2, 1]),
        (Filter(true=2, answer=0), []),
        (Filter(sure=(0.6, 0.8)), [2, 1]),
        (Filter(sure=(0.95, 1.0)), [6]),
        (Filter(true=0, sure=(0.0, 0.7)), [1]),
    ],
)
def test_a_filter_lets_some_mistakes_through_in_their_order(only: Filter, left: list[int]) -> None:
    found = some()
    assert found.among(found.wrong(), only).tolist() == left


def two(probabilities_of_one: list[float], truth: list[int]) -> Predictions:
    one = np.array(probabilities_of_one, np.float32)
    return Predictions(np.stack([1 - one, one], axis=1), np.array(truth), np.arange(len(truth)))


def test_a_threshold_trades_false_alarms_against_what_is_missed() -> None:
    found = two([0.9, 0.8, 0.7, 0.4, 0.3, 0.1], [1, 1, 0, 1, 0, 0])
    counts = {percent: found.at(percent / 100, 1) for percent in (0, 40, 50, 90, 91)}
    assert {percent: (one.said, one.right, one.real) for percent, one in counts.items()} == {
        0: (6, 3, 3), 40: (4, 3, 3), 50: (3, 2, 3), 90: (1, 1, 3), 91: (0, 0, 3)
    }  # fmt: skip
    assert (counts[50].false_alarms, counts[50].missed) == (1, 1)
    assert found.at(0.6, 0)[:2] == (3, 2), "the other class has the other probability"


def test_each_point_of_the_curve_is_what_its_threshold_gives() -> None:
    draw = np.random.default_rng(1)
    truth = draw.integers(0, 2, 5000)
    found = two(np.clip(draw.normal(0.35 + 0.3 * truth, 0.2), 0, 1).round(4).tolist(), truth.tolist())
    trade = found.trade(1)
    assert len(trade.recall) == len(trade.precision) == len(trade.thresholds) == 400
    assert trade.thresholds == sorted(trade.thresholds)
    for recall, precision, threshold in list(zip(*trade, strict=True))[::25]:
        told = found.at(round(threshold, 6), 1)
        assert (recall, precision) == pytest.approx((told.right / told.real, told.right / told.said))


@pytest.mark.parametrize(
    ("found", "has_one"),
    [
        (two([0.9, 0.1], [1, 0]), True),
        (two([0.9, 0.1], [1, 1]), False),  # nothing to miss
        (two([np.nan, 0.1], [1, 0]), False),
        (two([1.5, 0.1], [1, 0]), False),  # a last layer without softmax gives no probabilities
        (some(), False),
    ],
)
def test_only_two_classes_with_probabilities_have_a_threshold(found: Predictions, has_one: bool) -> None:
    assert found.tells_two_apart is has_one


def test_a_model_that_answers_with_no_number_has_answers_all_the_same() -> None:
    found = Predictions(np.full((3, 2), np.nan, np.float32), np.array([0, 1, 0]), np.arange(3))
    assert found.matrix.sum() == 3
    assert len(found.wrong()) == 1
    assert [one.recall for one in found.scores()] == [1, 0]


def test_what_was_written_is_read_and_what_no_test_writes_is_not(tmp_path: Path) -> None:
    path = tmp_path / "test-1.npz"
    good: dict[str, NDArray[Any]] = {
        "probabilities": probabilities(ANSWERS, CONFIDENCE),
        "y": np.array(TRUTH),
        "rows": np.arange(7),
    }

    def write(arrays: dict[str, NDArray[Any]]) -> None:
        np.savez(path, probabilities=arrays["probabilities"], y=arrays["y"], rows=arrays["rows"])

    write(good)
    assert read_predictions(path).matrix.sum() == 7
    for change in (
        {"y": np.array(TRUTH) + 1},
        {"y": np.array(TRUTH) - 1},
        {"rows": np.arange(6)},
        {"probabilities": good["probabilities"][:, 0]},
        {"probabilities": good["probabilities"].astype(np.int64)},
    ):
        write(good | change)
        with pytest.raises(ValueError, match="not what a test writes"):
            read_predictions(path)


@pytest.mark.parametrize(
    "message",
    [
        None, "x", [0, 1], {}, {"true": 0}, {"true": "0", "answer": 1}, {"true": True, "answer": False},
        {"true": 0, "answer": 3}, {"true": -1, "answer": 1}, {"true": 0.0, "answer": 1}, {"true": 0, "answer": 2},
        {"true": 10**30, "answer": 0},
    ],
)  # fmt: skip
def test_a_browser_cannot_name_a_cell_that_is_not_there(message: object) -> None:
    assert cell_of(message, some().matrix) is None


def test_a_cell_that_is_there_can_be_named() -> None:
    assert cell_of({"true": 0, "answer": 1}, some().matrix) == Cell(0, 1)
    assert cell_of({"true": 2, "answer": 2}, some().matrix) == Cell(2, 2)


def test_of_very_many_classes_those_that_are_mixed_up_are_drawn() -> None:
    matrix = np.eye(200, dtype=np.int64)
    matrix[150, 7] = 3
    shown = shown_classes(matrix)
    assert len(shown) == MAX_CLASSES
    assert {7, 150} <= set(shown)
    assert shown == sorted(shown)
