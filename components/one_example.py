"""What each layer does to one example, as pictures that the trainer makes with the still untrained model."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import streamlit as st

from components import workspace
from components.words import md
from trainer.engine.costs import Measuring
from trainer.recipe.check import Report
from trainer.recipe.shapes import written


def show_one_example(report: Report) -> None:
    """The first training example and what leaves each layer; a broken stack has nothing to send it through."""
    if report.errors:
        st.caption("As soon as the layers fit on each other, you see here what each of them makes of an example.")
        return
    at_hand = workspace.current()
    cost = workspace.engine().cost(at_hand.recipe, at_hand.draft)
    seen = workspace.engine().seen(at_hand.recipe)
    if seen is not None:
        _draw(seen, report)
    elif isinstance(cost, Measuring):
        _await(report)
    else:
        st.caption("The pictures of this model are no longer at hand. Change something, and they are made anew.")


@st.fragment(run_every=1.0)
def _await(report: Report) -> None:
    """Look each second until the trainer has sent them; then show all anew, and ask no more."""
    at_hand = workspace.current()
    cost = workspace.engine().cost(at_hand.recipe, at_hand.draft)
    if workspace.engine().seen(at_hand.recipe) is not None or not isinstance(cost, Measuring):
        st.rerun()
    st.caption(f":material/hourglass_top: The trainer sends an example through the layers. {md(cost.text)}")


def _draw(seen: list[dict[str, Any]], report: Report) -> None:
    st.caption(
        "The first training example, and what leaves each layer before anything has been learned. Dark is small, light "
        "is large; of a picture the first eight channels, of a sequence the steps from left to right."
    )
    names = ["The example", *(f"{place}. {row.layer.kind}" for place, row in enumerate(report.rows, start=1))]
    for name, one in zip(names, seen, strict=False):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{md(name)}**  \n{md(written(tuple(one['shape'])))}", width=190)
            st.image(b64decode(one["png"]))
