"""What happens if the coach's advice is followed: each run with advice is trained again with that one change.

`python -m benchmarks.coach_followed` takes some minutes on two cores and writes `coach_followed.json`, from which
`python -m tools.coach_verdicts` makes a table of `docs/coach.md`.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from math import isfinite, nan
from pathlib import Path

from tests.support.coach_cases import Case
from tests.support.coach_held_out import held_out
from tests.support.coach_runs import file_of, kept, trained
from tests.support.coach_tuned import tuned
from trainer.coach import advise
from trainer.recipe.callbacks import EarlyStopping
from trainer.recipe.recipe import Recipe
from trainer.runs.history import History

Row = dict[str, object]
FILE = Path(__file__).with_suffix(".json")


def ends_with(recipe: Recipe, history: History) -> dict[str, float]:
    """The validation numbers of the weights that a run ends with; those of training where there are no others."""
    restores = any(isinstance(c, EarlyStopping) and c.restore_best_weights for c in recipe.callbacks)
    logs = next((e.logs for e in history.epochs if restores and e.epoch == history.best_epoch), None)
    logs = logs or (history.epochs[-1].logs if history.epochs else {})
    before = "val_" if "val_loss" in logs else ""
    return {name: logs.get(before + name, nan) for name in ("accuracy", "loss")}


def follow(cases: Iterable[Case], part: str, known: list[Row]) -> list[Row]:
    """Train each case with the first change that the coach offers, and note what it ended with before and after.

    Args:
        cases: the runs.
        part: which part they belong to.
        known: what earlier calls have found; where the coach still says the same, that is taken.
    """
    rows: list[Row] = []
    for case in cases:
        history = kept(file_of(case, part)).history
        advice = next((a for a in advise(case.recipe, history) if a.fix is not None), None)
        if advice is None or advice.fix is None:
            continue
        told: Row = {"part": part, "run": case.name, "kind": advice.kind, "action": advice.fix.label.model_dump_json()}
        if (row := next((row for row in known if told.items() <= row.items()), None)) is not None:
            rows.append(row)
            continue
        before = ends_with(case.recipe, history)
        after = ends_with(advice.fix.result, trained(replace(case, recipe=advice.fix.result)))
        numbers = {
            f"{name} {when}": round(value, 4) if isfinite(value) else None
            for when, logs in (("before", before), ("after", after))
            for name, value in logs.items()
        }
        rows.append(told | numbers)
        print(rows[-1], flush=True)
    return rows


def main() -> None:
    """Follow the coach on both parts."""
    known = json.loads(FILE.read_text("utf-8")) if FILE.exists() else []
    with tempfile.TemporaryDirectory() as folder:
        rows = follow(tuned(Path(folder)), "tuned", known) + follow(held_out(Path(folder)), "held-out", known)
    FILE.write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n", "utf-8")


if __name__ == "__main__":
    main()
