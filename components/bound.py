"""Widgets that show what the recipe says and hand over what a person changes, told apart from echoes.

With each click the browser reports what all its widgets showed when it was made. If the recipe has changed meanwhile by
other ways (undo, a mend, a layer moved to this place), Streamlit takes such a late report for an edit; two quick clicks
would then write the settings of one layer into another. So a widget here knows what it holds: a report of just that is
no edit, and where the recipe says something else than the widget, another widget takes its place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypedDict

import streamlit as st

from components import workspace

CHANGED = "This setting has changed meanwhile, in another click or tab. Look at it as it is now, and set it again."
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
