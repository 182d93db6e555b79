"""Undo and redo of any change to the recipe, whichever page made it."""

from __future__ import annotations

import streamlit as st

from components import workspace
from trainer.recipe.difference import differences


def show_undo() -> None:
    """The two buttons, for pages without the layer stack, which has its own."""
    at_hand = workspace.current()
    st.button(
        "Undo",
        icon=":material/undo:",
        disabled=not at_hand.past,
        help="Undo the last change." if at_hand.past else "Nothing has been changed yet.",
        key="undo",
        on_click=step,
    )
    st.button(
        "Redo",
        icon=":material/redo:",
        disabled=not at_hand.future,
        help="Redo it." if at_hand.future else "Nothing has been undone.",
        key="redo",
        on_click=step,
        kwargs={"back": False},
    )


def step(*, back: bool = True) -> None:
    """Undo the last change, or redo it; it may be one of another page, so a message says what it was."""
    with workspace.changing() as at_hand:
        if not (at_hand.past if back else at_hand.future):
            return  # a press that was quicker than the button, which is disabled by now and says why
        before = at_hand.recipe
        workspace.undo(back=back)
        texts = [one.text for one in differences(before, at_hand.recipe)]
        more = f" and {len(texts) - 2} more" if len(texts) > 2 else ""
        what = ", ".join(texts[:2]) or "a layer that is turned off"
        # Shown by the next run of the page: at a toast here, a newer click would cut off the handling of actions.
        at_hand.undone = f"{'Undone' if back else 'Redone'}: {what}{more}"
