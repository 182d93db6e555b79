"""Beginning the stack anew: from a lesson, a small model that fits, nothing, or a Keras model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from components import shelf, workspace
from components.person import person
from components.undo import show_undo
from components.uploads import RECIPE_MB, take_upload
from components.words import md
from trainer.engine import reader
from trainer.keras_code.input_adapter import adapted
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Layer
from trainer.recipe.layers.base import counted
from trainer.recipe.recipe import Aside, Recipe
from trainer.recipe.spec import RecipeError
from trainer.recipe.starters import bare, starter

_IS_KERAS = re.compile(r'\s*\{\s*"(?:module|class_name)"')
"""How the JSON of a Keras model begins, and no recipe."""


class _Refused(NamedTuple):
    """A text that was pasted and is no model."""

    text: str
    why: str


def show_toolbar(facts: DataFacts | None) -> None:
    """The row above the stack; of data that cannot be used, for which nothing can be begun anew, it is None."""
    with st.container(horizontal=True, gap="small"):
        show_undo(by_keys=True)
        if facts is None:
            return
        # A popover of another name is shut: what has been chosen must not stand in front of what came of it.
        shut = f"start from {workspace.current().arrangement}"
        with st.popover("Start from", icon=":material/restart_alt:", key=shut):
            _choices(facts)


def _choices(facts: DataFacts) -> None:
    st.caption("Each of these replaces all layers. Undo brings them back.")
    _choice("A small model that fits the data", "auto_awesome", starter(facts))
    _choice("Nothing but an answer that fits", "check_box_outline_blank", bare(facts))
    lessons, _ = shelf.lessons()
    for lesson in lessons:
        if lesson.recipe.data.kind == workspace.current().recipe.data.kind:
            _choice(f"The layers of {lesson.recipe.name}", "school", lesson.recipe.layers)
    st.divider()
    st.file_uploader(
        "The layers of a recipe file, or of a Keras model (JSON)",
        type=["json"],
        max_upload_size=RECIPE_MB,
        key="layers upload",
        on_change=_from_file,
    )
    text = st.text_area(
        "A Keras model",
        key="keras text",
        height=120,
        placeholder='keras.Sequential([\n    keras.layers.Flatten(),\n    keras.layers.Dense(10, "softmax"),\n])',
        help="The text of a keras.Sequential([...]), or what model.to_json() prints. It is read, never run.",
    )
    refused = st.session_state.get("refused keras text")
    if refused is not None and refused.text == text:
        # Here and not above the page, where nobody looks who is at the bottom of this list.
        st.error(md(refused.why), icon=":material/error:")
    st.button("Use this model", icon=":material/input:", on_click=_from_keras)


def _choice(title: str, icon: str, layers: Sequence[Layer]) -> None:
    st.button(
        md(title),
        key=f"start from {title}",
        icon=f":material/{icon}:",
        width="stretch",
        on_click=_use,
        args=(tuple(layers),),
    )


def _use(layers: tuple[Layer, ...], aside: tuple[Aside, ...] = ()) -> None:
    # A loss that was set for other layers may not go with these; auto goes with all. Nor does a lesson's name.
    def edit() -> Recipe:
        recipe = workspace.current().recipe
        return workspace.renamed(recipe, recipe.data).with_(layers=layers, aside=aside, loss="auto")

    workspace.try_set(edit)
    workspace.current().chosen_layer, workspace.current().at_front = 0, False


def _from_file() -> None:
    uploaded = take_upload("layers upload")
    if uploaded is None:
        return
    try:
        text = uploaded.content.decode("utf-8-sig")
        if _IS_KERAS.match(text):
            _take_keras(text)
            return
        recipe = Recipe.from_json(text)
    except UnicodeDecodeError:
        workspace.current().message = f"{uploaded.name}: this is not a text file. Choose a recipe, a JSON file."
    except RecipeError as error:
        workspace.current().message = f"{uploaded.name}: {error}"
    else:
        if not (recipe.layers or recipe.aside):
            workspace.current().message = f"{uploaded.name}: there are no layers in this recipe. Yours are kept."
            return
        _use(recipe.layers, recipe.aside)
        workspace.current().note = f"Read {counted(len(recipe.layers), 'layer')} from {uploaded.name}."


def _from_keras() -> None:
    text = st.session_state["keras text"]
    st.session_state["refused keras text"] = None
    try:
        if not text.strip():
            raise RecipeError("Paste a Keras model into the box first.")
        _take_keras(text)
    except RecipeError as error:
        st.session_state["refused keras text"] = _Refused(text, str(error))


def _take_keras(text: str) -> None:
    """Take the layers of a model, with what is to be said of them.

    Raises:
        RecipeError: it cannot be read, not just now, or the data has gone since the page was drawn.
    """
    read, notes, reads = reader.shared().read(text, person())
    layers, laid = adapted(read, reads, workspace.facts())
    _use(layers)
    said = (f"Read {counted(len(read), 'layer')}.", *notes, *([laid] if laid else ()))
    workspace.current().note = " ".join(map(str, said))
