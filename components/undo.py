"""Undo and redo of any change to the recipe, whichever page made it."""

from __future__ import annotations

import streamlit as st

from components import workspace
from trainer.i18n import _


def show_undo() -> None:
    """The two buttons, for pages without the layer stack, which has its own."""
    tab = workspace.current()
    st.button(
        _("Undo"),
        icon=":material/undo:",
        disabled=not tab.past,
        help=_("Undo the last change.") if tab.past else _("Nothing has been changed yet."),
        key="undo",
        on_click=workspace.undo,
    )
    st.button(
        _("Redo"),
        icon=":material/redo:",
        disabled=not tab.future,
        help=_("Redo it.") if tab.future else _("Nothing has been undone."),
        key="redo",
        on_click=workspace.undo,
        kwargs={"back": False},
    )
