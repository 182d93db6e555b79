"""The live chart of one run: draws loss and accuracy while they come, without running the page again.

The page mounts it with `live_curves`; the browser then follows the run by itself, over the socket of `live_routes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

import streamlit as st

from components.answer_examples import AnswerExamples
from components.browser_files import STUB, address, base_path, data_for
from components.forms import KERAS_NAMES
from components.language import PARAMETER
from trainer.i18n import language

_component = st.components.v2.component("fitboard.live_curves", js=STUB, isolate_styles=False)


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
    name: str,
    state: str,
    key: str,
    reference: ReferenceRun | None = None,
    spans: Sequence[Span] = (),
    first_point: float | None = None,
    examples: AnswerExamples | None = None,
) -> None:
    """Show the live chart of a run.

    Args:
        run_id: the run to show.
        name: what it is called where its pictures are saved.
        state: the state of the run when the page was drawn; once it differs, the browser runs the page again.
        key: keep it the same from one page run to the next, so that the plot stays.
        reference: a run to compare it with.
        spans: the stretches of its curves that are shaded.
        first_point: seconds from the beginning of the run to its first point, if they are known.
        examples: those whose answers are shown after each epoch; None if they are not known.
    """
    compared = None
    if reference is not None:
        compared = {"run": reference.run_id, "name": reference.name, "socket": live_socket(reference.run_id)}
    _component(
        key=key,
        data=data_for(
            "live_curves/live_curves.js",
            run=run_id,
            name=name,
            state=state,
            plotly=address("plotly.min.js"),
            socket=live_socket(run_id),
            csv=f"{base_path()}/live/{run_id}/epochs.csv",
            first=first_point,
            keras=bool(st.session_state.get(KERAS_NAMES)),
            reference=compared,
            spans=[span._asdict() for span in spans],
            examples=examples,
        ),
        on_state_change=lambda: None,  # that it is called at all makes the page run again, which is all we want
    )


def live_socket(run_id: str, *, only_steps: bool = False) -> str:
    """The address of a run's live data, in the language of the page; the browser adds what it has already.

    Args:
        run_id: which run.
        only_steps: whether the curves are not wanted, but only when its state, its phase or its epoch changes.
    """
    steps = {"steps": "1"} if only_steps else {}
    return f"{base_path()}/live/{run_id}?{urlencode({PARAMETER: language()} | steps)}"
