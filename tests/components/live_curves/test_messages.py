"""What the live chart is told, against literals."""

import json
from math import inf, nan

import pytest

from components.live_curves.feed import Feed
from components.live_curves.messages import DRAWN_POINTS, Reader, StepReader
from tests.support.live import BEGIN, batch, epoch, numbered, prepared, told
from trainer.runs import events
from trainer.runs.events import (
    AnyEvent,
    BatchSeen,
    Phase,
    RunState,
    StateChanged,
    WeightsKept,
)
from trainer.runs.wording import WORDING


def test_an_empty_log_is_a_queued_run() -> None:
    assert json.loads(Reader(Feed()).first()) == {
        "n": -1,
        "all": {},
        "s": {"state": "queued", "progress": 0.0, "seconds": 0.0, "says": "Nothing has been learned yet."},
    }


def test_the_first_message_holds_everything() -> None:
    feed = Feed()
    reader = Reader(feed)
    feed.add(numbered(*BEGIN, batch(1, 50), batch(1, 100, 0.123456789, 1), epoch(1), batch(2, 25, 0.3, 0.9)))
    assert json.loads(reader.first()) == {
        "n": 6,
        "all": {
            "loss": {
                "batch": [[0.5, 1.0, 1.25], [0.5, 0.12346, 0.3], [1.0, 2.0, 4.0]],
                "epoch": [[1.0], [0.4], [3.0]],
                "val": [[1.0], [0.45], [3.0]],
            },
            "accuracy": {"batch": [[0.5, 1.0, 1.25], [0.8, 1.0, 0.9], [1.0, 2.0, 4.0]]},
            "learning_rate": {"epoch": [[1.0], [0.001], [3.0]]},
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
            "left": 14,
            "says": "After epoch 1 of 5: training loss 0.4 and validation loss 0.45.",
            "now": {"loss": 0.3, "accuracy": 0.9, "val_loss": 0.45},
            "best": {"epoch": 1, "by": "val_loss", "loss": 0.4, "val_loss": 0.45},
        },
    }


def test_the_axis_is_known_before_the_data_is_ready() -> None:
    feed = Feed(planned=12)
    assert json.loads(Reader(feed).first())["s"]["epochs"] == 12
    feed.add(numbered(*BEGIN))
    assert json.loads(Reader(feed).first())["s"]["epochs"] == 5, "the log knows better: it may have been trained longer"


def test_a_run_that_ended_early_is_no_further_than_its_epochs() -> None:
    """The bar was full beside the words "epoch 2 of 5"."""
    feed = Feed()
    feed.add(numbered(*BEGIN, epoch(1), epoch(2), StateChanged(state=RunState.FINISHED)))
    assert json.loads(Reader(feed).first())["s"]["progress"] == 0.4


def test_then_only_what_is_new() -> None:
    feed = Feed()
    reader = Reader(feed)
    feed.add(numbered(*BEGIN, batch(1, 50)))
    reader.first()
    assert reader.news() is None
    feed.add(numbered(batch(1, 60, 0.25), begin=4))
    assert told(reader) == {
        "n": 4,
        "add": {"loss": {"batch": [[0.6], [0.25], [2.0]]}, "accuracy": {"batch": [[0.6], [0.8], [2.0]]}},
        "s": {"step": 60, "progress": 0.12, "seconds": 4.0, "left": 48, "rate": 320.0, "now": {"loss": 0.25}},
    }
    assert reader.news() is None
    feed.add(numbered(epoch(1), begin=5))
    assert told(reader) == {
        "n": 5,
        "add": {
            "loss": {"epoch": [[1.0], [0.4], [3.0]], "val": [[1.0], [0.45], [3.0]]},
            "learning_rate": {"epoch": [[1.0], [0.001], [3.0]]},
        },
        "s": {
            "step": 100,
            "progress": 0.2,
            "seconds": 5.0,
            "left": 44,
            "rate": None,
            "says": "After epoch 1 of 5: training loss 0.4 and validation loss 0.45.",
            "now": {"loss": 0.4, "val_loss": 0.45},
            "best": {"epoch": 1, "by": "val_loss", "loss": 0.4, "val_loss": 0.45},
        },
    }


def test_who_wants_no_curves_hears_only_of_states_phases_and_epochs() -> None:
    feed = Feed()
    reader = StepReader(feed)
    feed.add(numbered(*BEGIN, batch(1, 50)))
    assert json.loads(reader.first()) == {"n": 3, "s": {"state": "running", "phase": "training", "epoch": 1}}
    feed.add(numbered(batch(1, 60, 0.25), epoch(1), begin=4))
    assert reader.news() is None
    feed.add(numbered(batch(2, 10), begin=6))
    assert json.loads(reader.news() or "") == {"n": 6, "s": {"epoch": 2}}
    feed.add(numbered(StateChanged(state=RunState.STOPPED), begin=7))
    assert json.loads(reader.news() or "") == {"n": 7, "s": {"state": "stopped"}}
    assert json.loads(StepReader(feed).first(3))["s"]["state"] == "stopped"


def test_an_event_that_draws_nothing_still_moves_the_cursor() -> None:
    feed = Feed()
    reader = Reader(feed)
    feed.add(numbered(*BEGIN, StateChanged(state=RunState.FINISHED, reason="All 5 epochs are done.")))
    reader.first()
    feed.add(numbered(WeightsKept(epoch=1, file="w", reason="best"), begin=4))
    assert told(reader) == {"n": 4, "s": {"weights": "epoch 1"}}


def test_the_values_of_a_run_that_is_over_are_those_of_its_weights() -> None:
    feed = Feed()
    kept = WeightsKept(epoch=1, file="w", reason="best")
    feed.add(numbered(*BEGIN, epoch(1, 0.4, 0.45), epoch(2, 0.3, 0.6), kept, StateChanged(state=RunState.FINISHED)))
    shown = json.loads(Reader(feed).first())["s"]
    assert (shown["now"]["val_loss"], shown["scored"], shown["epoch"]) == (0.45, 1, 2)


def test_an_event_that_comes_twice_counts_once() -> None:
    feed = Feed()
    reader = Reader(feed)
    same = numbered(*BEGIN, batch(1, 50))
    feed.add(same)
    feed.add(same)
    assert json.loads(reader.first())["all"]["loss"] == {"batch": [[0.5], [0.5], [1.0]]}


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_a_number_that_is_not_finite_is_a_gap(value: float) -> None:
    feed = Feed()
    reader = Reader(feed)
    feed.add(numbered(*BEGIN, batch(1, 50, value)))
    message = reader.first()
    assert "NaN" not in message
    assert "Infinity" not in message
    assert json.loads(message)["all"]["loss"] == {"batch": [[0.5], [None], [1.0]]}
    assert json.loads(message)["s"]["now"] == {"loss": None, "accuracy": 0.8}


def test_one_batch_point_is_short_even_late_in_a_long_run() -> None:
    feed = Feed()
    reader = Reader(feed)
    feed.add(numbered(*BEGIN[:1], prepared(steps=16_880, epochs=1000), BEGIN[2], begin=1_000_000))
    feed.add(numbered(epoch(998, 0.00012345, 0.00012345), begin=1_000_003))
    reader.first()
    for step in range(3):
        logs = {"loss": 0.000123456 + step, "accuracy": 0.987654 + step}
        feed.add(numbered(BatchSeen(epoch=999, step=12_345 + step, logs=logs), begin=1_000_004 + step))
        message = reader.news()
    assert message is not None
    assert len(message) <= 300, message


@pytest.mark.parametrize(("since", "x"), [(3, [0.6, 0.7]), (4, [0.7]), (5, [])])
def test_a_reader_that_comes_back_gets_what_it_missed(since: int, x: list[float]) -> None:
    feed = Feed()
    reader = Reader(feed)
    feed.add(numbered(*BEGIN, batch(1, 50), batch(1, 60), batch(1, 70)))
    message = json.loads(reader.first(since))
    assert "all" not in message
    assert message.get("add", {}).get("loss", {}).get("batch", [[]])[0] == x
    assert message["s"]["state"] == "running"  # the words always come whole


def test_a_cursor_from_another_log_begins_anew() -> None:
    feed = Feed()
    reader = Reader(feed)
    feed.add(numbered(*BEGIN, batch(1, 50)))
    assert json.loads(reader.first(99))["all"]["loss"] == {"batch": [[0.5], [0.5], [1.0]]}


def test_a_run_without_a_trainer_is_interrupted_until_one_takes_it_up() -> None:
    feed = Feed()
    reader = Reader(feed)
    feed.add(numbered(*BEGIN, batch(1, 50)))
    reader.first()
    feed.alive = False
    assert told(reader) == {
        "n": 3,
        "s": {
            "state": "interrupted",
            "reason": str(WORDING.message("trainer_gone")),
            "seconds": 1.0,
            "end": "interrupted",
        },
    }
    assert reader.news() is None
    feed.alive = True
    again = told(reader)
    assert again is not None
    assert again["s"]["state"] == "running"
    assert again["s"]["reason"] is None


def test_a_run_that_is_over_is_not_interrupted() -> None:
    feed = Feed()
    reader = Reader(feed)
    feed.add(numbered(StateChanged(state=RunState.STOPPED, reason="Stopped by you.")))
    feed.alive = False
    assert json.loads(reader.first())["s"]["state"] == "stopped"


def test_a_later_test_does_not_make_the_training_longer() -> None:
    feed = Feed()
    reader = Reader(feed)
    tested = events.Tested(logs={"loss": 0.3, "accuracy": 0.9}, rows=10, weights_epoch=1, seconds=1, file="p")
    over = [Phase(name="saving"), StateChanged(state=RunState.FINISHED)]
    feed.add(numbered(*BEGIN, batch(1, 50), *over, tested))
    assert json.loads(reader.first())["s"]["seconds"] == 2.0


def test_damage_is_said() -> None:
    feed = Feed()
    reader = Reader(feed)
    reader.first()
    feed.damaged = True
    assert told(reader) == {"n": -1, "s": {"damaged": True}}


def test_a_reader_never_draws_much_more_than_two_thousand_points() -> None:
    feed, drawn, whole = Feed(), 0, 0
    reader = Reader(feed)
    feed.add(numbered(*BEGIN[:1], prepared(steps=100_000)))
    reader.first()
    for n in range(2, 20_000):
        event: AnyEvent = numbered(batch(1, n, 1 / n), begin=n)[0]
        feed.add([event])
        message = told(reader)
        assert message is not None
        if "all" in message:
            whole += 1
            drawn = len(message["all"]["loss"]["batch"][0])
        else:
            drawn += len(message["add"]["loss"]["batch"][0])
        assert drawn <= DRAWN_POINTS
    assert 20 <= whole <= 40  # seldom, so that it costs next to nothing
