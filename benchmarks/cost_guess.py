"""The training time that the Train page estimates, and the time that it then takes: first point, epoch, total.

`python -m benchmarks.cost_guess` prints the table of `docs/performance.md` and takes about ten minutes on two cores.
Each model is first measured as the page does it, then trained by the same warm trainer for as many epochs while a
reader follows it as the live chart does. `--only NAME` takes one model; `--rounds N` repeats all of them N times.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.training_speed import MLP, POOLED, TWO_WAYS
from trainer import PROJECT
from trainer.engine.costs import Measuring
from trainer.engine.local import LocalEngine
from trainer.recipe.cost import Cost
from trainer.recipe.recipe import Recipe
from trainer.runs.log import LogReader
from trainer.runs.store import Store

WIDE = (
    'layers=[{"kind": "Conv2D", "filters": 64, "padding": "same", "activation": "relu"}, '
    '{"kind": "Conv2D", "filters": 64, "padding": "same", "activation": "relu"}, {"kind": "MaxPooling2D"}, '
    '{"kind": "Flatten"}, {"kind": "Dense", "units": 10, "activation": "softmax"}]'
)
MODELS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "lesson1": ("Lesson 1 (CNN on MNIST)", "mnist_cnn", ("fit.epochs=3",)),
    "lesson2": ("Lesson 2 (LSTM, reviews)", "text_lstm", ()),
    "lesson3": ("Lesson 3 (checkpoint, early stopping)", "mnist_checkpoint_early_stopping", ("fit.epochs=3",)),
    "mlp": ("MLP on MNIST", "mnist_cnn", ("fit.epochs=4", MLP)),
    "pooled": ("Embedding + pooling, reviews", "text_lstm", ("fit.epochs=20", POOLED)),
    "lstm": ("Lesson 2, 30 epochs, compiled", "text_lstm", ("fit.epochs=30",)),
    "gru": ("Bidirectional GRU, reviews", "text_lstm", ("fit.epochs=4", TWO_WAYS)),
    "wide": ("Two convolutions of 64, 5,000 digits", "mnist_cnn", ("fit.epochs=2", "data.limit=5000", WIDE)),
    "large": ("CNN on MNIST, batches of 512", "mnist_cnn", ("fit.epochs=2", "fit.batch_size=512")),
    "small": ("CNN on 1,000 digits", "mnist_cnn", ("fit.epochs=5", "data.limit=1000")),
    "tiny": ("Six sentences, 20 epochs", "text_lstm", ("fit.epochs=20", "data.path=data/six_sentences.csv")),
}
LOOK = 0.05
"""Seconds between two looks at an answer or a log."""


@dataclass(frozen=True)
class Truth:
    """What a training took, in seconds."""

    first: float
    epoch: float
    """The mean of those after the first, which holds what happens once; of the first where there is no other."""
    total: float
    epochs: int


def guess(engine: LocalEngine, recipe: Recipe) -> tuple[Cost, float]:
    """The cost of a recipe as the page gets it, and how many seconds it had to be waited for."""
    began, pause = time.perf_counter(), threading.Event()
    while isinstance(answer := engine.cost(recipe, "benchmark"), Measuring):
        pause.wait(LOOK)
    if isinstance(answer, str):
        raise RuntimeError(answer)
    return answer, time.perf_counter() - began


def truth(engine: LocalEngine, recipe: Recipe) -> Truth:
    """Train it and look at the clock."""
    began, pause = time.perf_counter(), threading.Event()
    run = engine.submit(recipe)
    reader, first, ends, over = LogReader(engine.store.log(run)), 0.0, list[float](), False
    while not over:
        pause.wait(LOOK)
        for event in reader.read():
            if event.kind == "batch" and not first:
                first = time.perf_counter() - began
            elif event.kind == "epoch":
                ends.append(event.t)
            over = over or (event.kind == "state" and event.state.is_over)
    total, history = time.perf_counter() - began, engine.store.read(run).history
    if history.state != "finished":
        raise RuntimeError(f"The run ended as {history.state}: {history.reason}")
    epoch = (ends[-1] - ends[0]) / (len(ends) - 1) if len(ends) > 1 else history.epochs[0].seconds
    return Truth(first, epoch, total, len(ends))


def row(title: str, cost: Cost, waited: float, found: Truth) -> str:
    """One line of the table."""
    epochs = found.epochs
    cells = [title]
    for guessed, true in (
        (cost.first, found.first),
        (cost.epoch(), found.epoch),
        (cost.total(epochs), found.total),
    ):
        cells.append(f"{guessed:.2f} / {true:.2f} s: **{guessed / true:.2f}**")
    return "| " + " | ".join([*cells, f"{waited:.1f} s"]) + " |"


def main() -> None:
    """Print the table, line by line as it comes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=list(MODELS), action="append", help="one model; may be repeated")
    parser.add_argument("--rounds", type=int, default=1, help="how often to go through all of them")
    options = parser.parse_args()
    print("| model | first point: guess / truth | an epoch | all | answer after |")
    print("|---|---|---|---|---|", flush=True)
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            engine = LocalEngine(Store(Path(folder) / "runs"))
            engine.start()
            try:
                if not engine.ready.wait(120):
                    raise RuntimeError("The trainer did not become ready.")
                for name in options.only or MODELS:
                    title, stem, settings = MODELS[name]
                    recipe = Recipe.load(PROJECT / "recipes" / f"{stem}.json").with_settings(settings)
                    cost, waited = guess(engine, recipe)
                    print(row(title, cost, waited, truth(engine, recipe)), flush=True)
            finally:
                engine.close()


if __name__ == "__main__":
    main()
