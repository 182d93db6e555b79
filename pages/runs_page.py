"""Runs: everything that was ever trained here."""

import streamlit as st

from components import run_table
from components.errors import guarded
from components.run_table import opening
from trainer.i18n import _

st.title(_("Runs"), anchor=False)
st.caption(
    _("All runs are kept, including those started from the command line. Open one to see its curves and its test.")
)
opening.finish_opening()
with guarded("the runs"):
    selected = run_table.show_runs()
    with guarded("the comparison"):
        run_table.show_comparison(selected)
with guarded("the place for a run"):
    opening.show_opening()
