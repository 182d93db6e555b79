"""Undo and redo of any change to the recipe, whichever page made it."""

from __future__ import annotations

import streamlit as st

from components import workspace
from components.wording import WORDING
from trainer.i18n import _
from trainer.recipe.difference import differences


def show_undo() -> None:
    """The two buttons, for pages without the layer stack, which has its own."""
    tab = workspace.current()
    st.button(
        _("Undo"),
        icon=":material/undo:",
        disabled=not tab.past,
        help=_("Undo the last change.") if tab.past else _("Nothing has been changed yet."),
        key="undo",
        on_click=step,
    )
    st.button(
        _("Redo"),
        icon=":material/redo:",
        disabled=not tab.future,
        help=_("Redo it.") if tab.future else _("Nothing has been undone."),
        key="redo",
        on_click=step,
        kwargs={"back": False},
    )


def step(*, back: bool = True) -> None:
    """Undo the last change, or redo it; it may be one of another page, so a message says what it was."""
    with workspace.changing() as tab:
        if not (tab.past if back else tab.future):
            return  # a press that was quicker than the button, which is disabled by now and says why
        before = tab.recipe
        workspace.undo(back=back)
        changes = [one.message for one in differences(before, tab.recipe)]
        told = changes[:2] or [WORDING.message("disabled_layer")]
        if len(changes) > 2:
            told.append(WORDING.message("more_changes", count=len(changes) - 2))
        # Shown by the next run of the page: at a toast here, a newer click would cut off the handling of actions.
        tab.undone = WORDING.message("undone" if back else "redone", changes=told)
