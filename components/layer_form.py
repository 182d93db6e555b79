"""The form of the selected layer."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components import forms, workspace
from components.wording import WORDING
from trainer.i18n import _
from trainer.recipe import stack
from trainer.recipe.layers import Layer
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError


def show_chosen_layer() -> None:
    """What the selected layer does, and its settings."""
    tab = workspace.current()
    entries = stack.entries(tab.recipe)
    if not entries:
        st.info(_("The model has no layers yet. Add one, or press Start from."))
        return
    if tab.is_data_selected:
        st.info(
            _("The next layer goes to the top. Select a layer to edit it. You can change the data on the Data page.")
        )
        return
    place, drawn = min(tab.chosen_layer, len(entries) - 1), tab.arrangement
    layer, on = entries[place]
    number = stack.model_places(tab.recipe)[place]
    st.header(layer.kind if number is None else f"{number + 1}. {layer.kind}", anchor=False)
    st.caption(f"{_(layer.title)}. {_(layer.sentence)}")
    if not on:
        st.info(_("Turned off: the model skips this layer. Its settings are kept."))
    if layer.form_fields():
        is_answer = on and place == len(entries) - 1 and getattr(layer, "activation", None) in {"softmax", "sigmoid"}
        forms.form(
            lambda: _layer(place, drawn),
            f"layers.{place}",
            lambda new: _replaced(place, drawn, new),
            explained=True,
            dictated={"units"} if is_answer else (),
            columns=2,
        )
        # Never disabled: a button that is disabled by its own press loses the focus.
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                _("Reset"),
                key="reset layer",
                icon=":material/restart_alt:",
                help=_("Set everything back to its default."),
                on_click=workspace.try_set,
                args=(partial(_reset, place, drawn),),
            )
            if layer == type(layer)(kind=layer.kind):
                st.caption(_("Everything is at its default."))
    else:
        st.caption(_("This layer has no settings."))


def _layer(place: int, drawn: int) -> Layer:
    """The layer that was drawn at a place.

    Raises:
        RecipeError: layers have moved since, so it may be another one.
    """
    tab = workspace.current()
    if tab.arrangement != drawn:
        raise RecipeError(WORDING.message("stale_layers"))
    return stack.entries(tab.recipe)[place].layer


def _replaced(place: int, drawn: int, new: Layer) -> Recipe:
    _layer(place, drawn)
    return stack.replace_entry(workspace.current().recipe, place, new)


def _reset(place: int, drawn: int) -> Recipe:
    kind = type(_layer(place, drawn))
    return _replaced(place, drawn, kind(kind=kind.kind_name()))
