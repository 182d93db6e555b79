"""A recorded training that draws itself on the Start page: real curves of lesson 1, and no training.

`python -m tools.start_page` makes the recording. The browser fetches it with the module that plays it; Plotly, which is
large, once the page stands and the chart is in sight.
"""

from __future__ import annotations

import streamlit as st

from components.browser_files import STUB, address, data_for
from trainer.i18n import _

_component = st.components.v2.component("fitboard.recorded_run", js=STUB, isolate_styles=False)


def show_recorded_run() -> None:
    """Show the recording, with a heading."""
    st.header(_("This is what you will see"), anchor=False)
    _component(
        key="recorded run",
        data=data_for("recorded_run/recorded_run.js", plotly=address("plotly.min.js")),
    )
