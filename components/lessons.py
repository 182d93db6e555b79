"""The Start page's cards: lessons, continuing, opening a saved model."""

from __future__ import annotations

import streamlit as st

from components import library, workspace
from components.download import download_button
from components.markup import md
from components.navigation import Page
from components.uploads import RECIPE_MB, take_upload
from components.wording import WORDING
from trainer.i18n import _
from trainer.paths import file_stem
from trainer.recipe.spec import RecipeError


def show_lessons() -> None:
    """One card for each lesson; one click begins it."""
    lessons, problems = library.lessons()
    for problem in problems:
        st.warning(md(problem), icon=":material/error:")
    for column, lesson in zip(st.columns(max(len(lessons), 1)), lessons, strict=False):
        with column.container(border=True, height="stretch"):
            recipe = lesson.recipe
            st.markdown(f"#### {recipe.data.icon} {md(_(recipe.name))}")
            st.write(md(_(recipe.about)))
            layers = WORDING.message("layers", count=len(recipe.layers))
            st.caption(f"{layers} · {WORDING.message('epochs', count=recipe.fit.epochs)}")
            begin = _("Begin lesson {number}").format(number=lesson.number)
            if st.button(begin, key=f"begin {lesson.stem}", type="primary"):
                workspace.open_lesson(lesson.stem)
                st.switch_page(Page.DATA)


def show_continue() -> None:
    """What this tab works on, or else the last draft of this person."""
    tab = workspace.current()
    st.subheader(_("Continue where you left off"))
    if tab.is_started:
        st.write(md(tab.recipe.name))
        if _continue_button():
            st.switch_page(Page.MODEL if tab.run_id is None else Page.TRAIN)
        return
    draft = workspace.library().latest_draft()
    if draft is None:
        st.caption(_("Nothing yet. Your work is saved here automatically."))
        if workspace.library().hides_drafts():
            st.caption(
                _("Recipes of other browsers on this computer are hidden. A switch on the Runs page shows them.")
            )
        return
    st.write(_("Last changed: {name}").format(name=md(draft[1].name)))
    if _continue_button():
        workspace.open_draft(draft[0])
        st.switch_page(Page.MODEL)


def _continue_button() -> bool:
    return st.button(_("Continue"), icon=":material/arrow_forward:", key="continue")


def show_open_recipe() -> None:
    """Opening a recipe file, and saving the recipe of this tab as one."""
    st.subheader(_("Open a saved model"))
    st.file_uploader(
        _("A recipe file (JSON)"), type=["json"], max_upload_size=RECIPE_MB, key="recipe upload", on_change=_open
    )
    recipe = workspace.current().recipe
    download_button(
        _("Save my model"),
        workspace.library().portable(recipe).to_json(),
        f"{file_stem(recipe.name)}.json",
        "application/json",
        key="recipe download",
        help=_("Saves the recipe as a file that can be opened here again, on any computer. It holds no weights."),
        framed=True,
    )


def _open() -> None:
    uploaded = take_upload("recipe upload")
    if uploaded is None:
        return
    try:
        workspace.open_recipe(uploaded.content)
    except RecipeError as error:
        workspace.current().message = WORDING.message("refused_file", file=uploaded.name, why=error.message)
        return
    recipe = workspace.current().recipe
    workspace.current().note = WORDING.message(
        "recipe_opened",
        name=recipe.name,
        layers=WORDING.message("layers", count=len(recipe.layers)),
        data=workspace.data_name(recipe.data),
    )
