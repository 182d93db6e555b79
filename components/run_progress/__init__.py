"""How far a run has come, in a few words that follow it by themselves; the page is run again when its state changes.

A fragment with a clock of its own would not do in the middle of a page: its answer may come when another page is there.
"""

from __future__ import annotations

import streamlit as st

from components.browser_files import STUB, data_for
from components.live_curves import live_socket
from trainer.runs.store import Run

_component = st.components.v2.component("fitboard.run_progress", js=STUB, isolate_styles=False)


def show_run_progress(run: Run) -> None:
    """Show which epoch of how many a run is in."""
    _component(
        key=f"progress {run.id}",
        data=data_for("run_progress/run_progress.js", socket=live_socket(run.id), state=str(run.state)),
        on_state_change=lambda: None,  # that it is called at all makes the page run again
    )
