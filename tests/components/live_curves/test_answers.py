"""Answers to validation examples in the messages of the live chart."""

import json
from typing import Any

import pytest

from components.live_curves.feed import MAX_NAME, Feed
from components.live_curves.messages import Reader
from tests.support.live import BEGIN, batch, epoch, numbered, prepared, told
from trainer.runs.events import Answered, Continued, Phase, RunState, StateChanged, WeightsKept


def answered(after: int, *answers: int | None) -> Answered:
    truth = (0, 1, 1)[: len(answers)]
    confidences = tuple(None if answer is None else 0.5 for answer in answers)
    rows = tuple(range(len(answers)))
    return Answered(epoch=after, checksum="0badcafe", rows=rows, truth=truth, answers=answers, confidences=confidences)


def read(message: str | None) -> dict[str, Any]:
    assert message is not None
    found: dict[str, Any] = json.loads(message)
    return found


EVENTS = [*BEGIN, answered(0, 1, 1, 1), batch(1, 100), epoch(1), answered(1, 0, None, 1)]


def test_all_answers_to_a_new_reader_and_the_new_ones_to_all() -> None:
    feed = Feed()
    feed.add(numbered(*EVENTS))
    reader = Reader(feed)
    found = read(reader.first())["answers"]
    assert found == {
        "checksum": "0badcafe",
        "truth": [0, 1, 1],
        "names": {"0": "a", "1": "b"},
        "epochs": [[0, [1, 1, 1], [0.5, 0.5, 0.5]], [1, [0, None, 1], [0.5, None, 0.5]]],
        "kept": None,
        "same_rows": False,
    }
    feed.add(numbered(batch(2, 50), begin=len(EVENTS)))
    assert "answers" not in (told(reader) or {})
    feed.add(numbered(epoch(2), answered(2, 0, 1, 1), begin=len(EVENTS) + 1))
    assert (told(reader) or {})["answers"]["epochs"] == [[2, [0, 1, 1], [0.5, 0.5, 0.5]]]


@pytest.mark.parametrize(("since", "epochs"), [(2, [0, 1]), (3, [1]), (5, [1]), (6, None)])
def test_a_reader_that_comes_back_gets_what_it_missed(since: int, epochs: list[int] | None) -> None:
    feed = Feed()
    feed.add(numbered(*EVENTS))
    found = read(Reader(feed).first(since)).get("answers")
    assert (None if found is None else [one[0] for one in found["epochs"]]) == epochs


def test_the_epoch_of_the_weights_is_told_when_the_run_is_over() -> None:
    feed = Feed()
    feed.add(numbered(*EVENTS))
    reader = Reader(feed)
    reader.first()
    weights = WeightsKept(epoch=1, file="final.weights.h5", reason="r")
    feed.add(numbered(Phase(name="saving"), weights, begin=len(EVENTS)))
    assert (told(reader) or {})["answers"]["kept"] is None
    feed.add(numbered(StateChanged(state=RunState.FINISHED), begin=len(EVENTS) + 2))
    assert (told(reader) or {})["answers"] | {"names": None, "truth": None} == {
        "checksum": "0badcafe", "truth": None, "names": None, "epochs": [], "kept": 1, "same_rows": False,
    }  # fmt: skip
    feed.add(numbered(StateChanged(state=RunState.QUEUED), begin=len(EVENTS) + 3))
    assert (told(reader) or {})["answers"]["kept"] is None, "it is trained longer"


def test_a_run_that_continues_loses_later_answers() -> None:
    feed = Feed()
    feed.add(numbered(*EVENTS))
    reader = Reader(feed)
    reader.first()
    feed.add(numbered(Continued(epoch=0, epochs=5, why="resume"), begin=len(EVENTS)))
    found = told(reader) or {}
    assert "all" in found
    assert [one[0] for one in found["answers"]["epochs"]] == [0]


def test_a_run_without_answers_says_nothing_of_them() -> None:
    feed = Feed()
    feed.add(numbered(*BEGIN, epoch(1), StateChanged(state=RunState.FINISHED)))
    assert "answers" not in read(Reader(feed).first())


def test_a_long_name_is_shortened_and_one_that_is_not_there_left_out() -> None:
    feed = Feed()
    long = prepared().model_copy(update={"class_names": ("a" * 1000, "b")})
    feed.add(numbered(StateChanged(state=RunState.RUNNING), long, answered(0, 0, 7, 1)))
    names = read(Reader(feed).first())["answers"]["names"]
    assert set(names) == {"0", "1"}
    assert len(names["0"]) == MAX_NAME
