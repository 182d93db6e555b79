"""Starting the stack again: from a lesson, a small model that fits, just an output layer, or a Keras model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

import streamlit as st

from components import dialogs, library, workspace
from components.markup import md
from components.person import person
from components.uploads import RECIPE_MB, take_upload
from components.wording import WORDING
from trainer.engine import reader
from trainer.i18n import _
from trainer.keras_code.input_adapter import adapted
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Layer
from trainer.recipe.recipe import DisabledLayer, Recipe
from trainer.recipe.spec import RecipeError
from trainer.recipe.starters import output_layer_only, starter

_NAME = "start from"
_REFUSED_FILE, _REFUSED_TEXT = "refused layers file", "refused keras text"
"""Where the session keeps what a file, or a pasted text, was refused for."""
_IS_KERAS = re.compile(r'\s*\{\s*"(?:module|class_name)"')
"""How the JSON of a Keras model begins, and that of a recipe does not."""


def show_start_from(facts: DataFacts) -> None:
    """The button, and the dialog with what the stack can start from; choosing replaces all layers."""
    st.button(
        _("Start from"),
        icon=":material/restart_alt:",
        key=_NAME,
        help=_("Start the stack again: from a lesson, a small model, or a Keras model."),
        on_click=dialogs.open_dialog,
        args=(_NAME,),
    )
    if dialogs.is_open(_NAME):
        dialogs.dialog(_("Start from"), partial(_choices, facts))


def _choices(facts: DataFacts) -> None:
    if not dialogs.is_open(_NAME):
        st.rerun()  # something was chosen
    st.caption(_("Each of these replaces all layers. Undo brings them back."))
    _choice("small model", _("A small model that fits the data"), "auto_awesome", starter(facts))
    _choice("output layer", _("Just an output layer"), "check_box_outline_blank", output_layer_only(facts))
    for lesson in library.lessons()[0]:
        if lesson.recipe.data.modality == workspace.current().recipe.data.modality:
            title = _("Layers from {lesson}").format(lesson=_(lesson.recipe.name))
            _choice(f"lesson {lesson.stem}", title, "school", lesson.recipe.layers)
    st.divider()
    st.file_uploader(
        _("The layers of a recipe file, or of a Keras model (JSON)"),
        type=["json"],
        max_upload_size=RECIPE_MB,
        key="layers upload",
        on_change=_from_file,
    )
    if (why := st.session_state.get(_REFUSED_FILE)) is not None:
        st.error(md(why), icon=":material/error:")
    text = st.text_area(
        _("A Keras model"),
        key="keras text",
        height=120,
        placeholder='keras.Sequential([\n    keras.layers.Flatten(),\n    keras.layers.Dense(10, "softmax"),\n])',
        help=_("The text of a keras.Sequential([...]), or what model.to_json() prints. It is read, never run."),
    )
    refused, why = st.session_state.get(_REFUSED_TEXT, (None, None))
    if refused == text:
        st.error(md(why), icon=":material/error:")
    st.button(_("Use this model"), icon=":material/input:", on_click=_from_keras)


def _choice(name: str, title: str, icon: str, layers: Sequence[Layer]) -> None:
    st.button(
        md(title),
        key=f"start from {name}",
        icon=f":material/{icon}:",
        width="stretch",
        on_click=_use,
        args=(tuple(layers),),
    )


def _use(layers: tuple[Layer, ...], aside: tuple[DisabledLayer, ...] = ()) -> None:
    dialogs.close_dialog()

    # A loss that was set for other layers may not fit these, so it becomes auto; nor would a lesson's name fit.
    def edit() -> Recipe:
        recipe = workspace.current().recipe
        return workspace.renamed(recipe, recipe.data).with_(layers=layers, aside=aside, loss="auto")

    workspace.try_set(edit)
    workspace.current().chosen_layer, workspace.current().is_data_selected = 0, False


def _from_file() -> None:
    uploaded = take_upload("layers upload")
    st.session_state[_REFUSED_FILE] = None
    if uploaded is None:
        return
    try:
        text = uploaded.content.decode("utf-8-sig")
        if _IS_KERAS.match(text):
            _take_keras(text)
            return
        recipe = Recipe.from_json(text)
    except UnicodeDecodeError:
        st.session_state[_REFUSED_FILE] = WORDING.message("not_a_recipe", file=uploaded.name)
    except RecipeError as error:
        st.session_state[_REFUSED_FILE] = WORDING.message("unreadable_layers", file=uploaded.name, why=error.message)
    else:
        if not (recipe.layers or recipe.aside):
            st.session_state[_REFUSED_FILE] = WORDING.message("no_layers", file=uploaded.name)
            return
        _use(recipe.layers, recipe.aside)
        workspace.current().note = WORDING.message("read_from", count=len(recipe.layers), file=uploaded.name)


def _from_keras() -> None:
    text = st.session_state["keras text"]
    st.session_state.pop(_REFUSED_TEXT, None)
    try:
        if not text.strip():
            raise RecipeError(WORDING.message("nothing_pasted"))
        _take_keras(text)
    except RecipeError as error:
        st.session_state[_REFUSED_TEXT] = (text, error.message)


def _take_keras(text: str) -> None:
    """Take the layers of a model, with what there is to say about them.

    Raises:
        RecipeError: it cannot be read, or cannot be read just now, or the data has been deleted meanwhile.
    """
    read, notes, reads = reader.shared().read(text, person())
    layers, laid = adapted(read, reads, workspace.facts())
    _use(layers)
    told = [WORDING.message("read_layers", count=len(read)), *notes, *([laid] if laid else ())]
    workspace.current().note = " ".join(map(str, told))
