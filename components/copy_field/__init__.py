"""A line of text with a button that copies it, such as a link."""

from __future__ import annotations

import streamlit as st

from components.browser_files import STUB, data_for

_component = st.components.v2.component("fitboard.copy_field", js=STUB, isolate_styles=False)


def copy_field(label: str, text: str, *, key: str) -> None:
    """Show a text that is to be copied.

    Args:
        label: what it is.
        text: one line; it may be much longer than the page is wide.
        key: of the field; no other of the page has it.
    """
    _component(key=key, data=data_for("copy_field/copy_field.js", label=label, text=text))
