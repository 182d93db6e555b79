"""Trains the runs that the coach is judged by, and keeps what it would be shown of each in a small file."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable
from math import isfinite
from pathlib import Path
from typing import Any

from benchmarks.coach_cases import Case
from trainer import PROJECT
from trainer.fit.control import Control
from trainer.fit.run import train
from trainer.recipe.recipe import Recipe
from trainer.runs.events import AnyEvent, EpochEnded, Prepared, RunState, StateChanged
from trainer.runs.history import History

FOLDER = PROJECT / "tests" / "histories"


def file_of(case: Case, part: str) -> Path:
    """Where the history of a case lies."""
    return FOLDER / f"{part}-{re.sub(r'[^a-z0-9]+', '-', case.name.lower()).strip('-')}.json"


def trained(case: Case) -> History:
    """The history of a fit of the case, in this process."""
    events: list[AnyEvent] = []

    def write(event: AnyEvent) -> None:
        events.append(event.model_copy(update={"n": len(events)}))

    control = Control()
    with tempfile.TemporaryDirectory() as folder:
        outcome = train(case.recipe, Path(folder), write, control)
    state = RunState.FAILED if outcome.wish == "diverged" else RunState.FINISHED
    write(StateChanged(state=state, reason=outcome.reason))
    return History().add(events)


def keep(case: Case, part: str, history: History) -> None:
    """Write what the coach needs of a run: its recipe, what was prepared, its epochs, how it ended."""
    source = case.recipe.data
    path = getattr(source, "path", None)
    recipe = case.recipe
    if path and Path(path).is_absolute():  # a made file, which is gone by tomorrow: its name says what it was
        recipe = recipe.with_(data=source.with_(path=Path(path).name))
    assert history.prepared is not None
    numbers = [
        {name: round(value, 5) if isfinite(value) else str(value) for name, value in epoch.logs.items()}
        for epoch in history.epochs
    ]
    last = [] if history.has_diverged is False or not history.batches else [{"loss": "nan"}]
    tree: dict[str, Any] = {
        "case": case.name,
        "part": part,
        "problem": case.problem,
        "also": sorted(case.also),
        "recipe": recipe.model_dump(mode="json"),
        "prepared": history.prepared.model_dump(mode="json", exclude={"n", "t", "pace", "seconds"}),
        "epochs": numbers,
        "unfinished": last,
        "state": str(history.state),
        "reason": history.reason,
    }
    FOLDER.mkdir(exist_ok=True)
    file_of(case, part).write_text(json.dumps(tree, ensure_ascii=False, indent=1) + "\n", "utf-8")


def train_all(cases: Iterable[Case], part: str, *, again: bool = False) -> None:
    """Train what has no file yet, or everything."""
    for case in cases:
        if again or not file_of(case, part).exists():
            history = trained(case)
            keep(case, part, history)
            last = history.epochs[-1].logs if history.epochs else {}
            print(f"{part}  {case.name}: {history.reason} {last}", flush=True)


__all__ = ["FOLDER", "EpochEnded", "Prepared", "Recipe", "file_of", "keep", "train_all", "trained"]
