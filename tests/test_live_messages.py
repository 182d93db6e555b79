"""What the live chart is told, against literals."""

import json
from math import inf, nan
from typing import Any

import pytest

from components.live_curves.feed import Feed
from components.live_curves.messages import DRAWN_POINTS, Reader
from trainer.runs import events
from trainer.runs.events import (
    AnyEvent,
    BatchSeen,
    Continued,
    EpochEnded,
    Event,
    Phase,
    Prepared,
    RunState,
    StateChanged,
    Watch,
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


def told(reader: Reader) -> dict[str, Any] | None:
    message = reader.news()
    return None if message is None else json.loads(message)


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
            "left": 12,
            "says": "After epoch 1 of 5: training loss 0.4, validation loss 0.45.",
            "now": {"loss": 0.3, "accuracy": 0.9, "val_loss": 0.45},
            "best": {"epoch": 1, "by": "val_loss", "loss": 0.4, "val_loss": 0.45},
        },
    }


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
        "s": {"step": 60, "progress": 0.12, "seconds": 4.0, "left": 15, "rate": 320.0, "now": {"loss": 0.25}},
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
            "left": 12,
            "rate": None,
            "says": "After epoch 1 of 5: training loss 0.4, validation loss 0.45.",
            "now": {"loss": 0.4, "val_loss": 0.45},
            "best": {"epoch": 1, "by": "val_loss", "loss": 0.4, "val_loss": 0.45},
        },
    }


def test_an_event_that_draws_nothing_still_moves_the_cursor() -> None:
    feed = Feed()
    reader = Reader(feed)
    feed.add(numbered(*BEGIN, StateChanged(state=RunState.FINISHED, reason="All 5 epochs are done.")))
    reader.first()
    feed.add(numbered(WeightsKept(epoch=1, file="w", reason="best"), begin=4))
    assert told(reader) == {"n": 4, "s": {"weights": "epoch 1"}}


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
            "reason": "The trainer went away before the run ended.",
            "left": None,
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
    tested = events.Tested(logs={"loss": 0.3}, rows=10, weights_epoch=1, seconds=1, file="p")
    over = [Phase(name="saving"), StateChanged(state=RunState.FINISHED)]
    feed.add(numbered(*BEGIN, batch(1, 50), *over, tested))
    assert json.loads(reader.first())["s"]["seconds"] == 4.0


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


def test_a_further_metric_has_its_curve() -> None:
    feed = Feed()
    reader = Reader(feed)
    logs = {"mean_absolute_error": 0.2, "val_mean_absolute_error": 0.3, "learning_rate": 0.001}
    feed.add(numbered(*BEGIN, EpochEnded(epoch=1, seconds=1, logs=logs)))
    assert json.loads(reader.first())["all"] == {
        "mean_absolute_error": {"epoch": [[1.0], [0.2], [1.0]], "val": [[1.0], [0.3], [1.0]]},
        "learning_rate": {"epoch": [[1.0], [0.001], [1.0]]},
    }


def test_a_run_that_no_trainer_has_taken_up_yet_is_queued() -> None:
    """Train pressed while the trainer was still loading showed "interrupted" at once: nobody held the run yet."""
    feed = Feed()
    feed.alive = False
    assert feed.state is RunState.QUEUED


def test_a_pause_is_a_gap_and_a_mark() -> None:
    feed = Feed()
    reader = Reader(feed)
    states = [StateChanged(state=RunState.PAUSED), StateChanged(state=RunState.RUNNING)]
    feed.add(numbered(*BEGIN, batch(1, 50), *states, batch(1, 60)))
    message = json.loads(reader.first())
    assert message["all"]["loss"]["batch"] == [[0.5, 0.5, 0.6], [0.5, None, 0.5], [1.0, 1.0, 4.0]]
    assert message["marks"] == [["pause", 0.5, 1.0, 1.0]]


def watched(number: int, **watch: Any) -> EpochEnded:
    known = {"monitor": "val_loss", "best_epoch": 1, **watch}
    return epoch(number, val_loss=0.4 + number / 100).model_copy(update={"watch": Watch(**known)})


def test_a_saved_file_is_a_mark_that_is_told_once() -> None:
    feed = Feed()
    reader = Reader(feed)
    feed.add(numbered(*BEGIN, watched(1, saved=True)))
    assert json.loads(reader.first())["marks"] == [["saved", 1, 1.0, None]]
    feed.add(numbered(watched(2), begin=4))
    assert "marks" not in (told(reader) or {})


def test_patience_is_counted_down() -> None:
    feed = Feed()
    reader = Reader(feed)
    waits = {"patience": 3, "waits_for": "val_loss"}
    feed.add(numbered(*BEGIN, watched(1, waited=0, **waits), watched(2, waited=1, **waits)))
    assert json.loads(reader.first())["s"]["patience"] == "EarlyStopping waits 2 more epochs for a better val_loss."
    feed.add(numbered(watched(3, waited=2, **waits), begin=5))
    message = told(reader)
    assert message is not None
    assert message["s"]["patience"] == "EarlyStopping waits 1 more epoch for a better val_loss."
    feed.add(numbered(StateChanged(state=RunState.FINISHED, reason="EarlyStopping"), begin=6))
    over = told(reader)
    assert over is not None
    assert over["s"]["patience"] is None
    assert over["s"]["end"] == "stopped early"


def test_a_resumed_run_takes_back_what_it_does_again() -> None:
    """The half epoch before a crash was drawn, and then once more: now its points go, for every reader."""
    feed, late = Feed(), Feed()
    reader, late_reader = Reader(feed), Reader(late)
    log = numbered(*BEGIN, batch(1, 100), epoch(1), batch(2, 50, 0.9), StateChanged(state=RunState.INTERRUPTED))
    feed.add(log)
    reader.first()
    goes_on = [Continued(epoch=1, epochs=5, why="resume"), Phase(name="training"), batch(2, 30)]
    log += [event.model_copy(update={"n": 7 + i, "t": 0.0 + i}) for i, event in enumerate(goes_on)]
    feed.add(log[-3:])
    message = told(reader)
    assert message is not None
    assert message["all"]["loss"]["batch"] == [[1.0, 1.0, 1.3], [0.5, None, 0.5], [1.0, 1.0, 3.0]]
    assert message["marks"] == [["resume", 1, 2.0, None]]
    late.add(log)
    back = json.loads(late_reader.first(since=6))  # it had drawn the half epoch when its connection was cut
    assert back["all"] == message["all"]
    assert "all" not in json.loads(late_reader.first(since=8))


def test_the_pace_is_that_of_training_alone() -> None:
    feed = Feed()
    reader = Reader(feed)
    feed.add(numbered(*BEGIN, batch(1, 10), batch(1, 20), batch(1, 30), every=0.5))
    assert json.loads(reader.first())["s"]["rate"] == 640  # 10 batches of 32 in half a second
    feed.add(numbered(epoch(1), begin=6, every=0.5))
    message = told(reader)
    assert message is not None
    assert message["s"]["rate"] is None  # what comes between two epochs is not training
