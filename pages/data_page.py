"""Data: where the examples come from and what is in them."""

import streamlit as st

from components import dataset_view, workspace
from components.navigation import Page
from components.progress import progress
from components.undo import show_undo

# Where the session keeps of which data and seed it has been seen that nothing can be learned from them.
UNUSABLE = "data that cannot be used"

st.title("Data")
st.caption("What the model learns from. Look at some examples before you go on.")
recipe = workspace.current().recipe
shut = st.session_state.get(UNUSABLE) == (recipe.data, recipe.seed)
with st.container(horizontal=True, gap="small"):
    if st.button("Next: the model", type="primary", icon=":material/arrow_forward:", disabled=shut):
        st.switch_page(Page.MODEL)
    show_undo()
if shut:
    st.caption("Shut because these data cannot be used yet: see the red note.")
with progress():
    usable = dataset_view.show()
if usable is shut:  # known only now; the button is above, and must not wait for it each time
    st.session_state[UNUSABLE] = None if usable else (recipe.data, recipe.seed)
    st.rerun()
