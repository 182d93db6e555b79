"""What the model of this tab needs: memory, and how long an epoch takes on this computer."""

from __future__ import annotations

import streamlit as st

from components import workspace
from components.markup import md
from components.waiting import wait
from components.wording import WORDING
from trainer import formats
from trainer.engine.costs import Measuring
from trainer.i18n import _
from trainer.recipe.check import Report, needed
from trainer.recipe.cost import Cost
from trainer.recipe.data import DataFacts

SHORT_SECONDS = 1.0
"""An epoch that takes less is not told in seconds."""


def show_totals(facts: DataFacts, report: Report) -> None:
    """Memory at once, and the time of an epoch once the trainer has measured it; nothing for a broken stack."""
    if report.errors:
        return
    memory = formats.size(needed(workspace.current().recipe, list(report.rows), facts).total, round_up=True)
    text = _("Training needs about {memory} of memory.").format(memory=memory)
    st.caption(f":material/memory: {md(text)}")
    cost = _cost()
    if isinstance(cost, Measuring):
        wait(lambda: again.text if isinstance(again := _cost(), Measuring) else None)
    elif isinstance(cost, Cost):
        epochs = workspace.current().recipe.fit.epochs
        seconds = cost.total(epochs) / epochs
        name = "epoch_takes_moment" if seconds < SHORT_SECONDS else "epoch_takes"
        st.caption(md(WORDING.message(name, time=seconds)))
    else:
        st.caption(md(cost))


def _cost() -> Cost | Measuring | str:
    tab = workspace.current()
    return workspace.engine().cost(tab.recipe, tab.name)
