"""What the live chart is told, against literals."""

import json
from math import inf, nan
from typing import Any

import pytest

from components.live_curves.messages import DRAWN_POINTS, SENT_POINTS, Feed, Line
from trainer.runs import events
from trainer.runs.events import (
    AnyEvent,
    BatchSeen,
    EpochEnded,
    Event,
    Phase,
    Prepared,
    RunState,
    StateChanged,
    WeightsKept,
)


def numbered(*events: Event, begin: int = 0, every: float = 1.0) -> list[Any]:
    return [event.model_copy(update={"n": begin + i, "t": (begin + i) * every}) for i, event in enumerate(events)]


def prepared(steps: int = 100, epochs: int = 5, validation: int = 20) -> Prepared:
    return Prepared(
        seconds=0.5,
        train=80,
        validation=validation,
        test=10,
        same_rows=False,
        steps=steps,
        epochs=epochs,
        batch_size=32,
        parameters=10,
        class_names=("a", "b"),
    )


def batch(epoch: int, step: int, loss: float = 0.5, accuracy: float = 0.8) -> BatchSeen:
    return BatchSeen(epoch=epoch, step=step, logs={"loss": loss, "accuracy": accuracy})


def epoch(number: int, loss: float = 0.4, val_loss: float = 0.45) -> EpochEnded:
    logs = {"loss": loss, "val_loss": val_loss, "learning_rate": 0.001}
    return EpochEnded(epoch=number, seconds=1, logs=logs)


BEGIN = [StateChanged(state=RunState.RUNNING), prepared(), Phase(name="training")]


def told(feed: Feed) -> dict[str, Any] | None:
    message = feed.news()
    return None if message is None else json.loads(message)


def test_an_empty_log_is_a_queued_run() -> None:
    assert json.loads(Feed().first()) == {
        "n": -1,
        "all": {},
        "s": {"state": "queued", "progress": 0.0, "seconds": 0.0},
    }


def test_the_first_message_holds_everything() -> None:
    feed = Feed()
    feed.add(numbered(*BEGIN, batch(1, 50), batch(1, 100, 0.123456789, 1), epoch(1), batch(2, 25, 0.3, 0.9)))
    assert json.loads(feed.first()) == {
        "n": 6,
        "all": {
            "loss": {
                "batch": [[0.5, 1.0, 1.25], [0.5, 0.12346, 0.3]],
                "epoch": [[1.0], [0.4]],
                "val": [[1.0], [0.45]],
            },
            "accuracy": {"batch": [[0.5, 1.0, 1.25], [0.8, 1.0, 0.9]]},
        },
        "s": {
            "state": "running",
            "phase": "training",
            "epochs": 5,
            "steps": 100,
            "validation": 20,
            "epoch": 2,
            "step": 25,
            "progress": 0.25,
            "seconds": 6.0,
            "left": 12,
            "now": {"loss": 0.3, "accuracy": 0.9, "val_loss": 0.45},
            "best": {"epoch": 1, "loss": 0.4, "val_loss": 0.45},
        },
    }


def test_then_only_what_is_new() -> None:
    feed = Feed()
    feed.add(numbered(*BEGIN, batch(1, 50)))
    feed.first()
    assert feed.news() is None
    feed.add(numbered(batch(1, 60, 0.25), begin=4))
    assert told(feed) == {
        "n": 4,
        "add": {"loss": {"batch": [[0.6], [0.25]]}, "accuracy": {"batch": [[0.6], [0.8]]}},
        "s": {"step": 60, "progress": 0.12, "seconds": 4.0, "left": 15, "now": {"loss": 0.25}},
    }
    assert feed.news() is None
    feed.add(numbered(epoch(1), begin=5))
    assert told(feed) == {
        "n": 5,
        "add": {"loss": {"epoch": [[1.0], [0.4]], "val": [[1.0], [0.45]]}},
        "s": {
            "step": 100,
            "progress": 0.2,
            "seconds": 5.0,
            "left": 12,
            "now": {"loss": 0.4, "val_loss": 0.45},
            "best": {"epoch": 1, "loss": 0.4, "val_loss": 0.45},
        },
    }


def test_an_event_that_draws_nothing_still_moves_the_cursor() -> None:
    feed = Feed()
    feed.add(numbered(*BEGIN, StateChanged(state=RunState.FINISHED, reason="All 5 epochs are done.")))
    feed.first()
    feed.add(numbered(WeightsKept(epoch=1, file="w", reason="best"), begin=4))
    assert told(feed) == {"n": 4}


def test_an_event_that_comes_twice_counts_once() -> None:
    feed = Feed()
    same = numbered(*BEGIN, batch(1, 50))
    feed.add(same)
    feed.add(same)
    assert json.loads(feed.first())["all"]["loss"] == {"batch": [[0.5], [0.5]]}


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_a_number_that_is_not_finite_is_a_gap(value: float) -> None:
    feed = Feed()
    feed.add(numbered(*BEGIN, batch(1, 50, value)))
    message = feed.first()
    assert "NaN" not in message
    assert "Infinity" not in message
    assert json.loads(message)["all"]["loss"] == {"batch": [[0.5], [None]]}
    assert json.loads(message)["s"]["now"] == {"loss": None, "accuracy": 0.8}


def test_one_batch_point_is_short_even_late_in_a_long_run() -> None:
    feed = Feed()
    feed.add(numbered(*BEGIN[:1], prepared(steps=16_880, epochs=1000), BEGIN[2], begin=1_000_000))
    feed.add(numbered(epoch(998, 0.00012345, 0.00012345), begin=1_000_003))
    feed.first()
    for step in range(3):
        logs = {"loss": 0.000123456 + step, "accuracy": 0.987654 + step}
        feed.add(numbered(BatchSeen(epoch=999, step=12_345 + step, logs=logs), begin=1_000_004 + step))
        message = feed.news()
    assert message is not None
    assert len(message) <= 300, message


@pytest.mark.parametrize(("since", "x"), [(3, [0.6, 0.7]), (4, [0.7]), (5, [])])
def test_a_reader_that_comes_back_gets_what_it_missed(since: int, x: list[float]) -> None:
    feed = Feed()
    feed.add(numbered(*BEGIN, batch(1, 50), batch(1, 60), batch(1, 70)))
    message = json.loads(feed.first(since))
    assert "all" not in message
    assert message.get("add", {}).get("loss", {}).get("batch", [[]])[0] == x
    assert message["s"]["state"] == "running"  # the words always come whole


def test_a_cursor_from_another_log_begins_anew() -> None:
    feed = Feed()
    feed.add(numbered(*BEGIN, batch(1, 50)))
    assert json.loads(feed.first(99))["all"]["loss"] == {"batch": [[0.5], [0.5]]}


def test_a_run_without_a_trainer_is_interrupted_until_one_takes_it_up() -> None:
    feed = Feed()
    feed.add(numbered(*BEGIN, batch(1, 50)))
    feed.first()
    feed.alive = False
    assert told(feed) == {
        "n": 3,
        "s": {"state": "interrupted", "reason": "The trainer went away before the run ended.", "left": None},
    }
    assert feed.news() is None
    feed.alive = True
    again = told(feed)
    assert again is not None
    assert again["s"]["state"] == "running"
    assert again["s"]["reason"] is None


def test_a_run_that_is_over_is_not_interrupted() -> None:
    feed = Feed()
    feed.add(numbered(StateChanged(state=RunState.STOPPED, reason="Stopped by you.")))
    feed.alive = False
    assert json.loads(feed.first())["s"]["state"] == "stopped"


def test_a_later_test_does_not_make_the_training_longer() -> None:
    feed = Feed()
    tested = events.Tested(logs={"loss": 0.3}, rows=10, weights_epoch=1, seconds=1, file="p")
    over = [Phase(name="saving"), StateChanged(state=RunState.FINISHED)]
    feed.add(numbered(*BEGIN, batch(1, 50), *over, tested))
    assert json.loads(feed.first())["s"]["seconds"] == 4.0


def test_damage_is_said() -> None:
    feed = Feed()
    feed.first()
    feed.damaged = True
    assert told(feed) == {"n": -1, "s": {"damaged": True}}


def test_a_resumed_epoch_makes_no_stroke_back() -> None:
    line = Line()
    for n, (x, y) in enumerate([(1.1, 0.5), (1.2, 0.4), (1.1, 0.45)]):
        line.append(n, x, y)
    assert line.after(-1) == ([1.1, 1.2, 1.1, 1.1], [0.5, 0.4, None, 0.45])
    assert line.after(1) == ([1.1, 1.1], [None, 0.45])


def test_thinning_keeps_peaks_ends_and_gaps() -> None:
    line = Line()
    for n in range(50_000):
        value = nan if 20_000 <= n < 20_100 else 9.0 if n == 31_234 else -9.0 if n == 41_234 else (n % 7) / 7
        line.append(n, n / 1000, value)
    x, y = line.thinned()
    assert len(x) <= SENT_POINTS + 1  # and the gap
    assert (x[0], x[-1]) == (0.0, 49.999)
    assert x == sorted(x)
    assert y[x.index(31.234)] == 9.0
    assert y[x.index(41.234)] == -9.0
    gap = y.index(None)
    assert y.count(None) == 1
    assert 19.9 < x[gap - 1] < 20 <= x[gap] < 20.1 <= x[gap + 1]


def test_thinning_a_run_that_diverged() -> None:
    line = Line()
    for n in range(10_000):
        line.append(n, n / 1000, 1.0 if n < 10 else nan)
    assert line.thinned() == (
        [0.0, 0.001, 0.002, 0.003, 0.004, 0.005, 0.006, 0.007, 0.008, 0.009, 0.01],
        [1.0] * 10 + [None],
    )


def test_a_reader_never_draws_much_more_than_two_thousand_points() -> None:
    feed, drawn, whole = Feed(), 0, 0
    feed.add(numbered(*BEGIN[:1], prepared(steps=100_000)))
    feed.first()
    for n in range(2, 20_000):
        event: AnyEvent = numbered(batch(1, n, 1 / n), begin=n)[0]
        feed.add([event])
        message = told(feed)
        assert message is not None
        if "all" in message:
            whole += 1
            drawn = len(message["all"]["loss"]["batch"][0])
        else:
            drawn += len(message["add"]["loss"]["batch"][0])
        assert drawn <= DRAWN_POINTS
    assert 10 <= whole <= 20  # seldom, so that it costs next to nothing


def test_a_further_metric_has_its_curve_and_the_learning_rate_has_none() -> None:
    feed = Feed()
    logs = {"mean_absolute_error": 0.2, "val_mean_absolute_error": 0.3, "learning_rate": 0.001}
    feed.add(numbered(*BEGIN, EpochEnded(epoch=1, seconds=1, logs=logs)))
    assert json.loads(feed.first())["all"] == {
        "mean_absolute_error": {"epoch": [[1.0], [0.2]], "val": [[1.0], [0.3]]},
    }


def test_a_run_that_no_trainer_has_taken_up_yet_is_queued() -> None:
    """Train pressed while the trainer was still loading showed "interrupted" at once: nobody held the run yet."""
    feed = Feed()
    feed.alive = False
    assert feed.state is RunState.QUEUED
