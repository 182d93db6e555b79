"""Widgets that show what the recipe says and hand over what a person changes, told apart from echoes; and choices that
take nothing but what they offered.

With each click the browser reports what all its widgets showed when it was made. If the recipe has changed meanwhile by
other ways (undo, a mend, a layer moved to this place), Streamlit takes such a late report for an edit; two quick clicks
would then write the settings of one layer into another. So a widget here knows what it holds: a report of just that is
no edit, and where the recipe says something else than the widget, another widget takes its place.

A modified browser may send any string for a choice, and Streamlit passes it on. So each choice on a
page is made here, and what was not offered is refused before any code of ours sees it (`tests/test_architecture.py`
holds the pages to it). Numbers and sliders need none of this: Streamlit itself refuses what is out of their range.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypedDict

import streamlit as st

from components import workspace

CHANGED = "This setting has changed meanwhile, in another click or tab. Look at it as it is now, and set it again."
NOT_OFFERED = "That is not one of the choices on this page. Choose one that is offered here."
_BOOK = "bound widgets"


class Bound(TypedDict):
    """What a Streamlit widget is made with."""

    key: str
    on_change: Callable[[], None]


@dataclass
class _Held:
    """A widget and the value that it is known to show."""

    number: int
    value: Any


def bound(name: str, value: Any, edit: Callable[[Any], object]) -> Bound:
    """Bind a widget to a value of the recipe, or of anything else that is kept elsewhere.

    Args:
        name: of the widget, the same in each run of the page; the first widget of that name has it as its key.
        value: what it is to show.
        edit: called with the new value when a person has changed it.
    """
    book: dict[str, _Held] = st.session_state.setdefault(_BOOK, {})
    held = book.get(name)
    if held is None or held.value != value:
        held = book[name] = _Held(0 if held is None else held.number + 1, value)
    key = f"{name} #{held.number}" if held.number else name
    # Written each time: a page that is run again before the browser has heard the last run would otherwise not say it
    # once more, and the browser would begin with the widget's default.
    st.session_state[key] = value

    def change() -> None:
        new = st.session_state[key]
        if new == held.value:
            return
        if book.get(name) is not held:
            workspace.current().message = CHANGED
            return
        held.value = new
        edit(new)

    return Bound(key=key, on_change=change)


def selectbox(label: str, options: Iterable[Any], *, at: Any = st, **more: Any) -> Any:
    """Streamlit's `selectbox`, which takes what it offers and nothing else.

    Args:
        label: what is chosen.
        options: what is offered; the first one where nothing else is said.
        at: the column or container that it stands in.
        **more: as for Streamlit.
    """
    offered = list(options)
    chosen = at.selectbox(label, offered, **_checked(more, lambda value: value is None or value in offered))
    return chosen if chosen is None or chosen in offered else offered[0]


def segmented_control(label: str, options: Iterable[Any], *, at: Any = st, **more: Any) -> Any:
    """Streamlit's `segmented_control` of one choice; as `selectbox`."""
    offered = list(options)
    chosen = at.segmented_control(label, offered, **_checked(more, lambda value: value is None or value in offered))
    return chosen if chosen is None or chosen in offered else offered[0]


def multiselect(label: str, options: Iterable[Any], *, at: Any = st, **more: Any) -> list[Any]:
    """Streamlit's `multiselect`; as `selectbox`."""
    offered = list(options)
    checked = _checked(more, lambda values: all(value in offered for value in values))
    return [value for value in at.multiselect(label, offered, **checked) if value in offered]


def _checked(more: dict[str, Any], is_offered: Callable[[Any], bool]) -> dict[str, Any]:
    """What a widget is made with, its callback kept from what was not offered."""
    change = more.get("on_change")
    if change is None:
        return more

    def checked() -> None:
        if is_offered(st.session_state[more["key"]]):
            change(*more.get("args", ()))
        else:
            workspace.current().message = NOT_OFFERED

    return {name: value for name, value in more.items() if name != "args"} | {"on_change": checked}
