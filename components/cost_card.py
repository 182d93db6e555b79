"""What a training would take on this computer: memory and time, and smaller versions where it is long."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components import workspace
from components.markup import md
from components.waiting import wait
from components.wording import WORDING
from trainer import formats
from trainer.engine.costs import Measuring
from trainer.i18n import _
from trainer.messages import Message
from trainer.recipe.check import Report, needed
from trainer.recipe.check.quicker import CheaperFix, cheaper, is_worth_it
from trainer.recipe.cost import Cost, describe_cost, may_end_early, writing
from trainer.recipe.data import DataFacts
from trainer.recipe.recipe import Recipe
from trainer.runs.store import Run

SHORT_SECONDS = 1.0
"""An epoch that takes less is not told in seconds."""


@dataclass(frozen=True)
class Estimate:
    """What is known about a recipe's cost so far."""

    cost: Cost | str | None
    """A sentence says why it is not known; None while it is being measured."""
    offers: tuple[tuple[CheaperFix, float], ...] = ()
    """Each smaller version that is worth it, and the seconds that its training takes."""
    waits: Message | str | None = None
    """What is still waited for."""


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


def show(facts: DataFacts | None, report: Report | None, run: Run | None) -> None:
    """The card, if the recipe of this tab could be trained and no run of this tab is in progress."""
    if facts is None or report is None or report.errors:
        return
    if workspace.is_training(run):
        return
    recipe = workspace.current().recipe
    found = _estimate(recipe, report, facts)
    if isinstance(found.cost, Cost):
        memory = needed(recipe, list(report.rows), facts).total
        time, first = describe_cost(found.cost, recipe)
        sizes = {"memory": formats.size(memory, round_up=True)}
        text = _("{time}, {memory} of memory. {first}")
        if (free := workspace.memory()) is not None:
            text, sizes["free"] = (
                _("{time}, {memory} of the {free} of memory that are free. {first}"),
                formats.size(free),
            )
        said = text.format(time=time, first=first, **sizes)
        st.markdown(f":material/schedule: {md(said)}", help=md(reasons(found.cost, recipe)))
        if (more := writing(recipe)) is not None:
            st.caption(md(more))
        if others := len(workspace.engine().active_runs):
            st.caption(md(WORDING.message("others_training", count=others, times=others + 1)))
    elif found.cost is not None:
        st.caption(md(found.cost))
    if found.offers:
        st.caption(_("That takes a while. A smaller version is much faster and nearly as good:"))
        with st.container(horizontal=True):
            for place, (smaller, seconds) in enumerate(found.offers):
                label = _("{change}: about {time}")
                st.button(
                    label.format(change=md(smaller.label), time=md(formats.about(seconds))),
                    key=f"quicker {place}",
                    icon=":material/fast_forward:",
                    on_click=workspace.set_recipe,
                    args=(smaller.result,),
                )
    if found.waits is not None:
        wait(lambda: _estimate(recipe, report, facts).waits)


def _estimate(recipe: Recipe, report: Report, facts: DataFacts) -> Estimate:
    """Ask for the recipe's cost and, where it takes long, for one smaller version after another."""
    engine, asker = workspace.engine(), workspace.current().name
    cost = engine.cost(recipe, asker)
    if isinstance(cost, Measuring):
        return Estimate(None, waits=cost.text)
    if isinstance(cost, str):
        return Estimate(cost)
    seconds, offers = cost.total(recipe.fit.epochs), list[tuple[CheaperFix, float]]()
    for smaller in cheaper(recipe, cost, report.rows, facts):
        its = smaller.cost if smaller.cost is not None else engine.cost(smaller.result, asker)
        if isinstance(its, Measuring):
            return Estimate(cost, tuple(offers), waits=WORDING.message("trying_smaller"))
        if isinstance(its, Cost) and is_worth_it(smaller, its, seconds):
            offers.append((smaller, its.total(smaller.result.fit.epochs)))
    return Estimate(cost, tuple(offers))


def reasons(cost: Cost, recipe: Recipe) -> Message:
    """Where the figures come from, and how far off they may be."""
    least, most = cost.plausible(recipe.fit.epochs)
    name = "measured_may_end_early" if may_end_early(recipe) else "measured"
    return WORDING.message(name, least=least, most=most)
