"""Train: one main button, the live curves, then what belongs to the run, and the settings beside them."""

import streamlit as st

from components import cost_card, expectation, notices, run_panel, run_settings, workspace
from components.errors import guarded
from trainer.i18n import _

st.title(_("Train"), anchor=False)
advice = run_panel.advice_on(None)
estimate = None
with st.container():  # always there: what comes above the curves must not make the browser create them again
    facts = notices.facts_or_message()
    report = notices.report_of(facts) if facts is not None else None
    run = workspace.my_run()
    with guarded("the coach"):
        advice = run_panel.advice_on(run)
    with guarded("what it takes"):
        estimate = cost_card.estimate(facts, report, run)
with st.container(), guarded("the run"):
    run_panel.show_buttons(report, run, estimate)
with st.container(), guarded("what is wrong with the run"):
    if run is not None:
        run_panel.show_troubles(run)
    if report is not None and report.errors:
        notices.show_problems(report, "train")
curves, settings = st.columns([5, 2], gap="medium")
with curves, guarded("the curves"):
    run_panel.show_curves(run, advice)
with settings, guarded("the settings"):
    if run is not None:
        expectation.show(run, run.history.test_of_weights)
    if run is None or run.state.is_over:
        expectation.ask()
    st.header(_("Settings"), anchor=False)
    run_panel.offer_recipe_of(run)
    if report is not None and not report.errors:
        notices.show_problems(run_panel.without_advice(report, advice), "train")
    if estimate is not None:
        cost_card.show_smaller(estimate)
    run_settings.show_settings()
    if estimate is not None and facts is not None and report is not None:
        cost_card.show_details(estimate, facts, report)
    if run is not None:
        run_panel.show_how_it_is_computed(run)
