"""A run whose processes are killed again and again: what must hold after each kill, and the findings in numbers.

`benchmarks/kill_loop.py` does it thirty times, `tests/trainer/engine/test_kill_loop.py` three times.
"""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

import h5py
import numpy as np

from tests.support.processes import NOTHING, wait_until, working_on
from tests.support.stand_in import StandIn
from trainer.recipe.recipe import Recipe
from trainer.runs.events import AnyEvent, BatchSeen, Continued, EpochEnded, Phase, Prepared, RunState, StateChanged
from trainer.runs.log import LogReader
from trainer.runs.store import Run, Store

WHO = ("trainer", "server", "both")
"""What is killed in turn. `both` at once is as near to a power cut as a program can come."""
BEGINNING, MIDDLE = (0, 9), (9, 30)
"""Events after which a kill comes, counted from the order to train: a run has told some nine once its first batch is
done."""


ACTIVITIES = (
    "not begun", "queued", "preparing", "building", "compiling", "training", "end of an epoch", "saving", "over",
)  # fmt: skip
"""What a kill may hit, in the order of a run; after its last batch an epoch is validated, kept and told."""


class Moment(NamedTuple):
    """When a kill comes."""

    events: int | None
    """After so many events; None waits until the run saves its weights at the end."""
    pause: float
    """Seconds after that."""

    def has_come(self, events: list[AnyEvent]) -> bool:
        if self.events is not None:
            return len(events) >= self.events
        return any(isinstance(event, Phase) and event.name == "saving" for event in events)


class Kill(NamedTuple):
    """One kill and its result."""

    who: str
    hit: str
    """What the run was at, by the last line of its log."""
    acknowledged: int
    """Epochs that its log told of."""
    lost: int
    """How many of these are not there any more, or are not the same."""
    seconds: float
    """Until every process was gone that had to go and, where the server lives, there was a new trainer."""


@dataclass
class Findings:
    """The findings of a loop of kills."""

    kills: list[Kill] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    """For each time that a run went on: the epochs that its log told of and that were done once more."""
    refused: list[str] = field(default_factory=list)
    """What runs said that did not go on."""
    broken: list[str] = field(default_factory=list)
    """What did not hold after a kill, in sentences."""
    runs: int = 0
    apart: float = 0.0
    """The largest difference of a number of an epoch from that of the undisturbed run, relative."""
    weights_apart: float = 0.0
    """The largest difference of a final weight from that of the undisturbed run, absolute."""
    computed: float = 0.0
    """Epochs that were computed in all, parts of epochs included."""
    needed: int = 0


def activity(events: list[AnyEvent]) -> str:
    """What a run is doing, by its last event since the order to train."""
    match events[-1] if events else None:
        case None:
            return "not begun"
        case StateChanged(state=state):
            return "over" if state.is_over else "queued" if state is RunState.QUEUED else "preparing"
        case BatchSeen(step=step) if _is_last(events, step):
            return "end of an epoch"
        case BatchSeen() | EpochEnded() | Phase(name="training"):
            return "training"
        case Phase(name=name):
            return name
        case Continued() | Prepared():
            return "building"
    return "saving"


def _is_last(events: list[AnyEvent], step: int) -> bool:
    return any(isinstance(event, Prepared) and event.steps == step for event in events)


class KillLoop:
    """Trains a recipe over and over while the processes that do it are killed."""

    def __init__(self, recipe: Recipe, folder: Path, seed: int, longest_pause: float = 0.0) -> None:
        """Prepare a loop.

        Args:
            recipe: what is trained.
            folder: for the runs and the log of the servers.
            seed: of the moments.
            longest_pause: up to so many seconds lie between the event that a kill waits for and the kill, in the midst
                of a run.
        """
        self.recipe, self.store = recipe, Store(folder / "runs")
        self.found = Findings()
        self._chance, self._pause = np.random.default_rng(seed), longest_pause
        self._who = cycle(WHO)
        self._log = folder / "server.log"

    def __call__(self, kills: int) -> Findings:
        """Kill so often; then every run has been trained to its end, and there is no process left."""
        self._server = StandIn(self.store, self._log)
        try:
            self._server.wait_until_ready()
            whole = self._server.submit(self.recipe)
            wait_until(lambda: self._is_settled(whole))
            while len(self.found.kills) < kills:
                self._compare(self._one_run(kills), self.store.read(whole))
        finally:
            self._server.close()
        self.found.broken += [f"process {pid} is left at the end" for pid in working_on(self.store.root)]
        return self.found

    def _one_run(self, kills: int) -> str:
        run, told = self._server.submit(self.recipe), list[AnyEvent]()
        reader = LogReader(self.store.log(run))
        while True:
            since, known = len(told), len(self.store.read(run).history.epochs)
            is_killed = len(self.found.kills) < kills and self._kill_within(run, reader, told)
            if not is_killed and not _is_over(told[since:]):
                self._follow(reader, told)
            wait_until(lambda: self._is_settled(run))
            told += reader.read()
            self._look_at_take(told[since:], known, is_killed=is_killed)
            read = self.store.read(run)
            if read.state is not RunState.INTERRUPTED:
                break
            if not is_killed:
                self.found.refused.append(f"{run}: {read.history.reason}")
                break
            self._server.resume(run, self.recipe.fit.epochs)
        self.found.computed += _computed(told)
        return run

    def _follow(self, reader: LogReader, told: list[AnyEvent], moment: Moment | None = None) -> bool:
        """Read on until a moment has come, or, with False, the run is over."""
        since = len(told)

        def has_come_or_is_over() -> bool:
            told.extend(reader.read())
            return (moment is not None and moment.has_come(told[since:])) or _is_over(told[since:])

        wait_until(has_come_or_is_over, every=0.002)
        return not _is_over(told[since:])

    def _kill_within(self, run: str, reader: LogReader, told: list[AnyEvent]) -> bool:
        """Kill at a random moment while the run trains; False if it ended before that."""
        moment, since = self._moment(), len(told)
        trainer = self._server.trainer()
        if not self._follow(reader, told, moment):
            return False
        if moment.pause:
            NOTHING.wait(moment.pause)
            told.extend(reader.read())
        hit, acknowledged = activity(told[since:]), self.store.read(run).history.epochs
        who, began = next(self._who), time.monotonic()
        if who != "trainer":
            self._server.kill()
        if who != "server":
            os.kill(trainer, signal.SIGKILL)
        if who == "trainer":
            wait_until(lambda: self._server.trainer_or_none() not in (None, trainer))
        else:
            wait_until(lambda: not working_on(self.store.root))
        seconds = time.monotonic() - began
        if who != "trainer":
            self._server = StandIn(self.store, self._log)
        wait_until(lambda: self._is_settled(run))
        after = self.store.read(run).history.epochs
        lost = sum(one not in after for one in acknowledged)
        self.found.kills.append(Kill(who, hit, len(acknowledged), lost, seconds))
        self.found.broken += [f"after the kill of {who} while {hit}: {what}" for what in self._broken()]
        return True

    def _moment(self) -> Moment:
        part, pause = self._chance.random(), self._chance.random() * self._pause
        if part > 0.85:
            return Moment(None, 0.0)  # beginning and end are short: a pause would mostly miss them
        if part < 0.3:
            return Moment(int(self._chance.integers(*BEGINNING)), 0.0)
        return Moment(int(self._chance.integers(*MIDDLE)), pause)

    def _is_settled(self, run: str) -> bool:
        """Whether a run has come to an end that its log tells of. One that had only waited is trained once more."""
        read = self.store.read(run)
        return read.state.is_over and not read.left_behind and not self.store.is_alive(run)

    def _look_at_take(self, events: list[AnyEvent], known: int, *, is_killed: bool) -> None:
        """What came of an order to train."""
        went_on = [event for event in events if isinstance(event, Continued)]
        if went_on:
            self.found.again.append(max(0, known - went_on[0].epoch))
            if went_on[0].epoch < known - 1:
                self.found.broken.append(f"went on from epoch {went_on[0].epoch} although {known} were told of")
        elif known and not is_killed:
            self.found.refused.append(str(events[-1]) if events else "not a word")

    def _broken(self) -> list[str]:
        """What does not hold although it should whatever has happened; each a few words."""
        broken = []
        for run in self.store.list():
            epochs = [epoch.epoch for epoch in run.history.epochs]
            if run.damage is not None:
                broken.append(str(run.damage))
            if epochs != list(range(1, len(epochs) + 1)):
                broken.append(f"epochs {epochs}")
            if run.left_behind:
                broken.append(f"{run.id} is not marked")
        strays = self._strays()
        if strays:
            NOTHING.wait(1.0)  # what is just being written is no stray file
            broken += [f"stray file {path}" for path in sorted(strays & self._strays())]
        strangers = working_on(self.store.root) - {self._server.process.pid, self._server.trainer_or_none()}
        return broken + [f"process {pid} is left" for pid in strangers]

    def _strays(self) -> set[str]:
        return {str(path.relative_to(self.store.root).as_posix()) for path in self.store.root.rglob(".*")}

    def _compare(self, run: str, whole: Run) -> None:
        """Hold a run that was killed against the undisturbed one."""
        read = self.store.read(run)
        self.found.runs += 1
        self.found.needed += len(whole.history.epochs)
        mine, theirs = read.history, whole.history
        if (read.state, mine.reason, len(mine.epochs)) != (whole.state, theirs.reason, len(theirs.epochs)):
            self.found.broken.append(f"{run} ended as {read.state}: {mine.reason}")
            return
        for one, other in zip(mine.epochs, theirs.epochs, strict=True):
            if one.logs.keys() != other.logs.keys():
                self.found.broken.append(f"{run} has other numbers in epoch {one.epoch}")
                continue
            apart = [abs(one.logs[name] - value) / max(abs(value), 1e-9) for name, value in other.logs.items()]
            self.found.apart = max(self.found.apart, *apart)
        for a, b in zip(_weights(self.store, read), _weights(self.store, whole), strict=True):
            self.found.weights_apart = max(self.found.weights_apart, float(np.abs(a - b).max(initial=0.0)))


def _is_over(events: list[AnyEvent]) -> bool:
    return any(isinstance(event, StateChanged) and event.state.is_over for event in events)


def _computed(events: list[AnyEvent]) -> float:
    """Epochs that a log shows to have been computed, those that were begun and cut off included."""
    computed, begun, steps = 0.0, 0.0, 1
    for event in events:
        match event:
            case Prepared():
                steps = event.steps
            case BatchSeen():
                begun = event.step / steps
            case EpochEnded():
                computed, begun = computed + 1, 0.0
            case StateChanged() if event.state.is_over:
                computed, begun = computed + begun, 0.0
    return computed


def _weights(store: Store, run: Run) -> list[Any]:
    """The weights that a run has kept as its result."""
    found: list[Any] = []
    assert run.history.weights is not None
    with h5py.File(store.folder(run.id) / run.history.weights.file) as file:
        file.visititems(lambda _, item: found.append(np.array(item)) if hasattr(item, "shape") else None)
    return found
