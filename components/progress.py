"""A progress bar for slow work on data: it appears only where something takes longer than a moment."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from components.markup import md
from trainer import formats
from trainer.data.progress import reported_to
from trainer.i18n import _
from trainer.messages import Message

DELAY_SECONDS = 0.4
"""What is done sooner needs no bar, which would only flicker."""


@contextmanager
def progress() -> Iterator[None]:
    """Within this, a bar shows what is being done and how much of it is done.

    Each update of the bar is also a point where a newer click interrupts the work, so that nobody waits for what they
    no longer want.
    """
    place, began = st.empty(), time.monotonic()

    def show(what: Message, share: float | None) -> None:
        if time.monotonic() - began < DELAY_SECONDS:
            return
        text = _("{task} …") if share is None else _("{task}: {share}")
        place.progress(share or 0.0, text.format(task=md(what), share=formats.percent(share or 0.0, 0)))

    try:
        with reported_to(show):
            yield
    except Exception:  # but not the interruption by a newer click, after which nothing can be drawn any more
        place.empty()
        raise
    place.empty()
