"""A run's events -> its curves, marks and status, in one place for all who watch it. Pure: no clock, no file."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

from components.live_curves.lines import SENT_POINTS, Line, Points
from components.live_curves.status import Status, status
from trainer.i18n import language
from trainer.runs.events import (
    Answered,
    AnyEvent,
    BatchSeen,
    Continued,
    EpochEnded,
    RunState,
    StateChanged,
    WeightsKept,
)
from trainer.runs.history import History

RATE_POINTS = 20
"""The rate is measured over this many batch points, about two seconds."""
MAX_NAME = 60
"""Characters of the name of a class beside an answer."""
MAX_MARKS = 200
"""Of one run; more could not be told apart in a plot."""

Version = tuple[int, RunState, bool]


class Feed:
    """All that is known about one run; each of its readers (`messages.py`) has its own position in it."""

    def __init__(self, planned: int | None = None) -> None:
        """Nothing has happened yet.

        Args:
            planned: how many epochs its recipe asks for; its log tells once the data is ready.
        """
        self.planned = planned
        self.alive = True
        """Whether a trainer holds the run. A run that is neither alive nor over was interrupted."""
        self.damaged = False
        """Whether the log ends in lines that cannot be read."""
        self.newer = False
        """Whether that is so because a later version of Fitboard wrote them."""
        self.cut = -1
        """The last event that removed points: a reader that has not seen it gets all points again."""
        self._history = History()
        self._lines: dict[str, dict[str, Line]] = {}
        self._marks: list[tuple[int, list[Any]]] = []
        self._recent: deque[tuple[float, int]] = deque(maxlen=RATE_POINTS)
        self._time = self._before = 0.0
        """Seconds since training began, at the last point; and those before the run was last continued."""
        self._answers_changed = -1
        """The last event that says what is shown of the answers."""
        self._computed: dict[Hashable, Any] = {}
        self._computed_for: Version | None = None

    def add(self, events: Iterable[AnyEvent]) -> None:
        """Add further events; they are sent with the next message."""
        for event in events:
            if event.n <= self._history.cursor:
                continue
            paused = self._history.state is RunState.PAUSED
            self._history.add([event])
            if isinstance(event, Answered | WeightsKept | StateChanged):
                self._answers_changed = event.n
            if isinstance(event, BatchSeen):
                steps = self._history.prepared.steps if self._history.prepared else 1
                self._put(event, event.epoch - 1 + event.step / steps, "batch", event.logs)
                self._recent.append((event.t, event.step))
                del self._history.batches[:-1]  # the lines hold them now
            elif isinstance(event, EpochEnded):
                self._put(event, float(event.epoch), "epoch", event.logs)
                self._recent.clear()  # what comes between two epochs is not training
                if event.watch is not None and event.watch.saved:
                    self._mark(event.n, "saved", event.epoch)
            elif isinstance(event, StateChanged):
                self._recent.clear()
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
                self.cut = event.n
            line.append(event.n, x, value, self._time)

    def _break(self, event: StateChanged) -> None:
        """A pause: a gap in the curves, and a mark that says how long."""
        x = max((line.x[-1] for line in self._each() if line.x), default=0.0)
        self._gap(event.n)
        self._mark(event.n, "pause", x, round(event.t - self._history.paused_since, 1))

    def _continue(self, event: Continued) -> None:
        """Remove the points after the epoch from which the run continues: they come again with the same numbers."""
        for line in self._each():
            line.cut(float(event.epoch))
        self._marks = [mark for mark in self._marks if mark[1][1] <= event.epoch]
        self._before = self._time = max((line.t[-1] for line in self._each() if line.t), default=0.0)
        self.cut = event.n
        self._mark(event.n, event.why, event.epoch)
        self._gap(event.n)

    def _gap(self, n: int) -> None:
        """The curves of batches begin again after what happened at event `n`."""
        for lines in self._lines.values():
            if "batch" in lines:
                lines["batch"].gap(n)

    def _mark(self, n: int, name: str, x: float, seconds: float | None = None) -> None:
        if len(self._marks) < MAX_MARKS:
            self._marks.append((n, [name, round(x, 4), round(self._time, 1), seconds]))

    @property
    def state(self) -> RunState:
        """The state of the run, as `Store.read` would say."""
        state = self._history.state
        # A run without any event has not been started yet: its trainer may still be loading.
        waiting = self._history.cursor < 0
        return state if self.alive or state.is_over or waiting else RunState.INTERRUPTED

    @property
    def is_open(self) -> bool:
        """Whether the log has not said that the run is over."""
        return not self._history.state.is_over

    @property
    def version(self) -> Version:
        """Changes whenever there is something new to send."""
        return self._history.cursor, self.state, self.damaged

    @property
    def cursor(self) -> int:
        """The number of the last event that was added."""
        return self._history.cursor

    def once(self, what: Hashable, compute: Callable[[], Any]) -> Any:
        """What `compute` returns, computed once for all readers until there is something new."""
        if self._computed_for != self.version:
            self._computed, self._computed_for = {}, self.version
        if what not in self._computed:
            self._computed[what] = compute()
        return self._computed[what]

    def status(self) -> Status:
        """Everything that is shown beside the curves."""
        told: Status = self.once(("status", language()), self._status)
        return told

    def _status(self) -> Status:
        told = status(self._history, self.state, damaged=self.damaged, newer=self.newer, rate=self._rate())
        return told | {"epochs": told["epochs"] or self.planned}

    def whole(self) -> dict[str, dict[str, Points]]:
        """All curves, in few enough points."""
        return {metric: _whole(lines) for metric, lines in self._lines.items()}

    def after(self, n: int) -> dict[str, dict[str, Points]]:
        """The points that came with later events than number `n`."""
        fresh = {
            metric: {kind: points for kind, line in lines.items() if (points := line.after(n))[0]}
            for metric, lines in self._lines.items()
        }
        return {metric: points for metric, points in fresh.items() if points}

    def marks_after(self, n: int) -> list[list[Any]]:
        """The moments that came with later events than number `n`."""
        return [mark for number, mark in self._marks if number > n]

    def answers_after(self, n: int) -> dict[str, Any] | None:
        """The answers to validation examples that came with later events than number `n`; None if nothing is new."""
        history = self._history
        if not history.answers or self._answers_changed <= n:
            return None
        last, fresh = history.answers[-1], [one for one in history.answers if one.n > n]
        names = history.prepared.class_names if history.prepared else ()
        seen = {*last.truth, *(answer for one in fresh for answer in one.answers if answer is not None)}
        return {
            "checksum": last.checksum,
            "truth": last.truth,
            "names": {one: _shortened(names[one]) for one in sorted(seen) if one < len(names)},
            "epochs": [[one.epoch, one.answers, one.confidences] for one in fresh],
            "kept": history.kept_epoch,
            "same_rows": bool(history.prepared and history.prepared.same_rows),
        }

    def most_after(self, n: int) -> int:
        """How many points the curve with the most of them has gained since event `n`."""
        return max((line.count_after(n) for line in self._each()), default=0)

    def longest(self) -> int:
        """The points of the longest curve."""
        return max((len(line.x) for line in self._each()), default=0)

    def _rate(self) -> float | None:
        """Training examples a second, lately; None where none are being seen."""
        if len(self._recent) < 2 or self._history.prepared is None:
            return None
        (began, first), (ended, last) = self._recent[0], self._recent[-1]
        return (last - first) * self._history.prepared.batch_size / (ended - began) if ended > began else None

    def _each(self) -> Iterable[Line]:
        return (line for lines in self._lines.values() for line in lines.values())


def _shortened(name: str) -> str:
    return name if len(name) <= MAX_NAME else name[: MAX_NAME - 1] + "…"


def _whole(lines: Mapping[str, Line]) -> dict[str, Points]:
    points = {kind: line.thinned() for kind, line in lines.items()}
    if "batch" in lines and len(lines["batch"].x) > SENT_POINTS:
        points["mean"] = lines["batch"].means()
    return points
