"""A run in the foreground of a terminal, with a progress bar and Ctrl-C as its Stop button."""

from __future__ import annotations

from functools import partial

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from trainer.engine.worker import Worker  # before pandas: it loads TensorFlow, see trainer/engine/process.py

from trainer import data  # isort: skip
from trainer.engine.room import Room
from trainer.recipe.check import check
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs.events import RunState, WeightsKept
from trainer.runs.history import History
from trainer.runs.log import LogReader
from trainer.runs.store import Run, Store


def train_and_test(recipe: Recipe, store: Store, console: Console) -> Run:
    """Train a recipe and open its test set, showing progress on `console`; Ctrl-C stops and keeps what there is.

    Raises:
        RecipeError: recipe or data are wrong; then no run is made.
    """
    found = check(recipe, data.facts(recipe.data, recipe.seed), Room().limit())
    if found.errors:
        raise RecipeError(found.errors[0].message)
    worker = Worker(store, trouble=partial(_tell, console))
    run = store.create(recipe)
    worker.train(run)
    return _to_the_end(worker, store, run, console)


def go_on_and_test(run: Run, epochs: int | None, store: Store, console: Console) -> Run:
    """Let a run go on from its last whole epoch and open its test set; as `train_and_test`.

    Args:
        run: one that is over.
        epochs: how many more epochs than it had; None does those that are missing.
        store: of the run.
        console: shows the progress.

    Raises:
        RecipeError: the run cannot go on; the sentence says why.
    """
    if run.recipe is None or run.damage is not None:
        raise RecipeError(run.damage or "The recipe of this run cannot be read, so it cannot go on.")
    if store.is_alive(run.id):
        raise RecipeError("This run is going on elsewhere. Stop it there first, or wait for its end.")
    done, wanted = len(run.history.epochs), run.history.epochs_wanted or run.recipe.fit.epochs
    is_done = run.state is RunState.FINISHED or done >= wanted
    if is_done and epochs is None:
        raise RecipeError(
            f"This run has ended by itself after {done} {'epoch' if done == 1 else 'epochs'}. To train it further, say "
            "how many more: --epochs 5."
        )
    worker = Worker(store, trouble=partial(_tell, console))
    worker.go_on(run.id, "resume" if epochs is None else "further", wanted if epochs is None else done + epochs)
    return _to_the_end(worker, store, run.id, console, since=run.history)


def _tell(console: Console, _: str, text: str | None) -> None:
    console.print(text or "The disk takes the record of the run again.", style="yellow", markup=False)


def _to_the_end(worker: Worker, store: Store, run: str, console: Console, since: History | None = None) -> Run:
    _follow(worker, store, run, console, since)
    _await(worker, run)
    ended = store.read(run)
    tested = ended.history.tests[-1] if since is not None and ended.history.tests else None
    # A run that could not go on, or ended with the weights that were tested already, is not tested once more.
    if ended.history.weights is not None and (tested is None or ended.history.weights != _weights_of(since)):
        worker.test(run)
        _await(worker, run)
    return store.read(run)


def _weights_of(since: History | None) -> WeightsKept | None:
    """The weights that a run had kept before it went on."""
    return since.weights if since is not None else None


def _await(worker: Worker, run: str) -> None:
    while True:
        try:
            worker.join(run)
            return
        except KeyboardInterrupt:
            worker.end(run, "stop")


def _follow(worker: Worker, store: Store, run: str, console: Console, since: History | None) -> None:
    reader, history = LogReader(store.log(run)), History()
    if since is not None:
        # Its log says that it is over until the worker has taken it up again: read on from there.
        history = since.snapshot()
        history.state, past = RunState.QUEUED, reader.read()
        history.add(past)
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
