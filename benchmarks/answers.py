"""What the answers to twelve validation examples cost a fit: `python -m benchmarks.answers`.

Prints the table of `docs/performance.md`; takes about four minutes on two cores. Each model is trained once with the
answers and once without, in one process; what answering takes is measured around the calls themselves, since two fits
differ by more than that.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from unittest.mock import patch

from benchmarks.training_speed import MLP, POOLED, TWO_WAYS
from trainer import PROJECT
from trainer.fit.answers import AnswerReporter
from trainer.fit.build import warm_up
from trainer.fit.control import Control
from trainer.fit.run import train
from trainer.recipe.recipe import Recipe
from trainer.runs.events import AnyEvent, EpochEnded

MODELS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Lesson 1 (CNN), 2,000 digits": ("mnist_cnn", ("data.limit=2000",)),
    "MLP, 54,000 digits": ("mnist_cnn", (MLP,)),
    "Lesson 2 (LSTM)": ("text_lstm", ()),
    "Bidirectional GRU, reviews": ("text_lstm", (TWO_WAYS,)),
    "Pooled words, reviews": ("text_lstm", (POOLED, "fit.epochs=30")),
    "MLP, 100 digits, 100 epochs": ("mnist_cnn", (MLP, "data.limit=100", "fit.epochs=100")),
}


@contextmanager
def stopwatch() -> Iterator[list[float]]:
    """The seconds of each answer of a fit; the first one includes tracing the graph."""
    seconds: list[float] = []
    answer = AnswerReporter.answer

    def timed(reporter: AnswerReporter, epoch: int) -> None:
        known, began = len(reporter._written), time.perf_counter()
        answer(reporter, epoch)
        if len(reporter._written) > known:
            seconds.append(time.perf_counter() - began)

    with patch.object(AnswerReporter, "answer", timed):
        yield seconds


def fit(recipe: Recipe) -> tuple[list[EpochEnded], float]:
    """The epochs of a fit, and how many seconds the whole of it took."""
    epochs: list[EpochEnded] = []

    def write(event: AnyEvent) -> None:
        if isinstance(event, EpochEnded):
            epochs.append(event)

    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        train(recipe, Path(folder), write, Control())
    return epochs, time.perf_counter() - began


def without_answers(recipe: Recipe) -> tuple[list[EpochEnded], float]:
    """The same for a fit that answers nothing."""
    with patch("trainer.fit.run.validation_sample", lambda dataset, seed: None):
        return fit(recipe)


def measure(name: str) -> None:
    """Train a model with and without answers, and print its row of the table."""
    file, settings = MODELS[name]
    recipe = Recipe.load(PROJECT / "recipes" / f"{file}.json").with_settings(list(settings))
    plain, _ = without_answers(recipe)
    with stopwatch() as answers:
        told, seconds = fit(recipe)
    first, *later = answers
    cells = [
        name,
        f"{1000 * median(epoch.seconds for epoch in told):.0f} ms",
        f"{1000 * first:.0f} ms",
        f"{1000 * median(later):.1f} ms",
        f"{len(answers)} of {len(told) + 1}",
        f"{100 * sum(later) / seconds:.2f} %",
        "the same" if [one.logs for one in told] == [one.logs for one in plain] else "OTHERS",
    ]
    print("| " + " | ".join(cells) + " |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="a part of a model's name")
    asked = parser.parse_args()
    warm_up()
    print("| model | epoch | before training, graph included | each later answer | answers | of all time | losses |")
    print("|---|---|---|---|---|---|---|")
    for name in MODELS:
        if asked.only is None or asked.only in name:
            measure(name)


if __name__ == "__main__":
    main()
