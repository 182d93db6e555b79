"""What a training would take on this computer: time and memory, and smaller versions where it is long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

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
    still_waits_for: Callable[[], Message | str | None] = field(default=lambda: None, compare=False)
    """The same, asked again."""


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


def estimate(facts: DataFacts | None, report: Report | None, run: Run | None) -> Estimate | None:
    """What a training of this tab's recipe would take; None if it cannot be trained, or if it is being trained."""
    if facts is None or report is None or report.errors or workspace.is_training(run):
        return None
    recipe = workspace.current().recipe
    again = partial(_estimate, recipe, report, facts)
    return replace(again(), still_waits_for=lambda: again().waits)


def show_time(found: Estimate) -> None:
    """How long the training would take; while that is being measured, the page is run again after it."""
    if found.cost is None:
        wait(found.still_waits_for)
        return
    recipe = workspace.current().recipe
    if not isinstance(found.cost, Cost):
        st.caption(md(found.cost))
        return
    time, first = describe_cost(found.cost, recipe)
    said = [_("{time}. {first}").format(time=time, first=first)]
    if (more := writing(recipe)) is not None:
        said.append(str(more))
    if others := len(workspace.engine().active_runs):
        said.append(str(WORDING.message("others_training", count=others, times=others + 1)))
    st.caption(f":material/schedule: {md(' '.join(said))}")


def show_smaller(found: Estimate) -> None:
    """Smaller versions of a long training, each a button; they come one after another."""
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
    if found.cost is not None and found.waits is not None:
        wait(found.still_waits_for)


def show_details(found: Estimate, facts: DataFacts, report: Report) -> None:
    """Where the figures come from, and the memory."""
    recipe, cost = workspace.current().recipe, found.cost
    if not isinstance(cost, Cost):
        return
    with st.expander(_("Time and memory")):
        memory = formats.size(needed(recipe, list(report.rows), facts).total, round_up=True)
        if (free := workspace.memory()) is None:
            text = _("Training needs about {memory} of memory.").format(memory=memory)
        else:
            text = _("Training needs about {memory} of the {free} of memory that are free.")
            text = text.format(memory=memory, free=formats.size(free))
        st.caption(md(text))
        st.caption(md(reasons(cost, recipe)))


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
