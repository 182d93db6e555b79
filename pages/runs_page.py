"""Runs: everything that was ever trained here."""

import streamlit as st

from components import run_table

st.title("Runs")
st.caption("Every run is kept, also those made from the command line. Open one to see its curves and its test.")
ticked = run_table.show_runs()
run_table.show_overlay(ticked)
