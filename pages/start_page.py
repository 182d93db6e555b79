"""Start: three lessons, going on, opening a recipe."""

import streamlit as st

from components import lessons

st.title("Fitboard")
st.write("Build a neural network from blocks, train it, and watch it learn. No code. Choose a lesson to begin.")
lessons.show_lessons()
left, right = st.columns(2, gap="large")
with left:
    lessons.show_going_on()
with right:
    lessons.show_open_recipe()
