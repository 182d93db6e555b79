"""Problems and messages, said the same way on every page."""

from __future__ import annotations

import streamlit as st

from components import workspace
from components.library import without_hash
from components.markup import md
from components.progress import progress
from trainer.recipe.check import RecipeDiagnosis, Report, check
from trainer.recipe.data import DataFacts
from trainer.recipe.diagnosis import Severity
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
    """Each problem with its fixes as buttons, what can wait folded away; `key` tells the page's from another's."""
    errors = report.errors
    warnings = [found for found in report.diagnoses if found.severity is not Severity.ERROR]
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


def _show(problem: RecipeDiagnosis, key: str) -> None:
    is_error = problem.severity is Severity.ERROR
    box, icon = (st.error, ":material/block:") if is_error else (st.warning, ":material/lightbulb:")
    box(md(str(problem.message)), icon=icon)
    if problem.fixes:
        with st.container(horizontal=True):
            for number, fix in enumerate(problem.fixes):
                st.button(
                    md(str(fix.label)),
                    key=f"mend {key} {number}",
                    icon=":material/build:",
                    on_click=_mend,
                    args=(workspace.current().recipe, fix.result),
                )


def _mend(drawn: Recipe, mended: Recipe) -> None:
    """A mend is of the recipe that it was offered for: where another click was quicker, it would undo that."""
    with workspace.changing() as at_hand:
        if at_hand.recipe != drawn:
            at_hand.message = "The recipe has changed meanwhile, in another click or tab. Look at it, and try again."
            return
        workspace.set_recipe(mended)
