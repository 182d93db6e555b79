"""A bar for slow work on data: it comes only where something takes longer than a moment, and goes when it is done."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from trainer.data.progress import reported_to
from trainer.messages import Message

MOMENT = 0.4
"""Seconds; what is quicker needs no bar, which would only flash up."""


@contextmanager
def progress() -> Iterator[None]:
    """Within this, a bar stands here that says what is being done, and how much of it is.

    Each word of it is also where a newer click breaks the work off, so that nobody waits for what they no longer want.
    """
    place, began = st.empty(), time.monotonic()

    def tell(what: Message, share: float | None) -> None:
        if time.monotonic() - began < MOMENT:
            return
        text = f"{what} …" if share is None else f"{what}: {share:.0%}"
        place.progress(share or 0.0, text)

    try:
        with reported_to(tell):
            yield
    except Exception:  # not of a newer click, after which nothing can be drawn any more
        place.empty()
        raise
    place.empty()
