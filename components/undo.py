"""Undo and redo of any change to the recipe, whichever page made it."""

from __future__ import annotations

import streamlit as st

from components import workspace
from trainer.i18n import _


def show_undo() -> None:
    """The two buttons, for pages without the layer stack, which has its own.

    They are never disabled, since a button that is disabled by its own press loses the focus: one press too many says
    that there is nothing left.
    """
    st.button(_("Undo"), icon=":material/undo:", key="undo", on_click=workspace.undo)
    st.button(_("Redo"), icon=":material/redo:", key="redo", on_click=workspace.undo, kwargs={"back": False})
