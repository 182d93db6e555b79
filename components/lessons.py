"""The Start page's cards: lessons, going on, opening a recipe."""

from __future__ import annotations

import streamlit as st

from components import library, workspace
from components.download import download_button
from components.markup import md
from components.uploads import RECIPE_MB, take_upload
from trainer.recipe.layers.base import counted
from trainer.recipe.spec import RecipeError


def show_lessons() -> None:
    """One card for each lesson; one click begins it."""
    lessons, problems = library.lessons()
    for problem in problems:
        st.warning(md(problem), icon=":material/error:")
    for column, lesson in zip(st.columns(max(len(lessons), 1)), lessons, strict=False):
        with column.container(border=True, height="stretch"):
            recipe = lesson.recipe
            st.markdown(f"#### {recipe.data.icon} {md(recipe.name)}")
            st.write(md(recipe.about))
            st.caption(f"{len(recipe.layers)} layers · {recipe.fit.epochs} epochs")
            if st.button(
                f"Begin {md(recipe.name.partition(':')[0].lower())}", key=f"begin {lesson.stem}", type="primary"
            ):
                workspace.open_lesson(lesson.stem)
                st.switch_page("data_page.py")


def show_going_on() -> None:
    """Where I was: what this tab works on, or else the last draft of this computer."""
    at_hand = workspace.current()
    st.subheader("Go on where I was")
    if at_hand.touched:
        st.write(md(at_hand.recipe.name))
        if st.button("Go on", icon=":material/arrow_forward:"):
            st.switch_page("model_page.py" if at_hand.run is None else "train_page.py")
        return
    draft = workspace.latest_draft()
    if draft is None:
        st.caption("Nothing yet. What you begin is kept here by itself.")
        if workspace.library().hides_drafts():
            st.caption("Recipes of other browsers on this computer are hidden. A switch on the Runs page shows them.")
        return
    st.write(f"Last changed: {md(draft[1].name)}")
    if st.button("Go on", icon=":material/arrow_forward:"):
        workspace.open_draft(draft[0])
        st.switch_page("model_page.py")


def show_open_recipe() -> None:
    """Opening a recipe file, and taking the one at hand along."""
    st.subheader("Open a recipe")
    st.file_uploader(
        "A recipe file (JSON)", type=["json"], max_upload_size=RECIPE_MB, key="recipe upload", on_change=_open
    )
    download_button(
        "Download my recipe",
        workspace.library().portable(workspace.current().recipe).to_json(),
        "recipe.json",
        "application/json",
        key="recipe download",
        help="Saves the recipe as a file that can be opened here again, on any computer.",
        framed=True,
    )


def _open() -> None:
    uploaded = take_upload("recipe upload")
    if uploaded is None:
        return
    try:
        workspace.open_recipe(uploaded.content)
        recipe = workspace.current().recipe
        workspace.current().note = (
            f"“{recipe.name}” is open: {counted(len(recipe.layers), 'layer')}, learning from "
            f"{workspace.data_name(recipe.data)}. Press Go on, or look at it on the pages Data, Model and Train."
        )
    except RecipeError as error:
        workspace.current().message = f"{uploaded.name}: {error}"
