"""What each layer makes of one example: the still untrained network, in the visitor's browser.

The trainer makes the network once for a draft. The page hands over the example as the numbers that the network reads;
everything else is the JavaScript of *Try it* (`try_it/one_example.js`).
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components import workspace
from components.browser_files import STUB, data_for, runtime_addresses
from components.controlled import selectbox
from components.markup import md
from components.try_it.route import describe_draft
from components.waiting import wait
from trainer import data, formats
from trainer.data.dataset import Dataset
from trainer.data.numbers import numbers_of
from trainer.data.picture_address import picture_address
from trainer.data.source import source_of
from trainer.engine.costs import Measuring
from trainer.i18n import _, ngettext
from trainer.recipe.check import Report
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import shorten
from trainer.runs.draft_networks import DraftNetwork
from trainer.runs.events import Text

MAX_TEXT = 5_000
"""Characters of a text that a user types."""
MAX_ZEROS_SHOWN = 3
"""If more zeros than this fill a text up, they are counted instead of shown."""
MAX_NUMBERS = 12
"""So many numbers of a row can be read as numbers."""
MIN_SIDE = 112
"""Pixels that a picture is at least enlarged to."""
_CLASS, _NUMBER, _TEXT = "example class", "example turn", "example text"
"""Where the session keeps which example is shown: its class, its number within the class, or a text."""

_component = st.components.v2.component("fitboard.one_example", js=STUB, isolate_styles=False)


def show_one_example(report: Report) -> None:
    """An example of one's choice and the output of each layer; nothing can go through a broken stack."""
    if report.errors:
        st.caption(_("Fix the red problems to see what each layer does to an example."))
        return
    recipe = workspace.current().recipe
    dataset = data.load(recipe.data, recipe.seed)  # in memory: the check has just read it
    example = _choose(dataset)
    numbers = numbers_of(dataset, example)
    with st.container(gap="xsmall"):
        _show_example(dataset, example, numbers)
    found = _network(recipe, dataset)
    with st.container():  # whether anything is waited for or not, what follows keeps its place
        if isinstance(found, Measuring):
            wait(lambda: again.text if isinstance(again := _network(recipe, dataset), Measuring) else None)
        elif not isinstance(found, DraftNetwork):
            st.warning(md(str(found)), icon=":material/warning:")
            return
    _component(
        key="one example",
        data=data_for(
            "try_it/one_example.js",
            network=describe_draft(found, recipe, dataset.class_names) if isinstance(found, DraftNetwork) else None,
            example=b64encode(numbers.tobytes()).decode(),
            runtime=runtime_addresses(),
        ),
    )


def _network(recipe: Recipe, dataset: Dataset) -> DraftNetwork | Measuring | Text:
    return workspace.engine().draft_network(recipe, dataset.input_shape, workspace.current().name)


def _choose(dataset: Dataset) -> Any:
    """A training example, or a text that a user has typed."""
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
    return dataset.train[int(rows[st.session_state.get(_NUMBER, 0) % len(rows)])]


def _next() -> None:
    st.session_state[_NUMBER] = st.session_state.get(_NUMBER, 0) + 1
    st.session_state[_TEXT] = ""


def _show_example(dataset: Dataset, example: Any, numbers: NDArray[Any]) -> None:
    """The example as people see it, and as the network does."""
    if dataset.modality == "image":
        height, width, _channels = example.shape
        times = max(1, -(-MIN_SIDE // max(height, width)))
        size = _("{width} × {height} pixels").format(width=formats.number(width), height=formats.number(height))
        enlarged = example.repeat(times, 0).repeat(times, 1)
        st.image(picture_address(enlarged), alt=_("The example, {size}").format(size=size))
        st.caption(md(size))
        return
    if dataset.modality == "text":
        st.markdown(f"“{md(formats.isolated(shorten(example, 300)[1:-1]))}”")
    st.caption(md(_("As numbers: {numbers}").format(numbers=_written(numbers, dataset.modality == "text"))))


def _written(numbers: NDArray[Any], are_words: bool) -> str:
    """The numbers themselves if they can be read, without the zeros that fill a text up; else their range."""
    if len(numbers) > MAX_NUMBERS and not are_words:
        least, most = (formats.number(float(one)) for one in (numbers.min(), numbers.max()))
        return _("from {least} to {most}").format(least=least, most=most)
    end = int(np.flatnonzero(numbers).max(initial=-1)) + 1
    zeros = len(numbers) - end
    if zeros <= MAX_ZEROS_SHOWN:
        return ", ".join(formats.number(float(one)) for one in numbers)
    rest = ngettext("and {count} zero", "and {count} zeros", zeros).format(count=formats.number(zeros))
    return ", ".join([*(formats.number(float(one)) for one in numbers[:end]), rest])
