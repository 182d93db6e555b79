"""The test: opened on purpose, then accuracy, confusion, report and mistakes."""

from __future__ import annotations

import logging
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from components import charts, run_ending, workspace
from components.controlled import selectbox
from components.errors import guarded
from components.example_view import show_mistakes
from components.markup import md
from components.scores import worth
from components.tables import show_table
from components.wording import WORDING
from trainer import data, formats
from trainer.data.dataset import Dataset
from trainer.engine.local import LocalEngine
from trainer.i18n import _, ngettext
from trainer.messages import Message
from trainer.recipe.spec import RecipeError
from trainer.runs.events import Tested
from trainer.runs.files import require_file
from trainer.runs.store import Run
from trainer.sources.text_csv.columns import MAX_CLASSES

LOG = logging.getLogger(__name__)
SHOWN_MISTAKES = 12
MAX_BYTES = 500_000_000
"""Of the answers of a test, unpacked: 100,000 rows of 1,000 classes take 400 MB."""
ORDERED = "ordered test"
"""Where the session keeps the run whose test was started, and its last event at that moment."""


def show_test(run: Run) -> None:
    """The button that opens the test set, and the result of the test."""
    is_testing = run.history.is_being_tested and workspace.store().is_alive(run.id)
    why_not = _why_not_test(run, is_testing=is_testing)
    tests = run.history.tests
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            _("Test again") if tests else _("Test"),
            type="secondary" if tests else "primary",
            icon=":material/fact_check:",
            disabled=why_not is not None,
            on_click=order_test,
            args=(run.id,),
            key="test",
        )
        st.caption(md(why_not or WORDING.message("test_on_purpose")))
    is_ordered = st.session_state.get(ORDERED) == (run.id, run.history.cursor)
    if is_testing or (is_ordered and workspace.engine().is_busy(run.id)):  # perhaps the trainer has not begun yet
        _await_test(run.id, run.history.cursor)
    elif is_ordered:
        st.error(md(workspace.engine().problem(run.id) or WORDING.message("test_without_result")))
    elif run.history.is_being_tested:
        st.error(md(WORDING.message("test_interrupted")))
    elif run.history.failed_action is not None and run.history.failed_action.action == "test":
        st.error(md(run.history.failed_action.message))
    if tests:
        _show_result(run, tests[-1])


def _why_not_test(run: Run, *, is_testing: bool) -> Message | str | None:
    """Why the test set cannot be opened now; None if it can."""
    if run.damage is not None:
        return run.damage
    if workspace.engine().is_orphaned(run):
        return WORDING.message("test_never_started")
    if not run.state.is_over:
        return WORDING.message("test_still_training")
    if run.history.weights is None:
        return WORDING.message("test_no_weights")
    if is_testing:
        return WORDING.message("test_running")
    return workspace.why_not_change(run.id)


def order_test(run_id: str) -> None:
    """Have the test set opened for a run that is over."""

    def test(engine: LocalEngine) -> None:
        found = engine.store.read(run_id)
        if found.state.is_over and not engine.is_busy(run_id):  # a double click finds the test of the first
            engine.test(run_id)
            st.session_state[ORDERED] = (run_id, found.history.cursor)

    workspace.change_run(run_id, test)


@st.fragment(run_every=0.5)
@guarded("the result of the test")
def _await_test(run_id: str, cursor: int) -> None:
    """Ask twice a second whether anything came after event `cursor`, or nothing can come any more; then draw again."""
    history = workspace.store().read(run_id).history
    in_progress = workspace.store().is_alive(run_id) if history.is_being_tested else workspace.engine().is_busy(run_id)
    if history.cursor > cursor or not in_progress:
        st.rerun()
    st.progress(0.5, text=_("The model answers the test questions …"))


def _show_result(run: Run, tested: Tested) -> None:
    from sklearn.metrics import confusion_matrix

    run_ending.warn_of_same_rows(run)
    _show_scores(run, tested)
    names = run.history.prepared.class_names if run.history.prepared else None
    try:
        predictions = _predictions(workspace.store().folder(run.id) / tested.file)
    except Exception as error:  # noqa: BLE001 - a damaged archive raises nearly anything, from zlib.error to MemoryError
        LOG.info("Run %s: the answers cannot be read: %r", run.id, error)
        predictions = None
    if predictions is None or (names is not None and len(names) != predictions.probabilities.shape[1]):
        st.error(_("The file with the answers is missing or damaged. Press “Test again” to create it again."))
        return
    probabilities, truth, _rows = predictions
    names = names or tuple(map(str, range(probabilities.shape[1])))
    answers = probabilities.argmax(axis=1)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(_("Confusion matrix"))
        st.caption(_("Rows are the true class, columns the model's answer. Everything off the diagonal is a mistake."))
        matrix = confusion_matrix(truth, answers, labels=np.arange(len(names)))
        st.plotly_chart(
            charts.confusion(matrix, names),
            key="confusion",
            alt=_describe_confusion(matrix, names),
            config={"displayModeBar": False},
        )
    with right:
        st.subheader(_("Class by class"))
        st.caption(
            _(
                "Precision: when the model says “{name}”, how often is it right? Recall: of all real “{name}”, how "
                "many did it find?"
            ).format(name=md(names[-1]))
        )
        show_table(_report(truth, answers, names), "test class by class", height="content")
    _show_mistakes(run, predictions, matrix, names)


def _show_scores(run: Run, tested: Tested) -> None:
    loss = tested.logs["loss"]
    with st.container(horizontal=True):
        st.metric(
            _("Test accuracy"),
            formats.percent(tested.logs["accuracy"], 2),
            help=_("The share of test rows with the right answer."),
        )
        st.metric(_("Test loss"), formats.number(loss, 4), help=_("How far off the answers were; lower is better."))
        st.metric(_("Test rows"), formats.number(tested.rows))
        st.metric(
            _("Weights from epoch"),
            formats.number(tested.weights_epoch) if tested.weights_epoch else "–",
            help=_("Which weights were tested."),
        )
        st.metric(_("Times tested"), formats.number(len(run.history.tests)))
    if told := worth(run.history, "test", tested.logs["accuracy"]):
        st.markdown(" ".join(map(md, told)))
    if run.history.weights is not None:
        text = _("Tested: {weights}. It took {time}.")
        st.caption(text.format(weights=md(run.history.weights.reason), time=formats.duration(tested.seconds)))


class _Predictions(NamedTuple):
    probabilities: NDArray[np.float32]
    """(rows, classes)"""
    truth: NDArray[np.int64]
    """(rows,), the number of the right class."""
    rows: NDArray[np.int64]
    """(rows,), the place of each in the table."""


def _predictions(path: Path) -> _Predictions:
    """What a test has written.

    Raises:
        Exception: it is missing, or not what a test has written.
    """
    require_file(path, MAX_BYTES)
    with zipfile.ZipFile(path) as packed:
        if sum(part.file_size for part in packed.infolist()) > MAX_BYTES:
            raise ValueError("The answers unpack to more than a test writes.")
    with np.load(path, allow_pickle=False) as arrays:
        found = _Predictions(arrays["probabilities"], arrays["y"], arrays["rows"])
    probabilities, truth, rows = found
    kinds = (probabilities.dtype.kind, truth.dtype.kind, rows.dtype.kind)
    is_whole = (
        kinds == ("f", "i", "i")
        and probabilities.ndim == 2
        and 0 < probabilities.shape[1] <= MAX_CLASSES
        and truth.shape == rows.shape == probabilities.shape[:1]
        and len(truth) > 0
        and 0 <= truth.min() <= truth.max() < probabilities.shape[1]
    )
    if not is_whole:
        raise ValueError("The answers are not what a test writes.")
    return found


def _describe_confusion(matrix: NDArray[np.int64], names: tuple[str, ...]) -> str:
    wrong = matrix.copy()
    np.fill_diagonal(wrong, 0)
    if not wrong.any():
        return _("Confusion matrix without a single mistake.")
    true, answer = np.unravel_index(int(wrong.argmax()), wrong.shape)
    count = int(wrong.max())
    text = ngettext(
        "Confusion matrix; the most common mistake is {true} taken for {answer}, {count} time.",
        "Confusion matrix; the most common mistake is {true} taken for {answer}, {count} times.",
        count,
    )
    return text.format(true=names[true], answer=names[answer], count=formats.number(count))


def _report(truth: NDArray[np.int64], answers: NDArray[np.int64], names: tuple[str, ...]) -> pd.DataFrame:
    from sklearn.metrics import classification_report

    labels = np.arange(len(names))
    found = classification_report(truth, answers, labels=labels, output_dict=True, zero_division=0)
    rows = [found[str(place)] for place in labels]
    return pd.DataFrame(
        {
            _("class"): list(names),
            _("precision"): [formats.percent(float(row["precision"])) for row in rows],
            _("recall"): [formats.percent(float(row["recall"])) for row in rows],
            _("F1"): [formats.percent(float(row["f1-score"])) for row in rows],
            _("rows"): [int(row["support"]) for row in rows],
        }
    )


def _show_mistakes(run: Run, predictions: _Predictions, matrix: NDArray[np.int64], names: tuple[str, ...]) -> None:
    probabilities, truth, rows = predictions
    answers, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    wrong = np.flatnonzero(answers != truth)
    st.subheader(_("Mistakes"))
    if not len(wrong):
        st.caption(_("None at all."))
        return
    text = ngettext(
        "{wrong} of {rows} answers was wrong.",
        "{wrong} of {rows} answers were wrong. Those that the model was most confident about come first.",
        len(wrong),
    )
    st.caption(text.format(wrong=formats.number(len(wrong)), rows=formats.number(len(truth))))
    chosen = _choose_cell(matrix, names)
    if chosen is not None:
        wrong = wrong[(truth[wrong] == chosen.true) & (answers[wrong] == chosen.answer)]
    shown = wrong[np.argsort(-confidence[wrong], kind="stable")][:SHOWN_MISTAKES]
    dataset = _dataset(run)
    if dataset is None or len(dataset.test) != len(truth) or not np.array_equal(dataset.test.rows, rows):
        st.info(
            _(
                "The data file has changed, is gone, or belongs to another browser on this computer, so the mistakes "
                "themselves cannot be shown."
            )
        )
        return
    given = [f"{names[answers[place]]} ({formats.percent(float(confidence[place]), 0)})" for place in shown]
    show_mistakes(dataset, dataset.test, shown.tolist(), [names[truth[place]] for place in shown], given)


MAX_CELLS = 100
"""Cells of the confusion matrix that are offered; 1,000 classes could have hundreds of thousands."""


class _Cell(NamedTuple):
    """A cell of the confusion matrix off its diagonal."""

    true: int
    answer: int


_ALL = _Cell(-1, -1)


def _choose_cell(matrix: NDArray[np.int64], names: tuple[str, ...]) -> _Cell | None:
    """Which mistakes are shown, those made most often first; None for all."""
    wrong = matrix.copy()
    np.fill_diagonal(wrong, 0)
    label, labels = _("{true} taken for {answer} ({count})"), {_ALL: _("All of them")}
    for place in np.argsort(-wrong, axis=None, kind="stable")[: min(MAX_CELLS, np.count_nonzero(wrong))]:
        cell = _Cell(*map(int, divmod(place, len(names))))
        count = formats.number(int(wrong[cell]))
        labels[cell] = label.format(true=names[cell.true], answer=names[cell.answer], count=count)
    chosen: _Cell = selectbox(_("Which mistakes"), labels, format_func=labels.__getitem__, key="mistakes of")
    return None if chosen == _ALL else chosen


def _dataset(run: Run) -> Dataset | None:
    if run.recipe is None or not workspace.may_read_data_of(run):
        return None
    try:
        return data.load(run.recipe.data, run.recipe.seed)
    except RecipeError:
        return None  # the caller says that the file is gone
