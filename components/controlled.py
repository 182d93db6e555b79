"""Controlled widgets (React's term): they show a value that is kept elsewhere, such as in the recipe, and report edits.

With every click the browser also reports what all other widgets showed at that moment. If the recipe has changed
meanwhile in another way (undo, a fix, a layer moved to this place), Streamlit takes such an outdated report for an
edit; two quick clicks would then write the settings of one layer into another. So each widget here remembers the value
that it was drawn with: a report of that value is not an edit, and when the recipe holds another value, a new widget
with a new key replaces the old one.

A modified browser may send any string for a choice, and Streamlit passes it on. So each choice on a page is made here,
and what was not offered is refused before any of our code sees it (`tests/test_architecture.py` checks that pages use
these functions). Numbers and sliders need no such check: Streamlit refuses values outside their range.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypedDict

import streamlit as st

from components import workspace
from components.wording import WORDING
from trainer.i18n import _

_STATES = "controlled widgets"


class ControlledWidget(TypedDict):
    """The arguments that connect a Streamlit widget to its value."""

    key: str
    on_change: Callable[[], None]


@dataclass
class _WidgetState:
    """The current widget of a name."""

    number: int
    """Counts the widgets of this name; it makes their keys differ."""
    value: Any
    """What the widget is known to show."""


def controlled(name: str, value: Any, edit: Callable[[Any], object]) -> ControlledWidget:
    """The arguments of a widget that shows a value of the recipe, or of anything else that is kept elsewhere.

    Args:
        name: of the widget, the same in each run of the page; the first widget of this name has it as its key.
        value: what the widget shows.
        edit: called with the new value when a person has changed it.

    Returns:
        Keyword arguments for the Streamlit widget.
    """
    states: dict[str, _WidgetState] = st.session_state.setdefault(_STATES, {})
    state = states.get(name)
    if state is None or state.value != value:
        state = states[name] = _WidgetState(0 if state is None else state.number + 1, value)
    key = f"{name} #{state.number}" if state.number else name
    # Written each time: a page that is run again before the browser has heard the last run would otherwise not say it
    # once more, and the browser would begin with the widget's default.
    st.session_state[key] = value

    def change() -> None:
        new = st.session_state[key]
        if new == state.value:
            return
        if states.get(name) is not state:
            workspace.current().message = WORDING.message("setting_changed")
            return
        state.value = new
        edit(new)

    return ControlledWidget(key=key, on_change=change)


def selectbox(label: str, options: Iterable[Any], *, at: Any = st, **more: Any) -> Any:
    """Streamlit's `selectbox`, but only what it offers can be chosen.

    Args:
        label: of the widget.
        options: the choices; the first one is the default.
        at: the column or container for the widget.
        **more: further arguments of Streamlit's widget.

    Returns:
        The chosen option.
    """
    return _one(at.selectbox, label, options, {"placeholder": _("Choose an option")} | more)


def segmented_control(label: str, options: Iterable[Any], *, at: Any = st, **more: Any) -> Any:
    """Streamlit's `segmented_control` with one choice, checked as in `selectbox`."""
    return _one(at.segmented_control, label, options, more)


def _one(widget: Callable[..., Any], label: str, options: Iterable[Any], more: dict[str, Any]) -> Any:
    offered = list(options)
    chosen = widget(label, offered, **_checked(more, lambda value: value is None or value in offered))
    return chosen if chosen is None or chosen in offered else offered[0]


def multiselect(label: str, options: Iterable[Any], *, at: Any = st, **more: Any) -> list[Any]:
    """Streamlit's `multiselect`, checked as in `selectbox`."""
    offered = list(options)
    more = {"placeholder": _("Choose options")} | more
    checked = _checked(more, lambda values: all(value in offered for value in values))
    return [value for value in at.multiselect(label, offered, **checked) if value in offered]


def _checked(more: dict[str, Any], is_offered: Callable[[Any], bool]) -> dict[str, Any]:
    """The arguments of a widget whose callback is not called for what was not offered."""
    change = more.get("on_change")
    if change is None:
        return more

    def checked() -> None:
        if is_offered(st.session_state[more["key"]]):
            change(*more.get("args", ()))
        else:
            workspace.current().message = WORDING.message("not_offered")

    return {name: value for name, value in more.items() if name != "args"} | {"on_change": checked}
