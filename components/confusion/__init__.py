"""The confusion matrix, drawn in the browser as a table: right answers in blue, mistakes in orange on their own scale.

It is a table of HTML and not a figure: its numbers are text of full size that scrolls where it does not fit, screen
readers read it by rows and columns, and each cell is a button, for keyboards, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.browser_files import STUB, data_for
from trainer.runs.predictions import Cell, mixed_up_most

MAX_CLASSES = 60
"""Classes that are drawn; of more of them, those that are mixed up most."""
KEY = "confusion"

_component = st.components.v2.component("fitboard.confusion", js=STUB, isolate_styles=False)


def show_matrix(
    matrix: NDArray[np.int64], names: Sequence[str], chosen: Cell | None, choose: Callable[[Cell], object]
) -> None:
    """Draw it; a press on a cell that is not empty chooses it.

    Args:
        matrix: (classes, classes), how often each true class (row) was given each answer (column).
        names: of the classes.
        chosen: the cell whose examples are shown beside it.
        choose: called with the cell that somebody presses.
    """

    def receive() -> None:
        cell = cell_of(st.session_state[KEY]["cell"], matrix)
        if cell is not None:
            choose(cell)

    classes = shown_classes(matrix)
    _component(
        key=KEY,
        data=data_for(
            "confusion/confusion.js",
            classes=classes,
            names=[names[number] for number in classes],
            counts=matrix[np.ix_(classes, classes)].tolist(),
            rows=matrix.sum(axis=1)[classes].tolist(),
            chosen=chosen,
        ),
        on_cell_change=receive,
    )


def shown_classes(matrix: NDArray[np.int64]) -> list[int]:
    """The numbers of the classes that are drawn, in order.

    >>> shown_classes(np.eye(3, dtype=np.int64))
    [0, 1, 2]
    """
    return mixed_up_most(matrix, MAX_CLASSES)


def cell_of(message: object, matrix: NDArray[np.int64]) -> Cell | None:
    """The cell that a message names, from any browser; None if there is no such cell, or it is empty.

    >>> matrix = np.array([[3, 1], [0, 4]])
    >>> cell_of({"true": 0, "answer": 1}, matrix), cell_of({"true": 1, "answer": 0}, matrix), cell_of("x", matrix)
    (Cell(true=0, answer=1), None, None)
    """
    found: Mapping[Any, Any] = message if isinstance(message, Mapping) else {}
    true, answer = found.get("true"), found.get("answer")
    if type(true) is not int or type(answer) is not int or not all(0 <= n < len(matrix) for n in (true, answer)):
        return None
    return Cell(true, answer) if matrix[true, answer] else None
