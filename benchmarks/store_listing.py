"""How long it takes to list 2,000 runs, five of them damaged: first by reading every log, then from summaries.

`python -m benchmarks.store_listing` prints a table. It takes about a minute and 150 MB in a temporary folder.
"""

from __future__ import annotations

import argparse
import itertools
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from trainer import PROJECT
from trainer.recipe.recipe import Recipe
from trainer.runs import summary
from trainer.runs.events import (
    AnyEvent,
    BatchSeen,
    EpochEnded,
    Phase,
    Prepared,
    RunState,
    StateChanged,
    Tested,
    WeightsKept,
)
from trainer.runs.log import LogWriter
from trainer.runs.store import Store

EPOCHS, POINTS = 5, 60
DAMAGED = 5
LIST = """
import sys, time
from pathlib import Path
from trainer.runs.store import Store
store = Store(Path(sys.argv[1]), make=False)
began = time.perf_counter()
runs = store.list()
print(time.perf_counter() - began, len(runs), sum(run.damage is not None for run in runs))
"""
"""`Store.list()` alone in a fresh process: its imports do not count."""


def events() -> list[AnyEvent]:
    """A run of five epochs as a lesson makes it: 300 batch points, the epochs, the weights, one test."""
    steps = 1688
    told: list[AnyEvent] = [
        StateChanged(state=RunState.QUEUED),
        StateChanged(state=RunState.RUNNING),
        Phase(name="preparing"),
        Phase(name="building"),
        Prepared(
            seconds=1.234, train=54_000, validation=6_000, test=10_000, same_rows=False, steps=steps, epochs=EPOCHS,
            batch_size=32, parameters=101_770, class_names=tuple(str(digit) for digit in range(10)),
        ),
        Phase(name="training"),
    ]  # fmt: skip
    for epoch in range(1, EPOCHS + 1):
        for point in range(1, POINTS + 1):
            loss = 1 / (epoch - 1 + point / POINTS + 1.234567)
            logs = {"accuracy": 1 - loss / 2, "loss": loss}
            told.append(BatchSeen(epoch=epoch, step=point * steps // POINTS, logs=logs))
        logs |= {"val_accuracy": 1 - loss / 1.9, "val_loss": loss * 1.1, "learning_rate": 0.0010000000474974513}
        told.append(EpochEnded(epoch=epoch, seconds=12.345, logs=logs))
    told += [
        Phase(name="saving"),
        WeightsKept(epoch=EPOCHS, file="final.weights.h5", reason="the weights at the end of training"),
        StateChanged(state=RunState.FINISHED, reason=f"All {EPOCHS} epochs are done."),
        Phase(name="testing"),
        Tested(
            logs={"loss": 0.1234567, "accuracy": 0.9765432}, rows=10_000, weights_epoch=EPOCHS, seconds=1.5,
            file="test-1.npz",
        ),
    ]  # fmt: skip
    return told


def fill(store: Store, count: int) -> None:
    """Make runs of the lessons, no two with the same recipe; the last five are damaged, each in another way."""
    lessons = itertools.cycle(Recipe.load(path) for path in sorted((PROJECT / "recipes").glob("*.json")))
    runs = [store.create(next(lessons).with_(seed=number)) for number in range(count)]
    writer = LogWriter(store.log(runs[0]))
    for event in events():
        writer.write(event)
    writer.close()
    log = store.log(runs[0]).read_bytes()
    for run in runs[1:]:
        store.log(run).write_bytes(log)
    unreadable, wrong, gone, rubbish, strange = (store.folder(run) for run in runs[-DAMAGED:])
    (unreadable / "recipe.json").write_bytes(b"\xff\xfe{")
    (wrong / "recipe.json").write_text('{"layers": "none"}', "utf-8")
    (gone / "events.jsonl").unlink()
    (rubbish / "events.jsonl").write_bytes(log[:20_000] + b"\0" * 512 + log[20_512:])
    (strange / "events.jsonl").write_bytes(log.replace(b'"logs":{', b'"logs":['))


def alone(root: Path) -> float:
    """Seconds of `Store.list()` in a fresh process, all runs and all damage found."""
    command = [sys.executable, "-c", LIST, str(root)]
    done = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)
    seconds, found, damaged = done.stdout.split()
    assert (int(found), int(damaged)) == (len(Store(root).ids()), DAMAGED), done.stdout
    return float(seconds)


def command_line(root: Path, *options: str) -> float:
    """Seconds of `python -m trainer list`, from start to exit."""
    command = [sys.executable, "-m", "trainer", "list", "--runs", str(root), *options]
    began = time.perf_counter()
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    return time.perf_counter() - began


def help_alone() -> float:
    """Seconds that any command takes before it does anything."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "trainer", "--help"], cwd=PROJECT, check=True, capture_output=True)
    return time.perf_counter() - began


def forget(root: Path) -> None:
    """Remove every summary."""
    for path in root.glob(f"*/{summary.FILE}"):
        path.unlink()


def main() -> None:
    """Print the table, line by line as it comes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000, help="how many runs (default: 2000)")
    parser.add_argument("--times", type=int, default=3, help="how often each is measured; the middle one counts")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "runs"
        fill(Store(root), options.runs)

        def row(title: str, *seconds: float) -> None:
            middle = sorted(seconds)[len(seconds) // 2]
            print(f"| {title} | {middle:.2f} s | {min(seconds):.2f} to {max(seconds):.2f} s |", flush=True)

        print(f"| {options.runs:,} runs, {DAMAGED} damaged | median | range |\n|---|---|---|", flush=True)
        first = []
        for _ in range(options.times):
            forget(root)
            first.append(alone(root))
        row("`Store.list()`, first time, no summaries", *first)
        row("`Store.list()`, again, fresh process", *(alone(root) for _ in range(options.times)))
        row("`python -m trainer list`", *(command_line(root) for _ in range(options.times)))
        row("`python -m trainer list --json`", *(command_line(root, "--json") for _ in range(options.times)))
        row("`python -m trainer --help`, imports alone", *(help_alone() for _ in range(options.times)))


if __name__ == "__main__":
    main()
