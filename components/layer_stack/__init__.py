"""The stack of layers, drawn in the browser with its own buttons and its own Undo; each click comes back as an action.

Actions are numbered, and each message holds all that the page has not acknowledged yet: of two messages in a row
Streamlit may hand on the second alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

import streamlit as st

from components import workspace
from components.browser_files import STUB, data_for
from components.layer_stack.rows import is_answer, palette, rows
from components.wording import WORDING
from trainer.formats import number
from trainer.i18n import _, ngettext
from trainer.keras_code.writer import keras_code
from trainer.recipe import stack
from trainer.recipe.check import Report, check
from trainer.recipe.check.next_layer import fitted
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Layer
from trainer.recipe.network_picture import Part, network_svg
from trainer.recipe.recipe import Recipe
from trainer.recipe.shapes import written

KEY, PICTURE = "layer stack", "network picture"
BESIDE = "beside the stack"
"""Where the session keeps which tab beside the stack is open."""
COLUMNS = "stack and form"
"""The container of the stack and of what stands beside it; in a narrow window, below it."""
_ROW = ".st-key-stack-and-form > [data-testid=stLayoutWrapper] > [data-testid=stHorizontalBlock]"
_NARROW = (
    f"<style>@media (max-width: 800px) {{ {_ROW} {{ flex-direction: column; }} {_ROW} > * {{ width: 100%; }} }}</style>"
)

_component = st.components.v2.component("fitboard.layer_stack", js=STUB, isolate_styles=False)
_picture = st.components.v2.component("fitboard.network_picture", js=STUB, isolate_styles=False)


def show_stack(facts: DataFacts, report: Report) -> None:
    """Every layer with its output and its cost, and below them all layers that could be added."""
    st.html(_NARROW)
    tab = workspace.current()
    recipe = tab.recipe
    place = where_new_ones_go()
    _component(
        key=KEY,
        data=data_for(
            "layer_stack/stack.js",
            chosen=tab.chosen_layer,
            front=tab.is_data_selected,
            input={"what": _input_name(facts), "shape": written(facts.input_shape)},
            **_drawn(recipe, facts, report),
            past=len(tab.past),
            future=len(tab.future),
            undo=_step(tab.past, facts),
            redo=_step(tab.future, facts),
            acknowledged=dict(zip(("browser", "number"), tab.acknowledged, strict=True)),
            place=place,
            palette=palette(recipe, facts, _among_layers(place)),
        ),
        on_actions_change=_receive,
    )


def settings_title() -> str:
    """The title of the tab with the settings of the selected layer, by which Streamlit knows the tab."""
    return f":material/tune: {_('Settings')}"


def _drawn(recipe: Recipe, facts: DataFacts, report: Report) -> dict[str, Any]:
    classes = ngettext("{count} class", "{count} classes", facts.classes)
    parameters = ngettext("{count} parameter in total", "{count} parameters in total", report.parameters)
    answer = {
        "what": classes.format(count=number(facts.classes)),
        "parameters": parameters.format(count=number(report.parameters)),
    }
    return {"rows": rows(recipe, facts, report), "answer": answer}


def _step(steps: Sequence[Recipe], facts: DataFacts) -> dict[str, Any] | None:
    """What the next Undo or Redo brings back, so that it shows at once; None for none, or if it changes the data."""
    now, step = workspace.current().recipe, next(iter(steps[-1:]), None)
    if step is None or (step.data, step.seed) != (now.data, now.seed):
        return None
    return _drawn(step, facts, check(step, facts, workspace.memory()))


def show_picture(facts: DataFacts, report: Report) -> None:
    """The network, drawn to scale, to save as SVG; a click on a layer selects it."""
    tab = workspace.current()
    on = [entry for entry, place in enumerate(stack.model_places(tab.recipe)) if place is not None]
    parts = [Part(_("Data"), facts.input_shape), *(Part(row.layer.kind, row.output_shape) for row in report.rows)]
    chosen = on.index(tab.chosen_layer) + 1 if tab.chosen_layer in on else None
    svg = network_svg(parts, chosen)
    _picture(
        key=PICTURE,
        data=data_for("layer_stack/picture.js", svg=svg, entries=on),
        on_action_change=_receive_from_picture,
    )


def show_code(facts: DataFacts) -> None:
    """The model as one would write it in Keras, to read and to copy."""
    st.code(keras_code(workspace.current().recipe, facts), language="python", wrap_lines=True)


def where_new_ones_go() -> int:
    """The entry before which a new layer is inserted: after the selected one, but before a selected output layer."""
    tab = workspace.current()
    entries = stack.entries(tab.recipe)
    chosen = tab.chosen_layer
    if tab.is_data_selected or not entries:
        return 0
    return chosen if chosen == len(entries) - 1 and is_answer(entries[chosen]) else chosen + 1


def handle(action: Mapping[str, Any]) -> None:
    """Carry out one action of the stack; one about what is no longer there changes nothing and says so."""
    tab = workspace.current()
    recipe, name = tab.recipe, action.get("do")
    if name in {"undo", "redo"}:
        workspace.undo(back=name == "undo")
        return
    count = len(stack.entries(recipe))
    place, to, kind = action.get("place"), action.get("to"), action.get("kind")
    end = count + (name in {"add", "front"})
    if not isinstance(place, int) or not 0 <= place < end or not _is_known(action, recipe):
        tab.message = WORDING.message("stale_layers")
        return
    tab.is_data_selected = name == "front"
    if name == "choose":
        tab.chosen_layer = place
    elif name == "move" and isinstance(to, int) and 0 <= to < count:
        _change(stack.move_entry(recipe, place, to), chosen=to)
    elif name == "add" and kind in Layer.registry:
        new = fitted(Layer.registry[kind], recipe, workspace.facts(), _among_layers(place))
        _change(stack.insert_entry(recipe, place, new), chosen=place)
    elif name == "duplicate":
        _change(stack.duplicate_entry(recipe, place), chosen=place + 1)
    elif name == "switch":
        _change(stack.toggle_entry(recipe, place), chosen=place)
    elif name == "remove":
        _change(stack.remove_entry(recipe, place), chosen=place)
    elif name != "front":
        tab.message = WORDING.message("stale_layers")


def _is_known(action: Mapping[str, Any], recipe: Recipe) -> bool:
    """Whether the stack in which a place was meant is the one there is; selecting another layer does no harm."""
    if action.get("do") in {"choose", "front"}:
        return True
    layers = [[entry.layer.kind, entry.on] for entry in stack.entries(recipe)]
    return bool(action.get("layers", layers) == layers)


def _change(recipe: Recipe, chosen: int) -> None:
    workspace.current().chosen_layer = chosen
    workspace.set_recipe(recipe)


def handle_actions(message: object) -> None:
    """Carry out those actions of a message that have not been acknowledged before, in order.

    Args:
        message: `{"browser": ..., "actions": [{"do": ..., "number": ...}, ...]}`, from any browser.
    """
    browser = str(message.get("browser")) if isinstance(message, Mapping) else ""
    with workspace.changing() as tab:
        for action in _actions(message):
            count = action.get("number")
            if isinstance(count, int) and (tab.acknowledged[0] != browser or count > tab.acknowledged[1]):
                # First of all: a newer click may cut this off, and its message holds the action again.
                tab.acknowledged = browser, count
                with workspace.errors_told():
                    handle(action)


def _actions(message: object) -> list[Mapping[str, Any]]:
    actions = message.get("actions") if isinstance(message, Mapping) else None
    return [action for action in actions if isinstance(action, Mapping)] if isinstance(actions, list) else []


def _receive() -> None:
    message = st.session_state[KEY]["actions"]
    handle_actions(message)
    if any(action.get("do") == "choose" for action in _actions(message)):
        st.session_state[BESIDE] = settings_title()


def _receive_from_picture() -> None:
    action = st.session_state[PICTURE]["action"]
    st.session_state[BESIDE] = settings_title()
    if isinstance(action, Mapping):
        with workspace.errors_told():
            handle(action)


def _among_layers(entry: int) -> int:
    """How many layers of the model come before an entry of the stack."""
    return sum(one.on for one in stack.entries(workspace.current().recipe)[:entry])


def _input_name(facts: DataFacts) -> str:
    match facts.modality:
        case "image":
            return _("pictures")
        case "text":
            return _("texts as word numbers")
        case "table":
            return _("rows of numbers")
        case _:
            assert_never(facts.modality)
