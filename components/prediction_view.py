"""The parts of the Results page that show the answers of a test: examples, the confusion matrix, class by class."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from components import workspace
from components.confusion import MAX_CLASSES, show_matrix
from components.controlled import selectbox
from components.download import download_button
from components.errors import guarded
from components.frame import announce
from components.gallery import AnsweredExample, show_examples
from components.markup import md
from components.mistakes import filter_mistakes
from components.progress import progress
from components.tables import show_table
from components.threshold import share_with_luck, show_threshold
from components.try_it import example_link
from components.wording import WORDING
from trainer import data, formats
from trainer.data.dataset import Dataset
from trainer.data.spreadsheet import csv_of
from trainer.data.words import words_in
from trainer.formats import isolated
from trainer.i18n import _, ngettext
from trainer.paths import is_named_as_upload, own_name
from trainer.recipe.data import Modality
from trainer.recipe.spec import RecipeError
from trainer.runs.predictions import Cell, Predictions
from trainer.runs.store import Run


class _Shown(NamedTuple):
    """How many examples are shown at first; *Show more* adds as many again."""

    right: int
    wrong: int
    of_cell: int


_SHOWN: dict[Modality, _Shown] = {"image": _Shown(8, 16, 6), "text": _Shown(3, 9, 3), "table": _Shown(8, 16, 8)}
MAX_CELLS = 100
"""Cells of the confusion matrix that are offered by name; 1,000 classes could have hundreds of thousands."""
BESIDE = 12
"""Up to so many classes, the matrix leaves room for the examples of a cell beside it."""
CELL = "mistakes of"
"""The key of the choice of a cell of the confusion matrix."""


class PredictionView:
    """The answers of a test with the names of the classes and, where they can be shown, the examples themselves."""

    def __init__(self, run: Run, predictions: Predictions, names: Sequence[str]) -> None:
        self.run, self.predictions, self.names = run, predictions, names
        self.dataset = _dataset(run, predictions)

    def show_examples(self) -> None:
        """Some that it got right, then its mistakes."""
        wrong, rows = self.predictions.wrong(), len(self.predictions.truth)
        st.header(_("Examples"), anchor=False)
        if self.dataset is None:
            told = [WORDING.message("no_examples")]
            if (path := self.run.recipe and self.run.recipe.data.path) and is_named_as_upload(path):
                told.append(WORDING.message("no_examples_upload", file=own_name(path)))
            st.info(" ".join(map(md, told)))
        elif right := self.predictions.some_right(_SHOWN[self.dataset.modality].right):
            st.subheader(_("Some that it got right"), anchor=False)
            self._show(self.dataset, right, "right answers")
        st.subheader(_("Mistakes"), anchor=False)
        text = ngettext(
            "{wrong} of {rows} answers was wrong.",
            "{wrong} of {rows} answers were wrong. Those that the model was most confident about come first.",
            len(wrong),
        )
        st.caption(
            text.format(wrong=formats.number(len(wrong)), rows=formats.number(rows))
            if len(wrong)
            else _("None at all.")
        )
        self._show_some(self._filtered(wrong).tolist(), "mistakes")

    def show_matrix(self) -> None:
        """What is taken for what, with the examples of one cell."""
        matrix, classes = self.predictions.matrix, self.predictions.classes
        st.header(_("Confusion matrix"), anchor=False)
        st.markdown(_most_common_mistake(self.predictions, self.names))
        if classes > MAX_CLASSES:
            drawn = _("The {drawn} of {classes} classes that are mixed up most; the table below has all of them.")
            st.caption(drawn.format(drawn=formats.number(MAX_CLASSES), classes=formats.number(classes)))
        offered = self._offered()
        cell: Cell | None = st.session_state.get(CELL, next(iter(offered), None))
        is_beside = classes <= BESIDE and self.dataset is not None and cell is not None
        left, right = st.columns([5, 4], gap="medium") if is_beside else (st.container(), st.container())
        with left:
            show_matrix(matrix, self.names, cell, self._choose)
            if self.dataset is not None:
                st.caption(_("Press a number to see its examples."))
            table = pd.DataFrame(matrix, columns=list(self.names))
            table.insert(0, _("true class"), list(self.names), allow_duplicates=True)
            download_button(
                _("Download as CSV"),
                csv_of(table),
                "fitboard-confusion-matrix.csv",
                "text/csv",
                key="download confusion matrix",
                help=_("The numbers for a spreadsheet: a row for each true class, a column for each answer."),
            )
        if self.dataset is None or cell is None:
            return
        with right, st.container(key="cell-examples"), guarded("the examples of a cell"):
            cell = selectbox(_("Examples of"), offered, format_func=self._name_of, key=CELL)
            self._show_some(self.predictions.of(cell).tolist(), f"cell {cell.true} {cell.answer}")

    def show_threshold(self) -> None:
        """Of two classes: how sure the model must be of one, and what that does to its answers."""
        if self.predictions.tells_two_apart:
            with guarded("the threshold"):
                show_threshold(self.predictions, self.names, self.run.id)

    def show_classes(self) -> None:
        """Precision, recall and F1 of each class."""
        st.header(_("Class by class"), anchor=False)
        st.caption(
            _(
                "Precision: when the model says “{name}”, how often is it right? Recall: of all examples that are "
                "“{name}”, how many did it find? F1 is one number for both, high only if both are. In brackets, with "
                "luck taken into account."
            ).format(name=md(isolated(self.names[-1])))
        )
        scores = self.predictions.scores()
        table = {
            _("class"): list(self.names),
            _("precision"): [share_with_luck(one.precision, one.answers) for one in scores],
            _("recall"): [share_with_luck(one.recall, one.rows) for one in scores],
            _("F1"): [formats.percent(one.f1) for one in scores],
            _("rows"): [one.rows for one in scores],
        }
        show_table(pd.DataFrame(table), "test class by class", height="content" if len(scores) <= 20 else "auto")

    def _filtered(self, wrong: NDArray[np.intp]) -> NDArray[np.intp]:
        """Those mistakes that somebody has chosen to look at."""
        if self.dataset is None or len(wrong) < 2:
            return wrong
        test = self.dataset.test
        rule, is_text = self.dataset.standardize, self.dataset.modality == "text"
        lengths = [len(words_in(str(test[place]), rule)) for place in wrong] if is_text else []
        key = f"{self.run.id} {len(self.run.history.tests)}"
        return filter_mistakes(self.predictions, wrong, self.names, lengths, key)

    def _offered(self) -> list[Cell]:
        """The cells that can be chosen: the most frequent mistakes, and the one that somebody has pressed."""
        offered = self.predictions.cells(MAX_CELLS)
        chosen: Cell | None = st.session_state.get(CELL)
        if chosen is not None and chosen not in offered:
            if max(chosen) < self.predictions.classes and self.predictions.matrix[chosen]:
                offered.append(chosen)
            else:
                del st.session_state[CELL]  # of another run
        return offered

    def _choose(self, cell: Cell) -> None:
        st.session_state[CELL] = cell
        if self.dataset is not None:
            announce(_("Shown: {examples}").format(examples=self._name_of(cell)))

    def _name_of(self, cell: Cell) -> str:
        if cell.true == cell.answer:
            name = _("{true} recognised ({count})")
        else:
            name = _("{true} taken for {answer} ({count})")
        count = formats.number(int(self.predictions.matrix[cell]))
        return name.format(true=isolated(self.names[cell.true]), answer=isolated(self.names[cell.answer]), count=count)

    def _show_some(self, places: Sequence[int], name: str) -> None:
        """The first of some examples, and a button for more of them."""
        if self.dataset is None or not places:
            return
        shown = _SHOWN[self.dataset.modality]
        first = shown.wrong if name == "mistakes" else shown.of_cell
        key = f"shown {self.run.id} {name}"
        count = min(st.session_state.get(key, first), len(places))
        self._show(self.dataset, places[:count], name)
        if len(places) <= first:
            return
        # One button that changes its label: it keeps the focus.
        has_more = count < len(places)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                _("Show more") if has_more else _("Show fewer"),
                key=f"more {name.partition(' ')[0]}",
                on_click=_show_as_many,
                args=(key, count + first if has_more else first, len(places)),
            )
            st.caption(_how_many(count, len(places)))

    def _show(self, dataset: Dataset, places: Sequence[int], name: str) -> None:
        found = self.predictions
        examples = [
            AnsweredExample(
                place,
                self.names[found.truth[place]],
                self.names[found.answers[place]],
                float(found.confidence[place]),
            )
            for place in places
        ]
        show_examples(
            dataset, dataset.test, examples, name, try_it=lambda one: example_link(self.run.id, "test", one.place)
        )


def _show_as_many(key: str, count: int, total: int) -> None:
    st.session_state[key] = count
    announce(_how_many(min(count, total), total))


def _how_many(count: int, total: int) -> str:
    return _("{shown} of {all} shown").format(shown=formats.number(count), all=formats.number(total))


def _most_common_mistake(predictions: Predictions, names: Sequence[str]) -> str:
    cell = next(iter(predictions.cells(1)), None)
    if cell is None:
        return _("Not a single mistake: all answers are on the diagonal.")
    count = int(predictions.matrix[cell])
    text = ngettext(
        "The most common mistake: {true} taken for {answer}, {count} time.",
        "The most common mistake: {true} taken for {answer}, {count} times.",
        count,
    )
    return text.format(
        true=md(isolated(names[cell.true])), answer=md(isolated(names[cell.answer])), count=formats.number(count)
    )


def _dataset(run: Run, predictions: Predictions) -> Dataset | None:
    """The data that a run was tested on; None if they are gone, have changed, or are not this person's."""
    if run.recipe is None or not workspace.may_read_data_of(run):
        return None
    try:
        with progress():
            dataset = data.load(run.recipe.data, run.recipe.seed)
    except RecipeError:
        return None
    is_same = len(dataset.test) == len(predictions.truth) and np.array_equal(dataset.test.rows, predictions.rows)
    return dataset if is_same else None
