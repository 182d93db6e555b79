"""The steps on top of every page: where a person is, what is done, what is wrong, and the one button that goes on.

The steps are links to the pages, in the order of the work; on a phone they are a bar at the bottom of the screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components import workspace
from components.markup import md
from components.navigation import Page
from components.notices import report_of
from components.wording import WORDING
from trainer import data
from trainer.i18n import N_, _
from trainer.messages import Message
from trainer.recipe.spec import RecipeError
from trainer.runs.events import RunState
from trainer.runs.store import Run


class StepState(StrEnum):
    """What is known about a step of the work."""

    OPEN = "open"
    DONE = "done"
    WRONG = "wrong"
    RUNNING = "running"


_STATE_NAMES = {
    StepState.DONE: N_("done"),
    StepState.WRONG: N_("needs fixing"),
    StepState.RUNNING: N_("running"),
}
_STATE_ICONS = {
    StepState.DONE: ":material/check_circle:",
    StepState.WRONG: ":material/error:",
    StepState.RUNNING: ":material/pending:",
}


@dataclass(frozen=True)
class Steps:
    """The state of each page that is a step, and why the next one of a page is not available yet."""

    is_known: bool
    """Whether the data have been read, without which nothing is known of them and of the model."""
    states: dict[Page, StepState]
    locked: dict[Page, Message]
    """By the page that one stands on."""

    def in_words(self) -> dict[Page, str]:
        """What each state is called, for people who do not see its sign."""
        return {page: _(_STATE_NAMES[state]) for page, state in self.states.items() if state is not StepState.OPEN}


NEXT = {
    Page.DATA: (Page.MODEL, N_("Next: the model")),
    Page.MODEL: (Page.TRAIN, N_("Next: train")),
    Page.TRAIN: (Page.RESULTS, N_("Next: results")),
    Page.RESULTS: (Page.TRY, N_("Next: try it")),
    Page.TRY: (Page.RUNS, N_("Next: all runs")),
}
"""Where the button *Next* of each page leads."""


def steps_now() -> Steps:
    """The steps of this tab as far as they are known without reading data, which only the pages do."""
    run = workspace.my_run()
    is_known, states, locked = _of_recipe()
    states[Page.TRAIN] = _of_training(run)
    states[Page.RESULTS] = StepState.DONE if run is not None and run.history.tests else StepState.OPEN
    if run is None or run.history.weights is None:
        is_training = states[Page.TRAIN] is StepState.RUNNING
        locked[Page.TRAIN] = WORDING.message("next_still_training" if is_training else "next_not_trained")
    return Steps(is_known, states, locked)


def _of_recipe() -> tuple[bool, dict[Page, StepState], dict[Page, Message]]:
    """Data and model: wrong if they cannot be trained, done if somebody has begun to work on them."""
    tab = workspace.current()
    try:
        facts = data.known_facts(tab.recipe.data, tab.recipe.seed)
    except RecipeError:
        return True, {Page.DATA: StepState.WRONG}, {Page.DATA: WORDING.message("next_data_wrong")}
    if facts is None or not tab.is_started:
        return facts is not None, {}, {}
    if not report_of(facts).errors:
        return True, {Page.DATA: StepState.DONE, Page.MODEL: StepState.DONE}, {}
    states = {Page.DATA: StepState.DONE, Page.MODEL: StepState.WRONG}
    return True, states, {Page.MODEL: WORDING.message("next_model_wrong")}


def _of_training(run: Run | None) -> StepState:
    if run is None:
        return StepState.OPEN
    if not run.state.is_over:
        return StepState.OPEN if workspace.engine().is_orphaned(run) else StepState.RUNNING
    if run.state is RunState.FAILED or run.history.has_diverged:
        return StepState.WRONG
    return StepState.OPEN if run.history.weights is None else StepState.DONE


class StepBar:
    """The links to all pages and the button that leads on; made once in each page run, and filled in what is known."""

    def __init__(self, pages: dict[Page, StreamlitPage], here: Page) -> None:
        """Take the space on top of a page.

        Args:
            pages: all pages, in the order of the work.
            here: the page that is shown.
        """
        self._pages, self._here = pages, here
        with st.container(key="frame", horizontal=True, vertical_alignment="center", gap="small"):
            with st.container(key="steps", horizontal=True, vertical_alignment="center", gap=None, width="stretch"):
                self._links = {page: st.empty() for page in pages}
            self._why_not = st.empty()
            self._next = st.empty()

    def fill(self, steps: Steps) -> None:
        """Show what is known; the button only once it is known whether it may be pressed."""
        for page, one in self._pages.items():
            icon = _STATE_ICONS.get(steps.states.get(page, StepState.OPEN), one.icon)
            self._links[page].page_link(page, label=one.title, icon=icon)
        if self._here in NEXT and steps.is_known:
            self._show_next(steps.locked.get(self._here))

    def _show_next(self, why_not: Message | None) -> None:
        to, label = NEXT[self._here]
        if why_not is not None:
            self._why_not.caption(md(why_not), width="content")
        # One key on all pages, so that the focus stays on the button while it leads from page to page.
        if self._next.button(
            _(label),
            key="next",
            # On the Train page the main button is another one.
            type="secondary" if self._here in {Page.TRAIN, Page.RESULTS, Page.TRY} else "primary",
            icon=":material/arrow_forward:",
            icon_position="right",
            disabled=why_not is not None,
        ):
            st.switch_page(to)
