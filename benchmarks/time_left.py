"""How far the time left that a training shows is from the truth, on twelve kinds of run.

`python -m benchmarks.time_left` trains them one after the other, prints the table of `docs/performance.md`, and takes
about six minutes on two cores. Each run's log is then read again event by event, as the page saw it: from a fifth of
the training's time on, the time left that was shown is divided by the time that was really left. The last half second
does not count, since the page shows whole seconds.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from statistics import median

from rich.console import Console

from trainer import PROJECT
from trainer.engine.foreground import train_and_test
from trainer.recipe.callbacks import Callback, ReduceLROnPlateau
from trainer.recipe.recipe import Recipe
from trainer.runs.events import AnyEvent, BatchSeen, EpochEnded
from trainer.runs.history import History
from trainer.runs.log import LogReader
from trainer.runs.store import Store

FROM = 0.2
LEAST = 0.5
"""Seconds left from which on it no longer counts."""
NEVER = "callbacks.1.patience=99"
"""EarlyStopping never acts, since nobody can know when it will."""
KINDS: dict[str, tuple[str, list[str]]] = {
    "lesson 1, 3 epochs of 9,000": ("mnist_cnn", ["data.limit=10000", "fit.epochs=3"]),
    "lesson 1, 12 epochs of 1,800": ("mnist_cnn", ["data.limit=2000", "fit.epochs=12"]),
    "lesson 1, 30 epochs of 360": ("mnist_cnn", ["data.limit=400", "fit.epochs=30"]),
    "lesson 1, one epoch": ("mnist_cnn", ["data.limit=20000", "fit.epochs=1"]),
    "lesson 1, batches of 8": ("mnist_cnn", ["data.limit=2000", "fit.epochs=5", "fit.batch_size=8"]),
    "lesson 1, batches of 512": ("mnist_cnn", ["data.limit=10000", "fit.epochs=8", "fit.batch_size=512"]),
    "lesson 1, half for validation": ("mnist_cnn", ["data.limit=6000", "fit.epochs=6", "data.validation=0.5"]),
    "lesson 2": ("text_lstm", []),
    "lesson 2, 40 epochs": ("text_lstm", ["fit.epochs=40"]),
    "lesson 3, its callbacks": ("mnist_checkpoint_early_stopping", ["data.limit=2000", "fit.epochs=5", NEVER]),
    "lesson 3, 20 short epochs": ("mnist_checkpoint_early_stopping", ["data.limit=400", "fit.epochs=20", NEVER]),
    "all callbacks": ("mnist_cnn", ["data.limit=2000", "fit.epochs=6"]),
}


def ratios(events: list[AnyEvent]) -> list[float]:
    """Of each point from a fifth of the training's time on: seconds left as shown, divided by those really left."""
    times = [event.t for event in events if isinstance(event, BatchSeen | EpochEnded)]
    began, ended = times[0], times[-1]
    history, found = History(), []
    for event in events:
        history.add([event])
        if not isinstance(event, BatchSeen | EpochEnded) or event.t < began + FROM * (ended - began):
            continue
        if history.seconds_left is not None and ended - event.t > LEAST:
            found.append(history.seconds_left / (ended - event.t))
    return found


def recipe_of(name: str, settings: list[str], *, all_callbacks: bool) -> Recipe:
    """A lesson, changed."""
    recipe = Recipe.load(PROJECT / "recipes" / f"{name}.json").with_settings(settings)
    if all_callbacks:
        recipe = recipe.with_(
            callbacks=tuple(kind() for kind in Callback.registry.values() if kind is not ReduceLROnPlateau)
        )
    return recipe


def main() -> None:
    """Train, replay and print."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    print("| run | training took | shown / truth: least | median | most | points |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        for kind, (name, settings) in KINDS.items():
            recipe = recipe_of(name, settings, all_callbacks=kind == "all callbacks")
            run = train_and_test(recipe, store, Console(quiet=True))
            found = ratios(list(LogReader(store.log(run.id)).read()))
            took = run.history.seconds_of_training
            if found:
                least, middle, most = (f"{value:.2f}" for value in (min(found), median(found), max(found)))
                print(f"| {kind} | {took:.1f} s | {least} | {middle} | {most} | {len(found)} |", flush=True)
            else:
                print(f"| {kind} | {took:.1f} s | too short | | | 0 |", flush=True)


if __name__ == "__main__":
    main()
