"""Where I am: my recipe and my run. The only keeper of a tab's state and the only reader and writer of its address.

The recipe lies in one key of the session, and as a draft on disk under the name that the address carries (`?draft=`):
a reload, a lost connection or a closed tab loses nothing. `?recipe=` opens a lesson, `?run=` a run, on any page.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import streamlit as st

from components.ownership import NOT_YOURS, may_change
from components.person import person, shows_everybody
from components.shelf import Shelf, lesson, lessons, without_hash
from components.tab import Workspace, begin, changing, current, recall, remember
from trainer import data
from trainer.engine import local
from trainer.engine.local import LocalEngine, TooManyRunsError
from trainer.engine.memory import SettingError, for_a_run
from trainer.recipe.data import AnyData, DataFacts
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import NewerVersionError, RecipeError, shorten
from trainer.recipe.stack import same_places
from trainer.runs.store import Run, RunGoesOnError, RunNotFoundError, Store

__all__ = ["changing", "current"]
"""What of `tab.py` others ask for here, beside all that stands below."""
_ADDRESS = "address"
ELSEWHERE = (
    "This run is being trained by another program (another Fitboard server, or the command line). Stop it there."
)


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
    """Take an edited recipe, and write it down as a draft.

    Raises:
        RecipeError: it was given a file that is not this person's; nothing is changed.
    """
    with changing() as workspace:
        if recipe.data.path != workspace.recipe.data.path:
            recipe = on_our_data(recipe)
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
        if (why := _why_in_a_copy(workspace)) is not None:
            workspace.draft, workspace.message = secrets.token_hex(8), why
        shelf().save_draft(workspace.draft, recipe)
        workspace.on_disk = recipe
        remember(workspace)
    except OSError as error:
        workspace.message = f"Your work could not be saved ({error.strerror}). It is kept as long as this tab is open."


def _why_in_a_copy(workspace: Workspace) -> str | None:
    """Why a change must not go into the draft that it was made in, in a sentence; None if it may."""
    if shelf().is_others_draft(workspace.draft):
        return "This recipe belongs to another browser on this computer. Your changes continue in a copy."
    try:
        stored = shelf().draft(workspace.draft)
    except NewerVersionError:
        return "A newer Fitboard has changed this recipe. Both are kept: your changes continue in a copy."
    except RecipeError:
        return None  # damaged from outside: what this tab holds is the better copy
    if stored is None or workspace.on_disk is None or stored == workspace.on_disk:
        return None
    return "Another tab has changed this recipe meanwhile. Both are kept: your changes continue in a copy."


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
    """How people call data: the file's name, as it was uploaded."""
    return without_hash(Path(spec.path).name) if spec.path is not None else spec.own_name


def open_lesson(stem: str) -> None:
    """Begin a lesson afresh, as a new draft.

    Raises:
        RecipeError: there is no such lesson.
    """
    recipe = lesson(stem).recipe
    begin(Workspace(recipe, draft=secrets.token_hex(8)))
    set_recipe(recipe)


def open_recipe(text: bytes) -> None:
    """Open an uploaded recipe file as a new draft.

    Raises:
        RecipeError: it is not a recipe, or names a file outside Fitboard's own folders.
    """
    try:
        recipe = Recipe.from_json(text.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise RecipeError("This is not a text file. Choose a recipe, a JSON file.") from None
    recipe = on_our_data(recipe)
    begin(Workspace(recipe, draft=secrets.token_hex(8)))
    set_recipe(recipe)


def on_our_data(recipe: Recipe, *, gone: bool = False) -> Recipe:
    """The recipe, its data named as they are here. Every recipe that a page takes up from anywhere passes this.

    Args:
        recipe: as it was uploaded, found on disk, or put together.
        gone: whether an upload that has been deleted since will do; the Data page then says that it is missing.

    Raises:
        RecipeError: it learns from a file that is neither Fitboard's own nor this person's upload; the same sentence
            whether there is such a file on this computer or not.
    """
    path = recipe.data.path
    if path is None:
        return recipe
    ours = shelf().ours(path, gone=gone)
    if ours is None:
        name = shorten(without_hash(re.split(r"[/\\]", path)[-1]))[1:-1]
        raise RecipeError(
            f"The recipe learns from “{name}”, which is not among the files that you have in Fitboard. Upload that "
            "file on the Data page, then open the recipe again."
        )
    return recipe if ours == path else recipe.with_(data=recipe.data.with_(path=ours))


def open_run(run: str) -> None:
    """Look at a run; its recipe becomes the recipe at hand if nothing else is being worked on.

    Raises:
        RunNotFoundError: there is no such run.
    """
    found = store().read(run)
    workspace = current()
    if found.recipe is not None and not workspace.touched:
        with suppress(RecipeError):  # of other data than this person's: its curves are shown all the same
            workspace.recipe = on_our_data(found.recipe, gone=True)
    workspace.run = run


def use_recipe_of(run: Run, change: Callable[[Recipe], Recipe] = lambda recipe: recipe) -> None:
    """Go on with the recipe of a run, perhaps with a change to it, as a new draft; pressed twice, it is done once."""
    if run.recipe is None:
        return
    with changing() as workspace:
        try:
            recipe = on_our_data(run.recipe, gone=True)
            changed = change(recipe)
        except RecipeError as error:
            workspace.message = str(error)
            return
        if workspace.touched and workspace.run == run.id and workspace.recipe == changed:
            return
        begin(Workspace(recipe, draft=secrets.token_hex(8), run=run.id))
        set_recipe(recipe)
        set_recipe(changed)


def train() -> None:
    """Start a run, unless one of this person's is going on in this tab: a second click of an impatient finger, or a
    message that comes twice, must not start another.
    """
    with changing() as workspace:
        if is_training(my_run()):
            return
        try:
            workspace.run = engine().submit(on_our_data(workspace.recipe), person())
        except (TooManyRunsError, RecipeError) as error:
            workspace.message = str(error)
        except OSError as error:
            workspace.message = (
                f"The run could not be begun, because the disk does not take it ({error.strerror}). Make room."
            )


def is_training(run: Run | None) -> bool:
    """Whether a run is this person's and goes on here, or is about to, so that this tab begins no other beside it."""
    if run is None or not is_mine(run.id):
        return False
    if run.state.is_over:
        return engine().begins(run)
    return not engine().is_elsewhere(run.id) and not engine().is_forgotten(run)


def order(run: str, give: Callable[[LocalEngine], object]) -> bool:
    """Give an order about a run, if this person may: the only way in which a page changes one.

    Args:
        run: its id.
        give: tells the engine what to do.

    Returns:
        Whether it was given; if not, the next page run says why.
    """
    with changing() as workspace:
        try:
            if (why_not := why_not_change(run)) is not None:
                workspace.message = why_not
                return False
            give(engine())
        except (TooManyRunsError, RunNotFoundError, RunGoesOnError) as error:
            workspace.message = str(error)
        except OSError as error:
            workspace.message = f"The disk did not take this ({error.strerror}). Make room, then try again."
        else:
            return True
        return False


def take_message() -> str | None:
    """The message that is to be shown once, if there is one."""
    workspace = current()
    message, workspace.message = workspace.message, None
    return message


def latest_draft() -> tuple[str, Recipe] | None:
    """The draft that this person changed last: its name and its recipe."""
    return shelf().latest_draft()


def open_draft(name: str) -> None:
    """Go on with a draft, or with a copy of one that is somebody else's. An address typed by hand, or a draft since
    deleted, leaves everything as it is.
    """
    try:
        recipe = shelf().draft(name)
        if recipe is None:
            return
        recipe = on_our_data(recipe, gone=True)
    except RecipeError as error:
        current().message = str(error)
        return
    if shelf().is_others_draft(name):
        begin(Workspace(recipe, draft=secrets.token_hex(8), run=current().run))
        set_recipe(recipe)
        current().note = "This is a copy of a recipe from another browser on this computer. The original is unchanged."
        return
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


def my_runs() -> tuple[list[str], int]:
    """The runs that this person sees, newest first, and how many others there are."""
    me, show_all, ids = person(), shows_everybody(), store().ids()
    mine = [run for run in ids if may_change(store().owner(run), me, show_all)]
    return mine, len(ids) - len(mine)


def is_mine(run: str) -> bool:
    """Whether a run is this person's, or everybody's."""
    return may_change(store().owner(run), person(), False)


def why_not_change(run: str) -> str | None:
    """Why this person may not stop, continue, test or delete a run now, in a sentence; None if they may."""
    if not may_change(store().owner(run), person(), shows_everybody()):
        return NOT_YOURS
    return ELSEWHERE if engine().is_elsewhere(run) else None


def may_read_data_of(run: Run) -> bool:
    """Whether this person may see the examples that a run was tested on: the data are theirs, or the run is."""
    path = None if run.recipe is None else run.recipe.data.path
    return path is None or is_mine(run.id) or shows_everybody() or shelf().ours(path) is not None


def shelf() -> Shelf:
    """Drafts and uploads of this server, as this person sees them."""
    return Shelf(store().root, person(), show_all=shows_everybody())


def tables() -> dict[str, str]:
    """The tables to choose from, path -> name for people: Fitboard's own, those uploaded, and the recipe's."""
    found, spec = shelf().tables(), current().recipe.data
    if spec.path is not None and spec.path not in found:
        found[spec.path] = called(spec)
    return found
