"""What every page has around it in the browser: its look, the live region, and care for clicks and for the focus."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from pathlib import Path

import streamlit as st

from components.browser_files import STUB, data_for, runtime_addresses
from components.navigation import Page
from trainer.i18n import _
from trainer.messages import Message

_component = st.components.v2.component("fitboard.frame", js=STUB, isolate_styles=False)
_STYLE = Path(__file__).parent / "frame.css"
_ANNOUNCED = "announced"
"""Where the session keeps what is read out next, with its number."""
_numbers = count(1)


def announce(message: Message | str) -> None:
    """Have a sentence read out by screen readers once, after the current run of the page."""
    st.session_state[_ANNOUNCED] = next(_numbers), str(message)


def show_style() -> None:
    """The look of what Streamlit draws, where its theme has no setting for it; first on each page."""
    st.html(_STYLE)


def follow(here: Page, states: Mapping[Page, str]) -> None:
    """Mount the frame's JavaScript; at the end of each page run, when it is known what has to be read out.

    Args:
        here: the page that is shown.
        states: of the steps that they are about, in words.
    """
    number, text = st.session_state.get(_ANNOUNCED, (0, ""))
    _component(
        key="frame script",
        data=data_for(
            "frame/frame.js",
            announcement={"number": number, "text": text},
            here=list(Page).index(here),
            states=[states.get(page, "") for page in Page],
            pages=_("Pages"),
            runtime=runtime_addresses(),
        ),
    )
