"""The stack of layers: what is in it, what it makes of the data, and the form of the chosen layer."""

from __future__ import annotations

import streamlit as st

from components import forms, workspace
from components.words import md
from trainer.recipe.check import Report, Row
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Layer
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import written
from trainer.recipe.spec import RecipeError
from trainer.recipe.starters import starter

NAME_WIDTH = 200
"""Pixels for a layer's name: the longest fits, and all details stand in one column."""
GROUPS = ("Images", "Text", "Dense", "Shape", "Regularisation")


def show_stack(facts: DataFacts, report: Report) -> None:
    """Every layer with its output shape and parameters; a click chooses one."""
    _line("Data", [_input_in_words(facts), f"→ {written(facts.input_shape)}"])
    troubled = {problem.layer for problem in report.errors}
    for place, row in enumerate(report.rows):
        _show_row(place, row, place in troubled)
    _line("Answer", [f"{facts.classes} classes", f"{report.parameters:,} parameters in all"])
    _palette()


def _line(title: str, words: list[str]) -> None:
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
        st.markdown(f"**{title}**", width=NAME_WIDTH)
        st.caption(" · ".join(word for word in words if word), width="stretch")


def _input_in_words(facts: DataFacts) -> str:
    return "texts as word numbers" if facts.vocabulary is not None else "pictures"


def _show_row(place: int, row: Row, troubled: bool) -> None:
    chosen = place == workspace.current().chosen_layer
    shape = "→ ?"
    if row.output_shape is not None:
        shape = f"→ {written(row.output_shape)}"
    elif troubled:
        shape = "does not fit here"
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
        st.button(
            f"{place + 1}. {row.layer.kind}",
            key=f"choose {place}",
            type="primary" if chosen else "secondary",
            icon=":material/block:" if troubled else None,
            help=row.layer.sentence(),
            on_click=_choose,
            args=(place,),
            width=NAME_WIDTH,
        )
        parameters = "" if not row.parameters else f"{row.parameters:,} parameters"
        words = [md(row.layer.summary()), shape, parameters]
        st.caption(" · ".join(word for word in words if word), width="stretch")


def _choose(place: int) -> None:
    workspace.current().chosen_layer = place


def _palette() -> None:
    with st.popover("Add a layer", icon=":material/add:", width="stretch"):
        for group in GROUPS:
            st.markdown(f"**{group}**")
            with st.container(horizontal=True, gap="small"):
                for name, kind in Layer.family.items():
                    if issubclass(kind, Layer) and kind.group == group:
                        st.button(
                            name,
                            key=f"add {name}",
                            help=f"{kind.title}: {kind.sentence()}",
                            on_click=_add,
                            args=(name,),
                        )


def _add(name: str) -> None:
    """Put a new layer behind the chosen one; behind everything but the answer if the last layer is chosen."""
    at_hand = workspace.current()
    kind = Layer.family[name]
    new = kind()
    layers = at_hand.recipe.layers
    place = min(at_hand.chosen_layer + 1, len(layers))
    workspace.set_recipe(at_hand.recipe.with_(layers=(*layers[:place], new, *layers[place:])))
    workspace.current().chosen_layer = place


def show_chosen_layer() -> None:
    """The form of the chosen layer, and what can be done with it."""
    at_hand = workspace.current()
    layers = at_hand.recipe.layers
    if not layers:
        st.info("The model has no layers yet. Add one, or begin with a lesson on the Start page.")
        return
    place = min(at_hand.chosen_layer, len(layers) - 1)
    layer = layers[place]
    st.subheader(f"{place + 1}. {layer.kind}")
    st.caption(f"{layer.title}. {layer.sentence()}")
    with st.container(horizontal=True, gap="small"):
        last = place == len(layers) - 1
        _action("Move up", "arrow_upward", place == 0, "It is the first layer already.", _move, place, place - 1)
        _action("Move down", "arrow_downward", last, "It is the last layer already.", _move, place, place + 1)
        _action("Duplicate", "content_copy", False, "", _duplicate, place)
        _action("Remove", "delete", False, "", _remove, place)
    if layer.form_fields():
        forms.form(lambda: _layer(place), f"layers.{place}", lambda new: _replaced(place, new))
    else:
        st.caption("This layer has nothing to set.")


def offer_starter(facts: DataFacts, report: Report) -> None:
    """For a stack that does not fit the data at all: begin again with one that does."""
    if report.errors:
        st.button(
            "Begin again with a small model that fits",
            icon=":material/restart_alt:",
            help="Replaces all layers.",
            on_click=_use_starter,
            args=(facts,),
        )


def _use_starter(facts: DataFacts) -> None:
    workspace.set_recipe(workspace.current().recipe.with_(layers=starter(facts)))


def _action(title: str, icon: str, shut: bool, why_shut: str, act: object, *arguments: int) -> None:
    st.button(
        title,
        key=f"layer {title}",
        icon=f":material/{icon}:",
        disabled=shut,
        help=why_shut if shut else None,
        on_click=act,  # type: ignore[arg-type]  # one of the functions below
        args=arguments,
    )


def _layer(place: int) -> Layer:
    layers = workspace.current().recipe.layers
    if place >= len(layers):
        raise RecipeError("This layer has been removed meanwhile.")
    return layers[place]


def _replaced(place: int, new: Layer) -> Recipe:
    recipe = workspace.current().recipe
    return recipe.with_(layers=(*recipe.layers[:place], new, *recipe.layers[place + 1 :]))


def _move(place: int, to: int) -> None:
    recipe = workspace.current().recipe
    layers = list(recipe.layers)
    layers.insert(to, layers.pop(place))
    workspace.set_recipe(recipe.with_(layers=tuple(layers)))
    workspace.current().chosen_layer = to


def _duplicate(place: int) -> None:
    recipe = workspace.current().recipe
    layers = recipe.layers
    workspace.set_recipe(recipe.with_(layers=(*layers[: place + 1], *layers[place:])))
    workspace.current().chosen_layer = place + 1


def _remove(place: int) -> None:
    recipe = workspace.current().recipe
    workspace.set_recipe(recipe.with_(layers=(*recipe.layers[:place], *recipe.layers[place + 1 :])))
