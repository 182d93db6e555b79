"""What each layer does to one example, as pictures that the trainer makes with the still untrained model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from components import workspace
from components.controlled import selectbox
from components.markup import md
from components.waiting import wait
from trainer import data
from trainer.data.cleaning import hidden, read_text
from trainer.data.dataset import Dataset
from trainer.engine.costs import Measuring, Seen
from trainer.recipe.check import Report
from trainer.recipe.data import TextCsv
from trainer.recipe.layer_output import LayerOutput
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import written
from trainer.recipe.spec import shorten

LONGEST_TEXT = 5_000
FEW_ZEROS = 3
_CLASS, _TURN, _TEXT = "example class", "example turn", "example text"
"""Where the session keeps which example is looked at: of which class, the how-manieth of it, or a text."""


def show_one_example(report: Report) -> None:
    """An example of one's choice and what leaves each layer; a broken stack has nothing to send it through."""
    if report.errors:
        st.caption("As soon as the layers fit on each other, you see here what each of them makes of an example.")
        return
    recipe = workspace.current().recipe
    dataset = data.load(recipe.data, recipe.seed)  # at hand: the check has just read it
    example = _choose(dataset)
    answer = _look(recipe, example)
    if isinstance(answer, Measuring):
        wait(lambda: answer.text if isinstance(answer := _look(recipe, example), Measuring) else None)
    elif isinstance(answer, str):
        st.warning(md(answer), icon=":material/warning:")
    else:
        _draw(answer, report, dataset, example)


def _choose(dataset: Dataset) -> int | str:
    """The number of a training example, or a text that somebody has typed."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        there = np.unique(dataset.train.y).tolist()  # a class may have none: labels that are counted from 1
        answer = selectbox("An example of", there, format_func=dataset.class_names.__getitem__, key=_CLASS)
        st.button("Another one", icon=":material/casino:", on_click=_next)
    typed = ""
    if dataset.kind == "text":
        typed = st.text_input("Or a text of your own", key=_TEXT, max_chars=LONGEST_TEXT)
    rows = np.flatnonzero(dataset.train.y == answer)
    if typed.strip():
        spec = workspace.current().recipe.data
        return read_text(spec, typed, hidden(spec, dataset.class_names)) if isinstance(spec, TextCsv) else typed
    return int(rows[st.session_state.get(_TURN, 0) % len(rows)])


def _next() -> None:
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    st.session_state[_TEXT] = ""


def _look(recipe: Recipe, example: int | str) -> Seen | Measuring | str:
    return workspace.engine().layer_outputs(recipe, example, workspace.current().name)


def _draw(seen: Seen, report: Report, dataset: Dataset, example: int | str) -> None:
    if dataset.kind == "text":
        text = example if isinstance(example, str) else dataset.train[example]
        st.markdown(f"“{md(shorten(text, 300)[1:-1])}”")
    names = ["The example", *(f"{place}. {row.layer.kind}" for place, row in enumerate(report.rows, start=1))]
    acts = [False, *(row.layer.is_stochastic for row in report.rows)]
    for name, one, only_training in zip(names, seen, acts, strict=True):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{md(name)}**  \n{md(written(tuple(one['shape'])))}", width=150)
            with st.container(gap=None, width="stretch"):
                if len(one["values"] or ()) != 1 and (one is not seen[0] or dataset.kind == "images"):
                    # Inside the page: a picture in a file of its own may be gone before the browser fetches it.
                    st.image(f"data:image/png;base64,{one['png']}")
                st.caption(md(_numbers(one)))
                if only_training:
                    st.caption("Acts only while training: here it hands on what arrives.")
    answer = _answer(seen[-1]["values"], dataset.class_names)
    if answer:
        st.caption(md(answer))
    st.caption(
        "This is the model before it has learned anything. Dark is small, light is large; of a picture the first eight "
        "channels, of a sequence the steps from left to right."
    )


def _numbers(one: LayerOutput) -> str:
    """The numbers themselves if they can be read, without the zeros that fill a text up; else from where to where."""
    values = one["values"]
    if values is None:
        return "no number" if one["least"] is None else f"from {_number(one['least'])} to {_number(one['most'])}"
    end = max((place for place, value in enumerate(values, start=1) if value != 0), default=0)
    zeros = len(values) - end
    if zeros <= FEW_ZEROS:
        return ", ".join(map(_number, values))
    return ", ".join([*map(_number, values[:end]), f"and {zeros:,} zeros"])


def _number(value: float | None) -> str:
    if value is None:
        return "no number"
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def _answer(values: list[float | None] | None, names: Sequence[str]) -> str | None:
    """What the last layer says of the classes; None where its numbers are no chances of theirs."""
    if not values or any(value is None or not 0 <= value <= 1 for value in values):
        return None
    chances = [value or 0.0 for value in values]
    if len(chances) == 1 and len(names) == 2:
        chances = [1 - chances[0], chances[0]]
    if len(chances) != len(names):
        return None
    best = sorted(zip(chances, names, strict=True), reverse=True)[:3]
    return f"So its answer would be: {', '.join(f'{name} {chance:.0%}' for chance, name in best)}."
