"""Data: where the examples come from and what is in them."""

import streamlit as st

from components import dataset_view

st.title("Data")
st.caption("What the model learns from. Look at some examples before you go on.")
if st.button("Next: the model", type="primary", icon=":material/arrow_forward:"):
    st.switch_page("model_page.py")
left, right = st.columns([1, 2], gap="large")
with left:
    dataset_view.choose_source()
with right:
    dataset_view.show_dataset()
