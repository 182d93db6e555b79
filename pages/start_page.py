"""Start: three lessons, one's own data, what was begun before, and a training that draws itself."""

from collections.abc import Callable

import streamlit as st

from components import lessons, own_data, recent_work, workspace
from components.errors import guarded
from components.recorded_run import show_recorded_run
from trainer.i18n import _


def show_left() -> None:
    """What was begun before, and the recording: first whichever this person wants to see first."""
    drafts = workspace.library().latest_drafts()
    parts: list[tuple[str, Callable[[], None]]] = [
        ("your last work", lambda: recent_work.show_drafts(drafts)),
        ("the recorded training", show_recorded_run),
    ]
    for name, show in parts if drafts else reversed(parts):
        with guarded(name):
            show()


st.title("Fitboard", anchor=False)
st.write(_("Build a neural network from blocks, train it, and watch it learn. No code."))
with guarded("your runs"):
    recent_work.show_in_progress()
with guarded("the lessons"):
    lessons.show_lessons()
left, right = st.columns([3, 2], gap="large")
with left:
    show_left()
with right:
    with guarded("your own data"):
        own_data.show_doors()
    with guarded("your saved models"):
        recent_work.show_saved_models()
