"""Data: where the examples come from and what is in them."""

import streamlit as st

from components import dataset_view
from components.progress import progress

st.title("Data")
st.caption("What the model learns from. Look at some examples before you go on.")
if st.button("Next: the model", type="primary", icon=":material/arrow_forward:"):
    st.switch_page("model_page.py")
with progress():
    dataset_view.show()
