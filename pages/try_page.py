"""Try it: draw or type, and watch the network of the current run think, also while it trains."""

import streamlit as st

from components import workspace
from components.errors import guarded
from components.markup import md
from components.navigation import Page
from components.try_it import try_it
from trainer.i18n import _

st.title(_("Try it"), anchor=False)
run = workspace.my_run()
if run is None:
    st.markdown(
        _(
            "Here you can draw or type something, and watch your own network answer: what each layer makes of it, why "
            "it answers so, and what it would have answered at each epoch of its training."
        )
    )
    st.markdown(_("There is no run yet. Train a model first, or open a run on the Runs page."))
    if st.button(_("Go to Train"), type="primary", icon=":material/arrow_forward:"):
        st.switch_page(Page.TRAIN)
elif run.recipe is None:
    st.markdown(md(run.title))
    st.error(md(run.damage or run.condition))
else:
    st.markdown(md(run.title))
    with guarded("the network to try"):
        try_it(run, run.recipe)
