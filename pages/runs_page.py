"""Runs: everything that was ever trained here."""

import streamlit as st

from components import run_table
from components.errors import guarded

st.title("Runs")
st.caption("Every run is kept, also those made from the command line. Open one to see its curves and its test.")
with guarded("the runs"):
    ticked = run_table.show_runs()
    with guarded("the comparison"):
        run_table.show_overlay(ticked)
