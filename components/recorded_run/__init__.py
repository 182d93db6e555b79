"""A recorded training that draws itself on the Start page: the log of a real one of lesson 1, and no training.

`python -m tools.start_page` makes it anew.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from components.live_curves import recorded_curves
from components.markup import md
from components.wording import WORDING
from trainer.i18n import _
from trainer.runs.events import AnyEvent
from trainer.runs.history import History
from trainer.runs.log import LogReader

LOG = Path(__file__).parent / "lesson_1.jsonl"
SECONDS = 10.0


@cache
def recorded_events() -> tuple[AnyEvent, ...]:
    """The log, read once."""
    return tuple(LogReader(LOG).read())


def show_recorded_run() -> None:
    """The recording, with a heading and a sentence that says what it shows."""
    st.header(_("This is what you will see"), anchor=False)
    events = recorded_events()
    recorded_curves(events, key="recorded run", seconds=SECONDS)
    history = History().add(events)
    if history.prepared is not None and history.scored_epoch is not None:
        st.caption(
            md(
                WORDING.message(
                    "recording",
                    epochs=history.prepared.epochs,
                    pictures=history.prepared.train,
                    share=history.scored_epoch.logs["val_accuracy"],
                )
            )
        )
