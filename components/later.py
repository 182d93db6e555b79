"""What a click asks for and is slow: done by the page as its next thing, where it can say how far it is."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components import workspace


def later(work: Callable[[], object]) -> None:
    """Do something slow not while a click is answered, when nothing can be shown, but as the page's next thing."""
    with workspace.changing() as at_hand:
        at_hand.asked.append(work)


def do_what_was_asked() -> None:
    """Called at the beginning of the page, does it in order. What a newer click breaks off is begun again."""
    did = False
    while True:
        with workspace.changing() as at_hand:
            if not at_hand.asked:
                break
            work = at_hand.asked[0]
        try:
            work()
        except Exception:
            at_hand.asked.clear()
            raise
        did = True
        with at_hand.lock:
            # A newer click's run of the page may do the same at the same time: each takes away only what it has done.
            at_hand.asked[:] = [other for other in at_hand.asked if other is not work]
    if did:
        st.rerun()
