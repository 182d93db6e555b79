"""Whole fits of another checkout of this project beside those of this one, in turns on the same computer.

`python -m benchmarks.before_after FOLDER --sms sms_spam.csv` prints a table; some ten minutes on two cores with nothing
else running. FOLDER is a checkout of an earlier commit (`git worktree add FOLDER COMMIT`). In each round both sides,
one after the other, start a trainer for each model, which trains it twice: the first run makes its graphs, the second
may find them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

MODELS = ("cnn", "mlp", "pooled", "lstm", "lesson2", "gru", "small", "tiny")
ROWS = 12_000
"""Pictures that the larger models train on."""


def side(name: str, sms: Path) -> dict[str, list[float]]:
    """First points and seconds of two runs of a model, with the code of the checkout that this process runs in."""
    from benchmarks.training_speed import MODELS as ALL
    from benchmarks.training_speed import ours, recipe_of
    from trainer.engine.local import LocalEngine
    from trainer.runs.store import Store

    recipe = recipe_of(ALL[name], sms)
    if name in {"cnn", "mlp"}:
        recipe = recipe.with_settings([f"data.limit={ROWS}"])
    with tempfile.TemporaryDirectory() as folder:
        engine = LocalEngine(Store(Path(folder) / "runs"))
        engine.start()
        try:
            engine.ready.wait(120)
            runs = [ours(engine, recipe) for _ in range(2)]
        finally:
            engine.close()
    return {"first": [run["first"] for run in runs], "total": [run["total"] for run in runs]}


def of_checkout(folder: Path, name: str, sms: Path) -> dict[str, list[float]]:
    """As `side`, in a process of that checkout."""
    command = [sys.executable, str(Path(__file__).resolve()), str(folder), "--side", name, "--sms", str(sms.resolve())]
    paths = {"PYTHONPATH": str(folder.resolve()), "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, env=os.environ | paths)
    found: dict[str, list[float]] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def commit(folder: Path) -> str:
    """The short name of a checkout's commit."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def row(name: str, sides: list[list[dict[str, list[float]]]]) -> str:
    """A line of the table."""
    cells = [name]
    for which in ("first", "total"):
        for run in range(2):
            before, after = (median(one[which][run] for one in rounds) for rounds in sides)
            cells.append(f"{before:.1f} / {after:.1f} s: **{before / max(after, 1e-9):.1f}x**")
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print the table, line by line as it comes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", type=Path, help="a checkout of an earlier commit")
    parser.add_argument("--sms", type=Path, required=True, help="the SMS Spam Collection as a CSV file")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", action="append", choices=MODELS)
    parser.add_argument("--side", choices=MODELS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        print(json.dumps(side(options.side, options.sms)))
        return
    after = Path(__file__).resolve().parent.parent
    titles = ("first point", "the same, second run", "all", "the same, second run")
    print(f"| {commit(options.before)} / {commit(after)} | {' | '.join(titles)} |\n" + "|---" * 5 + "|", flush=True)
    for name in options.only or MODELS:
        sides: list[list[dict[str, list[float]]]] = [[], []]
        for _ in range(options.rounds):
            for found, folder in zip(sides, (options.before, after), strict=True):
                found.append(of_checkout(folder, name, options.sms))
        print(row(name, sides), flush=True)


if __name__ == "__main__":
    main()
