"""Start: three lessons, continuing, opening a saved model."""

import streamlit as st

from components import lessons
from components.errors import guarded
from trainer.i18n import _

st.title("Fitboard")
st.write(_("Build a neural network from blocks, train it, and watch it learn. No code. Choose a lesson to begin."))
with guarded("the lessons"):
    lessons.show_lessons()
left, right = st.columns(2, gap="large")
with left, guarded("your last work"):
    lessons.show_continue()
with right, guarded("your saved models"):
    lessons.show_open_recipe()
