"""What the model at hand needs in all: memory, and how long an epoch takes on this computer."""

from __future__ import annotations

import streamlit as st

from components import workspace
from components.markup import md
from components.waiting import wait
from trainer.engine.costs import Measuring
from trainer.recipe.check import Report, needed
from trainer.recipe.check.smaller import in_words
from trainer.recipe.cost import about
from trainer.recipe.data import DataFacts


def show_totals(facts: DataFacts, report: Report) -> None:
    """Memory at once, and the time of an epoch as soon as the trainer has measured it; nothing for a broken stack."""
    if report.errors:
        return
    memory = in_words(needed(workspace.current().recipe, list(report.rows), facts).total, up=True)
    st.caption(f":material/memory: While it trains it needs about {md(memory)} of memory.")
    time = _epoch()
    if isinstance(time, Measuring):
        wait(lambda: time.text if isinstance(time := _epoch(), Measuring) else None)
    else:
        st.caption(time)


def _epoch() -> str | Measuring:
    at_hand = workspace.current()
    cost = workspace.engine().cost(at_hand.recipe, at_hand.name)
    if isinstance(cost, Measuring):
        return cost
    if isinstance(cost, str):
        return md(cost)
    an_epoch = cost.total(at_hand.recipe.fit.epochs) / at_hand.recipe.fit.epochs
    words = about(an_epoch)
    return f"An epoch takes {md(words if words.startswith('less') else f'about {words}')} on this computer."
