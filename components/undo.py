"""Undo and redo of whatever was changed in the recipe, on whichever page."""

from __future__ import annotations

import streamlit as st

from components import workspace
from trainer.recipe.difference import differences


def show_undo(*, by_keys: bool) -> None:
    """The two buttons; `by_keys` says whether the page also listens to the keys for them."""
    at_hand = workspace.current()
    back = f"Takes back the last change{' (Ctrl + Z)' if by_keys else ''}."
    again = f"Does again what was taken back{' (Ctrl + Y)' if by_keys else ''}."
    st.button(
        "Undo",
        icon=":material/undo:",
        disabled=not at_hand.past,
        help=back if at_hand.past else "Nothing has been changed yet.",
        key="undo",
        on_click=step,
    )
    st.button(
        "Redo",
        icon=":material/redo:",
        disabled=not at_hand.future,
        help=again if at_hand.future else "Nothing has been undone.",
        key="redo",
        on_click=step,
        kwargs={"back": False},
    )


def step(*, back: bool = True) -> None:
    """Take back the last change, or do again what was taken back; it may be of another page, so that it is said."""
    with workspace.changing() as at_hand:
        if not (at_hand.past if back else at_hand.future):
            return  # a press that was quicker than the button, which is shut by now and says why
        before = at_hand.recipe
        workspace.undo(back=back)
        texts = [one.text for one in differences(before, at_hand.recipe)]
        more = f" and {len(texts) - 2} more" if len(texts) > 2 else ""
        what = ", ".join(texts[:2]) or "a layer that is switched off"
        # Said by the next run of the page: a toast from here is where a newer click would cut off what hears the stack.
        at_hand.undone = f"{'Undone' if back else 'Done again'}: {what}{more}"
