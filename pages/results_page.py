"""Results: the test, opened on purpose."""

import streamlit as st

from components import evaluation, run_ending, workspace
from components.errors import guarded
from components.markup import md

st.title("Results")
run = workspace.my_run()
if run is None:
    st.info("There is no run to look at yet. Train a model first, or open a run under Runs.")
    if st.button("Go to Train", type="primary", icon=":material/arrow_forward:"):
        st.switch_page("train_page.py")
else:
    st.caption(md(run.title))
    if run.state.is_over:
        with guarded("why the run ended"):
            run_ending.show_ending(run)
    with guarded("the test"):
        evaluation.show_test(run)
