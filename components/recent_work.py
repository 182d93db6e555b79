"""What somebody has begun before, on the Start page: runs in progress, the latest drafts, and saved models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import streamlit as st

from components import library, workspace
from components.download import download_button
from components.library import Draft
from components.markup import md
from components.navigation import Page
from components.run_progress import show_run_progress
from components.uploads import RECIPE_MB, take_upload
from components.wording import WORDING
from trainer import formats
from trainer.i18n import _
from trainer.messages import Message
from trainer.paths import file_stem
from trainer.recipe.difference import differences
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs.events import RunState

SHOWN_CHANGES = 2
_STATES = {
    RunState.QUEUED: (":material/hourglass_top:", "run_waiting"),
    RunState.PAUSED: (":material/pause:", "run_paused"),
}


def show_in_progress() -> None:
    """A way to each run of this person that is training, with its epoch, kept up to date; nothing if there is none."""
    for run in workspace.runs_in_progress():
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            icon, code = _STATES.get(run.state, (":material/show_chart:", "run_training"))
            label = md(WORDING.message(code, name=run.title))
            if st.button(label, key=f"in progress {run.id}", icon=icon):
                workspace.open_run(run.id)
                st.switch_page(Page.TRAIN)
            show_run_progress(run)


def show_drafts(drafts: Sequence[Draft]) -> None:
    """Drafts of this person, told apart, and leading back to them."""
    st.header(_("Continue where you left off"), anchor=False)
    for draft in drafts:
        _draft(draft)
    if not drafts:
        st.caption(_("Nothing yet. Your work is saved here automatically."))
        if workspace.library().hides_drafts():
            st.caption(
                _("Recipes of other browsers on this computer are hidden. A switch on the Runs page shows them.")
            )


def _draft(draft: Draft) -> None:
    with st.container(gap=None):
        when = formats.day_and_time(draft.changed.astimezone())
        label = f"**{md(formats.isolated(draft.recipe.name))}** · {md(when)}"
        if st.button(label, key=f"continue {draft.name}", type="tertiary", icon=":material/arrow_forward:"):
            _continue(draft)
        st.caption(md(" · ".join(map(str, _contents(draft.recipe)))))


def _continue(draft: Draft) -> None:
    tab = workspace.current()
    if tab.draft != draft.name:
        workspace.open_draft(draft.name)
    elif tab.run_id is not None:
        st.switch_page(Page.TRAIN)
    st.switch_page(Page.MODEL)


def _contents(recipe: Recipe) -> Iterator[object]:
    """What is in a draft, and how it differs from the lesson that it began as."""
    yield workspace.data_name(recipe.data)
    if recipe.data.training_limit is not None:
        yield WORDING.message("pictures", count=recipe.data.training_limit)
    yield WORDING.message("layers", count=len(recipe.layers))
    yield WORDING.message("epochs", count=recipe.fit.epochs)
    for lesson in library.lessons()[0]:
        if recipe.name in {lesson.recipe.name, _(lesson.recipe.name)}:
            # The number of pictures is there already.
            recipe = recipe.with_(data=recipe.data.with_training_limit(None) or recipe.data)
            changes: list[Message] = [one.message for one in differences(lesson.recipe, recipe)]
            more = len(changes) - SHOWN_CHANGES
            told = changes[:SHOWN_CHANGES] + [WORDING.message("more_changes", count=more)] * (more > 0)
            if told:
                yield WORDING.message("draft_changed", changes=told)


def show_saved_models() -> None:
    """Opening a recipe file, and saving the recipe of this tab as one."""
    with st.expander(_("Open a saved model"), icon=":material/folder_open:"):
        # Any type: what is no recipe is refused by us, with the reason in words.
        st.file_uploader(_("A recipe file (JSON)"), max_upload_size=RECIPE_MB, key="recipe upload", on_change=_open)
    if not workspace.current().is_started:
        return
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
