"""What this computer could train at best, what the trainer needs, and what the rest is spent on.

`python -m benchmarks.limits --sms sms_spam.csv` prints the tables of `docs/performance.md`; about three minutes on two
cores. `--only NAME` takes one model of `benchmarks.training_speed`.

The limit of an epoch is the longer of two times: its multiply-adds at the speed of a large matrix product, and the
bytes that have to be moved at least at the speed of a large copy. Both speeds are measured first, with all cores. Of
the multiply-adds of a layer there are three times as many as forwards: for its answer, for the gradient of its weights,
and for the gradient of its input, which the first layer with weights does not need.
The profile is TensorFlow's own, of two epochs after the first: how long each kind of operation was computed, in
seconds of a core. The rest is Python, and waiting: for the next batch, for one another, for the other things that the
computer does.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import prod
from pathlib import Path
from statistics import median
from typing import Any

import tensorflow as tf  # before numpy and pandas

import numpy as np  # isort: skip
from tensorflow.tsl.profiler.protobuf import xplane_pb2  # isort: skip

from benchmarks.training_speed import MODELS, recipe_of  # isort: skip
from trainer.data import load
from trainer.fit.control import Control
from trainer.fit.run import train
from trainer.fit.threads import use_threads
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape
from trainer.runs.events import AnyEvent, EpochEnded, Prepared
from trainer.sources.mnist.spec import Mnist

EPOCHS = 3
ROWS = 12_000
"""Pictures that are trained on; texts are fewer anyway."""
SIDE, COPIED = 2048, 256 * 2**20
"""Of the square matrices, and of the bytes, with which the computer's speed is measured."""
FLOAT = 4
"""Bytes."""
UPDATE = 8
"""Times that Adam reads or writes a number for each weight and batch: gradient, weight and both moments."""
PASSES = 4
"""Times that each number between two layers is read or written: it and its gradient, once each."""
SHOWN = 5
"""Kinds of operations in a line of the profile."""
KINDS = {
    "convolutions": ("Conv2D",),
    "recurrent steps": ("RNN", "TensorList", "While"),
    "matrix products": ("MatMul", "Einsum"),
    "pooling": ("Pool",),
    "softmax and loss": ("Softmax", "CrossEntropy"),
    "activations": ("Relu", "Tanh", "Sigmoid"),
    "looking up and dealing rows": ("Gather", "Scatter", "UnsortedSegment", "Slice", "Shuffle", "Map", "Prefetch"),
    "updating weights": ("Assign", "Sqrt", "Square"),
}
"""What the operations of TensorFlow are counted as, by a part of their names; the first that fits."""
COMPUTING = "tf_Compute"
"""How TensorFlow names the threads that compute operations."""
OTHERS, SCHEDULING, IN_ONE_THREAD = "other arithmetic", "starting operations", "in one thread"


@dataclass(frozen=True)
class Speed:
    """How fast this computer is."""

    products: float
    """Multiply-adds a second."""
    bytes: float
    """Bytes a second, each read and each written one counted."""


def speed(lanes: int) -> Speed:
    """Measure it with so many products at once, which take all cores; medians of seven."""
    one, other = (tf.random.stateless_normal((SIDE, SIDE), (seed, 1)) for seed in (1, 2))
    source = np.ones(COPIED, np.uint8)
    target = np.empty_like(source)
    with ThreadPoolExecutor(lanes) as pool:
        multiply = lambda _: tf.matmul(one, other).numpy()  # noqa: E731
        products = [_seconds(lambda: list(pool.map(multiply, range(lanes)))) for _ in range(7)]
    copies = [_seconds(lambda: np.copyto(target, source)) for _ in range(7)]
    return Speed(lanes * SIDE**3 / median(products), 2 * COPIED / median(copies))


def _seconds(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def products_of_example(recipe: Recipe, shape: Shape) -> int:
    """Multiply-adds to learn from one example."""
    found, learns = 0, False
    for layer in recipe.layers:
        has_weights = layer.parameter_count(shape) > 0
        found += layer.multiplications(shape) * (1 + has_weights + learns)
        learns = learns or has_weights
        shape = layer.output_shape(shape)
    return found


def bytes_of_batch(recipe: Recipe, shape: Shape) -> int:
    """Bytes that have to be moved for one batch at least."""
    weights = numbers = 0
    for layer in recipe.layers:
        weights += layer.parameter_count(shape)
        shape = layer.output_shape(shape)
        numbers += prod(shape)
    return FLOAT * (UPDATE * weights + PASSES * numbers * recipe.fit.batch_size)


class Profiler:
    """Watches a fit: how long its epochs took, and TensorFlow's profile of those after the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seconds: list[float] = []
        self._last, self._one_thread = 0.0, False

    def write(self, event: AnyEvent) -> None:
        """Take an event of the fit."""
        if isinstance(event, Prepared):
            self._one_thread = event.execution is not None and event.execution.one_thread
        if not isinstance(event, EpochEnded):
            return
        if event.epoch == 1:
            tf.profiler.experimental.start(str(self.folder))
        else:
            self.seconds.append(time.perf_counter() - self._last)
        if event.epoch == EPOCHS:
            tf.profiler.experimental.stop()
        self._last = time.perf_counter()

    def spent(self) -> dict[str, float]:
        """Seconds of a core by kind of work."""
        found: dict[str, float] = defaultdict(float)
        for file in self.folder.rglob("*.xplane.pb"):
            space = xplane_pb2.XSpace()
            space.ParseFromString(file.read_bytes())
            for plane in space.planes:
                names = {key: value.name for key, value in plane.event_metadata.items()}
                for line in (one for one in plane.lines if one.name.startswith(COMPUTING)):
                    events = ((names[one.metadata_id], one.offset_ps, one.duration_ps) for one in line.events)
                    for name, seconds in own_times(events):
                        found[kind_of(name)] += seconds
        # Where operations run in one thread, TensorFlow's profile does not tell them apart.
        return {IN_ONE_THREAD: found[SCHEDULING]} if self._one_thread else found


def own_times(events: Iterable[tuple[str, int, int]]) -> Iterator[tuple[str, float]]:
    """What each event of one thread took itself, without those inside it: seconds.

    Args:
        events: names, beginnings and durations, in picoseconds.
    """
    own: Counter[str] = Counter()
    open_: list[tuple[str, int]] = []
    for name, begin, duration in sorted(events, key=lambda event: (event[1], -event[2])):
        while open_ and open_[-1][1] <= begin:
            open_.pop()
        if open_:
            own[open_[-1][0]] -= duration
        own[name] += duration
        open_.append((name, begin + duration))
    for name, picoseconds in own.items():
        yield name, picoseconds / 1e12


def kind_of(name: str) -> str:
    """What an event of a computing thread is counted as: `name:Operation` is an operation, `Class::method` is not."""
    before, _, operation = name.rpartition(":")
    if not before or before.endswith(":"):
        return SCHEDULING
    return next((kind for kind, parts in KINDS.items() if any(part in operation for part in parts)), OTHERS)


def line_of(name: str, recipe: Recipe, machine: Speed) -> str:
    """One line of the table: a model trained and profiled."""
    dataset = load(recipe.data, recipe.seed)
    rows, shape = len(dataset.train), dataset.input_shape
    batches = -(-rows // recipe.fit.batch_size)
    products, moved = products_of_example(recipe, shape) * rows, bytes_of_batch(recipe, shape) * batches
    limit = max(products / machine.products, moved / machine.bytes)
    with tempfile.TemporaryDirectory() as folder:
        profiler = Profiler(Path(folder) / "profile")
        (run := Path(folder) / "run").mkdir()
        train(recipe, run, profiler.write, Control())
        spent = profiler.spent()
    cores = sum(profiler.seconds) * (os.cpu_count() or 1)
    shares = sorted(((seconds / cores, kind) for kind, seconds in spent.items()), reverse=True)[:SHOWN]
    listed = ", ".join(f"{kind} {share:.0%}" for share, kind in shares)
    idle = max(0.0, 1 - sum(spent.values()) / cores)
    ours = median(profiler.seconds)
    return (
        f"| {MODELS[name].title} | {rows:,} | {products / 1e9:.1f} | {moved / 1e9:.2f} | {limit:.2f} s | {ours:.2f} s "
        f"| {limit / ours:.0%} | {listed}; the rest {idle:.0%} |"
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sms", type=Path, help="the SMS Spam set, a CSV with the columns label and text")
    parser.add_argument("--only", action="append", choices=list(MODELS))
    options = parser.parse_args()
    machine = speed(use_threads())
    print(f"{machine.products / 1e9:.0f} thousand million multiply-adds and {machine.bytes / 1e9:.1f} GB a second\n")
    print("| model | examples | multiply-adds, 10^9 | GB moved | limit | ours | limit / ours | time of all cores |")
    print("|---" * 8 + "|", flush=True)
    for name in options.only or MODELS:
        if MODELS[name].needs_sms and not options.sms:
            continue
        recipe = recipe_of(MODELS[name], options.sms).with_settings([f"fit.epochs={EPOCHS}"])
        if isinstance(recipe.data, Mnist):
            recipe = recipe.with_settings([f"data.limit={min(recipe.data.limit or ROWS, ROWS)}"])
        print(line_of(name, recipe, machine), flush=True)


if __name__ == "__main__":
    main()
