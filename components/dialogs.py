"""Dialogs, of which Streamlit allows one at a time: the session knows which is open, so that it outlives page runs.

A dialog that only the click itself opens is gone with the next run of the whole page, which also polling starts. And
what is being typed in one, and has not been sent, is lost with such a run: polling waits while a dialog is on the page.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

_OPEN, _DRAWN = "open dialog", "dialog is on the page"


def open_dialog(name: str) -> None:
    """Show a dialog from the next page run on, instead of any other."""
    st.session_state[_OPEN] = name


def close_dialog() -> None:
    """Show none from the next page run on."""
    st.session_state[_OPEN] = None
    st.session_state[_DRAWN] = False


def is_open(name: str) -> bool:
    """Whether this is the dialog to show."""
    return bool(st.session_state.get(_OPEN) == name)


def begin_page() -> None:
    """Called first in each page run: no dialog is on the page yet."""
    st.session_state[_DRAWN] = False


def is_any_on_page() -> bool:
    """Whether the last page run has drawn a dialog, which is still open."""
    return bool(st.session_state.get(_DRAWN))


def dialog(title: str, content: Callable[[], object]) -> None:
    """Show a dialog, until it is closed by the person or by `close_dialog`. It takes, keeps and gives back the focus.

    What is changed inside it runs only its content again, so a change that closes it, or that the page is to show, ends
    with `st.rerun()`.
    """
    st.session_state[_DRAWN] = True
    st.dialog(title, width="medium", on_dismiss=close_dialog)(content)()
