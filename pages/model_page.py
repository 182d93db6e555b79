"""Model: the stack of layers."""

import streamlit as st

from components import layer_form, layer_stack, model_costs, notices, one_example, start_from, undo
from components.errors import guarded

EXAMPLE, CODE = ":material/visibility: One example", ":material/code: Keras code"

st.title("Model")
st.caption("The layers, from the data at the top to the answer at the bottom. Choose one to change it.")
facts = notices.facts_or_message()
if facts is None:
    with st.container(horizontal=True, gap="small"):
        undo.show_undo()
else:
    report = notices.report_of(facts)
    left, right = st.columns([3, 2], gap="large")
    with left, guarded("the layers"):
        start_from.show_start_from(facts)
        layer_stack.show_stack(facts, report)
        notices.show_problems(report, "model")
        model_costs.show_totals(facts, report)
        if st.button("Next: train", type="primary", icon=":material/arrow_forward:", disabled=bool(report.errors)):
            st.switch_page("train_page.py")
        if report.errors:
            st.caption("Shut because something in the stack does not fit yet: see the red notes.")
    with right, guarded("what stands beside the layers"):
        # Only what is open is made: the code and the pictures of fifty layers would slow every click down.
        settings, example, code = st.tabs(
            [layer_stack.settings_title(), EXAMPLE, CODE], key=layer_stack.BESIDE, on_change="rerun"
        )
        with settings:
            if settings.open:
                layer_form.show_chosen_layer()
        with example:
            if example.open:
                one_example.show_one_example(report)
        with code:
            if code.open:
                layer_stack.show_code(facts)
    st.subheader("The network to scale")
    with guarded("the network to scale"):
        layer_stack.show_picture(facts, report)
