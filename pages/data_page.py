"""Data: where the examples come from and what is in them."""

import streamlit as st

from components import dataset_view, workspace
from components.navigation import Page
from components.progress import progress
from components.undo import show_undo
from trainer.i18n import _

# Where the session keeps of which data and seed it has been seen that nothing can be learned from them.
UNUSABLE = "data that cannot be used"

st.title(_("Data"))
st.caption(_("What the model learns from. Look at some examples before you continue."))
recipe = workspace.current().recipe
unusable = st.session_state.get(UNUSABLE) == (recipe.data, recipe.seed)
with st.container(horizontal=True, gap="small"):
    if st.button(_("Next: the model"), type="primary", icon=":material/arrow_forward:", disabled=unusable):
        st.switch_page(Page.MODEL)
    show_undo()
if unusable:
    st.caption(_("Not available yet: fix the problem in red first."))
with progress():
    usable = dataset_view.show()
if usable is unusable:  # known only now; the button is above, and must not wait for it each time
    st.session_state[UNUSABLE] = None if usable else (recipe.data, recipe.seed)
    st.rerun()
