"""Train: settings, Train and Stop, the live curves."""

import streamlit as st

from components import cost_card, notices, run_panel, workspace
from components.errors import guarded

st.title("Train")
facts = notices.facts_or_message()
report = notices.report_of(facts) if facts is not None else None
run = workspace.my_run()
# The buttons and curves come first, so that they also stand on top on a phone.
left, right = st.columns([5, 2], gap="medium")
with left, guarded("the run"):
    run_panel.show_buttons(report, run)
    cost_card.show(facts, report, run)
    if report is not None:
        notices.show_problems(report, "train")
    if run is None and report is not None and not report.errors:
        st.info("Press Train: the curves of loss and accuracy grow here while the model learns.")
    elif run is not None:
        run_panel.watch(run)
        if run.history.weights is not None and st.button("Next: results", icon=":material/arrow_forward:"):
            st.switch_page("results_page.py")
with right, guarded("the settings"):
    run_panel.show_settings()
