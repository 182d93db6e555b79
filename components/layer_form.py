"""The form of the chosen layer."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components import forms, workspace
from components.layer_stack import STALE
from trainer.recipe import stack
from trainer.recipe.layers import Layer
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError


def show_chosen_layer() -> None:
    """What the chosen layer is, and its settings."""
    at_hand = workspace.current()
    entries = stack.entries(at_hand.recipe)
    if not entries:
        st.info("The model has no layers yet. Add one, or press Start from.")
        return
    if at_hand.at_front:
        st.info("The next layer goes to the top. Select a layer to edit it. You can change the data on the Data page.")
        return
    place, drawn = min(at_hand.chosen_layer, len(entries) - 1), at_hand.arrangement
    layer, on = entries[place]
    number = stack.places(at_hand.recipe)[place]
    st.subheader(layer.kind if number is None else f"{number + 1}. {layer.kind}")
    st.caption(f"{layer.title}. {layer.sentence()}")
    if not on:
        st.info("Turned off: the model skips this layer. Its settings are kept.")
    if layer.form_fields():
        is_answer = on and place == len(entries) - 1 and getattr(layer, "activation", None) in {"softmax", "sigmoid"}
        forms.form(
            lambda: _layer(place, drawn),
            f"layers.{place}",
            lambda new: _replaced(place, drawn, new),
            explained=True,
            dictated={"units"} if is_answer else (),
        )
        usual = type(layer)(kind=layer.kind)
        st.button(
            "Reset",
            key="reset layer",
            icon=":material/restart_alt:",
            disabled=layer == usual,
            help="Everything is at its default." if layer == usual else "Set everything back to its default.",
            on_click=workspace.try_set,
            args=(partial(_reset, place, drawn),),
        )
    else:
        st.caption("This layer has no settings.")


def _layer(place: int, drawn: int) -> Layer:
    """The layer that was drawn at a place; others may have moved there since."""
    at_hand = workspace.current()
    if at_hand.arrangement != drawn:
        raise RecipeError(STALE)
    return stack.entries(at_hand.recipe)[place].layer


def _replaced(place: int, drawn: int, new: Layer) -> Recipe:
    _layer(place, drawn)
    return stack.replaced(workspace.current().recipe, place, new)


def _reset(place: int, drawn: int) -> Recipe:
    kind = type(_layer(place, drawn))
    return _replaced(place, drawn, kind(kind=kind.kind_name()))
