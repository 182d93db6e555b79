"""Many readers of one run: each is told everything once, and who stands in the same place gets the same text."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.live_curves import messages
from components.live_curves.feed import Feed
from components.live_curves.messages import Reader
from trainer.runs.events import AnyEvent, BatchSeen, EpochEnded, Phase, Prepared, RunState, StateChanged

STEPS = 20


def events() -> list[AnyEvent]:
    sizes: dict[str, Any] = {"train": 320, "validation": 8, "test": 8, "batch_size": 16, "parameters": 1}
    prepared = Prepared(
        seconds=1, same_rows=False, steps=STEPS, epochs=3, class_names=("a", "b"), execution=None, **sizes
    )  # fmt: skip
    told: list[Any] = [StateChanged(state=RunState.RUNNING), prepared, Phase(name="training")]
    for number in range(1, 4):
        told += [BatchSeen(epoch=number, step=step, logs={"loss": 1 / step}) for step in range(5, STEPS + 1, 5)]
        told.append(EpochEnded(epoch=number, seconds=1, logs={"loss": 0.5 / number, "val_loss": 0.6}))
    told.append(StateChanged(state=RunState.FINISHED, reason="All 3 epochs are done."))
    return [event.model_copy(update={"n": n, "t": float(n)}) for n, event in enumerate(told)]


def drawn(texts: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a browser has in the end: its curves and its words."""
    curves: dict[str, Any] = {}
    words: dict[str, Any] = {}
    for message in map(json.loads, texts):
        if "all" in message:
            curves = message["all"]
        for metric, kinds in message.get("add", {}).items():
            for kind, points in kinds.items():
                old = curves.setdefault(metric, {}).setdefault(kind, [[], [], []])
                curves[metric][kind] = [before + more for before, more in zip(old, points, strict=True)]
        for name, value in message.get("s", {}).items():
            words[name] = words.get(name, {}) | value if isinstance(value, dict) else value
    return curves, {name: value for name, value in words.items() if value is not None}


@given(st.lists(st.tuples(st.integers(1, 4), st.sets(st.integers(0, 3))), max_size=12))
def test_whoever_looks_when_has_everything_once_in_the_end(looks: list[tuple[int, set[int]]]) -> None:
    """Readers look at different times, in any order: all of them end with the picture of one who comes at the end."""
    feed, left = Feed(), events()
    readers = [Reader(feed) for _ in range(4)]
    texts = [[reader.first()] for reader in readers]
    for count, who in [*looks, (len(left), {0, 1, 2, 3})]:
        now, left = left[:count], left[count:]
        feed.add(now)
        for number in sorted(who):
            if (text := readers[number].news()) is not None:
                texts[number].append(text)
    late = Feed()
    late.add(events())
    expected = drawn([Reader(late).first()])
    assert [drawn(told) for told in texts] == [expected] * 4


def test_readers_in_the_same_place_cost_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    feed, written = Feed(), []
    readers = [Reader(feed) for _ in range(20)]
    dumps = json.dumps
    monkeypatch.setattr(messages.json, "dumps", lambda *a, **k: written.append(1) or dumps(*a, **k))
    assert len({reader.first() for reader in readers}) == 1
    for event in events():
        feed.add([event])
        texts = {id(text) for reader in readers if (text := reader.news()) is not None}
        assert len(texts) == 1, "the very same text"
    assert len(written) == 1 + len(events())
