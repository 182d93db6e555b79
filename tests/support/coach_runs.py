"""Trains the cases of the coach, and keeps what the coach would see of each run in a small file."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from tests.support.coach_cases import Case
from tests.support.folders import HISTORIES
from trainer.recipe.recipe import Recipe
from trainer.runs.events import AnyEvent, BatchSeen, EpochEnded, Prepared, RunState, StateChanged
from trainer.runs.history import History


def file_of(case: Case, part: str) -> Path:
    """Where the history of a case lies."""
    return HISTORIES / f"{part}-{re.sub(r'[^a-z0-9]+', '-', case.name.lower()).strip('-')}.json"


def trained(case: Case) -> History:
    """The history of a fit of the case, in this process."""
    from trainer.fit.control import Control  # here, so that reading what is kept loads no TensorFlow
    from trainer.fit.run import train

    events: list[AnyEvent] = []

    def write(event: AnyEvent) -> None:
        events.append(event.model_copy(update={"n": len(events)}))

    control = Control()
    with tempfile.TemporaryDirectory() as folder:
        outcome = train(case.recipe, Path(folder), write, control)
    state = RunState.FAILED if outcome.stop_reason == "diverged" else RunState.FINISHED
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
    cut_off = history.has_diverged and all(isfinite(epoch.logs["loss"]) for epoch in history.epochs)
    tree: dict[str, Any] = {
        "case": case.name,
        "part": part,
        "problem": case.problem,
        "also": sorted(case.also),
        "recipe": recipe.model_dump(mode="json"),
        "prepared": history.prepared.model_dump(mode="json", exclude={"n", "t", "execution", "seconds"}),
        "epochs": numbers,
        "unfinished": [{"loss": "nan"}] if cut_off else [],
        "state": str(history.state),
        "reason": None if history.reason is None else str(history.reason),
    }
    HISTORIES.mkdir(exist_ok=True)
    write_kept(file_of(case, part), tree)


def write_kept(path: Path, tree: dict[str, Any]) -> None:
    """One line for each part of a run and each epoch, so that a change is seen in a diff."""
    lines = [
        f" {json.dumps(key)}: "
        + (
            "[\n  " + ",\n  ".join(json.dumps(row) for row in value) + "\n ]"
            if key == "epochs" and value
            else json.dumps(value, ensure_ascii=False)
        )
        for key, value in tree.items()
    ]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


def train_all(cases: Iterable[Case], part: str, *, again: bool = False) -> None:
    """Train what has no file yet, or everything."""
    for case in cases:
        path = file_of(case, part)
        if again or not path.exists():
            history = trained(case)
            keep(case, part, history)
            print(f"{part}  {case.name}: {history.reason}", flush=True)
        else:  # the numbers stay; what is wrong with the run is said in one place, its case
            tree = json.loads(path.read_text("utf-8")) | {"problem": case.problem, "also": sorted(case.also)}
            write_kept(path, tree)


@dataclass(frozen=True)
class Kept:
    """A run as its file tells it."""

    name: str
    part: str
    problem: str | None
    also: frozenset[str]
    recipe: Recipe
    history: History
    names: frozenset[str]
    """Kinds of advice that name what is wrong with it; none for a healthy run."""


def kept(path: Path) -> Kept:
    """Read a file that `keep` has written."""
    tree = json.loads(path.read_text("utf-8"))
    events: list[AnyEvent] = [Prepared(seconds=0.0, **tree["prepared"])]
    for place, logs in enumerate(tree["epochs"]):
        numbers = {name: float(value) for name, value in logs.items()}
        events.append(EpochEnded(epoch=place + 1, seconds=0.0, logs=numbers))
    for logs in tree["unfinished"]:
        numbers = {name: float(value) for name, value in logs.items()}
        events.append(BatchSeen(epoch=len(tree["epochs"]) + 1, step=1, logs=numbers))
    events.append(StateChanged(state=tree["state"], reason=tree["reason"]))
    history = History().add(event.model_copy(update={"n": n}) for n, event in enumerate(events))
    recipe = Recipe.from_json(json.dumps(tree["recipe"]))
    names = frozenset({tree["problem"]} - {None})
    return Kept(tree["case"], tree["part"], tree["problem"], frozenset(tree["also"]), recipe, history, names)
