"""Results: the test, opened on purpose."""

import streamlit as st

from components import evaluation, run_ending, run_files, workspace
from components.coach_panel import advice_for
from components.errors import guarded
from components.markup import md
from components.navigation import Page
from trainer.i18n import _

st.title(_("Results"), anchor=False)
run = workspace.my_run()
if run is None:
    st.info(_("There is no run to show yet. Train a model first, or open a run on the Runs page."))
    if st.button(_("Go to Train"), type="primary", icon=":material/arrow_forward:"):
        st.switch_page(Page.TRAIN)
else:
    st.caption(md(run.title))
    if run.state.is_over:
        with guarded("why the run ended"):
            advice = advice_for(run)
            run_ending.show_ending(run, advice)
            if advice:
                st.page_link(Page.TRAIN, label=_("Show the coach's advice"), icon=":material/school:")
    with guarded("the test"):
        evaluation.show_test(run)
    with guarded("the files of this run"):
        run_files.show_files(run)
