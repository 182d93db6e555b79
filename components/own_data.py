"""The doors of the Start page to data and models of one's own, without a lesson before."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from components import source_choice, workspace
from components.navigation import Page
from trainer.i18n import N_, _
from trainer.sources.mnist.spec import Mnist
from trainer.sources.text_csv.spec import TextCsv


class Door(NamedTuple):
    """A way in."""

    title: str
    sentence: str
    icon: str
    begin: Callable[[], None]
    leads_to: Page


DOORS = {
    "texts": Door(
        N_("My texts"),
        N_("A table with a text and a label in each row."),
        TextCsv.icon,
        lambda: workspace.begin_with_own(TextCsv.first()),
        Page.DATA,
    ),
    "pictures": Door(
        N_("My pictures"),
        N_("Pictures with their classes, in one file."),
        ":material/image:",
        lambda: workspace.begin_with_own(Mnist.first()),
        Page.DATA,
    ),
    "empty": Door(
        N_("Empty model"),
        N_("Only an input and an output: build it yourself."),
        ":material/add_box:",
        workspace.begin_empty,
        Page.MODEL,
    ),
}


def show_doors() -> None:
    """A button for each way in, with a sentence that says what is needed."""
    st.header(_("Start with your own"), anchor=False)
    for name, door in DOORS.items():
        with st.container(gap=None):
            if st.button(_(door.title), key=f"own {name}", icon=door.icon, width="stretch"):
                door.begin()
                if door.leads_to is Page.DATA:
                    source_choice.ask_for_upload()
                st.switch_page(door.leads_to)
            st.caption(_(door.sentence))
