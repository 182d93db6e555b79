"""What each layer does to one example, as pictures that the trainer makes with the still untrained model."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import streamlit as st

from components import workspace
from components.waiting import wait
from components.words import md
from trainer.engine.costs import Measuring
from trainer.recipe.check import Report
from trainer.recipe.shapes import written

Seen = list[dict[str, Any]]
"""As `trainer/fit/look.py` makes it."""


def show_one_example(report: Report) -> None:
    """The first training example and what leaves each layer; a broken stack has nothing to send it through."""
    if report.errors:
        st.caption("As soon as the layers fit on each other, you see here what each of them makes of an example.")
        return
    seen, waits = _look()
    if seen is not None:
        _draw(seen, report)
    elif waits is not None:
        wait(lambda: _look()[1])
    else:
        st.caption("The trainer could not build this model; what is wrong is said above.")


def _look() -> tuple[Seen | None, str | None]:
    """The pictures, or what they wait for; neither where the trainer had to give up."""
    at_hand = workspace.current()
    cost = workspace.engine().cost(at_hand.recipe, at_hand.draft)
    seen = workspace.engine().seen(at_hand.recipe)
    waits = f"The trainer sends an example through the layers. {cost.text}" if isinstance(cost, Measuring) else None
    return seen, None if seen is not None else waits


def _draw(seen: Seen, report: Report) -> None:
    st.caption(
        "The first training example, and what leaves each layer before anything has been learned. Dark is small, light "
        "is large; of a picture the first eight channels, of a sequence the steps from left to right."
    )
    names = ["The example", *(f"{place}. {row.layer.kind}" for place, row in enumerate(report.rows, start=1))]
    for name, one in zip(names, seen, strict=False):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{md(name)}**  \n{md(written(tuple(one['shape'])))}", width=190)
            st.image(b64decode(one["png"]))
