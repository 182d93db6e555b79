"""Start: three lessons, going on, opening a recipe."""

import streamlit as st

from components import lessons
from components.errors import guarded

st.title("Fitboard")
st.write("Build a neural network from blocks, train it, and watch it learn. No code. Choose a lesson to begin.")
with guarded("the lessons"):
    lessons.show_lessons()
left, right = st.columns(2, gap="large")
with left, guarded("what you worked on last"):
    lessons.show_going_on()
with right, guarded("the recipe"):
    lessons.show_open_recipe()
