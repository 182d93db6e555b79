"""Where I am: my recipe and my run. The only keeper of a tab's state and the only reader and writer of its address.

The recipe lies in one key of the session, and as a draft on disk under the name that the address carries (`?draft=`):
a reload, a lost connection or a closed tab loses nothing. `?recipe=` opens a lesson, `?run=` a run, on any page.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from components.shelf import Shelf, lesson, lessons, without_hash
from components.tab import Workspace, begin, changing, current, recall, remember
from trainer import data
from trainer.data.files import find_file
from trainer.engine import local
from trainer.engine.memory import SettingError, for_a_run
from trainer.recipe.data import AnyData, DataFacts
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import NewerVersionError, RecipeError
from trainer.recipe.stack import same_places
from trainer.runs.store import Run, RunNotFoundError, Store

__all__ = ["changing", "current"]
"""What of `tab.py` others ask for here, beside all that stands below."""
_ADDRESS = "address"


def follow_address() -> str | None:
    """Open what the address asks for, and keep the address true. Called once at the start of each page run.

    Returns:
        "recipe" or "run" if the address has just opened one, else None.
    """
    written = st.session_state.setdefault(_ADDRESS, {})
    stem = st.query_params.get("recipe")
    # What we wrote into the address ourselves asks for nothing: by now this tab may have moved on to another run.
    run, draft = (_asked_for(name, written) for name in ("run", "draft"))
    opened = None
    if stem is not None:
        del st.query_params["recipe"]
        try:
            open_lesson(stem)
            opened = "recipe"
        except RecipeError as error:
            current().message = str(error)
    elif draft is not None and not current().touched:
        open_draft(draft)
    if run is not None:
        try:
            open_run(run)
            opened = "run"
        except RunNotFoundError as error:
            current().message = str(error)
    workspace = current()
    _write_address("run", workspace.run, written)
    _write_address("draft", workspace.draft if workspace.touched else None, written)
    return opened


def _asked_for(name: str, written: dict[str, str | None]) -> str | None:
    value = st.query_params.get(name)
    return None if value == written.get(name) else value


def _write_address(name: str, value: str | None, written: dict[str, str | None]) -> None:
    written[name] = value
    if value is None:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value


def set_recipe(recipe: Recipe) -> None:
    """Take an edited recipe, and write it down as a draft."""
    with changing() as workspace:
        if recipe == workspace.recipe and workspace.touched:
            return
        if recipe != workspace.recipe:
            workspace.past.append(workspace.recipe)
            workspace.future.clear()
        _take(workspace, recipe)


def undo(*, back: bool = True) -> None:
    """Go back by one change; the other way round, take again what was undone last."""
    with changing() as workspace:
        left, right = (workspace.past, workspace.future) if back else (workspace.future, workspace.past)
        if left:
            right.append(workspace.recipe)
            _take(workspace, left.pop())


def _take(workspace: Workspace, recipe: Recipe) -> None:
    workspace.arrangement += not same_places(workspace.recipe, recipe)
    workspace.recipe, workspace.touched = recipe, True
    workspace.chosen_layer = max(0, min(workspace.chosen_layer, len(recipe.layers) + len(recipe.aside) - 1))
    try:
        if _changed_elsewhere(workspace):
            workspace.draft = secrets.token_hex(8)
            workspace.message = (
                "Another tab has changed this recipe meanwhile. Both are kept: your changes go on in a copy here."
            )
        shelf().save_draft(workspace.draft, recipe)
        workspace.on_disk = recipe
        remember(workspace)
    except OSError as error:
        workspace.message = f"Your work could not be saved ({error.strerror}). It is kept as long as this tab is open."


def _changed_elsewhere(workspace: Workspace) -> bool:
    try:
        stored = shelf().draft(workspace.draft)
    except NewerVersionError:
        return True  # a newer Fitboard has gone on with it: what it wrote is not to be lost
    except RecipeError:
        return False  # damaged from outside: what this tab holds is the better copy
    return stored is not None and workspace.on_disk is not None and stored != workspace.on_disk


def try_set(edit: Callable[[], Recipe]) -> None:
    """Take the recipe that `edit()` returns; if a value does not fit, keep the old one and say why."""
    with changing() as workspace:
        try:
            set_recipe(edit())
        except RecipeError as error:
            workspace.message = str(error)


def on_data(recipe: Recipe, spec: AnyData) -> Recipe:
    """The recipe on other data, with a name that tells of these."""
    if spec.path != recipe.data.path or spec.kind != recipe.data.kind:
        recipe = renamed(recipe, spec)
    return recipe.with_(data=spec)


def renamed(recipe: Recipe, spec: AnyData) -> Recipe:
    """The recipe called after data, unless its name is somebody's own: neither a lesson's nor the old data's."""
    told = {one.recipe.name for one in lessons()[0]} | {Recipe.model_fields["name"].default, _named(recipe.data)}
    return recipe.with_(name=_named(spec), about="") if recipe.name in told else recipe


def _named(spec: AnyData) -> str:
    return called(spec).partition(".")[0] or "My data"


def called(spec: AnyData) -> str:
    """How people call data: the file's name, as it was brought."""
    return without_hash(Path(spec.path).name) if spec.path is not None else "MNIST"


def open_lesson(stem: str) -> None:
    """Begin a lesson afresh, as a new draft.

    Raises:
        RecipeError: there is no such lesson.
    """
    recipe = lesson(stem).recipe
    begin(Workspace(recipe, draft=secrets.token_hex(8)))
    set_recipe(recipe)


def open_recipe(text: bytes) -> None:
    """Open a recipe file that somebody brings, as a new draft.

    Raises:
        RecipeError: it is not a recipe, or names a file outside Fitboard's own folders.
    """
    try:
        recipe = Recipe.from_json(text.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise RecipeError("This is not a text file. Choose a recipe, a JSON file.") from None
    if recipe.data.path is not None:
        recipe = recipe.with_(data=recipe.data.with_(path=_path_here(recipe.data.path)))
    begin(Workspace(recipe, draft=secrets.token_hex(8)))
    set_recipe(recipe)


def _path_here(path: str) -> str:
    mine = shelf().same_upload(path)
    if mine is not None:
        return mine
    try:
        file = find_file(path)
    except RecipeError:
        name = without_hash(path.replace("\\", "/").rpartition("/")[2])
        raise RecipeError(
            f"The recipe learns from “{name}”, a file that is not on this computer. Bring that file on the Data page, "
            "then open the recipe again."
        ) from None
    if not shelf().owns(file):
        raise RecipeError(
            f"The recipe reads the file {path}, which is not in Fitboard. Open the recipe without it: choose the file "
            "on the Data page instead."
        )
    return path


def open_run(run: str) -> None:
    """Look at a run; its recipe becomes the recipe at hand if nothing else is being worked on.

    Raises:
        RunNotFoundError: there is no such run.
    """
    found = store().read(run)
    workspace = current()
    if found.recipe is not None and not workspace.touched:
        workspace.recipe = found.recipe
    workspace.run = run


def use_recipe_of(run: Run) -> None:
    """Go on with the recipe of a run, as a new draft."""
    if run.recipe is None:
        return
    begin(Workspace(run.recipe, draft=secrets.token_hex(8), run=run.id))
    set_recipe(run.recipe)


def take_message() -> str | None:
    """The message that is to be shown once, if there is one."""
    workspace = current()
    message, workspace.message = workspace.message, None
    return message


def latest_draft() -> tuple[str, Recipe] | None:
    """The draft that was changed last on this computer: its name and its recipe."""
    return shelf().latest_draft()


def open_draft(name: str) -> None:
    """Go on with a draft. An address typed by hand, or a draft since deleted, leaves everything as it is."""
    try:
        recipe = shelf().draft(name)
    except RecipeError as error:
        current().message = str(error)
        return
    if recipe is not None:
        opened = Workspace(recipe, draft=name, touched=True, run=current().run, on_disk=recipe)
        recall(opened)
        begin(opened)


def facts() -> DataFacts:
    """What the check has to know of the recipe's data.

    Raises:
        RecipeError: the data is missing or wrong; one sentence.
    """
    recipe = current().recipe
    return data.facts(recipe.data, recipe.seed)


def memory() -> int | None:
    """Bytes that are free for a run; None if the setting that caps them is wrong, which whoever trains is told."""
    try:
        return for_a_run()
    except SettingError:
        return None


def engine() -> local.LocalEngine:
    """The engine of this server."""
    return local.shared()


def store() -> Store:
    """The store of this server."""
    return engine().store


def my_run() -> Run | None:
    """A snapshot of the run this tab looks at; None if there is none (any more)."""
    workspace = current()
    if workspace.run is None:
        return None
    try:
        return store().read(workspace.run)
    except RunNotFoundError:
        workspace.run = None
        return None


def shelf() -> Shelf:
    """Drafts and uploads of this server."""
    return Shelf(store().root)


def tables() -> dict[str, str]:
    """The tables to choose from, path -> name for people: Fitboard's own, those uploaded, and the recipe's."""
    found, spec = shelf().tables(), current().recipe.data
    if spec.kind == "text_csv" and spec.path is not None and spec.path not in found:
        found[spec.path] = Path(spec.path).name
    return found
