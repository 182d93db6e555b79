"""Data: where the examples come from and what is in them."""

import streamlit as st

from components import dataset_view
from components.progress import progress
from components.undo import show_undo
from trainer.i18n import _

with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"):
    st.title(_("Data"), anchor=False, width="content")
    with st.container(horizontal=True, gap="small", width="content"):
        show_undo()
st.caption(_("What the model learns from. Look at some examples before you continue."))
with progress():
    dataset_view.show()
