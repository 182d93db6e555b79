"""A run in the foreground of a terminal, with a progress bar; Ctrl-C stops it."""

from __future__ import annotations

from functools import partial
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from trainer.engine.worker import Worker  # before pandas: it loads TensorFlow, see trainer/engine/process.py

from trainer import data, formats  # isort: skip
from trainer.data.examination import examine
from trainer.data.files import find_file
from trainer.engine.memory_budget import MemoryBudget
from trainer.engine.protocol import Continue, OpenTestSet, RunOver, RunProblem, Train
from trainer.engine.wording import WORDING
from trainer.fit.threads import use_threads
from trainer.i18n import _
from trainer.recipe.check import first_error
from trainer.recipe.diagnosis import Severity
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs.events import BatchSeen, EpochEnded, RunState
from trainer.runs.history import History
from trainer.runs.log import LogReader
from trainer.runs.metrics import Metric
from trainer.runs.report import metric_value
from trainer.runs.store import Run, Store


def train_and_test(recipe: Recipe, store: Store, console: Console) -> Run:
    """Train a recipe and open its test set, showing progress on `console`; Ctrl-C stops and keeps what there is.

    What its data leave open is chosen as in the browser, and what is wrong with them is said before training.

    Raises:
        RecipeError: recipe or data are wrong; then no run is made.
    """
    if recipe.data.path is not None:
        find_file(recipe.data.path)  # says where it was looked for
    seen = examine(recipe.data, recipe.seed)
    if seen.refusal is not None:
        raise RecipeError(seen.refusal)
    recipe = recipe.with_(data=seen.spec)
    _check(recipe)
    for finding in seen.findings:
        if finding.severity is not Severity.NOTE:
            console.print(str(finding.message), style="yellow", markup=False)
    worker = _worker(store, console)
    run = store.read(store.create(recipe))
    worker.begin(Train(run_id=run.id))
    return _to_the_end(worker, store, run, console)


def continue_and_test(run: Run, epochs: int | None, store: Store, console: Console) -> Run:
    """Let a run continue from its last completed epoch and open its test set; as `train_and_test`.

    Args:
        run: one that is over.
        epochs: how many more epochs than it had; None trains those that are missing.
        store: of the run.
        console: shows the progress.

    Raises:
        RecipeError: the run cannot continue, and nothing is lost.
    """
    if run.recipe is None or run.damage is not None:
        raise RecipeError(run.damage or WORDING.message("unreadable"))
    if store.is_alive(run.id):
        raise RecipeError(WORDING.message("active_elsewhere"))
    done, wanted = len(run.history.epochs), run.history.epochs_wanted or run.recipe.fit.epochs
    is_done = run.state is RunState.FINISHED or done >= wanted
    if is_done and epochs is None:
        raise RecipeError(WORDING.message("already_finished", done=done))
    in_all = wanted if epochs is None else done + epochs
    _check(run.recipe.with_(fit=run.recipe.fit.with_(epochs=in_all)))
    worker = _worker(store, console)
    worker.begin(Continue(run_id=run.id, why="resume" if epochs is None else "further", epochs=in_all))
    return _to_the_end(worker, store, run, console)


def _worker(store: Store, console: Console) -> Worker:
    """What trains here: with the threads of the server's trainer, so that the numbers are the same."""
    use_threads()
    return Worker(store, answer=partial(_tell, console))


def _check(recipe: Recipe) -> None:
    """Refuse what cannot be trained before anything is written down.

    Raises:
        RecipeError: recipe or data are wrong, or need more memory than there is.
    """
    _, error = first_error(recipe, data.facts(recipe.data, recipe.seed), MemoryBudget().limit())
    if error is not None:
        raise RecipeError(error.message)


def _tell(console: Console, answer: RunOver | RunProblem) -> None:
    if isinstance(answer, RunProblem):
        message = answer.message or WORDING.message("record_caught_up")
        console.print(str(message), style="yellow", markup=False)


def _to_the_end(worker: Worker, store: Store, before: Run, console: Console) -> Run:
    """Wait for the end of a run that the worker has just been given, then open its test set.

    Args:
        worker: does it.
        store: of the run.
        before: the run as it was.
        console: shows the progress.

    Raises:
        RecipeError: it was refused.
    """
    run_id, known = before.id, before.history
    was_stopped = _follow(worker, store, before, console) | _await(worker, run_id)
    ended = store.read(run_id)
    nothing_came = ended.history.cursor == known.cursor
    if (nothing_came or not ended.state.is_over) and store.is_alive(run_id):
        raise RecipeError(WORDING.message("active_elsewhere"))
    if nothing_came:
        raise RecipeError(WORDING.message("nothing_saved"))
    was_over = known.cursor >= 0
    has_continued = len(ended.history.continued) > len(known.continued)
    if was_over and not has_continued and not was_stopped and ended.state is not RunState.FAILED:
        raise RecipeError(ended.history.reason or WORDING.message("cannot_continue"))
    tested = ended.history.tests[-1] if was_over and ended.history.tests else None
    # A run that could not continue, or ended with the weights that were tested already, is not tested once more.
    if ended.history.weights is not None and (tested is None or ended.history.weights != known.weights):
        worker.begin(OpenTestSet(run_id=run_id))
        _await(worker, run_id)
    return store.read(run_id)


def _await(worker: Worker, run_id: str) -> bool:
    """Wait until the worker is done with a run; Ctrl-C stops it. Returns whether it was pressed."""
    was_stopped = False
    while True:
        try:
            worker.join(run_id)
            return was_stopped
        except KeyboardInterrupt:
            was_stopped = True
            worker.end(run_id, "stop")


def _follow(worker: Worker, store: Store, before: Run, console: Console) -> bool:
    """Show the progress of a run until it is over; Ctrl-C stops it. Returns whether it was pressed."""
    run_id, was_stopped = before.id, False
    # The log of a run that continues says that it is over until the worker has taken it up: read on from there.
    reader, history = LogReader(store.log(run_id)), before.history.snapshot()
    history.state, told = RunState.QUEUED, before.history.cursor
    columns = (TextColumn("{task.description}"), BarColumn(8), TextColumn("{task.fields[numbers]}"))
    with Progress(*columns, TimeElapsedColumn(), TextColumn("{task.fields[left]}"), console=console) as bar:
        task = bar.add_task(_("Preparing"), total=1.0, numbers="", left="")
        while not history.state.is_over:
            try:
                is_over = worker.join(run_id, timeout=0.1)
                history.add(reader.read())
                for notice in history.notices:
                    if notice.n > told:
                        told = notice.n
                        console.print(str(notice.text), style="yellow", markup=False)
                bar.update(task, completed=history.progress, **_shown(history))
                if is_over:
                    break
            except KeyboardInterrupt:
                was_stopped = True
                worker.end(run_id, "stop")
    return was_stopped


def _shown(history: History) -> dict[str, Any]:
    """What the progress bar says: accuracy and loss of the epoch under way; once it has ended, those that the table of
    epochs has, on the validation rows if there are any. Time left is the run's own estimate, as in the browser.
    """
    if history.prepared is None or not (history.batches or history.epochs):
        return {"description": _("Preparing"), "numbers": "", "left": ""}
    now: BatchSeen | EpochEnded = (history.batches or history.epochs)[-1]
    if history.epochs and history.epochs[-1].epoch >= now.epoch:
        now = history.epochs[-1]
    seconds = history.seconds_left
    logs = {name: value for name, value in now.logs.items() if Metric(name).is_of_validation} or {
        name: value for name, value in now.logs.items() if name != "learning_rate"
    }
    return {
        "description": _("Epoch {epoch} of {epochs}").format(epoch=now.epoch, epochs=history.prepared.epochs),
        "numbers": "  ".join(f"{name} {metric_value(value)}" for name, value in logs.items()),
        "left": "" if seconds is None else _("{time} left").format(time=formats.duration(seconds)),
    }
