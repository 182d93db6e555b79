"""Data: where the examples come from and what is in them."""

import streamlit as st

from components import dataset_view
from components.progress import progress
from components.undo import show_undo
from trainer.i18n import _

st.title(_("Data"), anchor=False)
st.caption(_("What the model learns from. Look at some examples before you continue."))
with st.container(horizontal=True, gap="small"):
    show_undo()
with progress():
    dataset_view.show()
