"""Waiting for the trainer without blocking the page."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.errors import guarded
from components.markup import md
from trainer.messages import Message


@st.fragment(run_every=0.5)
@guarded("what is waited for")
def wait(still_waits_for: Callable[[], Message | str | None]) -> None:
    """Show what is waited for, and ask again twice a second; once it is there, run the whole page again.

    Args:
        still_waits_for: returns what is waited for, or None once there is nothing to wait for.
    """
    text = still_waits_for()
    if text is None:
        st.rerun()
    st.caption(f":material/hourglass_top: {md(text or '')}")
