"""Slow work that a click has asked for: the next page run does it, where it can show its progress."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components import workspace


def defer(task: Callable[[], object]) -> None:
    """Leave slow work to the next page run, since nothing can be shown while a click is answered."""
    with workspace.changing() as tab:
        tab.pending.append(task)


def run_pending() -> None:
    """Run the deferred tasks in order; called at the beginning of a page. A task that a newer click interrupts is
    started again by that click's page run.
    """
    has_run = False
    while True:
        with workspace.changing() as tab:
            if not tab.pending:
                break
            task = tab.pending[0]
        try:
            task()
        except Exception:
            tab.pending.clear()
            raise
        has_run = True
        with tab.lock:
            # A newer click's page run may do the same at the same time: each removes only the task it has finished.
            tab.pending[:] = [other for other in tab.pending if other is not task]
    if has_run:
        st.rerun()
