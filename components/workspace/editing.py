"""Changes to the recipe of a tab: each is an undo step, and saved as a draft."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

from components.library import lessons, without_hash
from components.wording import WORDING
from components.workspace import opening, services, state
from components.workspace.state import Workspace
from trainer.i18n import _
from trainer.messages import Message
from trainer.recipe.data import AnyData
from trainer.recipe.layers import AnyLayer, Embedding
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import NewerVersionError, RecipeError
from trainer.recipe.stack import same_places


def set_recipe(recipe: Recipe) -> None:
    """Replace the recipe by an edited one, and save it as a draft.

    Raises:
        RecipeError: the edit brought in a file that is not this person's; nothing is changed.
    """
    with state.changing() as workspace:
        if recipe.data.path != workspace.recipe.data.path:
            recipe = opening.on_our_data(recipe)
        if recipe == workspace.recipe and workspace.is_started:
            return
        if recipe != workspace.recipe:
            workspace.past.append(workspace.recipe)
            workspace.future.clear()
        _take(workspace, recipe)


def try_set(edit: Callable[[], Recipe]) -> None:
    """Replace the recipe by the one that `edit()` returns; if a value is refused, keep the old one and say why."""
    with state.changing() as workspace:
        try:
            set_recipe(edit())
        except RecipeError as error:
            workspace.message = error.message


def undo(*, back: bool = True) -> None:
    """Go back by one change; with `back=False`, redo the change that was undone last."""
    with state.changing() as workspace:
        left, right = (workspace.past, workspace.future) if back else (workspace.future, workspace.past)
        if left:
            right.append(workspace.recipe)
            _take(workspace, left.pop())


def _take(workspace: Workspace, recipe: Recipe) -> None:
    workspace.arrangement += not same_places(workspace.recipe, recipe)
    workspace.recipe, workspace.is_started = recipe, True
    workspace.chosen_layer = max(0, min(workspace.chosen_layer, len(recipe.layers) + len(recipe.aside) - 1))
    try:
        if (why := _why_in_a_copy(workspace)) is not None:
            workspace.draft, workspace.note = secrets.token_hex(8), why
        services.library().save_draft(workspace.draft, recipe)
        workspace.saved_recipe = recipe
        state.remember(workspace)
    except OSError as error:
        workspace.message = WORDING.message("not_saved", reason=error.strerror)


def _why_in_a_copy(workspace: Workspace) -> Message | None:
    """Why a change must not go into the draft that it was made in; None if it may."""
    library = services.library()
    if library.is_others_draft(workspace.draft):
        return WORDING.message("copy_of_others")
    try:
        stored = library.draft(workspace.draft)
    except NewerVersionError:
        return WORDING.message("copy_of_newer")
    except RecipeError:
        return None  # damaged from outside: what this tab holds is the better version
    if stored is None or workspace.saved_recipe is None or stored == workspace.saved_recipe:
        return None
    return WORDING.message("copy_beside_tab")


def on_data(recipe: Recipe, spec: AnyData) -> Recipe:
    """The recipe with other data, and a name that says so; an Embedding made for the old vocabulary follows."""
    if spec.path != recipe.data.path or spec.kind != recipe.data.kind:
        recipe = renamed(recipe, spec)
    old, new = recipe.data.vocabulary, spec.vocabulary

    def follow(layer: AnyLayer) -> AnyLayer:
        fits = new is None or not isinstance(layer, Embedding) or layer.input_dim != old
        return layer if fits else layer.with_(input_dim=new)

    return recipe.with_(data=spec, layers=tuple(map(follow, recipe.layers)))


def renamed(recipe: Recipe, spec: AnyData) -> Recipe:
    """The recipe named after data, unless the person has named it: not by a lesson's name or the old data's."""
    default = {name for one in lessons()[0] for name in (one.recipe.name, _(one.recipe.name))}
    default |= {Recipe.model_fields["name"].default, _recipe_name(recipe.data)}
    return recipe.with_(name=_recipe_name(spec), about="") if recipe.name in default else recipe


def _recipe_name(spec: AnyData) -> str:
    return data_name(spec).partition(".")[0] or _("My data")


def data_name(spec: AnyData) -> str:
    """What people call the data: the name of the file as it was uploaded."""
    return without_hash(Path(spec.path).name) if spec.path is not None else spec.own_name
