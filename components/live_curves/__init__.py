"""The live chart of one run: draws loss and accuracy while they come, without running the page again.

The page mounts it with `live_curves`; the browser then follows the run by itself, over the socket of `live_routes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from components.browser_files import STUB, address, base_path

_component = st.components.v2.component("fitboard.live_curves", js=STUB, isolate_styles=False)


class Span(NamedTuple):
    """A stretch of a metric's curve that is to be shaded, in epochs."""

    metric: str
    begin: float
    end: float


class Ghost(NamedTuple):
    """Another run that is shown, pale, behind the live one."""

    run: str
    name: str


def live_curves(run: str, state: str, key: str, ghost: Ghost | None = None, spans: Sequence[Span] = ()) -> None:
    """Show the live chart of a run.

    Args:
        run: the id of the run.
        state: where the page believes the run to stand; the browser runs the page again if it is otherwise.
        key: keep it the same from one page run to the next, so that the plot stays.
        ghost: a run to compare it with.
        spans: what is shaded.
    """
    behind = None if ghost is None else {**ghost._asdict(), "socket": f"{base_path()}/live/{ghost.run}"}
    _component(
        key=key,
        data={
            "run": run,
            "state": state,
            "module": address("live_curves/live_curves.js"),
            "plotly": address("plotly.min.js"),
            "socket": f"{base_path()}/live/{run}",
            "csv": f"{base_path()}/live/{run}/epochs.csv",
            "reference": behind,
            "spans": [span._asdict() for span in spans],
        },
        on_state_change=lambda: None,  # that it is called at all makes the page run again, which is all we want
    )
