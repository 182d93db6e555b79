"""What stands beside every page: how my run is doing."""

from __future__ import annotations

import streamlit as st

from components import workspace
from components.errors import guarded
from components.markup import md
from trainer import formats
from trainer.runs.store import Run


def show_my_run() -> None:
    """The run of this tab; looked at every two seconds as long as it goes on."""
    run = workspace.my_run()
    if run is None:
        st.caption("No run yet. Choose a lesson, then press Train.")
    elif run.state.is_over:
        _card(run)
    else:
        _follow()


@st.fragment(run_every=2)
@guarded("your run", brief=True)
def _follow() -> None:
    run = workspace.my_run()
    if run is None or run.state.is_over:
        st.rerun()  # the page around this card may have been waiting for the end, too
    _card(run)


def _card(run: Run) -> None:
    history = run.history
    with st.container(border=True):
        st.caption("My run" if workspace.is_mine(run.id) else "A run of another browser on this computer")
        st.markdown(md(run.title))
        forgotten = workspace.engine().is_forgotten(run)
        words = ["never started" if forgotten else run.condition]
        if history.prepared is not None:
            words.append(f"{len(history.epochs)} of {history.prepared.epochs} epochs done")
        if history.seconds_left is not None:
            words.append(f"about {formats.duration(history.seconds_left)} left")
        st.caption(" · ".join(words))
        if not run.state.is_over and not forgotten:
            st.progress(history.progress)
        st.page_link("train_page.py", label="See its curves", icon=":material/show_chart:")
