"""An engine that is kept busy, and the resources it uses meanwhile; `benchmarks/school_day.py` does it at length."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from tests.support.processes import NOTHING, memory, open_files, wait_until, working_on
from trainer.engine.local import LocalEngine
from trainer.recipe.recipe import Recipe
from trainer.runs.log import LogReader


class Sample(NamedTuple):
    """What this process, the server, has taken, and its trainer."""

    runs: int
    """Runs that have ended."""
    memory: float
    """Megabytes."""
    files: int
    threads: int
    trainer: float
    """Megabytes."""


class Wait(NamedTuple):
    """How long one run waited until the trainer had taken it up."""

    seconds: float
    renewing: bool
    """Whether a fresh trainer was being started beside the worn one when it was submitted."""


@dataclass
class Day:
    """The measurements of a day."""

    samples: list[Sample] = field(default_factory=list)
    trainers: list[int] = field(default_factory=list)
    """Every trainer process that was seen, in the order of coming."""
    waits: list[Wait] = field(default_factory=list)
    polls: list[float] = field(default_factory=list)
    """Seconds of each look at a run."""
    runs: list[str] = field(default_factory=list)
    """Every run, in the order of coming."""


class School:
    """An engine that is kept busy and measured."""

    def __init__(self, engine: LocalEngine, seed: int = 1) -> None:
        """Work with an engine that is ready; `seed` decides which runs are looked at."""
        self._engine, self._chance = engine, np.random.default_rng(seed)
        self.day = Day()
        self.sample()

    def lesson(self, recipe: Recipe, runs: int, polls: int) -> None:
        """Submit so many runs together, look so often at all there are, and wait until nothing is going on any more."""
        day, store = self.day, self._engine.store
        renewing = len(self._trainers()) > 1
        pressed: dict[str, float] = {}
        for _ in range(runs):
            now = time.monotonic()
            pressed[self._engine.submit(recipe)] = now
        day.runs += pressed
        readers = {run: LogReader(store.log(run)) for run in pressed}
        unheard, going = set(pressed), set(pressed)
        while going or polls:
            for run, reader in readers.items():
                if reader.read() and run in unheard:
                    unheard.remove(run)
                    day.waits.append(Wait(time.monotonic() - pressed[run], renewing))
            if polls:
                polls -= 1
                self._poll()
            going = {run for run in going if self._engine.is_busy(run)}
            NOTHING.wait(0.01 if going else 0.0)
        self.sample()

    def _poll(self) -> None:
        run = self.day.runs[self._chance.integers(len(self.day.runs))]
        look = self._engine.store.read if self._chance.random() < 0.5 else self._engine.store.read_summary
        began = time.perf_counter()
        look(run)
        self.day.polls.append(time.perf_counter() - began)

    def sample(self) -> Sample:
        """Measure what all this uses right now."""
        oldest = self._trainers()[0]
        ended = len(self.day.runs)
        taken = Sample(ended, memory(os.getpid()), open_files(), threading.active_count(), memory(oldest))
        self.day.samples.append(taken)
        return taken

    def wait_until_renewed(self) -> None:
        """Wait until the trainers that are being started and sent away have come and gone."""
        wait_until(lambda: len(self._trainers()) == 1)

    def _trainers(self) -> list[int]:
        """Those that live, in the order of coming."""
        living = working_on(self._engine.store.root)
        self.day.trainers += sorted(living - set(self.day.trainers))
        return [pid for pid in self.day.trainers if pid in living]
