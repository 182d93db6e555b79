"""The stack of layers, drawn in the browser: choose, drag, add; every change comes back as one wish to `act`.

Wishes are numbered, and each message holds all that the page has not yet said to have heard: of two messages in a row
Streamlit may hand on the second alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import undo, workspace
from components.browser_files import STUB, address
from components.layer_stack.rows import is_answer, palette, rows
from components.network_picture import Part, network_svg
from components.tab import Workspace
from trainer.keras_code.writer import keras_code
from trainer.recipe import stack
from trainer.recipe.check import Report, check
from trainer.recipe.check.next import fitted
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Layer
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import written
from trainer.recipe.spec import RecipeError

KEY, PICTURE = "layer stack", "network picture"
BESIDE, SETTINGS = "beside the stack", ":material/tune: Settings"
"""What stands beside the stack: where the session keeps it, and the one that shows the chosen layer."""
STALE = "The layers have changed meanwhile, in another click or tab. Look at them as they are now, and try again."

_component = st.components.v2.component("fitboard.layer_stack", js=STUB, isolate_styles=False)
_picture = st.components.v2.component("fitboard.network_picture", js=STUB, isolate_styles=False)


def show_stack(facts: DataFacts, report: Report) -> None:
    """Every layer with what it gives out and costs, and below them all layers that could be added."""
    at_hand = workspace.current()
    recipe = at_hand.recipe
    place = where_new_ones_go()
    _component(
        key=KEY,
        data={
            "module": address("stack.js"),
            "chosen": at_hand.chosen_layer,
            "front": at_hand.at_front,
            "input": {"what": _input_in_words(facts), "shape": written(facts.input_shape)},
            **_drawn(recipe, facts, report),
            "undo": _one_step(at_hand.past, facts),
            "redo": _one_step(at_hand.future, facts),
            "heard": dict(zip(("browser", "number"), at_hand.heard, strict=True)),
            "place": place,
            "outside": _outside(at_hand),
            "palette": palette(recipe, facts, _among_layers(place)),
        },
        on_act_change=_heard,
    )


def _drawn(recipe: Recipe, facts: DataFacts, report: Report) -> dict[str, Any]:
    answer = {"what": f"{facts.classes} classes", "parameters": f"{report.parameters:,} parameters in all"}
    return {"rows": rows(recipe, facts, report), "answer": answer}


def _one_step(steps: Sequence[Recipe], facts: DataFacts) -> dict[str, Any] | None:
    """What the next Undo or Redo brings, so that it shows at once; None if there is none, or other data with it."""
    now, step = workspace.current().recipe, next(iter(steps[-1:]), None)
    if step is None or (step.data, step.seed) != (now.data, now.seed):
        return None
    return _drawn(step, facts, check(step, facts, workspace.memory()))


def show_picture(facts: DataFacts, report: Report) -> None:
    """The network to scale, to save as SVG; a click on a layer chooses it."""
    at_hand = workspace.current()
    on = [entry for entry, place in enumerate(stack.places(at_hand.recipe)) if place is not None]
    parts = [Part("Data", facts.input_shape), *(Part(row.layer.kind, row.output_shape) for row in report.rows)]
    chosen = on.index(at_hand.chosen_layer) + 1 if at_hand.chosen_layer in on else None
    svg = network_svg(parts, chosen)
    _picture(key=PICTURE, data={"module": address("picture.js"), "svg": svg, "entries": on}, on_act_change=_clicked)


def show_code(facts: DataFacts) -> None:
    """The model as one would write it in Keras, to read and to copy."""
    st.code(keras_code(workspace.current().recipe, facts), language="python", wrap_lines=True)


def where_new_ones_go() -> int:
    """The entry before which a new layer is put in: behind what is chosen, but before an answer that is chosen."""
    at_hand = workspace.current()
    entries = stack.entries(at_hand.recipe)
    chosen = at_hand.chosen_layer
    if at_hand.at_front or not entries:
        return 0
    return chosen if chosen == len(entries) - 1 and is_answer(entries[chosen]) else chosen + 1


def act(wish: Mapping[str, Any]) -> None:
    """Do what a click in the stack asks for; a click on what is no longer there changes nothing and says so."""
    at_hand = workspace.current()
    recipe = at_hand.recipe
    count = len(stack.entries(recipe))
    do, place, to = wish.get("do"), wish.get("place"), wish.get("to")
    if do in {"undo", "redo"}:
        undo.step(back=do == "undo")
        return
    end = count + (do in {"add", "front"})
    if not isinstance(place, int) or not 0 <= place < end or not _is_known(wish, at_hand, count):
        at_hand.message = STALE
        return
    at_hand.at_front = do == "front"
    if do == "choose":
        at_hand.chosen_layer = place
    elif do == "move" and isinstance(to, int) and 0 <= to < count:
        change(stack.moved(recipe, place, to), chosen=to)
    elif do == "add" and wish.get("kind") in Layer.family:
        kind = Layer.family[wish["kind"]]
        new = fitted(kind, recipe, workspace.facts(), _among_layers(place))
        change(stack.inserted(recipe, place, new), chosen=place)
    elif do == "duplicate":
        change(stack.duplicated(recipe, place), chosen=place + 1)
    elif do == "switch":
        change(stack.switched(recipe, place), chosen=place)
    elif do == "remove":
        change(stack.removed(recipe, place), chosen=place)
    elif do != "front":
        at_hand.message = STALE


def _outside(at_hand: Workspace) -> list[Any]:
    """What the tab works on, and how often others than the stack have changed the places of its layers."""
    return [at_hand.name, at_hand.arrangement - at_hand.by_stack]


def _is_known(wish: Mapping[str, Any], at_hand: Workspace, count: int) -> bool:
    """Whether a place that is meant is one of the stack as it is; to choose a layer harms none."""
    if wish.get("do") in {"choose", "front"}:
        return True
    name, outside = wish.get("outside") or _outside(at_hand)
    # After the server was started anew the same draft is at hand under another name.
    return bool(wish.get("count", count) == count and (name != at_hand.name or outside == _outside(at_hand)[1]))


def change(recipe: Recipe, chosen: int) -> None:
    """Take an edited recipe and choose one of its layers."""
    workspace.current().chosen_layer = chosen
    workspace.set_recipe(recipe)


def hear(said: object) -> None:
    """Do the wishes of a message that have not been heard before, in order."""
    if not isinstance(said, Mapping):
        return
    browser, wishes = str(said.get("browser")), said.get("wishes")
    with workspace.changing() as at_hand:
        for wish in wishes if isinstance(wishes, list) else []:
            number = wish.get("number") if isinstance(wish, Mapping) else None
            if isinstance(number, int) and (at_hand.heard[0] != browser or number > at_hand.heard[1]):
                # First of all: a newer click may cut this off, and the message that comes with it holds the wish again.
                at_hand.heard = browser, number
                before = at_hand.arrangement
                try:
                    _obey(wish)
                finally:
                    at_hand.by_stack += at_hand.arrangement - before


def _clicked() -> None:
    wish = st.session_state[PICTURE]["act"]
    st.session_state[BESIDE] = SETTINGS
    _obey(wish)


def _heard() -> None:
    said = st.session_state[KEY]["act"]
    hear(said)
    if isinstance(said, Mapping) and any(wish.get("do") == "choose" for wish in said["wishes"]):
        st.session_state[BESIDE] = SETTINGS


def _obey(wish: object) -> None:
    if isinstance(wish, Mapping):
        try:
            act(wish)
        except RecipeError as error:
            workspace.current().message = str(error)


def _among_layers(entry: int) -> int:
    """How many layers of the model come before an entry of the stack."""
    return sum(one.on for one in stack.entries(workspace.current().recipe)[:entry])


def _input_in_words(facts: DataFacts) -> str:
    return "texts as word numbers" if facts.vocabulary is not None else "pictures"
