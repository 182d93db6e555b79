"""A run's events -> the short JSON messages that its live chart draws. Pure: no clock, no file, no socket.

A message is one object. `n` is the number of the last event in it: the reader's cursor. The curves come as `all`, which
replaces what is drawn, or as `add`, which goes on its end: `{metric: {kind: [[x, ...], [y, ...], [t, ...]]}}` with the
kinds `batch`, `epoch` and `val`, x in epochs (1.5 is half-way through the second), null as a gap, t in seconds since
training began. `all` has the kind `mean` as well where `batch` had to be thinned. `learning_rate` is a metric of the
kind `epoch`. `marks` are moments, in the same way: `[name, x, t, seconds]`. `s` holds what is said in words and numbers
beside the curves (see `status.py`), only those fields that changed; in a connection's first message, all of them.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any

from components.live_curves.lines import SENT_POINTS, Line, Points
from components.live_curves.status import Status, changed, status
from trainer.runs.events import AnyEvent, BatchSeen, Continued, EpochEnded, RunState, StateChanged
from trainer.runs.history import History

DRAWN_POINTS = 2000
"""When a reader has drawn more than so many of a curve, it gets all curves again, thinned."""
RATE_POINTS = 20
"""The pace is taken over so many batch points, some two seconds."""
MOST_MARKS = 200
"""Of one run; a plot full of ticks says nothing."""


class Feed:
    """What one reader of one run has been told, and what to tell it next."""

    def __init__(self) -> None:
        self.alive = True
        """Whether a trainer holds the run. One that is neither alive nor over was interrupted."""
        self.damaged = False
        """Whether the log ends in lines that cannot be read."""
        self.memory: int | None = None
        """Bytes that the trainer has in use; goes out with the next message."""
        self._history = History()
        self._lines: dict[str, dict[str, Line]] = {}
        self._marks: list[tuple[int, list[Any]]] = []
        self._pace: deque[tuple[float, int]] = deque(maxlen=RATE_POINTS)
        self._told: Status = {}
        self._cursor = -1
        self._cut = -1
        """The event by which points were taken back: who has not seen it yet begins anew."""
        self._time = self._before = 0.0
        """Seconds since training began, at the last point; and those before the run was last continued."""
        self._seen: tuple[int, RunState, bool] | None = None
        self._drawn = 0

    def add(self, events: Iterable[AnyEvent]) -> None:
        """Take further events in; they go out with the next message."""
        for event in events:
            if event.n <= self._history.cursor:
                continue
            paused = self._history.state is RunState.PAUSED
            self._history.add([event])
            if isinstance(event, BatchSeen):
                steps = self._history.prepared.steps if self._history.prepared else 1
                self._put(event, event.epoch - 1 + event.step / steps, "batch", event.logs)
                self._pace.append((event.t, event.step))
                del self._history.batches[:-1]  # the lines hold them now
            elif isinstance(event, EpochEnded):
                self._put(event, float(event.epoch), "epoch", event.logs)
                self._pace.clear()  # what comes between two epochs is not training
                if event.watch is not None and event.watch.saved:
                    self._mark(event.n, "saved", event.epoch)
            elif isinstance(event, StateChanged):
                self._pace.clear()
                if paused and event.state is RunState.RUNNING:
                    self._break(event)
            elif isinstance(event, Continued):
                self._continue(event)

    def _put(self, event: BatchSeen | EpochEnded, x: float, kind: str, logs: Mapping[str, float]) -> None:
        began = self._history.training_began
        self._time = self._before + event.t - (event.t if began is None else began)
        for name, value in logs.items():
            metric = name.removeprefix("val_")
            lines = self._lines.setdefault(metric, {})
            line = lines.setdefault("val" if metric != name else kind, Line())
            if line.x and x <= line.x[-1]:
                line.cut(x - 1e-9)  # a log that says the same twice draws it once
                self._cut = event.n
            line.append(event.n, x, value, self._time)

    def _break(self, event: StateChanged) -> None:
        """A pause: a gap in the curves, and a mark that says how long."""
        x = max((line.x[-1] for line in self._each() if line.x), default=0.0)
        for lines in self._lines.values():
            if "batch" in lines:
                lines["batch"].gap(event.n)
        self._mark(event.n, "pause", x, round(event.t - self._history.paused_since, 1))

    def _continue(self, event: Continued) -> None:
        """Take back what is going to be done again, with the same numbers."""
        for line in self._each():
            line.cut(float(event.epoch))
        self._marks = [mark for mark in self._marks if mark[1][1] <= event.epoch]
        self._before = self._time = max((line.t[-1] for line in self._each() if line.t), default=0.0)
        self._cut = event.n
        self._mark(event.n, event.why, event.epoch)
        for lines in self._lines.values():
            if "batch" in lines:
                lines["batch"].gap(event.n)

    def _mark(self, n: int, name: str, x: float, seconds: float | None = None) -> None:
        if len(self._marks) < MOST_MARKS:
            self._marks.append((n, [name, round(x, 4), round(self._time, 1), seconds]))

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
        whole = since < 0 or since > self._history.cursor or longest > SENT_POINTS or since < self._cut
        self._drawn = longest
        return self._message(whole=whole)

    def news(self) -> str | None:
        """A message with all that is new since the last one; None if nothing is."""
        if (self._history.cursor, self.state, self.damaged) == self._seen:
            return None
        self._drawn += max((line.count_after(self._cursor) for line in self._each()), default=0)
        return self._message(whole=self._drawn > DRAWN_POINTS or self._cursor < self._cut)

    def _message(self, *, whole: bool) -> str:
        message: dict[str, Any] = {"n": self._history.cursor}
        if whole:
            self._drawn = min(self._longest(), SENT_POINTS)
            message["all"] = {metric: _whole(lines) for metric, lines in self._lines.items()}
        else:
            fresh = {
                metric: {kind: points for kind, line in lines.items() if (points := line.after(self._cursor))[0]}
                for metric, lines in self._lines.items()
            }
            if any(fresh.values()):
                message["add"] = {metric: points for metric, points in fresh.items() if points}
        if marks := [mark for n, mark in self._marks if whole or n > self._cursor]:
            message["marks"] = marks
        told = status(self._history, self.state, damaged=self.damaged, rate=self._rate(), memory=self.memory)
        if entries := changed(self._told, told):
            message["s"] = entries
        self._told, self._cursor = told, self._history.cursor
        self._seen = (self._history.cursor, self.state, self.damaged)
        return json.dumps(message, separators=(",", ":"), allow_nan=False)

    def _rate(self) -> float | None:
        """Training examples a second, lately; None where none are being seen."""
        if len(self._pace) < 2 or self._history.prepared is None:
            return None
        (began, first), (ended, last) = self._pace[0], self._pace[-1]
        return (last - first) * self._history.prepared.batch_size / (ended - began) if ended > began else None

    def _each(self) -> Iterable[Line]:
        return (line for lines in self._lines.values() for line in lines.values())

    def _longest(self) -> int:
        return max((len(line.x) for line in self._each()), default=0)


def _whole(lines: Mapping[str, Line]) -> dict[str, Points]:
    points = {kind: line.thinned() for kind, line in lines.items()}
    if "batch" in lines and len(lines["batch"].x) > SENT_POINTS:
        points["mean"] = lines["batch"].means()
    return points
