"""An accuracy beside that of always giving the most common answer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.histories import history
from trainer.runs.baseline import Part, Standing, Verdict, interval, score_range, standing
from trainer.runs.history import History


@pytest.mark.parametrize(
    ("accuracy", "rows", "share", "verdict"),
    [
        (0.4825, 400, 0.529, Verdict.NO_BETTER),  # a diary whose label column was the writer's gender
        (0.529, 400, 0.529, Verdict.NO_BETTER),
        (0.75, 4, 0.5, Verdict.UNSURE),  # thirty rows, of which four are for the test
        (0.95, 400, 0.93, Verdict.UNSURE),
        (0.97, 300, 0.5, Verdict.BETTER),
        (1.0, 40, 1.0, Verdict.ONE_CLASS),
    ],
)
def test_verdict(accuracy: float, rows: int, share: float, verdict: Verdict) -> None:
    found = Standing(accuracy, rows, "f", share, 2)
    assert found.verdict is verdict
    assert found.message.code == f"runs.baseline_{verdict}"
    assert found.message.parameters["answer"] == '"f"'


@pytest.mark.parametrize(
    ("accuracy", "rows", "verdict"),
    [
        (0.444, 9000, Verdict.NO_BETTER),
        (0.48, 9000, Verdict.NO_BETTER),  # better than the most common training class, and no better than a coin
        (0.5, 9000, Verdict.NO_BETTER),
        (0.55, 9, Verdict.UNSURE),
        (0.6, 9000, Verdict.BETTER),
    ],
)
def test_where_another_class_is_more_common_guessing_is_the_bar(accuracy: float, rows: int, verdict: Verdict) -> None:
    found = Standing(accuracy, rows, "happy", 4 / 9, 2)
    assert found.verdict is verdict
    assert found.message.code == f"runs.guessing_{verdict}"
    assert found.message.parameters["share"] == 0.5


def test_an_accuracy_at_the_baseline_or_below_is_never_a_success() -> None:
    for rows in (1, 4, 100, 10_000):
        for right in range(0, rows + 1, max(1, rows // 50)):
            for share in (0.1, 0.5, 0.9):
                found = Standing(right / rows, rows, "f", share, 2)
                assert found.accuracy > max(share, 0.5) or found.verdict is Verdict.NO_BETTER


def test_the_interval_holds_the_share_and_narrows_with_the_rows() -> None:
    for share in (0.0, 0.02, 0.5, 1.0):
        widths = []
        for rows in (1, 4, 50, 5000):
            low, high = interval(share, rows)
            assert 0 <= low <= share <= high <= 1
            widths.append(high - low)
        assert widths == sorted(widths, reverse=True)


def test_the_interval_is_that_of_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    for rows in (1, 7, 360, 10_000):
        for right in {0, 1, rows // 3, rows - 1, rows}:
            known = stats.binomtest(right, rows).proportion_ci(0.95, method="wilson")
            assert interval(right / rows, rows) == pytest.approx((known.low, known.high), abs=1e-12)


def test_the_range_of_a_score_tells_share_rows_and_both_ends() -> None:
    run = history([0.7], [0.6], test=360)
    told = score_range(run, "test", 0.97)
    assert told is not None
    assert (told.code, told.parameters["share"], told.parameters["rows"]) == ("runs.score_range", 0.97, 360)
    low, high = interval(0.97, 360)
    assert (told.parameters["low"], told.parameters["high"]) == (low, high)
    assert score_range(history([0.7], [0.6], test=360, same_rows=True), "test", 0.97) is None
    assert score_range(history([0.7], [0.6], validation=0), "validation", 0.97) is None
    assert score_range(History(), "test", 0.97) is None
    for number in (2.0, -1.0, float("nan"), float("inf")):  # a log may hold any
        assert score_range(run, "test", number) is None


def test_each_part_has_its_own_baseline() -> None:
    run = history([0.7], [0.6], most_common="no", majority=0.5, val_majority=0.55, test_majority=0.6, test=80)
    found = [standing(run, part, 0.9) for part in ("training", "validation", "test")]
    assert [(one.share, one.rows, one.answer) for one in found if one is not None] == [
        (0.5, 4800, "no"),
        (0.55, 1200, "no"),
        (0.6, 80, "no"),
    ]


def test_nothing_is_said_where_the_baseline_is_not_known() -> None:
    assert standing(History(), "test", 0.9) is None
    assert standing(history([0.7], [0.6]), "test", 0.9) is None  # a run of an older version
    assert standing(history([0.7], [0.6], most_common="no", majority=0.5, class_names=()), "training", 0.9) is None
    assert standing(history([0.7], [0.6], most_common="no", val_majority=None, validation=0), "validation", 0.9) is None


@pytest.mark.parametrize("part", ["training", "validation", "test"])
def test_nothing_is_said_of_rows_that_the_model_was_trained_on(part: Part) -> None:
    known: dict[str, Any] = {"most_common": "no", "majority": 0.5, "val_majority": 0.5, "test_majority": 0.5}
    assert standing(history([0.7], [0.6], **known), part, 1.0) is not None
    assert standing(history([0.7], [0.6], **known, same_rows=True), part, 1.0) is None
