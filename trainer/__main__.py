"""The command line: `python -m trainer run recipes/mnist_cnn.json`. The same worker and store as the browser's."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import warnings
from collections.abc import Callable, Iterable
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from trainer import formats
from trainer.data.few_rows import one_row_counts
from trainer.export import job
from trainer.export.equality import ExportError
from trainer.export.format import formats as export_formats
from trainer.export.wording import WORDING as EXPORT
from trainer.i18n import _
from trainer.messages import Message
from trainer.recipe.cost import Cost, describe_cost, writing
from trainer.recipe.data import DataFacts
from trainer.recipe.diagnosis import Diagnosis, Severity
from trainer.recipe.limits import MAX_EPOCHS
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import written
from trainer.recipe.spec import MissingFileError, NewerVersionError, RecipeError, clip, shorten
from trainer.runs import listing
from trainer.runs.baseline import score_range, standing
from trainer.runs.events import RunState, Tested
from trainer.runs.history import History
from trainer.runs.kept_epochs import KeptEpoch, KeptEpochsError, kept_epochs
from trainer.runs.report import metric_value, report, spans
from trainer.runs.store import Run, RunNotFoundError, Store, StoreError
from trainer.runs.versions import version_names
from trainer.runs.which_weights import which_weights
from trainer.runs.wording import WORDING

if TYPE_CHECKING:  # both take time to load, which only `check` and `run` shall take
    from trainer.data.diagnosis import DataDiagnosis
    from trainer.data.examination import Examination
    from trainer.engine.prediction import Answered
    from trainer.recipe.check import Report

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
    except (RecipeError, RunNotFoundError, StoreError, KeptEpochsError, ExportError) as error:
        # One line of plain text, also where rich would wrap or colour it.
        told = str(error)
        if isinstance(error, MissingFileError):
            looked = _("{problem} It was looked for at {places}.")
            told = looked.format(problem=error, places=formats.listing(error.places))
        print(told, file=sys.stderr)  # noqa: T201
        status = _refused(error.message, told, options)
        return FAILED if isinstance(error, job.ExportFailedError) else status
    except KeyboardInterrupt:
        print(_("Stopped before training began."), file=sys.stderr)  # noqa: T201
        return STOPPED
    except OSError as error:
        name = error.filename or "the folder of runs"
        refused = _("{name} cannot be used ({error}). Use another folder, or free some disk space.")
        told = refused.format(name=name, error=error.strerror)
        print(told, file=sys.stderr)  # noqa: T201
        return _refused(told, told, options)


def _refused(problem: Message | str, told: str, options: argparse.Namespace) -> int:
    """With `--json`, print the object of `check` for what was refused."""
    if options.json:
        inner = _innermost(problem)
        code = inner.code if isinstance(inner, Message) else None
        one = {"code": code, "severity": str(Severity.ERROR), "layer": _layer(problem), "message": told}
        _print_json({"data": None, "layers": [], "parameters": None, "problems": [one]})
    return WRONG


def _innermost(problem: Message | str) -> Message | str:
    """What is wrong, without the messages around it that say where: its code is the one to tell problems apart by."""
    if isinstance(problem, Message):
        inner = problem.parameters.get(_AROUND.get(problem.code, ""))
        if isinstance(inner, Message):
            return _innermost(inner)
    return problem


_AROUND = {"recipe.in_file": "why", "recipe.and_more": "first", "recipe.at": "why"}


def _layer(problem: object) -> int | None:
    """The layer that a message names, counted from 0; None if it names none."""
    if not isinstance(problem, Message):
        return None
    if problem.code in {"recipe.layer", "recipe.layer_of_no_kind"}:
        number = problem.parameters["number"]
        return number - 1 if isinstance(number, int) else None
    found = map(_layer, problem.parameters.values())
    return next((layer for layer in found if layer is not None), None)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m trainer", description=_("Train, check and list Fitboard's recipes.")
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, help: str, function: object, *, store: bool = True) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=help, description=help)
        made.set_defaults(command=function)
        made.add_argument("--json", action="store_true", help=_("print one JSON object as the last line"))
        if store:
            made.add_argument(
                "--runs", type=Path, metavar="DIR", help=_("the folder of runs (default: $FITBOARD_RUNS or runs/)")
            )
        return made

    run = command("run", _("Train a recipe in the foreground, then evaluate it on its test rows."), _run)
    check = command("check", _("List shapes, parameters and problems of a recipe."), _check, store=False)
    for made in (run, check):
        made.add_argument("recipe", type=Path, metavar="RECIPE.json")
        made.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="PLACE=VALUE",
            help=_("change the recipe, such as fit.epochs=1"),
        )
    check.add_argument("--cost", action="store_true", help=_("also try some batches: how long would it train here?"))
    command("list", _("List all runs, newest first."), _list)
    resume = command("resume", _("Continue a run from its last completed epoch, then evaluate it."), _resume)
    resume.add_argument(
        "--epochs", type=_count, metavar="N", help=_("train N more epochs; without it, those that are missing")
    )
    predict = command("predict", _("Ask a run's network about a picture, a text or a table."), _predict)
    asked = predict.add_mutually_exclusive_group(required=True)
    asked.add_argument("--image", type=Path, metavar="FILE", help=_("a picture"))
    asked.add_argument("--text", metavar="TEXT", help=_("a text"))
    asked.add_argument("--csv", type=Path, metavar="FILE", help=_("a table; prints it with the answers, as a CSV"))
    predict.add_argument(
        "--epoch", type=_epoch, metavar="N", help=_("with the weights after epoch N, 0 for untrained; else the result")
    )
    opened = command("open", _("Open a run that another Fitboard has packed as a zip."), _open)
    opened.add_argument("file", type=Path, metavar="FILE.zip")
    export = command("export", _("Write a run's network as files to take home."), _export)
    names = formats.listing(list(export_formats()), "or")
    export.add_argument(
        "--format",
        required=True,
        choices=list(export_formats()),
        metavar="NAME",
        help=_("one of {names}").format(names=names),
    )
    export.add_argument(
        "--epoch",
        type=_which,
        metavar="best|last|N",
        help=_("with the weights of the best or last epoch, or after epoch N, 0 for untrained; else the result"),
    )
    export.add_argument(
        "--out", type=Path, default=Path(), metavar="DIR", help=_("the folder to write to (default: the current one)")
    )
    for made in (resume, predict, export, command("show", _("Show one run."), _show)):
        made.add_argument("run", metavar="RUN", help=_("its id, or the short one of the list"))
    return parser


def _load(options: argparse.Namespace) -> Recipe:
    return Recipe.load(options.recipe).with_settings(options.set)


def _run(options: argparse.Namespace) -> int:
    recipe = _load(options)
    store = Store(options.runs)
    store.check_writable()
    # TensorFlow takes seconds to load: only this command does it, and only with a recipe in its hands.
    from trainer.engine.foreground import train_and_test

    return _ended(_trained(lambda: train_and_test(recipe, store, Console(stderr=True))), options, store)


def _resume(options: argparse.Namespace) -> int:
    store = Store(options.runs, make=False)
    run = _find(store, options.run)
    store.check_writable()
    from trainer.engine.foreground import continue_and_test  # loads TensorFlow, as in `_run`

    return _ended(_trained(lambda: continue_and_test(run, options.epochs, store, Console(stderr=True))), options, store)


def _trained(train: Callable[[], Run]) -> Run:
    """Train without Keras's warnings among the progress: what they are about is the check's to say, in words."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning, module="keras")
        return train()


def _ended(result: Run, options: argparse.Namespace, store: Store) -> int:
    _print_run(result, options.json, store)
    if result.state in {RunState.FAILED, RunState.INTERRUPTED}:
        print(result.history.reason, file=sys.stderr)  # noqa: T201
    elif result.history.failed_action is not None:
        print(result.history.failed_action.message, file=sys.stderr)  # noqa: T201
        return FAILED
    statuses = {RunState.FINISHED: FINISHED, RunState.STOPPED: STOPPED}
    return statuses.get(result.state, FAILED)


def _check(options: argparse.Namespace) -> int:
    if options.cost:
        # Loads TensorFlow, as in `_run`; before pandas, see trainer/engine/process.py.
        from trainer.engine.measurer import cost_here

    from trainer import data
    from trainer.data.examination import examine
    from trainer.data.files import find_file
    from trainer.engine.memory import for_a_run
    from trainer.recipe.check import check, needed

    recipe = _load(options)
    if recipe.data.path is not None:
        find_file(recipe.data.path)  # says where it was looked for
    seen = examine(recipe.data, recipe.seed)
    if seen.refusal is not None:
        if options.json:
            _print_json({"data": seen.as_json(), "layers": [], "parameters": None, "problems": []})
        else:
            console = Console()
            _print_columns(seen, console)
            _print_problems(seen.findings[1:], console)  # the first is the refusal, which standard error gets
        print(seen.refusal, file=sys.stderr)  # noqa: T201
        return WRONG
    recipe = recipe.with_(data=seen.spec)
    facts = data.facts(recipe.data, recipe.seed)
    found = check(recipe, facts, for_a_run())
    cost, memory = None, needed(recipe, list(found.rows), facts).total
    if options.cost and not found.errors:
        cost = cost_here(recipe)
    if options.json:
        _print_json(_check_as_json(recipe, seen, found, cost, memory))
    else:
        _print_check(recipe, facts, seen, found, cost, memory)
    has_errors = found.errors or any(one.severity is Severity.ERROR for one in seen.findings)
    return WRONG if has_errors else FINISHED


def _check_as_json(
    recipe: Recipe, seen: Examination, found: Report, cost: Cost | None, memory: int
) -> dict[str, object]:
    rows = [{"kind": r.layer.kind, "output_shape": r.output_shape, "parameters": r.parameters} for r in found.rows]
    problems = [
        {"code": p.code, "severity": str(p.severity), "layer": p.layer, "message": str(p.message)}
        for p in found.diagnoses
    ]
    checked: dict[str, object] = {
        "data": seen.as_json(), "layers": rows, "parameters": found.parameters, "problems": problems
    }  # fmt: skip
    if cost is not None:
        checked["cost"] = {
            "first_point": round(cost.first, 2),
            "epoch": round(cost.epoch(), 3),
            "total": round(cost.total(recipe.fit.epochs), 2),
            "memory": memory,
        }
    return checked


def _print_check(
    recipe: Recipe, facts: DataFacts, seen: Examination, found: Report, cost: Cost | None, memory: int
) -> None:
    console = Console()
    table = Table("", _("Layer"), _("Settings"), _("Output shape"), _("Parameters"), title=None)
    table.add_row("", "input", "", written(facts.input_shape), "")
    for place, row in enumerate(found.rows):
        shape = "?" if row.output_shape is None else written(row.output_shape)
        parameters = "?" if row.parameters is None else formats.number(row.parameters)
        table.add_row(str(place + 1), row.layer.kind, row.layer.summary(), shape, parameters)
    console.print(table)
    sizes = _(
        "{parameters} parameters; {train} training, {validation} validation and {test} test rows; {classes} classes."
    )
    counts = {"parameters": found.parameters, "train": facts.train, "validation": facts.validation, "test": facts.test,
              "classes": facts.classes}  # fmt: skip
    console.print(sizes.format(**{name: formats.number(count) for name, count in counts.items()}))
    _print_columns(seen, console)
    _print_problems((*seen.findings, *found.diagnoses), console)
    if not seen.findings and not found.diagnoses:
        console.print(_("No problems."))
    if cost is not None:
        time, first = describe_cost(cost, recipe)
        needs = _("{time}, {memory} of memory. {first}")
        console.print(needs.format(time=time, memory=formats.size(memory, round_up=True), first=first), markup=False)
        if (more := writing(recipe)) is not None:
            console.print(str(more), markup=False)


def _print_problems(problems: Iterable[DataDiagnosis[Any] | Diagnosis[Any]], console: Console) -> None:
    severities = {Severity.ERROR: _("error"), Severity.WARNING: _("warning"), Severity.NOTE: _("note")}
    for problem in problems:
        console.print(f"{severities[problem.severity]}: {problem.message}", markup=False)


def _print_columns(seen: Examination, console: Console) -> None:
    """Which columns are read, and which others could be meant."""
    said = seen.as_json()
    text, label = (
        _("not chosen") if said[name] is None else f"“{clip(said[name])}”" for name in ("text_column", "label_column")
    )
    if said["text_column"] is not None or said["label_column"] is not None:
        console.print(_("Text column: {text}. Label column: {label}.").format(text=text, label=label), markup=False)
    if seen.alternatives:
        others = _("Other columns that could be meant: {names}. Choose with --set data.label_column=NAME.")
        names = formats.listing([f"“{clip(name)}”" for name in seen.alternatives])
        console.print(others.format(names=names), markup=False)


def _list(options: argparse.Namespace) -> int:
    runs = Store(options.runs, make=False).list()
    if options.json:
        _print_json([report(run) for run in runs])
        return FINISHED
    if not runs:
        nothing = _("There are no runs yet. Make one: {command}")
        print(nothing.format(command="python -m trainer run recipes/mnist_cnn.json"))  # noqa: T201
        return FINISHED
    columns = shutil.get_terminal_size().columns
    sys.stdout.writelines(f"{line}\n" for line in listing.lines(runs, columns))
    return FINISHED


def _show(options: argparse.Namespace) -> int:
    store = Store(options.runs, make=False)
    _print_run(_find(store, options.run), options.json, store)
    return FINISHED


def _find(store: Store, beginning: str) -> Run:
    """The run that is meant by its id, by the beginning of it, or by a short id of the list."""
    fitting = [run_id for run_id in store.ids() if beginning and listing.fits(run_id, beginning)]
    if not fitting:
        raise RunNotFoundError(WORDING.message("no_listed_run", beginning=shorten(beginning)))
    if len(fitting) > 1:
        raise RunNotFoundError(WORDING.message("ambiguous_id", count=len(fitting), beginning=beginning))
    return store.read(fitting[0])


def _predict(options: argparse.Namespace) -> int:
    store = Store(options.runs, make=False)
    run = _find(store, options.run)
    from trainer.engine.prediction import Asked, as_csv  # loads TensorFlow, as in `_run`

    network = Asked(store, run, options.epoch)
    asked = {"run": run.id, "epoch": network.epoch, "inside": network.inside}
    if options.csv is not None:
        frame, answers = network.table(options.csv)
        if options.json:
            _print_json(asked | {"rows": [one.as_json() for one in answers]})
        else:
            _print_csv(as_csv(frame, answers, network.class_names))
        return FINISHED
    found = network.picture(options.image) if options.image is not None else network.text(options.text)
    if options.json:
        _print_json(asked | found.as_json())
    else:
        _print_answer(found)
    return FINISHED


def _open(options: argparse.Namespace) -> int:
    from trainer.export.run_zip import open_run  # takes time to load

    store = Store(options.runs)
    store.check_writable()
    run = store.read(open_run(options.file, store))
    if options.json:
        _print_json(report(run) | {"opened_from": store.opened_from(run.id)})
    else:
        Console(highlight=False).print(f"{run.id}  {listing.title(run)}", markup=False)
    return FINISHED


def _export(options: argparse.Namespace) -> int:
    store = Store(options.runs, make=False)
    run = _find(store, options.run)
    try:
        with Console(stderr=True).status(str(EXPORT.message("starting"))) as status:
            done = job.export(
                store, run.id, options.format, options.out, options.epoch, tell=lambda step: status.update(str(step))
            )
    except KeyboardInterrupt:
        print(EXPORT.message("stopped"), file=sys.stderr)  # noqa: T201
        return STOPPED
    if options.json:
        _print_json(done.as_json())
        return FINISHED
    print(_("{path} ({size})").format(path=done.path, size=formats.file_size(done.bytes)))  # noqa: T201
    if done.equality is not None:
        print(done.equality.message)  # noqa: T201
    if done.note is not None:
        print(done.note)  # noqa: T201
    return FINISHED


def _print_answer(found: Answered) -> None:
    if found.answer is None:
        print(_("No answer. {why}").format(why=found.why))  # noqa: T201
        return
    scores = sorted(found.scores.items(), key=lambda one: -one[1])
    written = formats.percent if found.are_probabilities else formats.number
    console = Console(highlight=False)
    console.print(f"{listing.printable(found.answer)} ({written(scores[0][1])})", markup=False)
    table = Table(_("Class"), _("Probability") if found.are_probabilities else _("Score"))
    for name, score in scores:
        table.add_row(Text(listing.printable(name)), written(score))
    console.print(table)


def _print_csv(table: str) -> None:
    """Write a CSV in UTF-8, whatever the console's encoding is: spreadsheets see its mark, and every name fits in."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="")
    sys.stdout.write(table)
    sys.stdout.flush()


def _epoch(text: str) -> int:
    if not text.isdecimal() or int(text) > MAX_EPOCHS:
        wrong = _("{text!r} is not a number of epochs from 0 to {most}")
        raise argparse.ArgumentTypeError(wrong.format(text=text, most=MAX_EPOCHS))
    return int(text)


def _which(text: str) -> int | str:
    return text if text in {"best", "last"} else _epoch(text)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MAX_EPOCHS:
        wrong = _("{text!r} is not a number of epochs from 1 to {most}")
        raise argparse.ArgumentTypeError(wrong.format(text=text, most=MAX_EPOCHS))
    return int(text)


def _print_run(run: Run, as_json: bool, store: Store) -> None:
    epochs = _kept_epochs(run, store)
    if as_json:
        _print_json(report(run) | {"kept_epochs": None if epochs is None else [one.epoch for one in epochs]})
        return
    console = Console(highlight=False)
    history = run.history
    console.print(f"{run.id}  {listing.title(run)}", markup=False)
    if run.caption.note:
        console.print(listing.printable(run.caption.note), markup=False)
    console.print(f"{WORDING.message(f'state_{run.state}')}: {run.damage or history.reason or ''}", markup=False)
    for notice in history.notices:
        console.print(str(notice.text), markup=False)
    names = sorted({name for epoch in history.epochs for name in epoch.logs})
    table = Table(_("Epoch"), *names)
    for epoch in history.epochs:
        table.add_row(
            str(epoch.epoch), *(metric_value(epoch.logs[name]) if name in epoch.logs else "" for name in names)
        )
    console.print(table)
    if history.weights:
        kept = _("Weights: {weights} ({reason}).")
        which, why = which_weights(history.weights), history.weights.reason
        console.print(kept.format(weights=which, reason=why), markup=False)
    _print_kept_epochs(epochs or [], console)
    for test in history.tests:
        tested = _("Test: accuracy {accuracy}, loss {loss} on {rows} rows. Tested weights: {weights}.").format(
            accuracy=formats.percent(test.logs["accuracy"]), loss=formats.number(test.logs["loss"], 4),
            rows=formats.number(test.rows), weights=which_weights(test),
        )  # fmt: skip
        console.print(tested)
    for test in history.tests[-1:]:
        for told in _worth(history, test):
            console.print(str(told), markup=False)
    for one in history.versions:
        console.print(_("Computed with {versions}.").format(versions=formats.listing(version_names(one))), markup=False)
    if history.prepared and history.prepared.same_rows:
        console.print(_("The table is too small to split: these are the rows it was trained on."))


def _kept_epochs(run: Run, store: Store) -> list[KeptEpoch] | None:
    """The epochs whose weights a run has kept; None, and a sentence on standard error, if their list is damaged."""
    try:
        return kept_epochs(store.folder(run.id))
    except (KeptEpochsError, NewerVersionError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return None


def _print_kept_epochs(epochs: list[KeptEpoch], console: Console) -> None:
    if epochs:
        size, numbers = formats.file_size(sum(one.bytes for one in epochs)), spans([one.epoch for one in epochs])
        console.print(_("Kept epochs: {epochs} ({size})").format(epochs=numbers, size=size), markup=False)


def _worth(history: History, test: Tested) -> list[Message]:
    """What the accuracy of a test is worth: beside luck, beside always giving the same answer, and by its rows."""
    accuracy = test.logs["accuracy"]
    luck, found = score_range(history, "test", accuracy), standing(history, "test", accuracy)
    told = (luck, None if found is None else found.message, None if luck is None else one_row_counts(test.rows))
    return [one for one in told if one is not None]


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, allow_nan=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
