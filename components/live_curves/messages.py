"""A run's events -> the short JSON messages that its live chart draws. Pure: no clock, no file, no socket.

A message is one object. `n` is the number of the last event in it: the reader's cursor. The curves come as `all`, which
replaces what is drawn, or as `add`, which goes on its end: `{metric: {kind: [[x, ...], [y, ...]]}}` with the kinds
`batch`, `epoch` and `val`, x in epochs (1.5 is half-way through the second) and null as a gap. `s` holds what is said
in words and numbers beside the curves, only those fields that changed; in a connection's first message, all of them.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite, nan
from typing import Any

import numpy as np
from tsdownsample import MinMaxDownsampler

from trainer.runs.events import AnyEvent, BatchSeen, EpochEnded, RunState
from trainer.runs.history import History

SENT_POINTS = 1500
"""At most so many points of a curve (and the gaps between them) are sent as its past."""
DRAWN_POINTS = 2500
"""When a reader has drawn more than so many of a curve, it gets all curves again, thinned."""
NOT_A_CURVE = {"learning_rate"}
INTERRUPTED = "The trainer went away before the run ended."

_MIN_MAX = MinMaxDownsampler()  # type: ignore[no-untyped-call]  # its class, not its methods, lacks types

Points = tuple[list[float], list[float | None]]
Status = dict[str, Any]


@dataclass
class Line:
    """All points of one curve, in the order they came; NaN is a gap. Packed, since a chart may stay open all day."""

    n: array[int] = field(default_factory=lambda: array("q"))
    x: array[float] = field(default_factory=lambda: array("d"))
    y: array[float] = field(default_factory=lambda: array("d"))

    def append(self, n: int, x: float, y: float) -> None:
        if self.x and x <= self.x[-1]:
            # A resumed run does part of an epoch again: no stroke back across the plot.
            self._put(n, x, nan)
        self._put(n, x, y if isfinite(y) else nan)

    def _put(self, n: int, x: float, y: float) -> None:
        self.n.append(n)
        self.x.append(x)
        self.y.append(y)

    def after(self, n: int) -> Points:
        """The points that came with later events than number `n`."""
        begin = bisect_right(self.n, n)
        return _rounded(self.x[begin:], self.y[begin:])

    def thinned(self, most: int = SENT_POINTS) -> Points:
        """The curve in at most `most` points that still look the same: the lowest and highest of each stretch."""
        if len(self.x) <= most:
            return _rounded(self.x, self.y)
        x, y = np.array(self.x), np.array(self.y)
        finite = np.isfinite(y)
        real, gaps = np.flatnonzero(finite), np.flatnonzero(~finite)
        if len(real) > most:
            chosen = _MIN_MAX.downsample(np.ascontiguousarray(y[real]), n_out=(most - 2) // 2 * 2)
            real = real[np.union1d(chosen, [0, len(real) - 1]).astype(int)]
        if len(gaps):
            # One gap is as good as many between two neighbours that stay.
            firsts = np.searchsorted(gaps, real)
            gaps = gaps[np.unique(firsts[firsts < len(gaps)])]
        keep = np.union1d(real, gaps)
        return _rounded(x[keep], y[keep])


class Feed:
    """What one reader of one run has been told, and what to tell it next."""

    def __init__(self) -> None:
        self.alive = True
        """Whether a trainer holds the run. One that is neither alive nor over was interrupted."""
        self.damaged = False
        """Whether the log ends in lines that cannot be read."""
        self._history = History()
        self._lines: dict[str, dict[str, Line]] = {}
        self._told: Status = {}
        self._cursor = -1
        self._seen: tuple[int, RunState, bool] | None = None
        self._drawn = 0

    def add(self, events: Iterable[AnyEvent]) -> None:
        """Take further events in; they go out with the next message."""
        for event in events:
            if event.n <= self._history.cursor:
                continue
            self._history.add([event])
            if isinstance(event, BatchSeen):
                steps = self._history.prepared.steps if self._history.prepared else 1
                self._add(event.n, event.epoch - 1 + event.step / steps, "batch", event.logs)
                del self._history.batches[:-1]  # the lines hold them now
            elif isinstance(event, EpochEnded):
                self._add(event.n, float(event.epoch), "epoch", event.logs)

    def _add(self, n: int, x: float, kind: str, logs: Mapping[str, float]) -> None:
        for name, value in logs.items():
            if name in NOT_A_CURVE:
                continue
            metric = name.removeprefix("val_")
            lines = self._lines.setdefault(metric, {})
            lines.setdefault("val" if metric != name else kind, Line()).append(n, x, value)

    @property
    def state(self) -> RunState:
        """Where the run stands, as `Store.read` would say."""
        state = self._history.state
        # A run without a single event has not been taken up yet: its trainer may still be loading.
        waiting = self._history.cursor < 0
        return state if self.alive or state.is_over or waiting else RunState.INTERRUPTED

    @property
    def is_open(self) -> bool:
        """Whether the log has not said that the run is over."""
        return not self._history.state.is_over

    def first(self, since: int = -1) -> str:
        """The message that opens a connection, for a reader that has everything up to event `since` (-1: nothing)."""
        self._told, self._cursor = {}, since
        longest = self._longest()
        # A cursor from beyond the end means another log under the same name; a long curve may have been thinned by
        # its reader: both begin again.
        whole = since < 0 or since > self._history.cursor or longest > SENT_POINTS
        self._drawn = longest
        return self._message(whole=whole)

    def news(self) -> str | None:
        """A message with all that is new since the last one; None if nothing is."""
        if (self._history.cursor, self.state, self.damaged) == self._seen:
            return None
        fresh = max((len(line.after(self._cursor)[0]) for line in self._each()), default=0)
        self._drawn += fresh
        return self._message(whole=self._drawn > DRAWN_POINTS)

    def _message(self, *, whole: bool) -> str:
        message: dict[str, Any] = {"n": self._history.cursor}
        if whole:
            self._drawn = min(self._longest(), SENT_POINTS)
            message["all"] = {
                metric: {kind: line.thinned() for kind, line in lines.items()} for metric, lines in self._lines.items()
            }
        else:
            fresh = {
                metric: {kind: points for kind, line in lines.items() if (points := line.after(self._cursor))[0]}
                for metric, lines in self._lines.items()
            }
            if any(fresh.values()):
                message["add"] = {metric: points for metric, points in fresh.items() if points}
        status = self._status()
        if changed := _changed(self._told, status):
            message["s"] = changed
        self._told, self._cursor = status, self._history.cursor
        self._seen = (self._history.cursor, self.state, self.damaged)
        return json.dumps(message, separators=(",", ":"), allow_nan=False)

    def _each(self) -> Iterable[Line]:
        return (line for lines in self._lines.values() for line in lines.values())

    def _longest(self) -> int:
        return max((len(line.x) for line in self._each()), default=0)

    def _status(self) -> Status:
        history, prepared = self._history, self._history.prepared
        batch = history.batches[-1] if history.batches else None
        ended = history.epochs[-1] if history.epochs else None
        interrupted = self.state is not history.state
        # A test that is opened later does not make the training longer.
        ended_at = history.training_ended if self.state.is_over else None
        seconds = history.seconds if ended_at is None else ended_at
        left = None if interrupted else history.seconds_left
        status: Status = {
            "state": self.state.value,
            "reason": INTERRUPTED if interrupted else history.reason,
            "phase": history.phase.name if history.phase else None,
            "trouble": history.phase.text if history.phase else None,
            "notice": _notice(history),
            "before": history.waiting.before if history.waiting else None,
            "wait": history.waiting.seconds if history.waiting else None,
            "epochs": prepared.epochs if prepared else None,
            "steps": prepared.steps if prepared else None,
            "validation": prepared.validation if prepared else None,
            "progress": round(history.progress, 4),
            "seconds": round(seconds, 1),
            "left": None if left is None else round(left),
            "damaged": self.damaged or None,
            "now": {},
            "best": {},
        }
        if ended:
            status |= {"epoch": ended.epoch, "step": prepared.steps if prepared else None, "now": _values(ended.logs)}
        if batch and (ended is None or batch.epoch > ended.epoch):
            # What only whole epochs have (validation) stays as the last epoch left it.
            status |= {"epoch": batch.epoch, "step": batch.step, "now": status["now"] | _values(batch.logs)}
        best_epoch = history.best_epoch
        if best := next((epoch for epoch in history.epochs if epoch.epoch == best_epoch), None):
            status["best"] = {"epoch": best.epoch} | _values(best.logs)
        return status


def _notice(history: History) -> str | None:
    """What its reader has to know now, beside the state: what it waits for, else what happened last."""
    if history.waiting is not None and history.waiting.reason is not None:
        return history.waiting.reason
    return history.notices[-1].text if history.notices else None


def _changed(old: Status, new: Status) -> Status:
    """Those entries of `new` that `old` does not have; looks into the tables in it, too. None is the same as absent."""
    changed: Status = {}
    for name, value in new.items():
        if isinstance(value, dict):
            if inner := {k: v for k, v in value.items() if k not in old.get(name, {}) or old[name][k] != v}:
                changed[name] = inner
        elif value != old.get(name):
            changed[name] = value
    return changed


def _values(logs: Mapping[str, float]) -> dict[str, float | None]:
    return {name: _short(value) for name, value in logs.items() if name not in NOT_A_CURVE}


def _rounded(x: Iterable[float], y: Iterable[float]) -> Points:
    return [round(float(value), 4) for value in x], [_short(float(value)) for value in y]


def _short(value: float) -> float | None:
    """Five significant digits are finer than a screen; JSON has no word for what is not finite."""
    return float(f"{value:.5g}") if isfinite(value) else None
