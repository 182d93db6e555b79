"""Diagnoses and messages, shown the same way on every page."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components import findings, frame, workspace
from components.library import without_hash
from components.markup import md
from components.navigation import Page
from components.progress import progress
from components.wording import WORDING
from trainer.i18n import _
from trainer.recipe.check import Report, check
from trainer.recipe.check.together import fix_all
from trainer.recipe.data import DataFacts
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError


def show_message() -> None:
    """What the last action has to say, once; in a container of its own, so that the page below is not drawn again.

    It stays in view (`findings.css`), since the form or button that it is about may be far down the page.
    """
    tab = workspace.current()
    findings.show_style()
    with st.container(key="message"):
        message, tab.message = tab.message, None
        if message is not None:
            st.error(md(message), icon=":material/error:")
        if tab.note is not None:
            st.info(md(tab.note))
            frame.announce(str(tab.note))  # Streamlit says errors by itself, and nothing else
            tab.note = None
    if tab.undone is not None:
        st.toast(md(tab.undone))
        frame.announce(str(tab.undone))
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


def show_problems(report: Report, key: findings.Where) -> None:
    """What is wrong with the recipe, worst first, each with its fixes; where several belong together, one for them all.

    Args:
        report: the check of the recipe.
        key: of this list; no other list on the page has it.
    """
    recipe = workspace.current().recipe
    together = fix_all(recipe, workspace.facts(), workspace.memory()) if report.errors else None
    findings.show_findings(report.diagnoses, key, partial(_fix, recipe), together=together)


def _fix(drawn: Recipe, fixed: Recipe) -> bool:
    """Apply a fix to the recipe that it was offered for: if another click was faster, it would undo that one."""
    with workspace.changing() as tab:
        if tab.recipe != drawn:
            tab.message = WORDING.message("recipe_changed")
            return False
        workspace.set_recipe(fixed)
        return True
