"""A run in the foreground of a terminal, with a progress bar and Ctrl-C as its Stop button."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from trainer.engine.worker import Worker  # before pandas: it loads TensorFlow, see trainer/engine/process.py

from trainer import data  # isort: skip
from trainer.recipe.check import check
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs.history import History
from trainer.runs.log import LogReader
from trainer.runs.store import Run, Store


def train_and_test(recipe: Recipe, store: Store, console: Console) -> Run:
    """Train a recipe and open its test set, showing progress on `console`; Ctrl-C stops and keeps what there is.

    Raises:
        RecipeError: recipe or data are wrong; then no run is made.
    """
    found = check(recipe, data.facts(recipe.data, recipe.seed))
    if found.errors:
        raise RecipeError(found.errors[0].message)
    worker = Worker(store)
    run = store.create(recipe)
    worker.train(run)
    _follow(worker, store, run, console)
    _await(worker, run)
    if store.read(run).history.weights is not None:
        worker.test(run)
        _await(worker, run)
    return store.read(run)


def _await(worker: Worker, run: str) -> None:
    while True:
        try:
            worker.join(run)
            return
        except KeyboardInterrupt:
            worker.end(run, "stop")


def _follow(worker: Worker, store: Store, run: str, console: Console) -> None:
    reader, history = LogReader(store.log(run)), History()
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[numbers]}"))
    with Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=console) as bar:
        task = bar.add_task("Preparing", total=1.0, numbers="")
        while not history.state.is_over:
            try:
                history.add(reader.read())
                bar.update(task, completed=history.progress, description=_what(history), numbers=_numbers(history))
                if worker.join(run, timeout=0.1):
                    history.add(reader.read())
                    break
            except KeyboardInterrupt:
                worker.end(run, "stop")
        bar.update(task, completed=history.progress, description=_what(history), numbers=_numbers(history))


def _what(history: History) -> str:
    if history.prepared is None or not history.batches:
        return "Preparing"
    return f"Epoch {history.batches[-1].epoch} of {history.prepared.epochs}"


def _numbers(history: History) -> str:
    logs = dict(history.batches[-1].logs) if history.batches else {}
    if history.epochs:
        logs |= {name: value for name, value in history.epochs[-1].logs.items() if name.startswith("val_")}
    return "  ".join(f"{name} {value:.4f}" for name, value in logs.items())
