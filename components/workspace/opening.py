"""Starting from a lesson, a recipe file, a draft or a run."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from contextlib import suppress

from components.library import lesson, without_hash
from components.wording import WORDING
from components.workspace import editing, services, state
from components.workspace.state import Workspace
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError, shorten
from trainer.runs.store import Run


def open_lesson(stem: str) -> None:
    """Begin a lesson afresh, as a new draft.

    Args:
        stem: the name of its file, without the ending.

    Raises:
        RecipeError: there is no such lesson.
    """
    _begin_draft(lesson(stem).begun())


def open_recipe(text: bytes) -> None:
    """Open an uploaded recipe file as a new draft.

    Raises:
        RecipeError: it is not a recipe, or names a file outside Fitboard's own folders.
    """
    try:
        recipe = Recipe.from_json(text.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise RecipeError(WORDING.message("not_a_text_file")) from None
    _begin_draft(on_our_data(recipe))


def _begin_draft(recipe: Recipe, run_id: str | None = None) -> None:
    state.begin(Workspace(recipe, draft=secrets.token_hex(8), run_id=run_id))
    editing.set_recipe(recipe)


def on_our_data(recipe: Recipe, *, gone: bool = False) -> Recipe:
    """The recipe with its data file named as on this server. Every recipe that a page accepts passes through this.

    Args:
        recipe: as it was uploaded, found on disk, or assembled.
        gone: whether to accept an upload that has been deleted; the Data page then says that it is missing.

    Raises:
        RecipeError: it learns from a file that is neither Fitboard's own nor this person's upload; the message is the
            same whether there is such a file on this computer or not.
    """
    path = recipe.data.path
    if path is None:
        return recipe
    ours = services.library().ours(path, gone=gone)
    if ours is None:
        name = shorten(without_hash(re.split(r"[/\\]", path)[-1]))[1:-1]
        raise RecipeError(WORDING.message("foreign_data", name=name))
    return recipe if ours == path else recipe.with_(data=recipe.data.with_(path=ours))


def open_run(run_id: str) -> None:
    """Show a run in this tab; its recipe is opened as well if nothing else is being worked on.

    Raises:
        RunNotFoundError: there is no such run.
    """
    found = services.store().read(run_id)
    workspace = state.current()
    if found.recipe is not None and not workspace.is_started:
        with suppress(RecipeError):  # its data is not this person's: the curves are shown all the same
            workspace.recipe = on_our_data(found.recipe, gone=True)
    workspace.run_id = run_id


def use_recipe_of(run: Run, change: Callable[[Recipe], Recipe] = lambda recipe: recipe) -> None:
    """Open the recipe of a run as a new draft, perhaps with a change; a second press does nothing."""
    if run.recipe is None:
        return
    with state.changing() as workspace:
        try:
            recipe = on_our_data(run.recipe, gone=True)
            changed = change(recipe)
        except RecipeError as error:
            workspace.message = error.message
            return
        if workspace.is_started and workspace.run_id == run.id and workspace.recipe == changed:
            return
        _begin_draft(recipe, run_id=run.id)
        editing.set_recipe(changed)


def open_draft(name: str) -> None:
    """Open a draft, or a copy of one that belongs to another person.

    If there is no such draft (an address typed by hand, or a deleted draft), nothing changes.
    """
    library = services.library()
    try:
        recipe = library.draft(name)
        if recipe is None:
            return
        recipe = on_our_data(recipe, gone=True)
    except RecipeError as error:
        state.current().message = error.message
        return
    run_id = state.current().run_id
    if library.is_others_draft(name):
        _begin_draft(recipe, run_id)
        state.current().note = WORDING.message("opened_a_copy")
        return
    opened = Workspace(recipe, draft=name, is_started=True, run_id=run_id, saved_recipe=recipe)
    state.recall(opened)
    state.begin(opened)
