"""The stack of layers, drawn in the browser with its own buttons and its own Undo; each click comes back as an action.

Actions are numbered, and each message holds all that the page has not acknowledged yet: of two messages in a row
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
from trainer.recipe import stack
from trainer.recipe.check import Report, check
from trainer.recipe.check.next import fitted
from trainer.recipe.code import keras_code
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Layer
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import written
from trainer.recipe.spec import RecipeError

KEY, PICTURE = "layer stack", "network picture"
BESIDE, SETTINGS = "beside the stack", ":material/tune: Settings"
"""What stands beside the stack: where the session keeps it, and the one that shows the chosen layer."""
STALE = "The layers were just changed elsewhere. Check them and try again."

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
            "module": address("layer_stack/stack.js"),
            "chosen": at_hand.chosen_layer,
            "front": at_hand.at_front,
            "input": {"what": _input_in_words(facts), "shape": written(facts.input_shape)},
            **_drawn(recipe, facts, report),
            "past": len(at_hand.past),
            "future": len(at_hand.future),
            "undo": _one_step(at_hand.past, facts),
            "redo": _one_step(at_hand.future, facts),
            "acknowledged": dict(zip(("browser", "number"), at_hand.acknowledged, strict=True)),
            "place": place,
            "palette": palette(recipe, facts, _among_layers(place)),
        },
        on_actions_change=_receive,
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
    _picture(
        key=PICTURE,
        data={"module": address("layer_stack/picture.js"), "svg": svg, "entries": on},
        on_action_change=_receive_from_picture,
    )


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


def handle(action: Mapping[str, Any]) -> None:
    """Carry out one action of the stack; one about what is no longer there changes nothing and says so."""
    at_hand = workspace.current()
    recipe, name = at_hand.recipe, action.get("do")
    if name in {"undo", "redo"}:
        undo.step(back=name == "undo")
        return
    count = len(stack.entries(recipe))
    place, to, kind = action.get("place"), action.get("to"), action.get("kind")
    end = count + (name in {"add", "front"})
    if not isinstance(place, int) or not 0 <= place < end or not _is_known(action, recipe):
        at_hand.message = STALE
        return
    at_hand.at_front = name == "front"
    if name == "choose":
        at_hand.chosen_layer = place
    elif name == "move" and isinstance(to, int) and 0 <= to < count:
        _change(stack.moved(recipe, place, to), chosen=to)
    elif name == "add" and kind in Layer.registry:
        new = fitted(Layer.registry[kind], recipe, workspace.facts(), _among_layers(place))
        _change(stack.inserted(recipe, place, new), chosen=place)
    elif name == "duplicate":
        _change(stack.duplicated(recipe, place), chosen=place + 1)
    elif name == "switch":
        _change(stack.switched(recipe, place), chosen=place)
    elif name == "remove":
        _change(stack.removed(recipe, place), chosen=place)
    elif name != "front":
        at_hand.message = STALE


def _is_known(action: Mapping[str, Any], recipe: Recipe) -> bool:
    """Whether the stack in which a place was meant is the one there is; selecting another layer does no harm."""
    if action.get("do") in {"choose", "front"}:
        return True
    kinds = [entry.layer.kind for entry in stack.entries(recipe)]
    return bool(action.get("layers", kinds) == kinds)


def _change(recipe: Recipe, chosen: int) -> None:
    workspace.current().chosen_layer = chosen
    workspace.set_recipe(recipe)


def handle_actions(message: object) -> None:
    """Carry out those actions of a message that have not been acknowledged before, in order.

    Args:
        message: `{"browser": ..., "actions": [{"do": ..., "number": ...}, ...]}`, from any browser.
    """
    browser = str(message.get("browser")) if isinstance(message, Mapping) else ""
    with workspace.changing() as at_hand:
        for action in _actions(message):
            number = action.get("number")
            if isinstance(number, int) and (at_hand.acknowledged[0] != browser or number > at_hand.acknowledged[1]):
                # First of all: a newer click may cut this off, and its message holds the action again.
                at_hand.acknowledged = browser, number
                _handle_or_say_why(action)


def _actions(message: object) -> list[Mapping[str, Any]]:
    actions = message.get("actions") if isinstance(message, Mapping) else None
    return [action for action in actions if isinstance(action, Mapping)] if isinstance(actions, list) else []


def _receive() -> None:
    message = st.session_state[KEY]["actions"]
    handle_actions(message)
    if any(action.get("do") == "choose" for action in _actions(message)):
        st.session_state[BESIDE] = SETTINGS


def _receive_from_picture() -> None:
    action = st.session_state[PICTURE]["action"]
    st.session_state[BESIDE] = SETTINGS
    if isinstance(action, Mapping):
        _handle_or_say_why(action)


def _handle_or_say_why(action: Mapping[str, Any]) -> None:
    try:
        handle(action)
    except RecipeError as error:
        workspace.current().message = str(error)


def _among_layers(entry: int) -> int:
    """How many layers of the model come before an entry of the stack."""
    return sum(one.on for one in stack.entries(workspace.current().recipe)[:entry])


def _input_in_words(facts: DataFacts) -> str:
    return "texts as word numbers" if facts.vocabulary is not None else "pictures"
