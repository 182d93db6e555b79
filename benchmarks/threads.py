"""How many threads suit a fit, and when two fits at once are faster than one after the other.

`python -m benchmarks.threads` prints the table of `docs/performance.md`; about eight minutes on two cores, with nothing
else running. `--only NAME` takes one model, `--batch-size N` one size. `--processes` compares two fits in one process
with two processes that have one each, and the memory of both.

TensorFlow computes with two kinds of threads: an operation is split among the *intra-op* threads, and operations that
do not need one another run at once in the *inter-op* ones. The first can be set only once in a process, so both counts
are measured in processes of their own, which take turns. Of the second, the executor of a call decides: the usual one,
or one that runs all operations in the thread that calls (`ExecutionConfig.one_thread`).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import psutil

from trainer import PROJECT
from trainer.recipe.recipe import Recipe

MEASURED, TIMES = 0.4, 3
"""Seconds that each measurement takes at least, and how many of each there are."""
LONG = 3.0
"""Seconds that two processes train, so that it matters little which begins first."""
LINES = '{"kind": "Dense", "units": 10, "activation": "softmax"}]'
YES_OR_NO = '{"kind": "Dense", "units": 1, "activation": "sigmoid"}]'
EMBEDDING = 'layers=[{"kind": "Embedding", "input_dim": 10000, "output_dim": 16}, '
BATCH_SIZES = (32, 512)
MODELS = {
    "mlp": ("MLP 784-128-10", "mnist_cnn", 'layers=[{"kind": "Flatten"}, {"kind": "Dense", "units": 128}, ' + LINES),
    "wide": (
        "MLP 784-1024-1024-10",
        "mnist_cnn",
        'layers=[{"kind": "Flatten"}, {"kind": "Dense", "units": 1024}, {"kind": "Dense", "units": 1024}, ' + LINES,
    ),
    "cnn": ("CNN of lesson 1", "mnist_cnn", "optimizer.kind=Adam"),
    "deep": (
        "two convolutions of 64",
        "mnist_cnn",
        'layers=[{"kind": "Conv2D", "filters": 64}, {"kind": "Conv2D", "filters": 64}, {"kind": "MaxPooling2D"}, '
        '{"kind": "Flatten"}, ' + LINES,
    ),
    "pooled": (
        "Embedding + pooling",
        "text_lstm",
        EMBEDDING + '{"kind": "GlobalAveragePooling1D"}, {"kind": "Dense", "units": 16}, ' + YES_OR_NO,
    ),
    "lstm": ("LSTM of 32", "text_lstm", EMBEDDING + '{"kind": "LSTM", "units": 32}, ' + YES_OR_NO),
    "lstm128": ("LSTM of 128", "text_lstm", EMBEDDING + '{"kind": "LSTM", "units": 128}, ' + YES_OR_NO),
    "gru": (
        "Bidirectional GRU of 16",
        "text_lstm",
        EMBEDDING + '{"kind": "Bidirectional", "layer": {"kind": "GRU", "units": 16}}, ' + YES_OR_NO,
    ),
}
VARIANTS = ("alone", "alone, one thread", "two", "two, one thread")


def recipe_of(name: str, batch_size: int) -> Recipe:
    """What is trained."""
    _, lesson, layers = MODELS[name]
    rows = 64 * min(batch_size, 32) if name in {"cnn", "deep"} else 128 * min(batch_size, 32)
    settings = [layers, f"fit.batch_size={batch_size}", "data.validation=0"]
    if lesson == "mnist_cnn":
        settings.append(f"data.limit={max(rows, 2 * batch_size)}")
    return Recipe.load(PROJECT / "recipes" / f"{lesson}.json").with_settings(settings)


def fit_of(recipe: Recipe, *, one_thread: bool) -> Callable[[int], None]:
    """A model of the recipe whose graph has been made; called with how many epochs to train."""
    import keras

    from trainer.fit.build import compile_model
    from trainer.fit.lean_loop import PLAIN, LeanLoop
    from trainer.fit.run import prepare

    ready = prepare(recipe)
    compile_model(ready.model, recipe, ready.loss)
    execution = PLAIN.model_copy(update={"one_thread": one_thread})
    loop = LeanLoop(ready.model, ready.training(), None, recipe.fit.batch_size, recipe.seed, execution)
    callbacks = keras.callbacks.CallbackList([], model=ready.model)

    def train(epochs: int) -> None:
        loop.fit(callbacks, range(epochs))

    train(2)
    return train


def seconds(fits: list[Callable[[int], None]], epochs: int) -> float:
    """Until all of them, at once, have trained so many epochs."""
    threads = [threading.Thread(target=fit, args=(epochs,)) for fit in fits]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def measure(name: str, batch_size: int) -> dict[str, float]:
    """Milliseconds that an epoch of one fit takes on average, in each variant."""
    recipe = recipe_of(name, batch_size)
    fits = {one_thread: [fit_of(recipe, one_thread=one_thread) for _ in range(2)] for one_thread in (False, True)}
    sets = dict(zip(VARIANTS, (fits[False][:1], fits[True][:1], fits[False], fits[True]), strict=True))
    epochs = max(1, round(MEASURED / min(seconds(fits[False][:1], 1), seconds(fits[True][:1], 1))))
    found: dict[str, list[float]] = {variant: [] for variant in VARIANTS}
    for _ in range(TIMES):
        for variant, some in sets.items():
            found[variant].append(1000 * seconds(some, epochs) / epochs / len(some))
    return {variant: median(all_times) for variant, all_times in found.items()}


def keep_on(name: str, batch_size: int, lanes: int) -> dict[str, float]:
    """Milliseconds of an epoch of so many fits that train for some seconds, and megabytes of this process."""
    recipe = recipe_of(name, batch_size)
    fits = [fit_of(recipe, one_thread=False) for _ in range(lanes)]
    epochs = max(1, round(LONG / seconds(fits, 1)))
    return {"epoch": 1000 * seconds(fits, epochs) / epochs, "memory": psutil.Process().memory_info().rss / 2**20}


class Side:
    """A process with so many intra-op threads."""

    def __init__(self, intra: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.threads", "--intra", str(intra)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(self, *question: str | int) -> None:
        """Have it answer to `measure` or, with a number of fits behind their arguments, `keep_on`."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, float]:
        assert self._process.stdout is not None
        found: dict[str, float] = json.loads(self._process.stdout.readline())
        return found

    def measure(self, name: str, batch_size: int) -> dict[str, float]:
        """As the function of this name, there."""
        self.ask(name, batch_size)
        return self.answer()

    def close(self) -> None:
        self._process.communicate()


def answer(intra: int) -> None:
    """What a `Side` does: a line for each that it is asked."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(intra)
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(measure(*asked) if len(asked) == 2 else keep_on(*asked)), flush=True)


def row(name: str, batch_size: int, sides: dict[int, Side]) -> str:
    """A line of the table: two intra-op threads alone in milliseconds, all others in shares of that."""
    found: dict[int, dict[str, Any]] = {intra: side.measure(name, batch_size) for intra, side in sides.items()}
    base = found[2]["alone"]
    shares = [f"{found[intra][variant] / base:.2f}" for intra in (2, 1) for variant in VARIANTS][1:]
    return f"| {MODELS[name][0]} | {batch_size} | {base:.0f} ms | {' | '.join(shares)} |"


def compare_processes(name: str, batch_size: int) -> str:
    """A line of the table of processes; all are started for it, so that their memory is that of these fits."""
    one, *two = (Side(1) for _ in range(3))
    one.ask(name, batch_size, 2)
    together = one.answer()
    for side in two:
        side.ask(name, batch_size, 1)
    apart = [side.answer() for side in two]
    for side in (one, *two):
        side.close()
    epochs, memory = (sum(side[what] for side in apart) for what in ("epoch", "memory"))
    cells = [f"{together['epoch']:.0f}, {epochs / 2:.0f} ms", f"{together['memory']:.0f}, {memory:.0f} MB"]
    return f"| {MODELS[name][0]} | {batch_size} | {' | '.join(cells)} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=list(MODELS))
    parser.add_argument("--batch-size", action="append", type=int)
    parser.add_argument("--processes", action="store_true")
    parser.add_argument("--intra", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.intra:
        answer(options.intra)
        return
    if options.processes:
        print("| model | batch size | an epoch in one process, in two | memory |\n|---|---|---|---|", flush=True)
        for name in options.only or MODELS:
            for batch_size in options.batch_size or BATCH_SIZES[:1]:
                print(compare_processes(name, batch_size), flush=True)
        return
    titles = [f"{intra}: {variant}" for intra in (2, 1) for variant in VARIANTS]
    print(f"| model | batch size | {' | '.join(titles)} |\n" + "|---" * (2 + len(titles)) + "|", flush=True)
    sides = {intra: Side(intra) for intra in (2, 1)}
    for name in options.only or MODELS:
        for batch_size in options.batch_size or BATCH_SIZES:
            print(row(name, batch_size, sides), flush=True)
    for side in sides.values():
        side.close()


if __name__ == "__main__":
    main()
