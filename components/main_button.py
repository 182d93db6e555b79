"""The one main button of the Train page: what it does now, and that a press does nothing else.

Its key stays while its label changes, so that the focus stays on it through Train, Pause and Test it. A press therefore
carries what the button was drawn for: if that has changed meanwhile, the press was meant for something else.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import streamlit as st

from components import evaluation, expectation, run_ending, workspace
from components.navigation import Page
from trainer.i18n import N_, _
from trainer.recipe.difference import differences
from trainer.runs.events import RunState
from trainer.runs.store import Run


class Act(StrEnum):
    """What a press does."""

    TRAIN = "train"
    """Starts a run of the current recipe."""
    PAUSE = "pause"
    RESUME = "resume"
    """Lets a paused run continue."""
    CONTINUE = "continue"
    """Takes up a run that has ended too early."""
    TEST = "test"
    """Opens the test set, and leads to its result."""
    SHOW_RESULTS = "show_results"


_LOOK = {
    Act.TRAIN: (N_("Train"), "play_arrow"),
    Act.PAUSE: (N_("Pause"), "pause"),
    Act.RESUME: (N_("Resume"), "resume"),
    Act.CONTINUE: (N_("Resume"), "resume"),
    Act.TEST: (N_("Test it"), "fact_check"),
    Act.SHOW_RESULTS: (N_("See the results"), "fact_check"),
}
_TESTED = "leads to the results"
"""Where the session keeps that a press leads to the Results page: only a page run can go there."""


_PAUSES_EARLY = "pauses at its first batch"
"""Where the session keeps the id of the run that was told to pause before it could, until it resumes or ends: when it
is continued, the pause that it was told of before means nothing any more."""


class Purpose(NamedTuple):
    """What a button is there for."""

    act: Act
    run_id: str | None
    """The run that the tab showed when the button was drawn."""


def main_purpose(run: Run | None) -> Purpose:
    """What the main button of a tab that shows this run does now."""
    return Purpose(Act.TRAIN, None) if run is None else Purpose(_main_act(run), run.id)


def _main_act(run: Run) -> Act:
    engine = workspace.engine()
    if engine.is_orphaned(run) or workspace.why_not_change(run.id) is not None:
        return Act.TRAIN
    if not run.state.is_over:
        return Act.RESUME if run.state is RunState.PAUSED or will_pause(run) else Act.PAUSE
    if engine.will_continue(run):
        return Act.PAUSE
    if st.session_state.get(_PAUSES_EARLY) == run.id:
        del st.session_state[_PAUSES_EARLY]  # it ended instead
    if is_edited(run):
        return Act.TRAIN
    if run_ending.is_resumable(run) and run.state is not RunState.STOPPED:
        return Act.CONTINUE
    if not can_be_tested(run):
        return Act.TRAIN
    return Act.TEST if run.history.test_of_weights is None else Act.SHOW_RESULTS


def is_edited(run: Run) -> bool:
    """Whether the tab's recipe would train something else than this run did."""
    return run.recipe is None or bool(differences(run.recipe, workspace.current().recipe))


def will_pause(run: Run) -> bool:
    """Whether this tab has asked a run to pause before its first batch, so that it pauses there."""
    return not _has_begun(run) and st.session_state.get(_PAUSES_EARLY) == run.id


def can_be_tested(run: Run) -> bool:
    """Whether a run that is over has weights to test, and rows to test them on."""
    history = run.history
    has_rows = history.prepared is not None and bool(history.prepared.test)
    return run.damage is None and history.weights is not None and not history.has_diverged and has_rows


def show_main_button(purpose: Purpose, *, disabled: bool) -> None:
    """The main button; after a test was ordered by it, this goes on to the Results page instead."""
    if st.session_state.pop(_TESTED, False):
        st.switch_page(Page.RESULTS)
    show_button(purpose, "train", disabled=disabled, is_main=True)


def show_button(purpose: Purpose, key: str, *, disabled: bool = False, is_main: bool = False) -> None:
    """A button for one purpose."""
    label, icon = _LOOK[purpose.act]
    st.button(
        _(label),
        type="primary" if is_main else "secondary",
        icon=f":material/{icon}:",
        disabled=disabled,
        on_click=_press,
        args=(purpose, is_main),
        key=key,
    )


def _press(drawn: Purpose, is_main: bool) -> None:
    with workspace.changing():
        run = workspace.my_run()
        if (is_main and main_purpose(run) != drawn) or drawn.run_id != (None if run is None else run.id):
            return  # a press that was meant for what the button was before
        if drawn.act is Act.TRAIN:
            _train()
        elif run is not None:
            _change(run, drawn.act)


def _train() -> None:
    before = workspace.current().run_id
    workspace.train()
    started = workspace.current().run_id
    if started is not None and started != before:
        expectation.keep_for(started)


def _change(run: Run, act: Act) -> None:
    match act:
        case Act.PAUSE:
            is_early = not _has_begun(run)
            if workspace.change_run(run.id, lambda engine: engine.pause(run.id)) and is_early:
                st.session_state[_PAUSES_EARLY] = run.id
        case Act.RESUME:
            st.session_state.pop(_PAUSES_EARLY, None)
            workspace.change_run(run.id, lambda engine: engine.resume(run.id))
        case Act.CONTINUE:
            run_ending.resume(run.id)
        case Act.TEST:
            evaluation.order_test(run.id)
            st.session_state[_TESTED] = True
        case _:
            st.session_state[_TESTED] = True


def _has_begun(run: Run) -> bool:
    """Whether batches are being computed: a run pauses between two of them only."""
    phase = run.history.phase
    return run.state is RunState.PAUSED or (
        run.state is RunState.RUNNING and phase is not None and phase.name == "training"
    )
