"""Number fields take a decimal comma, and where a setting is a matter of factors, step through 1, 2, 5, 10.

Streamlit's number field is the browser's own, and Chromium drops the comma of “0,01” in most languages, which makes it
a 1. Streamlit also steps by one distance up and down, which suits no learning rate.
"""

from __future__ import annotations

import streamlit as st

from components.browser_files import STUB, data_for

_component = st.components.v2.component("fitboard.number_fields", js=STUB, isolate_styles=False)
FACTORS = "steps by factors"
"""The beginning of the key of a container whose number field steps through 1, 2, 5, 10."""


def follow_number_fields() -> None:
    """Make the number fields of this page so; once on each page, wherever the fields are."""
    _component(key="number fields", data=data_for("number_fields/number_fields.js"))
