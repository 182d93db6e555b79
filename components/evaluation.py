"""The test: opened on purpose, then accuracy, confusion, report and mistakes."""

from __future__ import annotations

import logging
import zipfile
from math import isfinite
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from components import charts, workspace
from components.dataset_view import SAME_ROWS
from components.errors import guarded
from components.markup import md
from components.picture_view import picture
from components.tables import show_table
from trainer import data, formats
from trainer.data.dataset import Dataset
from trainer.data.text_csv import MAX_CLASSES
from trainer.engine.local import LocalEngine
from trainer.messages import Message
from trainer.recipe.spec import RecipeError
from trainer.runs.events import Tested
from trainer.runs.files import require_file
from trainer.runs.store import Run

LOG = logging.getLogger(__name__)
SHOWN_MISTAKES = 12
MAX_BYTES = 500_000_000
"""Of the answers of a test, unpacked: 100,000 rows of 1,000 classes have 400 MB."""
ORDERED = "ordered test"
"""Where the session keeps the run whose test was ordered, and its last event at that moment."""


def show_test(run: Run) -> None:
    """The button that opens the test set, and what came out of it."""
    testing = run.history.is_being_tested and workspace.store().is_alive(run.id)
    why_not: Message | str | None = None
    if run.damage is not None:
        why_not = run.damage
    elif workspace.engine().is_forgotten(run):
        why_not = "This run was never started, so there is nothing to test."
    elif not run.state.is_over:
        why_not = "The run is still going on. Wait for its end, or stop it on the Train page."
    elif run.history.weights is None:
        why_not = "This run has kept no weights, so there is nothing to test. Train it again."
    elif testing:
        why_not = "The test is being made."
    else:
        why_not = workspace.why_not_change(run.id)
    tests = run.history.tests
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Test again" if tests else "Test",
            type="secondary" if tests else "primary",
            icon=":material/fact_check:",
            disabled=why_not is not None,
            on_click=_test,
            args=(run.id,),
        )
        st.caption(
            md(
                why_not
                or "The test set is opened only on purpose: a set that is looked at often is no longer a fair judge."
            )
        )
    ordered = st.session_state.get(ORDERED)
    if ordered == (run.id, run.history.cursor) and workspace.engine().is_busy(run.id):
        _await_test(run.id, run.history.cursor)  # the trainer has not begun yet
    elif ordered == (run.id, run.history.cursor):
        nothing = "The test ended without a result. Press the button again."
        st.error(md(workspace.engine().trouble(run.id) or nothing))
    elif testing:
        _await_test(run.id, run.history.cursor)
    elif run.history.is_being_tested:
        st.error("The trainer went away before the test came to its end. Press the button again.")
    elif run.history.failed_action is not None and run.history.failed_action.action == "test":
        st.error(md(run.history.failed_action.message))
    if tests:
        _show_result(run, tests[-1])


def _test(run: str) -> None:
    def test(engine: LocalEngine) -> None:
        found = engine.store.read(run)
        if found.state.is_over and not engine.is_busy(run):  # a second click finds the test of the first
            engine.test(run)
            st.session_state[ORDERED] = (run, found.history.cursor)

    workspace.change_run(run, test)


@st.fragment(run_every=0.5)
@guarded("the result of the test")
def _await_test(run: str, cursor: int) -> None:
    """Look twice a second whether anything came after event `cursor`, or nothing can come any more; then draw again."""
    history = workspace.store().read(run).history
    goes_on = workspace.store().is_alive(run) if history.is_being_tested else workspace.engine().is_busy(run)
    if history.cursor > cursor or not goes_on:
        st.rerun()
    st.progress(0.5, text="The model answers the test questions …")


def _show_result(run: Run, tested: Tested) -> None:
    if run.history.prepared is not None and run.history.prepared.same_rows:
        st.warning(SAME_ROWS, icon=":material/info:")
    opened = len(run.history.tests)
    with st.container(horizontal=True):
        st.metric(
            "Test accuracy", f"{tested.logs['accuracy']:.2%}", help="The share of test rows with the right answer."
        )
        st.metric("Test loss", _loss(tested.logs["loss"]), help="How far off the answers were; lower is better.")
        st.metric("Test rows", f"{tested.rows:,}")
        st.metric("Weights of epoch", tested.weights_epoch or "no whole one", help="Which weights were tested.")
        st.metric("Test opened", f"{opened} ×" if opened > 1 else "once")
    if run.history.weights is not None:
        st.caption(f"Tested: {md(run.history.weights.reason)}. It took {formats.duration(tested.seconds)}.")
    names = run.history.prepared.class_names if run.history.prepared else None
    try:
        predictions = _predictions(workspace.store().folder(run.id) / tested.file)
    except DamagedAnswersError as error:
        LOG.info("Run %s: %s", run.id, error)
        predictions = None
    if predictions is None or (names is not None and len(names) != predictions.probabilities.shape[1]):
        st.error("The file with the answers is missing or damaged. Press “Test again” to make it again.")
        return
    probabilities, truth, rows = predictions
    names = names or tuple(map(str, range(probabilities.shape[1])))
    answers = probabilities.argmax(axis=1)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Confusion matrix")
        st.caption("Rows: what it is. Columns: what the model said. Off the diagonal are the mistakes.")
        matrix = _matrix(truth, answers, len(names))
        st.plotly_chart(
            charts.confusion(matrix, names),
            key="confusion",
            alt=_confusion_in_words(matrix, names),
            config={"displayModeBar": False},
        )
    with right:
        st.subheader("Class by class")
        st.caption("precision: of those it called so, how many were. recall: of those that are so, how many it found.")
        show_table(_report(truth, answers, names), "test class by class", height="content")
    _show_mistakes(run, probabilities, truth, rows, names)


def _loss(value: float) -> str:
    return f"{value:.4f}" if isfinite(value) else "not a number"


class DamagedAnswersError(ValueError):
    """The file with the answers of a test is missing, or is not what a test has written."""


class _Predictions(NamedTuple):
    probabilities: NDArray[np.float32]
    """(rows, classes)"""
    truth: NDArray[np.int64]
    """(rows,), the number of the right class."""
    rows: NDArray[np.int64]
    """(rows,), where each stands in the table."""


def _predictions(path: Path) -> _Predictions:
    """What a test has written.

    Raises:
        DamagedAnswersError: it is missing, or something else.
    """
    try:
        require_file(path, MAX_BYTES)
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > MAX_BYTES:
                raise DamagedAnswersError("the answers unpack to more than a test writes")
        with np.load(path, allow_pickle=False) as arrays:
            found = _Predictions(arrays["probabilities"], arrays["y"], arrays["rows"])
    except Exception as error:  # noqa: BLE001 - a damaged archive raises nearly anything, from zlib.error to MemoryError
        raise DamagedAnswersError(f"the answers cannot be read: {error!r}") from None
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
        raise DamagedAnswersError("the answers are not what a test writes")
    return found


def _matrix(truth: NDArray[np.int64], answers: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    from sklearn.metrics import confusion_matrix

    matrix: NDArray[np.int64] = confusion_matrix(truth, answers, labels=np.arange(classes))
    return matrix


def _confusion_in_words(matrix: NDArray[np.int64], names: tuple[str, ...]) -> str:
    wrong = matrix.copy()
    np.fill_diagonal(wrong, 0)
    if not wrong.any():
        return "Confusion matrix without a single mistake."
    true, said = np.unravel_index(int(wrong.argmax()), wrong.shape)
    return f"Confusion matrix; the commonest mistake is {names[true]} taken for {names[said]}, {wrong.max()} times."


def _report(truth: NDArray[np.int64], answers: NDArray[np.int64], names: tuple[str, ...]) -> pd.DataFrame:
    from sklearn.metrics import classification_report

    labels = np.arange(len(names))
    found = classification_report(truth, answers, labels=labels, output_dict=True, zero_division=0)
    rows = [found[str(place)] for place in labels]
    return pd.DataFrame(
        {
            "class": list(names),
            "precision": [f"{row['precision']:.1%}" for row in rows],
            "recall": [f"{row['recall']:.1%}" for row in rows],
            "F1": [f"{row['f1-score']:.1%}" for row in rows],
            "rows": [int(row["support"]) for row in rows],
        }
    )


def _show_mistakes(
    run: Run,
    probabilities: NDArray[np.float32],
    truth: NDArray[np.int64],
    rows: NDArray[np.int64],
    names: tuple[str, ...],
) -> None:
    answers = probabilities.argmax(axis=1)
    surest = probabilities.max(axis=1)
    wrong = np.flatnonzero(answers != truth)
    st.subheader("Mistakes")
    if not len(wrong):
        st.caption("Not a single one.")
        return
    some = "answer was wrong" if len(wrong) == 1 else "answers were wrong; here are those it was surest of"
    st.caption(f"{len(wrong):,} of {len(truth):,} {some}.")
    shown = wrong[np.argsort(-surest[wrong])][:SHOWN_MISTAKES]
    dataset = _dataset(run)
    if dataset is None or len(dataset.test) != len(truth) or not np.array_equal(dataset.test.rows, rows):
        st.info(
            "The data file has changed, is gone, or belongs to another browser on this computer, so the mistakes "
            "themselves cannot be shown."
        )
        return
    said = [f"{names[answers[place]]} ({surest[place]:.0%})" for place in shown]
    if dataset.kind == "images":
        st.image(
            [picture(dataset.test[place]) for place in shown],
            caption=[md(f"{names[truth[place]]} read as {words}") for place, words in zip(shown, said, strict=True)],
            width=84,
            alt=[f"{names[truth[place]]} read as {words}" for place, words in zip(shown, said, strict=True)],
        )
        return
    table = {"true": [names[truth[p]] for p in shown], "answer": said, "text": [dataset.test[p] for p in shown]}
    show_table(pd.DataFrame(table), "mistakes", wide="text")


def _dataset(run: Run) -> Dataset | None:
    if run.recipe is None or not workspace.may_read_data_of(run):
        return None
    try:
        return data.load(run.recipe.data, run.recipe.seed)
    except RecipeError:
        return None  # the caller says that the file is gone
