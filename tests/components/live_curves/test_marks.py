"""What stands beside the curves: gaps, marks, patience, pace, and what a resumed run takes back."""

import json
from typing import Any

from components.live_curves.feed import Feed
from components.live_curves.messages import Reader
from tests.support.live import BEGIN, batch, epoch, numbered, told
from trainer.runs.events import (
    Continued,
    EpochEnded,
    Phase,
    RunState,
    StateChanged,
    Watch,
)
from trainer.runs.metrics import Metric
from trainer.runs.wording import WORDING


def watched(number: int, **watch: Any) -> EpochEnded:
    known = {"monitor": "val_loss", "best_epoch": 1, **watch}
    return epoch(number, val_loss=0.4 + number / 100).model_copy(update={"watch": Watch(**known)})


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


def test_a_saved_file_is_a_mark_that_is_told_once() -> None:
    feed = Feed()
    reader = Reader(feed)
    feed.add(numbered(*BEGIN, watched(1, saved=True)))
    assert json.loads(reader.first())["marks"] == [["saved", 1, 1.0, None]]
    feed.add(numbered(watched(2), begin=4))
    assert "marks" not in (told(reader) or {})


def waiting(left: int) -> str:
    return str(WORDING.message("waits", left=left, metric=Metric("val_loss").label))


def test_patience_is_counted_down() -> None:
    feed = Feed()
    reader = Reader(feed)
    waits = {"patience": 3, "waits_for": "val_loss"}
    feed.add(numbered(*BEGIN, watched(1, waited=0, **waits), watched(2, waited=1, **waits)))
    assert waiting(2) in json.loads(reader.first())["s"]["says"]
    feed.add(numbered(watched(3, waited=2, **waits), begin=5))
    message = told(reader)
    assert message is not None
    assert waiting(1) in message["s"]["says"]
    feed.add(numbered(StateChanged(state=RunState.FINISHED, reason="EarlyStopping"), begin=6))
    over = told(reader)
    assert over is not None
    assert waiting(1) not in over["s"]["says"]
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
