"""What each layer makes of one example, as pictures that the trainer draws with the still untrained model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from components import workspace
from components.controlled import selectbox
from components.markup import md
from components.waiting import wait
from trainer import data, formats
from trainer.data.dataset import Dataset
from trainer.data.source import source_of
from trainer.engine.costs import Measuring
from trainer.engine.protocol import Seen
from trainer.i18n import _, ngettext
from trainer.recipe.check import Report
from trainer.recipe.layer_output import LayerOutput
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import written
from trainer.recipe.spec import shorten

MAX_TEXT = 5_000
"""Characters of a text that a user types."""
MAX_ZEROS_SHOWN = 3
"""If more zeros than this fill a text up, they are counted instead of shown."""
MAX_ANSWERS = 3
_CLASS, _NUMBER, _TEXT = "example class", "example turn", "example text"
"""Where the session keeps which example is shown: its class, its number within the class, or a text."""


def show_one_example(report: Report) -> None:
    """An example of one's choice and the output of each layer; nothing can go through a broken stack."""
    if report.errors:
        st.caption(_("Fix the red problems to see what each layer does to an example."))
        return
    recipe = workspace.current().recipe
    dataset = data.load(recipe.data, recipe.seed)  # in memory: the check has just read it
    example = _choose(dataset)
    outputs = _outputs(recipe, example)
    if isinstance(outputs, Measuring):
        wait(lambda: again.text if isinstance(again := _outputs(recipe, example), Measuring) else None)
    elif isinstance(outputs, str):
        st.warning(md(outputs), icon=":material/warning:")
    else:
        _draw(outputs, report, dataset, example)


def _choose(dataset: Dataset) -> int | str:
    """The number of a training example, or a text that a user has typed."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        available = np.unique(dataset.train.y).tolist()  # a class may have none: labels that are counted from 1
        label = selectbox(_("An example of"), available, format_func=dataset.class_names.__getitem__, key=_CLASS)
        st.button(_("Another one"), icon=":material/casino:", on_click=_next, key="another example")
    typed = ""
    if dataset.modality == "text":
        typed = st.text_input(_("Or a text of your own"), key=_TEXT, max_chars=MAX_TEXT)
    rows = np.flatnonzero(dataset.train.y == label)
    if typed.strip():
        spec = workspace.current().recipe.data
        return source_of(spec).read_typed(spec, typed, dataset.class_names)
    return int(rows[st.session_state.get(_NUMBER, 0) % len(rows)])


def _next() -> None:
    st.session_state[_NUMBER] = st.session_state.get(_NUMBER, 0) + 1
    st.session_state[_TEXT] = ""


def _outputs(recipe: Recipe, example: int | str) -> Seen | Measuring | str:
    return workspace.engine().layer_outputs(recipe, example, workspace.current().name)


def _draw(outputs: Seen, report: Report, dataset: Dataset, example: int | str) -> None:
    if dataset.modality == "text":
        text = example if isinstance(example, str) else dataset.train[example]
        st.markdown(f"“{md(shorten(text, 300)[1:-1])}”")
    names = [_("The example"), *(f"{place}. {row.layer.kind}" for place, row in enumerate(report.rows, start=1))]
    training_only = [False, *(row.layer.is_stochastic for row in report.rows)]
    for name, output, only_training in zip(names, outputs, training_only, strict=True):
        numbers = _describe(output)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{md(name)}**  \n{md(written(tuple(output['shape'])))}", width=150)
            with st.container(gap=None, width="stretch"):
                if len(output["values"] or ()) != 1 and (output is not outputs[0] or dataset.modality == "image"):
                    # Inside the page: a picture in a file of its own may be gone before the browser fetches it.
                    st.image(f"data:image/png;base64,{output['png']}", alt=f"{name}: {numbers}")
                st.caption(md(numbers))
                if only_training:
                    st.caption(_("Only active during training."))
    answer = _answer(outputs[-1]["values"], dataset.class_names)
    if answer:
        st.caption(md(answer))
    st.caption(
        _(
            "This is the model before training. Dark is small, light is large. Of a picture you see the first eight "
            "channels, of a sequence the steps from left to right."
        )
    )


def _describe(output: LayerOutput) -> str:
    """The numbers themselves if there are few, without the zeros that fill a text up; else their range."""
    values = output["values"]
    if values is None:
        if output["least"] is None:
            return _("no number")
        return _("from {least} to {most}").format(least=_number(output["least"]), most=_number(output["most"]))
    end = max((place for place, value in enumerate(values, start=1) if value != 0), default=0)
    zeros = len(values) - end
    if zeros <= MAX_ZEROS_SHOWN:
        return ", ".join(map(_number, values))
    rest = ngettext("and {count} zero", "and {count} zeros", zeros).format(count=formats.number(zeros))
    return ", ".join([*map(_number, values[:end]), rest])


def _number(value: float | None) -> str:
    return _("no number") if value is None else formats.number(value)


def _answer(values: list[float | None] | None, names: Sequence[str]) -> str | None:
    """The model's guess; None if the last layer's numbers are not probabilities of the classes."""
    if not values or any(value is None or not 0 <= value <= 1 for value in values):
        return None
    probabilities = [value or 0.0 for value in values]
    if len(probabilities) == 1 and len(names) == 2:
        probabilities = [1 - probabilities[0], probabilities[0]]
    if len(probabilities) != len(names):
        return None
    best = sorted(zip(probabilities, names, strict=True), reverse=True)[:MAX_ANSWERS]
    guesses = ", ".join(f"“{name}” ({formats.percent(probability, 0)})" for probability, name in best)
    return _("Its guess before training: {guesses}.").format(guesses=guesses)
