"""What a click asks for and is slow: done by the page as its next thing, where it can say how far it is."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components import workspace


def later(work: Callable[[], object]) -> None:
    """Do something slow not while a click is answered, when nothing can be shown, but as the page's next thing."""
    at_hand = workspace.current()
    at_hand.asked.append(work)


def do_what_was_asked() -> None:
    """Called at the beginning of the page, does it in order. What a newer click breaks off is begun again."""
    asked = workspace.current().asked
    if not asked:
        return
    while asked:
        try:
            asked[0]()
        except Exception:
            asked.clear()
            raise
        asked.pop(0)
    st.rerun()
