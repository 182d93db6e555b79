"""A button that saves a text as a file, whatever the page does meanwhile."""

from __future__ import annotations

import streamlit as st

from components.browser_files import STUB, data_for

_component = st.components.v2.component("fitboard.download", js=STUB, isolate_styles=False)


def download_button(label: str, text: str, file: str, mime: str, *, key: str, help: str, framed: bool = False) -> None:
    """Offer a text as a file. It is sent with the page, so it should not be longer than what the page shows.

    Args:
        label: of the button.
        text: what the file holds, as UTF-8.
        file: its name.
        mime: its type, such as `text/csv`.
        key: of the widget; no other of the page has it.
        help: shown while the pointer is on the button.
        framed: whether the button has a border, as one that stands alone.
    """
    data = {"label": label, "text": text, "file": file, "mime": mime, "help": help, "framed": framed}
    _component(key=key, data=data_for("download/download.js", **data))
