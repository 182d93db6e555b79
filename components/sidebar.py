"""The sidebar of every page: how my run is doing."""

from __future__ import annotations

import streamlit as st

from components import dialogs, workspace
from components.errors import guarded
from components.markup import md
from components.navigation import Page
from components.run_labels import state_of
from trainer import formats
from trainer.i18n import _
from trainer.runs.history import History
from trainer.runs.store import Run


def show_my_run(here: Page) -> None:
    """The run of this tab, updated every two seconds while it is in progress; more seldom beside the live chart.

    Args:
        here: the page that is shown.
    """
    run = workspace.my_run()
    if run is None:
        _show_other_runs()
    elif run.state.is_over:
        _card(run, here)
    else:
        # The live chart has the page run again with each change of the state; more than that is not shown beside it.
        st.fragment(_follow, run_every=10 if here is Page.TRAIN else 2)(here)


def _show_other_runs() -> None:
    """What this tab could show, while it shows no run: one that is in progress."""
    active = next(filter(workspace.is_mine, workspace.engine().active_runs), None)
    if active is None:
        st.caption(_("This tab shows no run yet. Choose a lesson, then press Train."))
        return
    run = workspace.store().read_summary(active)
    with st.container(border=True):
        st.caption(_("In progress"))
        st.markdown(md(run.title))
        st.caption(state_of(run))
        if st.button(_("Show its curves"), icon=":material/show_chart:", key="open active run"):
            workspace.open_run(active)
            st.switch_page(Page.TRAIN)


@guarded("your run", brief=True)
def _follow(here: Page) -> None:
    run = workspace.my_run()
    if (run is None or run.state.is_over) and not dialogs.is_any_on_page():
        st.rerun()  # the page around this card may have been waiting for the end, too
    if run is not None:
        _card(run, here)


def _card(run: Run, here: Page) -> None:
    with st.container(border=True):
        st.caption(_("My run") if workspace.is_mine(run.id) else _("A run of another browser on this computer"))
        st.markdown(md(run.title))
        forgotten = workspace.engine().is_orphaned(run)
        facts = [_("never started") if forgotten else state_of(run)]
        # Beside the live chart, numbers that are up to two seconds older would only contradict it.
        if here is not Page.TRAIN:
            facts += _progress(run.history)
        st.caption(" · ".join(facts))
        if here is Page.TRAIN:
            return
        if not run.state.is_over and not forgotten:
            st.progress(run.history.progress)
        st.page_link(Page.TRAIN, label=_("Show its curves"), icon=":material/show_chart:")


def _progress(history: History) -> list[str]:
    facts = []
    if history.prepared is not None:
        epochs, done = history.prepared.epochs, len(history.epochs)
        facts.append(_("{done} of {epochs} epochs completed").format(done=done, epochs=formats.number(epochs)))
    if history.seconds_left is not None:
        facts.append(_("about {time} left").format(time=formats.duration(history.seconds_left)))
    return facts
