"""The live chart of one run: draws loss and accuracy while they come, without running the page again.

The page mounts it with `live_curves`; the browser then follows the run by itself, over the socket of `live_routes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

import streamlit as st

from components.answer_examples import AnswerExamples
from components.browser_files import STUB, address, base_path, data_for
from components.language import PARAMETER
from components.live_curves.feed import Feed
from trainer.i18n import language
from trainer.runs.events import AnyEvent

_component = st.components.v2.component("fitboard.live_curves", js=STUB, isolate_styles=False)
_recording = st.components.v2.component("fitboard.recorded_curves", js=STUB, isolate_styles=False)
RECORDED_POINTS = 400
"""Of each curve of a recording: it is sent with every run of its page."""


class Span(NamedTuple):
    """A stretch of a metric's curve that is to be shaded, in epochs."""

    metric: str
    begin: float
    end: float


class ReferenceRun(NamedTuple):
    """Another run whose curves are shown in grey for comparison."""

    run_id: str
    name: str


def live_curves(
    run_id: str,
    state: str,
    key: str,
    reference: ReferenceRun | None = None,
    spans: Sequence[Span] = (),
    examples: AnswerExamples | None = None,
    first_point: float | None = None,
) -> None:
    """Show the live chart of a run.

    Args:
        run_id: the run to show.
        state: the state of the run when the page was drawn; once it differs, the browser runs the page again.
        key: keep it the same from one page run to the next, so that the plot stays.
        reference: a run to compare it with.
        spans: the stretches of its curves that are shaded.
        examples: those whose answers are shown after each epoch; None if they are not known.
        first_point: seconds from the beginning of the run to its first point, if they are known.
    """
    compared = None
    if reference is not None:
        compared = {"run": reference.run_id, "name": reference.name, "socket": _socket(reference.run_id)}
    _component(
        key=key,
        data=data_for(
            "live_curves/live_curves.js",
            run=run_id,
            state=state,
            plotly=address("plotly.min.js"),
            socket=_socket(run_id),
            csv=f"{base_path()}/live/{run_id}/epochs.csv",
            first=first_point,
            reference=compared,
            spans=[span._asdict() for span in spans],
            examples=examples,
        ),
        on_state_change=lambda: None,  # that it is called at all makes the page run again, which is all we want
    )


def recorded_curves(
    events: Iterable[AnyEvent], key: str, metrics: Sequence[str] = ("loss", "accuracy"), seconds: float = 5.0
) -> None:
    """Play a recorded run in the chart of a live one: once, then on demand; at once where motion is not wanted.

    It needs no connection and no trainer. The browser draws it with the same modules (`recording.js`).

    Args:
        events: the log of a run that is over, such as `LogReader(path).read()`.
        key: keep it the same from one page run to the next, so that it plays on.
        metrics: by Keras's names, the charts from left to right.
        seconds: how long it plays.
    """
    feed = Feed()
    feed.add(events)
    shown = feed.status()
    _recording(
        key=key,
        data=data_for(
            "live_curves/recording.js",
            plotly=address("plotly.min.js"),
            curves=feed.whole(RECORDED_POINTS),
            epochs=shown["epochs"],
            steps=shown["steps"],
            metrics=list(metrics),
            seconds=seconds,
        ),
    )


def _socket(run_id: str) -> str:
    """The address of a run's live data, in the language of the page; the browser adds what it has already."""
    return f"{base_path()}/live/{run_id}?{urlencode({PARAMETER: language()})}"
