"""Model: the stack of layers."""

import streamlit as st

from components import cost_card, forms, layer_form, layer_stack, notices, one_example, start_from, undo
from components.errors import guarded
from trainer.i18n import _

with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    with st.container(gap="xsmall", width="content"):
        st.title(_("Model"), anchor=False)
        st.caption(_("Your layers, from input (top) to answer (bottom). Select one to edit it."))
    tools = st.container(horizontal=True, vertical_alignment="center", width="content")
facts = notices.facts_or_message()
with tools, guarded("the tools above the layers"):
    if facts is None:
        undo.show_undo()
    else:
        start_from.show_start_from(facts)
        forms.show_keras_names_switch()
if facts is not None:
    report = notices.report_of(facts)
    with st.container(key=layer_stack.COLUMNS):
        left, right = st.columns([3, 2], gap="large")
    with left, guarded("the layers"):
        layer_stack.show_stack(facts, report)
        cost_card.show_totals(facts, report)
    with right, guarded("the panel beside the layers"):
        # Beside the layers, what is wrong is on the first screen, too.
        notices.show_problems(report, "model")
        # Only the open tab is drawn: the code and the pictures of fifty layers would slow every click down.
        titles = (
            layer_stack.settings_title(),
            f":material/visibility: {_('One example')}",
            f":material/code: {_('Keras code')}",
        )
        settings, example, code = st.tabs(titles, key=layer_stack.BESIDE, on_change="rerun")
        with settings:
            if settings.open:
                layer_form.show_chosen_layer()
        with example:
            if example.open:
                one_example.show_one_example(report)
        with code:
            if code.open:
                layer_stack.show_code(facts)
    st.header(_("Your network, drawn to scale"), anchor=False)
    with guarded("the drawing of the network"):
        layer_stack.show_picture(facts, report)
