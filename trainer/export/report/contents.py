"""What stands in a report: of all there is to read, what is shown, in the order of the page. Pure."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, isfinite
from typing import NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from trainer import fitboard_version
from trainer.coach import Advice, advise
from trainer.data.dataset import Dataset
from trainer.data.few_rows import one_row_counts
from trainer.data.picture_address import picture_address
from trainer.export.exported_run import facts_of
from trainer.export.report.curves import Chart, charts
from trainer.export.report.material import Material
from trainer.export.wording import WORDING
from trainer.i18n import _
from trainer.messages import Message
from trainer.paths import file_stem, own_name, portable
from trainer.recipe.check.fitting import rows_of
from trainer.recipe.data import DataFacts, Modality
from trainer.recipe.difference import differences
from trainer.recipe.network_picture import Part, network_svg
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import Shape, written
from trainer.recipe.spec import clip
from trainer.runs.baseline import Standing, score_range, standing
from trainer.runs.comparison import compare
from trainer.runs.curve_description import describe_curves
from trainer.runs.events import EpochEnded, RunState, Tested
from trainer.runs.history import History
from trainer.runs.predictions import Predictions, mixed_up_most
from trainer.runs.store import Run
from trainer.runs.versions import version_names
from trainer.runs.which_weights import which_weights

MISTAKES = 3
MAX_LAYERS, MAX_CLASSES, MAX_FINDINGS, MAX_DIFFERENCES, MAX_EPOCHS = 12, 10, 5, 8, 60
"""How many of them are shown: more would not fit on two pages."""
MAX_TEXT, MAX_NOTE, MAX_NAME, MAX_FEATURES = 320, 300, 60, 6
"""Characters of a text, of a note and of a name; numbers of a row."""
MAX_STEM = 40
HERE = "http://localhost:8501"
"""Where Fitboard's pages are after a plain start."""


class Cut(NamedTuple):
    """The first of some sentences, and how many others there are."""

    shown: Sequence[Message]
    more: int


class Layer(NamedTuple):
    """A row of the table of layers; one without a kind stands for those that are left out."""

    number: int
    title: str
    kind: str
    settings: str
    shape: str
    parameters: int | None


@dataclass(frozen=True)
class Network:
    """The stack."""

    picture: Markup
    layers: Sequence[Layer]
    left_out: int
    """Layers in the middle that are not in the table."""
    parameters: int | None


class DataShown(NamedTuple):
    """What the run was trained on, as it has written down, or else as the file says."""

    name: str
    columns: Sequence[tuple[str, str]]
    """Which columns of its file are read: what for, and the name of each."""
    classes: Sequence[str]
    more_classes: int
    train: int
    validation: int
    test: int
    each: Message | None
    """What one example is; None where nobody knows."""
    same_rows: bool


class Cell(NamedTuple):
    """How often a class was given an answer."""

    times: int
    is_right: bool
    step: int
    """How strongly it is coloured, 0 to 3, beside the largest of its kind."""


class Matrix(NamedTuple):
    """The confusion matrix, or the part of it with the classes that are mixed up most."""

    names: Sequence[str]
    labelled: Sequence[tuple[str, Sequence[Cell]]]
    """A true class with what it was taken for."""
    left_out: int


class Mistake(NamedTuple):
    """A wrong answer."""

    kind: Modality
    true: str
    answer: str
    confidence: float
    picture: Markup
    """Of a picture: its address, with all of it inside."""
    text: str
    numbers: Sequence[tuple[str, float]]
    """Of a row of numbers: what the first of them are."""


@dataclass(frozen=True)
class Test:
    """The last test."""

    tested: Tested
    weights: Message
    sentences: Sequence[Message]
    matrix: Matrix | None
    mistakes: Sequence[Mistake]
    why_no_mistakes: Message | None


class Comparison(NamedTuple):
    """This run beside an earlier one."""

    title: str
    began: datetime | None
    changes: Cut
    """What is different in this run."""
    outcome: Message | None
    """What came of it; None where there are no numbers to compare."""
    hints: Sequence[Message]


@dataclass(frozen=True)
class Contents:
    """All that the template shows."""

    run: Run
    title: str
    troubles: Sequence[Message | str]
    """Why something is not in the report, or not as it should be."""
    about: str
    expected: Sequence[Message]
    why: str
    note: str
    """What somebody has noted about the run."""
    data: DataShown | None
    findings: Cut
    data_notes: Sequence[Message]
    network: Network | None
    settings: Cut | None
    charts: Sequence[Chart]
    described: Sequence[Message]
    epochs: Sequence[EpochEnded]
    kept: Message | None
    advice: Sequence[Advice]
    test: Test | None
    comparison: Comparison | None
    versions: Sequence[str]
    recipe_address: Markup
    needed_file: str
    """A file of data that somebody brought, without which the recipe trains nothing; empty for Fitboard's own."""
    file_stem: str
    """Of the names of files that are saved from the page."""
    page_address: str
    fitboard: str


def contents(found: Material) -> Contents:
    """Choose what is shown.

    Args:
        found: all there is.
    """
    run, history, recipe = found.run, found.run.history, found.run.recipe
    facts = _facts(found)
    return Contents(
        run=run,
        title=run.title,
        troubles=_troubles(found),
        about="" if recipe is None else _(recipe.about),
        expected=_expected(found),
        why="" if found.expectation is None else found.expectation.why,
        note=clip(run.caption.note, MAX_NOTE),
        data=None if recipe is None or facts is None else _data(recipe, facts),
        findings=_cut([one.message for one in found.data.findings], MAX_FINDINGS),
        data_notes=_data_notes(found),
        network=None if recipe is None else _network(recipe, facts),
        settings=None if recipe is None else _settings(recipe),
        charts=charts(history),
        described=describe_curves(history),
        epochs=history.epochs[:: max(1, -(-len(history.epochs) // MAX_EPOCHS))],
        kept=None if history.weights is None else which_weights(history.weights),
        advice=() if recipe is None or run.damage is not None else advise(recipe, history),
        test=_test(found),
        comparison=_comparison(found),
        versions=version_names(history.versions[-1]) if history.versions else (),
        recipe_address=Markup("" if recipe is None else _file(_portable(recipe).to_json())),  # noqa: S704 - base64
        needed_file="" if recipe is None else _needed_file(recipe),
        file_stem=file_stem(run.title, "run")[:MAX_STEM].rstrip("-"),
        page_address=f"{HERE}/results?run={quote(run.id)}",
        fitboard=fitboard_version(),
    )


def _cut(messages: Sequence[Message], most: int) -> Cut:
    shown = messages if len(messages) <= most else messages[: most - 1]
    return Cut(shown, len(messages) - len(shown))


def _troubles(found: Material) -> list[Message | str]:
    """What is wrong with the run as a whole."""
    run = found.run
    told: list[Message | str] = []
    if run.damage is not None:
        told.append(WORDING.message("report_newer" if run.newer else "report_damaged", why=run.damage))
    elif not run.state.is_over:
        told.append(WORDING.message("report_in_progress"))
    elif run.state is not RunState.FINISHED and run.history.reason is not None:
        told.append(WORDING.message("report_ended", state=run.condition, why=run.history.reason))
    if run.state.is_over and run.history.weights is None:
        told.append(WORDING.message("report_no_weights"))
    return told


def _expected(found: Material) -> list[Message]:
    written_down = found.expectation
    if written_down is None or written_down.is_empty:
        return [WORDING.message("report_nothing_expected")]
    if written_down.accuracy is None:
        return []
    told = [WORDING.message("report_expected", share=written_down.accuracy)]
    if found.run.history.tests:
        share = found.run.history.tests[-1].logs["accuracy"]
        points = round(100 * abs(share - written_down.accuracy), 1)
        way = "as" if not points else "above" if share > written_down.accuracy else "below"
        told.append(WORDING.message(f"report_came_{way}", share=share, points=points))
    return told


def _facts(found: Material) -> DataFacts | None:
    """Of the data as they were trained on; None where nobody knows them any more."""
    recipe, prepared, dataset = found.run.recipe, found.run.history.prepared, found.data.dataset
    if recipe is None or (prepared is None and dataset is None):
        return None
    if prepared is None:
        return None if dataset is None else dataset.facts()
    shape = prepared.input_shape or (dataset.input_shape if dataset is not None else ())
    return facts_of(recipe, prepared, shape)


def _data(recipe: Recipe, facts: DataFacts) -> DataShown:
    path, names = recipe.data.path, facts.class_names
    return DataShown(
        name=recipe.data.own_name if path is None else clip(own_name(path), MAX_NAME),
        columns=[
            (recipe.data.field_title(name), clip(getattr(recipe.data, name), MAX_NAME))
            for name in recipe.data.columns
            if getattr(recipe.data, name) is not None
        ],
        classes=[clip(name, MAX_NAME) for name in names[:MAX_CLASSES]],
        more_classes=max(0, len(names) - MAX_CLASSES),
        train=facts.train,
        validation=facts.validation,
        test=facts.test,
        each=_each(facts),
        same_rows=facts.same_rows,
    )


def _each(facts: DataFacts) -> Message | None:
    match facts.modality, facts.input_shape:
        case "image", (height, width, channels):
            name = "report_grey_picture" if channels == 1 else "report_color_picture"
            return WORDING.message(name, height=height, width=width)
        case "text", (words,):
            return WORDING.message("report_text", words=words)
        case "table", (numbers,):
            return WORDING.message("report_row", numbers=numbers)
    return None


def _data_notes(found: Material) -> list[Message]:
    read = found.data
    if read.problem is not None:
        return [] if found.run.recipe is None else [read.problem]
    told = [] if read.dataset is None else list(read.dataset.left_out)
    if read.are_examined and not read.findings:
        told.append(WORDING.message("report_no_findings"))
    return told


def _network(recipe: Recipe, facts: DataFacts | None) -> Network:
    known = facts if facts is not None and facts.input_shape else None
    rows = [] if known is None else rows_of(recipe, known)
    shapes: list[Shape | None] = [one.output_shape for one in rows] or [None] * len(recipe.layers)
    counts: list[int | None] = [one.parameters for one in rows] or [None] * len(recipe.layers)
    layers = [
        Layer(
            place + 1, _(layer.title), layer.kind, layer.summary(), "?" if shape is None else written(shape), parameters
        )
        for place, (layer, shape, parameters) in enumerate(zip(recipe.layers, shapes, counts, strict=True))
    ]
    left_out = max(0, len(layers) - MAX_LAYERS)
    parts = [Part(_("Data"), None if known is None else known.input_shape)]
    parts += [Part(one.kind, shape) for one, shape in zip(layers, shapes, strict=True)]
    begin, end = MAX_LAYERS - MAX_LAYERS // 3, MAX_LAYERS // 3
    if left_out:
        parts = [*parts[: begin + 1], Part("…", None), *parts[-end:]]
        layers = [*layers[:begin], *layers[-end:]]
    total = None if not rows or None in counts else sum(count or 0 for count in counts)
    # Made of numbers, and of names that are escaped there.
    return Network(Markup(network_svg(parts)), layers, left_out, total)  # noqa: S704


def _settings(recipe: Recipe) -> Cut:
    """What is set otherwise than somebody finds it who begins; the layers have a table of their own."""
    fields = type(recipe.data).model_fields
    of_file = {"path", *recipe.data.columns}
    usual = {name: one.default for name, one in fields.items() if not one.is_required() and name not in of_file}
    begun = Recipe(data=recipe.data.with_(**usual), layers=recipe.layers)
    return _cut([one.message for one in differences(begun, recipe)], MAX_DIFFERENCES)


def _test(found: Material) -> Test | None:
    history = found.run.history
    if not history.tests:
        return None
    tested, predictions = history.tests[-1], found.predictions
    mistakes, why = _mistakes(found, predictions)
    return Test(
        tested,
        which_weights(tested),
        _what_a_test_is_worth(history, tested),
        None if predictions is None else _matrix(predictions, _names(history, predictions)),
        mistakes,
        why,
    )


def _what_a_test_is_worth(history: History, tested: Tested) -> list[Message]:
    accuracy = tested.logs["accuracy"]
    beside: Standing | None = standing(history, "test", accuracy)
    told = [score_range(history, "test", accuracy), None if beside is None else beside.message]
    told.append(None if beside is None else one_row_counts(beside.rows))
    if history.prepared is not None and history.prepared.same_rows:
        told.append(WORDING.message("report_same_rows"))
    if history.weights is not None and history.test_of_weights is None:
        told.append(WORDING.message("report_other_weights", kept=which_weights(history.weights)))
    return [one for one in told if one is not None]


def _names(history: History, predictions: Predictions) -> Sequence[str]:
    names = (
        history.prepared.class_names if history.prepared is not None else tuple(map(str, range(predictions.classes)))
    )
    return [clip(name, MAX_NAME) for name in names]


def _matrix(predictions: Predictions, names: Sequence[str]) -> Matrix:
    counts, shown = predictions.matrix, mixed_up_most(predictions.matrix, MAX_CLASSES)
    most = {True: int(counts.diagonal().max()), False: int(predictions.mistakes.max())}

    def cell(true: int, answer: int) -> Cell:
        count, is_right = int(counts[true, answer]), true == answer
        return Cell(count, is_right, ceil(3 * count / most[is_right]) if count else 0)

    rows = [(names[true], [cell(true, answer) for answer in shown]) for true in shown]
    return Matrix([names[one] for one in shown], rows, predictions.classes - len(shown))


def _mistakes(found: Material, predictions: Predictions | None) -> tuple[list[Mistake], Message | None]:
    """The mistakes that the model was most confident about; without any, why."""
    if predictions is None:
        return [], WORDING.message("report_no_answers")
    wrong = predictions.wrong()[:MISTAKES].tolist()
    if not wrong:
        return [], WORDING.message("report_no_mistakes")
    dataset, names = found.data.dataset, _names(found.run.history, predictions)
    if dataset is None:
        return [], WORDING.message("report_no_examples")
    return [_mistake(dataset, predictions, names, place) for place in wrong], None


def _mistake(dataset: Dataset, predictions: Predictions, names: Sequence[str], place: int) -> Mistake:
    example, confidence = dataset.test[place], float(predictions.confidence[place])
    picture, text, numbers = Markup(), "", list[tuple[str, float]]()
    if dataset.modality == "image":
        picture = Markup(picture_address(example))  # noqa: S704 - base64
    elif dataset.modality == "text":
        text = clip(str(example), MAX_TEXT)
    else:
        pairs = zip(dataset.feature_names, example.tolist(), strict=True)
        numbers = [(clip(name, MAX_NAME), float(value)) for name, value in pairs][:MAX_FEATURES]
    true, answer = names[predictions.truth[place]], names[predictions.answers[place]]
    sure = confidence if isfinite(confidence) else 0.0
    return Mistake(dataset.modality, true, answer, sure, picture, text, numbers)


def _comparison(found: Material) -> Comparison | None:
    if found.earlier is None:
        return None
    compared = compare(found.earlier, found.run)
    changes = _cut([one.message for one in compared.differences], MAX_DIFFERENCES)
    outcome = compared.sentence.parameters.get("outcome")
    told = outcome if isinstance(outcome, Message) else None
    return Comparison(found.earlier.title, found.earlier.created, changes, told, compared.hints)


def _needed_file(recipe: Recipe) -> str:
    path = recipe.data.path
    return "" if path is None or path.startswith("data/") else clip(own_name(path), MAX_NAME)


def _portable(recipe: Recipe) -> Recipe:
    """The recipe, without any folder of this computer in the name of its file."""
    path = recipe.data.path
    return recipe if path is None else recipe.with_(data=recipe.data.with_(path=portable(path)))


def _file(text: str) -> str:
    """A text as an address that holds it."""
    return f"data:application/json;base64,{b64encode(text.encode('utf-8', 'replace')).decode()}"
