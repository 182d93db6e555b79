"""The command line: `python -m trainer run recipes/mnist_cnn.json`. The same worker and store as the browser's."""

from __future__ import annotations

import argparse
import json
import sys
from io import TextIOWrapper
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from trainer import formats
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import written
from trainer.recipe.spec import MissingFileError, RecipeError
from trainer.runs import versions
from trainer.runs.events import RunState
from trainer.runs.report import metrics, report
from trainer.runs.store import Run, RunNotFoundError, Store, StoreError

FINISHED, FAILED, WRONG, STOPPED = 0, 1, 2, 130
"""Exit statuses: all went well; the fit failed; it was refused, and nothing is changed; Ctrl-C."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a console of another encoding must not stumble over an arrow or a name
            stream.reconfigure(errors="replace")
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except (RecipeError, RunNotFoundError, StoreError) as error:
        looked = " and ".join(map(str, error.places)) if isinstance(error, MissingFileError) else ""
        # One plain sentence, also where rich would wrap or colour it.
        print(f"{error} It was looked for at {looked}." if looked else error, file=sys.stderr)  # noqa: T201
        return WRONG
    except KeyboardInterrupt:
        print("Stopped before training began.", file=sys.stderr)  # noqa: T201
        return STOPPED
    except OSError as error:
        name = error.filename or "the folder of runs"
        print(f"{name} cannot be used ({error.strerror}). Choose another place, or make room.", file=sys.stderr)  # noqa: T201
        return WRONG


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m trainer", description="Train, check and list Fitboard's recipes.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, help: str, function: object, *, store: bool = True) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help, description=help)
        made.set_defaults(command=function)
        made.add_argument("--json", action="store_true", help="print one JSON object as the last line")
        if store:
            made.add_argument(
                "--runs", type=Path, metavar="DIR", help="the folder of runs (default: $FITBOARD_RUNS or runs/)"
            )
        return made

    run = command("run", "Train a recipe in the foreground, then evaluate it on its test rows.", _run)
    check = command("check", "List shapes, parameters and problems of a recipe.", _check, store=False)
    for made in (run, check):
        made.add_argument("recipe", type=Path, metavar="RECIPE.json")
        made.add_argument(
            "--set", action="append", default=[], metavar="PLACE=VALUE", help="change the recipe, such as fit.epochs=1"
        )
    check.add_argument("--cost", action="store_true", help="also try some batches: how long would it train here?")
    command("list", "List all runs, newest first.", _list)
    resume = command("resume", "Go on with a run from its last whole epoch, then evaluate it.", _resume)
    resume.add_argument(
        "--epochs", type=_count, metavar="N", help="train N epochs further; without it, do those that are missing"
    )
    for made in (resume, command("show", "Show one run.", _show)):
        made.add_argument("run", metavar="RUN", help="its id, or an unmistakable beginning of it")
    return parser


def _load(options: argparse.Namespace) -> Recipe:
    return Recipe.load(options.recipe).with_settings(options.set)


def _run(options: argparse.Namespace) -> int:
    recipe = _load(options)
    store = Store(options.runs)
    store.check_writable()
    # TensorFlow takes seconds to load: only this command does it, and only with a recipe in its hands.
    from trainer.engine.foreground import train_and_test

    return _ended(train_and_test(recipe, store, Console(stderr=True)), options)


def _resume(options: argparse.Namespace) -> int:
    store = Store(options.runs, make=False)
    run = _find(store, options.run)
    store.check_writable()
    from trainer.engine.foreground import go_on_and_test  # loads TensorFlow, as in `_run`

    return _ended(go_on_and_test(run, options.epochs, store, Console(stderr=True)), options)


def _ended(result: Run, options: argparse.Namespace) -> int:
    _print_run(result, options.json)
    if result.state in {RunState.FAILED, RunState.INTERRUPTED}:
        print(result.history.reason, file=sys.stderr)  # noqa: T201
    elif result.history.test_problem is not None:
        print(result.history.test_problem, file=sys.stderr)  # noqa: T201
        return FAILED
    statuses = {RunState.FINISHED: FINISHED, RunState.STOPPED: STOPPED}
    return statuses.get(result.state, FAILED)


def _check(options: argparse.Namespace) -> int:
    if options.cost:
        # Loads TensorFlow, as in `_run`; before pandas, see trainer/engine/process.py.
        from trainer.engine.measurer import cost_here

    from trainer import data
    from trainer.engine.memory import for_a_run
    from trainer.recipe.check import check, needed
    from trainer.recipe.cost import describe_cost

    recipe = _load(options)
    facts = data.facts(recipe.data, recipe.seed)
    found = check(recipe, facts, for_a_run())
    cost, memory = None, needed(recipe, list(found.rows), facts).total
    if options.cost and not found.errors:
        cost = cost_here(recipe)
    if options.json:
        rows = [{"kind": r.layer.kind, "output_shape": r.output_shape, "parameters": r.parameters} for r in found.rows]
        problems = [
            {"level": p.severity, "code": p.code, "layer": p.layer, "message": str(p.message)} for p in found.diagnoses
        ]
        checked: dict[str, object] = {"layers": rows, "parameters": found.parameters, "problems": problems}
        if cost is not None:
            epochs = recipe.fit.epochs
            checked["cost"] = {
                "first_point": round(cost.first_point(epochs), 2),
                "epoch": round(cost.epoch(epochs), 3),
                "total": round(cost.total(epochs), 2),
                "memory": memory,
            }
        _print_json(checked)
        return WRONG if found.errors else FINISHED
    console = Console()
    table = Table("", "Layer", "Settings", "Output shape", "Parameters", title=None)
    table.add_row("", "input", "", written(facts.input_shape), "")
    for place, row in enumerate(found.rows):
        shape = "?" if row.output_shape is None else written(row.output_shape)
        parameters = "?" if row.parameters is None else f"{row.parameters:,}"
        table.add_row(str(place + 1), row.layer.kind, row.layer.summary(), shape, parameters)
    console.print(table)
    console.print(f"{found.parameters:,} parameters; {facts.train:,} training, {facts.validation:,} validation and "
                  f"{facts.test:,} test rows; {facts.classes} classes.")  # fmt: skip
    for problem in found.diagnoses:
        console.print(f"{problem.severity}: {problem.message}", markup=False)
    if not found.diagnoses:
        console.print("No problems.")
    if cost is not None:
        time, first = describe_cost(cost, recipe)
        console.print(f"{time}, {formats.size(memory, round_up=True)} of memory. {first}", markup=False)
    return WRONG if found.errors else FINISHED


def _list(options: argparse.Namespace) -> int:
    runs = Store(options.runs, make=False).list()
    if options.json:
        _print_json([report(run) for run in runs])
        return FINISHED
    table = Table(Column("Run", no_wrap=True), "Name", "State", "Epochs", "Validation accuracy", "Test accuracy")
    for run in runs:
        history = run.history
        last = metrics(history.epochs[-1]).get("val_accuracy") if history.epochs else None
        tested = history.tests[-1].logs["accuracy"] if history.tests else None
        name = run.recipe.name if run.recipe else "(made by a newer Fitboard)" if run.newer else "(damaged)"
        cells = [run.id, name, _state(run), str(len(history.epochs)), _percent(last), _percent(tested)]
        table.add_row(*(escape(cell) for cell in cells))
    Console().print(table if runs else "There are no runs yet. Make one: python -m trainer run recipes/mnist_cnn.json")
    return FINISHED


def _state(run: Run) -> str:
    if run.damage is None or run.recipe is None:
        return str(run.state)
    return f"{run.state}, made by a newer Fitboard" if run.newer else f"{run.state}, its record is damaged"


def _show(options: argparse.Namespace) -> int:
    _print_run(_find(Store(options.runs, make=False), options.run), options.json)
    return FINISHED


def _find(store: Store, beginning: str) -> Run:
    fitting = [run for run in store.ids() if run.startswith(beginning)]
    if len(fitting) > 1:
        raise RunNotFoundError(f"{len(fitting)} runs begin with “{beginning}”. Give more of the id.")
    return store.read(fitting[0] if fitting else beginning)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of epochs from 1 to 10000")
    return int(text)


def _print_run(run: Run, as_json: bool) -> None:
    if as_json:
        _print_json(report(run))
        return
    console = Console(highlight=False)
    history = run.history
    console.print(f"{run.id}  {run.recipe.name if run.recipe else ''}", markup=False)
    console.print(f"{run.state}: {run.damage or history.reason or ''}", markup=False)
    for notice in history.notices:
        console.print(notice.text, markup=False)
    names = sorted({name for epoch in history.epochs for name in epoch.logs})
    table = Table("Epoch", *names)
    for epoch in history.epochs:
        table.add_row(str(epoch.epoch), *(f"{epoch.logs[name]:.4g}" if name in epoch.logs else "" for name in names))
    console.print(table)
    if history.weights:
        console.print(f"Kept: epoch {history.weights.epoch}, {history.weights.reason}.", markup=False)
    for test in history.tests:
        console.print(f"Test: accuracy {test.logs['accuracy']:.2%}, loss {test.logs['loss']:.4f} on {test.rows:,} rows "
                      f"with the weights of epoch {test.weights_epoch}.")  # fmt: skip
    for one in history.versions:
        console.print(f"Computed with {versions.in_words(one)}.", markup=False)
    if history.prepared and history.prepared.same_rows:
        console.print("The table is too small to split: these are the rows it was trained on.")


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.2%}"


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, allow_nan=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
