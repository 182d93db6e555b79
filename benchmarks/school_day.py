"""A whole school day: a hundred short runs and three thousand reads of them; the server must not grow.

`python -m benchmarks.school_day` prints the tables of `docs/reliability.md` and takes about five minutes on two
cores. Five runs at a time, as in small groups; meanwhile random runs are read as pages read them, and each run's log
is followed as the live chart follows it. A worn trainer is replaced on the way. `--runs N` and `--polls N` make the
day shorter.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median

from tests.support.school_day import Day, Sample, School
from trainer import PROJECT
from trainer.engine.local import LocalEngine
from trainer.recipe.recipe import Recipe
from trainer.runs.store import Store

AT_ONCE = 5
"""Runs that are submitted together; the next ones come once these are over."""
MLP = 'layers=[{"kind": "Flatten"}, {"kind": "Dense", "units": 10, "activation": "softmax"}]'


def table_of_samples(samples: list[Sample]) -> str:
    """The first, the middle and the last sample side by side."""
    middle = min(samples, key=lambda one: abs(one.runs - samples[-1].runs / 2))
    chosen = [samples[0], middle, samples[-1]]
    rows = [
        ("the server's memory", [f"{one.memory:.0f} MB" for one in chosen]),
        ("its open files", [f"{one.files}" for one in chosen]),
        ("its threads", [f"{one.threads}" for one in chosen]),
        ("memory of the trainer at work", [f"{one.trainer:.0f} MB" for one in chosen]),
    ]
    head = "| | " + " | ".join(f"after {one.runs} runs" for one in chosen) + " |\n" + "|---" * 4 + "|\n"
    return head + "\n".join(f"| {title} | " + " | ".join(cells) + " |" for title, cells in rows)


def table_of_day(day: Day, store: Store) -> str:
    """What the day came to, and a list of all its runs."""
    began = time.perf_counter()
    listed = store.list()
    listing = time.perf_counter() - began
    states = Counter(str(run.state) for run in listed if run.damage is None)
    calm = [wait.seconds for wait in day.waits if not wait.renewing]
    beside = [wait.seconds for wait in day.waits if wait.renewing]
    rows = [
        ("runs", ", ".join(f"{count} {state}" for state, count in states.items())),
        ("trainers used", f"{len(day.trainers)}"),
        ("most memory of a trainer", f"{max(one.trainer for one in day.samples):.0f} MB"),
        ("from Train to the first event, median, worst", f"{1000 * median(calm):.0f}, {1000 * max(calm):.0f} ms"),
        ("the same while a fresh trainer was being started",
         f"{1000 * median(beside):.0f}, {1000 * max(beside):.0f} ms ({len(beside)} runs)" if beside else "never"),
        (f"opening a run {len(day.polls):,} times, median, worst",
         f"{1000 * median(day.polls):.1f}, {1000 * max(day.polls):.0f} ms"),
        ("`Store.list()` of all at the end", f"{1000 * listing:.0f} ms"),
    ]  # fmt: skip
    return "| the day | |\n|---|---|\n" + "\n".join(f"| {title} | {value} |" for title, value in rows)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--polls", type=int, default=3000)
    options = parser.parse_args()
    settings = ["data.limit=200", "fit.epochs=2", MLP]
    recipe = Recipe.load(PROJECT / "recipes" / "mnist_cnn.json").with_settings(settings)
    with tempfile.TemporaryDirectory() as folder:
        engine = LocalEngine(Store(Path(folder) / "runs"))
        engine.start()
        try:
            if not engine.ready.wait(120):
                raise RuntimeError("The trainer did not start.")
            school, left = School(engine), options.runs
            while left:
                runs = min(AT_ONCE, left)
                school.lesson(recipe, runs, polls=options.polls * runs // options.runs)
                left -= runs
            school.wait_until_renewed()
            school.sample()
            print(table_of_samples(school.day.samples), end="\n\n")
            print(table_of_day(school.day, engine.store))
        finally:
            engine.close()


if __name__ == "__main__":
    main()
