"""Results: the test, opened on purpose, and what it has come to."""

import streamlit as st

from components import coach_panel, evaluation, export_view, run_ending, run_files, workspace
from components.errors import guarded
from components.markup import md
from components.navigation import Page
from trainer.i18n import _

st.title(_("Results"), anchor=False)
run = workspace.my_run()
if run is None:
    st.markdown(_("There is no run to show yet. Train a model first, or open a run on the Runs page."))
    if st.button(_("Go to Train"), type="primary", icon=":material/arrow_forward:"):
        st.switch_page(Page.TRAIN)
    evaluation.show_nothing_yet()
else:
    st.markdown(md(run.title))
    is_tested = bool(run.history.tests)
    if run.state.is_over and not is_tested:
        with guarded("why the run ended"):
            run_ending.show_headline(run)
            run_ending.show_ending(run)
    run_ending.warn_of_same_rows(run)
    with guarded("the test"):
        evaluation.show_test(run)
    if run.state.is_over and is_tested:
        with guarded("why the run ended"):
            run_ending.show_ending(run)
    if run.state.is_over:
        with guarded("the coach"):
            coach_panel.show_advice(run, coach_panel.advice_for(run), leads_to=Page.TRAIN)
    with guarded("the files of this run"):
        run_files.show_files(run)
    with guarded("what can be taken home"):
        export_view.show_take_away(run)
