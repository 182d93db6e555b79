"""What a training would take, before Train: time and memory on this computer, and smaller versions where it is long."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components import workspace
from components.markup import md
from components.waiting import wait
from trainer.engine.costs import Measuring
from trainer.recipe.check import Report, needed
from trainer.recipe.check.quicker import Quicker, is_worth_it, quicker
from trainer.recipe.check.smaller import in_words as bytes_in_words
from trainer.recipe.cost import Cost, about, in_words, may_end_early
from trainer.recipe.data import DataFacts
from trainer.recipe.recipe import Recipe
from trainer.runs.store import Run


@dataclass(frozen=True)
class Offer:
    """A smaller version that is worth it, and the seconds that it takes."""

    smaller: Quicker
    seconds: float


@dataclass(frozen=True)
class Found:
    """What is known of a recipe's cost so far."""

    cost: Cost | str | None
    """A sentence says why it is not known; None as long as it is being measured."""
    offers: tuple[Offer, ...] = ()
    waits: str | None = None
    """What is still waited for."""


def show(facts: DataFacts | None, report: Report | None, run: Run | None) -> None:
    """The card, if the recipe at hand could be trained and no run of this tab is going on."""
    if facts is None or report is None or report.errors:
        return
    if workspace.is_training(run):
        return
    recipe = workspace.current().recipe
    found = _look(recipe, report, facts)
    if isinstance(found.cost, str):
        st.caption(md(found.cost))
    elif found.cost is not None:
        memory = needed(recipe, list(report.rows), facts).total
        st.markdown(
            f":material/schedule: {md(sentence(found.cost, recipe, memory))}", help=md(reasons(found.cost, recipe))
        )
        if going := workspace.engine().going:
            st.caption(md(shared(going)))
    if found.offers:
        st.caption("That is long. A smaller version learns a little less, and much sooner:")
        with st.container(horizontal=True):
            for place, offer in enumerate(found.offers):
                st.button(
                    md(f"{offer.smaller.title}: about {about(offer.seconds)}"),
                    key=f"quicker {place}",
                    icon=":material/fast_forward:",
                    on_click=workspace.set_recipe,
                    args=(offer.smaller.recipe,),
                )
    if found.waits is not None:
        wait(lambda: _look(recipe, report, facts).waits)


def _look(recipe: Recipe, report: Report, facts: DataFacts) -> Found:
    """Ask for the recipe and, where it takes long, for one smaller version after another."""
    engine, asker = workspace.engine(), workspace.current().name
    cost = engine.cost(recipe, asker)
    if isinstance(cost, Measuring):
        return Found(None, waits=cost.text)
    if isinstance(cost, str):
        return Found(cost)
    seconds, offers = cost.total(recipe.fit.epochs), list[Offer]()
    for smaller in quicker(recipe, cost, report.rows, facts):
        its = smaller.cost if smaller.cost is not None else engine.cost(smaller.recipe, asker)
        if isinstance(its, Measuring):
            return Found(cost, tuple(offers), waits="Trying out smaller versions…")
        if isinstance(its, Cost) and is_worth_it(smaller, its, seconds):
            offers.append(Offer(smaller, its.total(smaller.recipe.fit.epochs)))
    return Found(cost, tuple(offers))


def sentence(cost: Cost, recipe: Recipe, memory: int) -> str:
    """The cost in two sentences; `memory` in bytes."""
    time, first = in_words(cost, recipe)
    return f"{time}, {bytes_in_words(memory, up=True)} of memory. {first}"


def reasons(cost: Cost, recipe: Recipe) -> str:
    """Where the figures come from, and how far off they may be."""
    least, most = cost.plausible(recipe.fit.epochs)
    words = (
        "Some batches of this very model were tried out on this computer, then thrown away. "
        f"Between {about(least)} and {about(most)} is likely, if the computer has nothing else to do. "
        "The memory is worked out from the layers."
    )
    if may_end_early(recipe):
        words += " EarlyStopping may end it sooner."
    return words


def shared(going: int) -> str:
    """How much longer it takes while others train."""
    many = "Another run is going on" if going == 1 else f"{going} other runs are going on"
    return f"{many}: while that lasts, it takes about {going + 1} times as long."
