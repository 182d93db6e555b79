"""Diagnoses and messages, shown the same way on every page."""

from __future__ import annotations

import streamlit as st

from components import workspace
from components.library import without_hash
from components.markup import md
from components.navigation import Page
from components.progress import progress
from components.wording import WORDING
from trainer.i18n import _, ngettext
from trainer.recipe.check import RecipeDiagnosis, Report, check
from trainer.recipe.data import DataFacts
from trainer.recipe.diagnosis import Severity
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError

MAX_OPEN = 3
"""How many diagnoses are shown open; further warnings are folded away."""


def show_message() -> None:
    """What the last action has to say, once; in a container of its own, so that the page below is not drawn again."""
    tab = workspace.current()
    with st.container():
        message, tab.message = tab.message, None
        if message is not None:
            st.error(md(message), icon=":material/error:")
            st.toast(md(message), icon=":material/error:")  # visible after scrolling down to a form, too
        if tab.note is not None:
            st.info(md(tab.note))
            tab.note = None
    if tab.undone is not None:
        st.toast(md(tab.undone))
        tab.undone = None


def facts_or_message() -> DataFacts | None:
    """What is known about the data; None after showing what is wrong with it."""
    try:
        with progress():
            return workspace.facts()
    except RecipeError as error:
        st.error(md(without_hash(str(error))), icon=":material/error:")
        if st.button(_("To the Data page"), icon=":material/arrow_back:"):
            st.switch_page(Page.DATA)
        return None


def report_of(facts: DataFacts) -> Report:
    """The check of this tab's recipe, against the memory that is free on this computer."""
    return check(workspace.current().recipe, facts, workspace.memory())


def show_problems(report: Report, key: str) -> None:
    """Each diagnosis with its fixes as buttons; what can wait is folded away.

    Args:
        report: the check of the recipe.
        key: of this list; no other list on the page has it.
    """
    errors = report.errors
    warnings = [found for found in report.diagnoses if found.severity is not Severity.ERROR]
    shown = [*errors, *warnings[: max(0, MAX_OPEN - len(errors))]]
    rest = warnings[len(shown) - len(errors) :]
    for place, problem in enumerate(shown):
        _show(problem, f"{key} {place}")
    if rest:
        label = ngettext("{count} more hint", "{count} more hints", len(rest)).format(count=len(rest))
        more = st.expander(label, icon=":material/lightbulb:", key=f"{key} more", on_change="rerun")
        with more:
            if more.open:
                for place, problem in enumerate(rest, start=len(shown)):
                    _show(problem, f"{key} {place}")


_BOXES = {
    Severity.ERROR: (st.error, ":material/block:"),
    Severity.WARNING: (st.warning, ":material/lightbulb:"),
    Severity.NOTE: (st.info, ":material/info:"),
}


def _show(problem: RecipeDiagnosis, key: str) -> None:
    box, icon = _BOXES[problem.severity]
    box(md(problem.message), icon=icon)
    if problem.fixes:
        with st.container(horizontal=True):
            for number, fix in enumerate(problem.fixes):
                st.button(
                    md(fix.label),
                    key=f"fix {key} {number}",
                    icon=":material/build:",
                    on_click=_fix,
                    args=(workspace.current().recipe, fix.result),
                )


def _fix(drawn: Recipe, fixed: Recipe) -> None:
    """Apply a fix to the recipe that it was offered for: if another click was faster, it would undo that one."""
    with workspace.changing() as tab:
        if tab.recipe != drawn:
            tab.message = WORDING.message("recipe_changed")
            return
        workspace.set_recipe(fixed)
