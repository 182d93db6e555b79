"""Waiting for the trainer without holding the page up."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from components.errors import guarded
from components.markup import md


@st.fragment(run_every=0.5)
@guarded("what is waited for")
def wait(look: Callable[[], str | None]) -> None:
    """Say what is waited for, and look twice a second; once it has come, show the whole page anew and look no more.

    Args:
        look: what is waited for, in a sentence; None once there is nothing to wait for.
    """
    text = look()
    if text is None:
        st.rerun()
    st.caption(f":material/hourglass_top: {md(text or '')}")
