"""Runs as a list shows them: each without its curves, so that thousands fit into memory; searched, filtered, sorted."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import inf
from pathlib import Path
from threading import Lock

from trainer.recipe.recipe import Recipe
from trainer.runs.comparison import learn_from_same
from trainer.runs.events import RunState
from trainer.runs.history import Curve, History
from trainer.runs.store import Run, Store
from trainer.runs.time_left import EpochTimer

MAX_POINTS = 60
"""Of a small curve; it is not wider."""
MAX_REMEMBERED = 4096
"""Entries in memory, for all browsers together."""


@dataclass(frozen=True)
class Entry:
    """A run in a list."""

    run: Run
    """Its history has only the epoch that the run is judged by, and no batches."""
    epochs: int
    """That are completed."""
    curve: Curve
    """Of its validation accuracy, else its training accuracy, in at most `MAX_POINTS` points."""
    kept: float | None
    """The point of the curve that belongs to the weights which are kept; None while it trains."""

    @property
    def id(self) -> str:
        return self.run.id

    @property
    def recipe(self) -> Recipe | None:
        return self.run.recipe

    def score(self, name: str) -> float | None:
        """A metric of the epoch that the run is judged by."""
        scored = self.run.history.scored_epoch
        return None if scored is None else scored.logs.get(name)

    @property
    def test_accuracy(self) -> float | None:
        """Of the last test."""
        tests = self.run.history.tests
        return tests[-1].logs.get("accuracy") if tests else None


class Order(StrEnum):
    """By what a list is sorted."""

    NEWEST = "newest"
    VALIDATION = "validation"
    TEST = "test"
    FASTEST = "fastest"


class Group(StrEnum):
    """States of runs, as few as people look for."""

    IN_PROGRESS = "in_progress"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    """Also those that were interrupted or cannot be read."""


_GROUPS = {
    RunState.QUEUED: Group.IN_PROGRESS,
    RunState.RUNNING: Group.IN_PROGRESS,
    RunState.PAUSED: Group.IN_PROGRESS,
    RunState.FINISHED: Group.FINISHED,
    RunState.STOPPED: Group.STOPPED,
    RunState.FAILED: Group.FAILED,
    RunState.INTERRUPTED: Group.FAILED,
}


def group_of(run: Run) -> Group:
    """The group of a run's state."""
    return Group.FAILED if run.damage is not None else _GROUPS[run.state]


DataKey = tuple[str, str | None]
"""The kind of data and the path of their file, which tells two files of one name apart."""


def data_key(recipe: Recipe) -> DataKey:
    """Which data a recipe learns from, in whatever way it reads them."""
    return recipe.data.kind, recipe.data.path


@dataclass(frozen=True)
class View:
    """What a person wants to see of the list."""

    text: str = ""
    """Words that all occur in a run's name, note, model or data."""
    group: Group | None = None
    data: DataKey | None = None
    """Which data, as `data_key` says it."""
    order: Order = Order.NEWEST
    page: int = 1
    """From 1."""


def entry_of(run: Run) -> Entry:
    """The entry of a run, from its summary."""
    history, scored = run.history, run.history.scored_epoch
    metric = "val_accuracy" if any("val_accuracy" in epoch.logs for epoch in history.epochs) else "accuracy"
    kept = float(history.kept_epoch) if history.kept_epoch else None
    slim = replace(
        history,
        epochs=[] if scored is None else [scored],
        batches=[],
        tests=history.tests[-1:],
        notices=[],
        continued=history.continued[-1:],
        timer=EpochTimer(),
    )
    return Entry(replace(run, history=slim), len(history.epochs), _thinned(history, metric, kept), kept)


def _thinned(history: History, metric: str, kept: float | None) -> Curve:
    """A curve with few points: the first and the last one, the one that is kept, and others at equal distances."""
    x, y = history.epoch_curve(metric)
    step = -(-len(x) // MAX_POINTS)
    places = [place for place in range(len(x)) if place % step == 0 or place == len(x) - 1 or x[place] == kept]
    return Curve([x[place] for place in places], [y[place] for place in places])


_remembered: OrderedDict[Path, tuple[tuple[int, ...], Entry]] = OrderedDict()
_remembering = Lock()


def read_entry(store: Store, run_id: str) -> Entry:
    """The entry of a run; that of one which is over is read again only if something in its folder has changed.

    Raises:
        RunNotFoundError: there is no such run.
    """
    folder = store.folder(run_id)
    try:
        folder_now, log = os.stat(folder), os.stat(folder / "events.jsonl")
        stamp = (folder_now.st_mtime_ns, folder_now.st_ino, log.st_mtime_ns, log.st_size)
    except OSError:  # which reading it will say
        return entry_of(store.read_summary(run_id))
    with _remembering:
        known = _remembered.get(folder)
    if known is not None and known[0] == stamp:
        return known[1]
    entry = entry_of(store.read_summary(run_id))
    if entry.run.state.is_over and entry.run.damage is None and not entry.run.left_behind:
        with _remembering:
            _remembered[folder] = stamp, entry
            _remembered.move_to_end(folder)
            while len(_remembered) > MAX_REMEMBERED:
                _remembered.popitem(last=False)
    return entry


def arrange(entries: Sequence[Entry], view: View, data_name: Callable[[Recipe], str]) -> list[Entry]:
    """The entries that a person wants to see, in their order.

    Args:
        entries: newest first.
        view: what is wanted.
        data_name: what people call the data of a recipe.
    """
    words = view.text.casefold().split()
    found = [
        entry
        for entry in entries
        if (view.group is None or group_of(entry.run) is view.group)
        and (view.data is None or (entry.recipe is not None and data_key(entry.recipe) == view.data))
        and (not words or all(word in _searched(entry, data_name) for word in words))
    ]
    if view.order is not Order.NEWEST:
        found.sort(key=_KEYS[view.order])  # which leaves equal ones as they are: newest first
    return found


def _searched(entry: Entry, data_name: Callable[[Recipe], str]) -> str:
    """All that a search looks through, in small letters."""
    parts = [entry.run.title, entry.run.caption.note]
    if (recipe := entry.recipe) is not None:
        parts += [recipe.name, data_name(recipe), recipe.optimizer.kind, *(layer.kind for layer in recipe.layers)]
    return "\n".join(parts).casefold()


def _best_first(score: float | None) -> float:
    return inf if score is None or score != score else -score


_KEYS: dict[Order, Callable[[Entry], float]] = {
    Order.VALIDATION: lambda entry: _best_first(entry.score("val_accuracy")),
    Order.TEST: lambda entry: _best_first(entry.test_accuracy),
    Order.FASTEST: lambda entry: entry.run.history.seconds_of_training or inf,
}


def before(entries: Iterable[Entry], entry: Entry) -> Entry | None:
    """The run that was made before this one and learns from the same data.

    Args:
        entries: newest first, whatever the list shows of them.
        entry: one of them.
    """
    if entry.recipe is None:
        return None
    older = (one for one in entries if one.id < entry.id)
    return next((one for one in older if one.recipe is not None and learn_from_same(one.recipe, entry.recipe)), None)
