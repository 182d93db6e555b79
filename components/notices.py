"""Problems and messages, said the same way on every page."""

from __future__ import annotations

import streamlit as st

from components import workspace
from components.library import without_hash
from components.markup import md
from components.progress import progress
from trainer.recipe.check import Problem, Report, check
from trainer.recipe.data import DataFacts
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError

SHOWN = 3
"""Problems that stand open; more warnings than that are folded away."""


def show_message() -> None:
    """What the last action has to say, once; in a place of its own, so that what stands below is not made anew."""
    at_hand = workspace.current()
    with st.container():
        message = workspace.take_message()
        if message:
            st.error(md(message), icon=":material/error:")
            st.toast(md(message), icon=":material/error:")  # seen also by somebody who has scrolled down to a form
        if at_hand.note:
            st.info(md(at_hand.note))
            at_hand.note = None
    if at_hand.undone:
        st.toast(md(at_hand.undone))
        at_hand.undone = None


def facts_or_message() -> DataFacts | None:
    """What is known of the data; None after saying what is wrong with it."""
    try:
        with progress():
            return workspace.facts()
    except RecipeError as error:
        st.error(md(without_hash(str(error))), icon=":material/error:")
        if st.button("To the Data page", icon=":material/arrow_back:"):
            st.switch_page("data_page.py")
        return None


def report_of(facts: DataFacts) -> Report:
    """The check of the recipe at hand, against the memory that is free on this computer."""
    return check(workspace.current().recipe, facts, workspace.memory())


def show_problems(report: Report, key: str) -> None:
    """Each problem with its mends as buttons, what can wait folded away; `key` tells the page's from another's."""
    errors = [problem for problem in report.problems if problem.level == "error"]
    warnings = [problem for problem in report.problems if problem.level == "warning"]
    shown = [*errors, *warnings[: max(0, SHOWN - len(errors))]]
    rest = warnings[len(shown) - len(errors) :]
    for place, problem in enumerate(shown):
        _show(problem, f"{key} {place}")
    if rest:
        more = st.expander(
            f"{len(rest)} more to look at", icon=":material/lightbulb:", key=f"{key} more", on_change="rerun"
        )
        with more:
            if more.open:
                for place, problem in enumerate(rest, start=len(shown)):
                    _show(problem, f"{key} {place}")


def _show(problem: Problem, key: str) -> None:
    box, icon = (st.error, ":material/block:") if problem.level == "error" else (st.warning, ":material/lightbulb:")
    box(md(problem.message), icon=icon)
    if problem.mends:
        with st.container(horizontal=True):
            for number, mend in enumerate(problem.mends):
                st.button(
                    md(mend.title),
                    key=f"mend {key} {number}",
                    icon=":material/build:",
                    on_click=_mend,
                    args=(workspace.current().recipe, mend.recipe),
                )


def _mend(drawn: Recipe, mended: Recipe) -> None:
    """A mend is of the recipe that it was offered for: where another click was quicker, it would undo that."""
    with workspace.changing() as at_hand:
        if at_hand.recipe != drawn:
            at_hand.message = "The recipe has changed meanwhile, in another click or tab. Look at it, and try again."
            return
        workspace.set_recipe(mended)
