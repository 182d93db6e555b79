"""The form of the chosen layer, and what can be done with it."""

from __future__ import annotations

import streamlit as st

from components import forms, workspace
from components.layer_stack import change
from components.words import md
from trainer.recipe import stack
from trainer.recipe.layers import Layer
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError


def show_chosen_layer() -> None:
    """What the chosen layer is, its settings, and the ways to move, copy, switch off or remove it."""
    at_hand = workspace.current()
    entries = stack.entries(at_hand.recipe)
    if not entries:
        st.info("The model has no layers yet. Add one, or press Start from.")
        return
    place = min(at_hand.chosen_layer, len(entries) - 1)
    layer, on = entries[place]
    st.subheader(f"{place + 1}. {layer.kind}")
    st.caption(f"{layer.title}. {layer.sentence()}")
    last = place == len(entries) - 1
    with st.container(horizontal=True, gap="small"):
        _action("Move up", "arrow_upward", "It is the first layer already." if place == 0 else "", _move, place, -1)
        _action("Move down", "arrow_downward", "It is the last layer already." if last else "", _move, place, 1)
        _action("Duplicate", "content_copy", "", _duplicate, place)
        _action("Remove", "delete", "", _remove, place)
        _action("Switch off" if on else "Switch on", "visibility_off" if on else "visibility", "", _switch, place)
    if not on:
        st.info("This layer is switched off: the model is built without it. Its settings are kept.")
    if layer.form_fields():
        forms.form(lambda: _layer(place), f"layers.{place}", lambda new: _replaced(place, new), explained=True)
        usual = type(layer)(kind=layer.kind)
        why_shut = "" if layer != usual else "Every setting has its usual value."
        _action("Reset", "restart_alt", why_shut, _reset, place)
    else:
        st.caption("This layer has nothing to set.")


def _action(title: str, icon: str, why_shut: str, act: object, *arguments: int) -> None:
    st.button(
        title,
        key=f"layer {title}",
        icon=f":material/{icon}:",
        disabled=bool(why_shut),
        help=md(why_shut) or None,
        on_click=act,  # type: ignore[arg-type]  # one of the functions below
        args=arguments,
    )


def _layer(place: int) -> Layer:
    entries = stack.entries(workspace.current().recipe)
    if place >= len(entries):
        raise RecipeError("This layer has been removed meanwhile.")
    return entries[place].layer


def _replaced(place: int, new: Layer) -> Recipe:
    return stack.replaced(workspace.current().recipe, place, new)


def _move(place: int, by: int) -> None:
    change(stack.moved(workspace.current().recipe, place, place + by), chosen=place + by)


def _duplicate(place: int) -> None:
    workspace.try_set(lambda: stack.duplicated(workspace.current().recipe, place))
    workspace.current().chosen_layer = place + 1


def _remove(place: int) -> None:
    change(stack.removed(workspace.current().recipe, place), chosen=place)


def _switch(place: int) -> None:
    change(stack.switched(workspace.current().recipe, place), chosen=place)


def _reset(place: int) -> None:
    layer = _layer(place)
    change(_replaced(place, type(layer)(kind=layer.kind)), chosen=place)
