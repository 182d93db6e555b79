"""Train: settings, Train and Stop, the live curves."""

import streamlit as st

from components import cost_card, notices, run_panel, workspace
from components.errors import guarded
from trainer.i18n import _

st.title(_("Train"), anchor=False)
facts = notices.facts_or_message()
report = notices.report_of(facts) if facts is not None else None
run = workspace.my_run()
# The buttons and curves come first, so that they are at the top on a phone, too.
left, right = st.columns([5, 2], gap="medium")
with left, guarded("the run"):
    run_panel.show_buttons(report, run)
    cost_card.show(facts, report, run)
    if report is not None:
        notices.show_problems(report, "train")
    if run is None and report is not None and not report.errors:
        st.info(_("Press Train: the curves of loss and accuracy are drawn here while the model learns."))
    elif run is not None:
        run_panel.watch(run)
with right, guarded("the settings"):
    run_panel.show_settings()
