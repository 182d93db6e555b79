"""The form of the chosen layer, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from components import forms, workspace
from components.layer_stack import STALE
from components.markup import md
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
    if at_hand.at_front:
        st.info(
            "The data above the stack is chosen: the next layer you add comes first. Choose a layer to change it; the "
            "data is changed on the Data page."
        )
        return
    place, drawn = min(at_hand.chosen_layer, len(entries) - 1), at_hand.arrangement
    layer, on = entries[place]
    number = stack.places(at_hand.recipe)[place]
    st.subheader(layer.kind if number is None else f"{number + 1}. {layer.kind}")
    st.caption(f"{layer.title}. {layer.sentence()}")
    last = place == len(entries) - 1
    with st.container(horizontal=True, gap="small"):
        _action("Move up", "arrow_upward", "It is the first layer already." if place == 0 else "", _move, -1)
        _action("Move down", "arrow_downward", "It is the last layer already." if last else "", _move, 1)
        _action("Duplicate", "content_copy", "", _duplicate, place, drawn)
        _action("Remove", "delete", "", _remove, place, drawn)
        title, icon = ("Switch off", "visibility_off") if on else ("Switch on", "visibility")
        _action(title, icon, "", _switch, place, drawn)
    if not on:
        st.info("This layer is switched off: the model is built without it. Its settings are kept.")
    if layer.form_fields():
        is_answer = on and last and getattr(layer, "activation", None) in {"softmax", "sigmoid"}
        forms.form(
            lambda: _layer(place, drawn),
            f"layers.{place}",
            lambda new: _replaced(place, drawn, new),
            explained=True,
            dictated={"units"} if is_answer else (),
        )
        usual = type(layer)(kind=layer.kind)
        why_shut = "" if layer != usual else "Every setting has its usual value."
        _action("Reset", "restart_alt", why_shut, _reset, place, drawn)
    else:
        st.caption("This layer has nothing to set.")


def _action(title: str, icon: str, why_shut: str, act: Callable[..., Recipe], *arguments: int) -> None:
    st.button(
        title,
        key=f"layer {title}",
        icon=f":material/{icon}:",
        disabled=bool(why_shut),
        help=md(why_shut) or None,
        on_click=workspace.try_set,
        args=(partial(act, *arguments),),
    )


def _layer(place: int, drawn: int) -> Layer:
    """The layer that was drawn at a place; others may have moved there since."""
    at_hand = workspace.current()
    if at_hand.arrangement != drawn:
        raise RecipeError(STALE)
    return stack.entries(at_hand.recipe)[place].layer


def _replaced(place: int, drawn: int, new: Layer) -> Recipe:
    _layer(place, drawn)
    return stack.replaced(workspace.current().recipe, place, new)


def _move(by: int) -> Recipe:
    """The chosen layer, wherever it is by now: a second quick press moves it on."""
    at_hand = workspace.current()
    count = len(stack.entries(at_hand.recipe))
    place = min(at_hand.chosen_layer, count - 1)
    to = min(max(place + by, 0), count - 1)
    moved = stack.moved(at_hand.recipe, place, to)
    at_hand.chosen_layer = to
    return moved


def _duplicate(place: int, drawn: int) -> Recipe:
    _layer(place, drawn)
    at_hand = workspace.current()
    twice = stack.duplicated(at_hand.recipe, place)
    at_hand.chosen_layer = place + 1
    return twice


def _remove(place: int, drawn: int) -> Recipe:
    _layer(place, drawn)
    return stack.removed(workspace.current().recipe, place)


def _switch(place: int, drawn: int) -> Recipe:
    _layer(place, drawn)
    return stack.switched(workspace.current().recipe, place)


def _reset(place: int, drawn: int) -> Recipe:
    kind = type(_layer(place, drawn))
    return _replaced(place, drawn, kind(kind=kind.kind_name()))
