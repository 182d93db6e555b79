"""Where I am: my recipe and my run. The only reader and writer of session state and the page's address.

The recipe lies in one key of the session, and as a draft on disk under the name that the address carries (`?draft=`):
a reload, a lost connection or a closed tab loses nothing. `?recipe=` opens a lesson, `?run=` a run, on any page.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import streamlit as st

from trainer import PROJECT, data
from trainer.data.files import find_file
from trainer.engine import local
from trainer.recipe.data import DataFacts
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs.store import Run, RunNotFoundError, Store

LESSONS = PROJECT / "recipes"
FIRST_LESSON = "mnist_cnn"
_KEY = "workspace"
_DRAFT = re.compile(r"[a-f0-9]{16}")
_LESSON = re.compile(r"[A-Za-z0-9_-]{1,80}")


@dataclass
class Workspace:
    """What one browser tab works on."""

    recipe: Recipe
    draft: str
    """The name of its copy on disk."""
    lesson: str | None = None
    """The lesson it began as."""
    touched: bool = False
    """Whether a lesson was chosen or anything changed; until then there is nothing to go on with."""
    run: str | None = None
    chosen_layer: int = 0
    message: str | None = None
    """An error that the next page run has to show once."""


@dataclass(frozen=True)
class Lesson:
    """A built-in recipe; `stem` is its file's name and its link."""

    stem: str
    recipe: Recipe


def current() -> Workspace:
    """This tab's workspace; a new tab begins with the first lesson, so that every page has something to show."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Workspace(_lesson(FIRST_LESSON), draft=secrets.token_hex(8), lesson=FIRST_LESSON)
    workspace: Workspace = st.session_state[_KEY]
    return workspace


def follow_address() -> str | None:
    """Open what the address asks for, and keep the address true. Called once at the start of each page run.

    Returns:
        "recipe" or "run" if the address has just opened one, else None.
    """
    opened = None
    workspace = current()
    lesson, run, draft = (st.query_params.get(name) for name in ("recipe", "run", "draft"))
    if lesson is not None:
        del st.query_params["recipe"]
        try:
            open_lesson(lesson)
            opened = "recipe"
        except RecipeError as error:
            workspace.message = str(error)
    elif draft is not None and draft != workspace.draft and not workspace.touched:
        _load_draft(draft)
    workspace = current()
    if run is not None and run != workspace.run:
        try:
            open_run(run)
            opened = "run"
        except RunNotFoundError as error:
            workspace.message = str(error)
            del st.query_params["run"]
    wanted = {"draft": workspace.draft if workspace.touched else None, "run": workspace.run}
    for name, value in wanted.items():
        if value is not None and st.query_params.get(name) != value:
            st.query_params[name] = value
    return opened


def set_recipe(recipe: Recipe) -> None:
    """Take an edited recipe, and write it down as a draft."""
    workspace = current()
    if recipe == workspace.recipe and workspace.touched:
        return
    workspace.recipe, workspace.touched = recipe, True
    workspace.chosen_layer = max(0, min(workspace.chosen_layer, len(recipe.layers) - 1))
    path = _drafts() / f"{workspace.draft}.json"
    temporary = path.with_suffix(".part")
    try:
        temporary.write_text(recipe.to_json(), "utf-8")
        os.replace(temporary, path)
    except OSError as error:
        workspace.message = f"Your work could not be saved ({error.strerror}). It is kept as long as this tab is open."


def try_set(edit: object) -> None:
    """Take the recipe that `edit()` returns; if a value does not fit, keep the old one and say why."""
    try:
        set_recipe(edit())  # type: ignore[operator]  # a callable; Streamlit hands it on untyped
    except RecipeError as error:
        current().message = str(error)


def open_lesson(stem: str) -> None:
    """Begin a lesson afresh, as a new draft.

    Raises:
        RecipeError: there is no such lesson.
    """
    recipe = _lesson(stem)
    st.session_state[_KEY] = Workspace(recipe, draft=secrets.token_hex(8), lesson=stem)
    set_recipe(recipe)


def open_recipe(text: bytes) -> None:
    """Open a recipe file that somebody brings, as a new draft.

    Raises:
        RecipeError: it is not a recipe, or names a file outside Fitboard's own folders.
    """
    recipe = Recipe.from_json(text)
    path = recipe.data.path
    if path is not None and not _is_ours(find_file(path)):
        raise RecipeError(
            f"The recipe reads the file {path}, which is not in Fitboard. Open the recipe without it: choose the file "
            "on the Data page instead."
        )
    st.session_state[_KEY] = Workspace(recipe, draft=secrets.token_hex(8))
    set_recipe(recipe)


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
    st.session_state[_KEY] = Workspace(run.recipe, draft=secrets.token_hex(8), run=run.id)
    set_recipe(run.recipe)


def take_message() -> str | None:
    """The message that is to be shown once, if there is one."""
    workspace = current()
    message, workspace.message = workspace.message, None
    return message


def lessons() -> list[Lesson]:
    """The built-in lessons, in the order of their names."""
    found = [Lesson(path.stem, _lesson(path.stem)) for path in LESSONS.glob("*.json")]
    return sorted(found, key=lambda lesson: lesson.recipe.name)


def latest_draft() -> tuple[str, Recipe] | None:
    """The draft that was changed last on this computer, and can still be read."""
    drafts = sorted(_drafts().glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in drafts[:3]:
        try:
            return path.stem, Recipe.load(path)
        except RecipeError:
            continue  # half a file from a full disk: an older draft is better than none
    return None


def open_draft(name: str) -> None:
    """Go on with a draft."""
    _load_draft(name)


def facts() -> DataFacts:
    """What the check has to know of the recipe's data.

    Raises:
        RecipeError: the data is missing or wrong; one sentence.
    """
    recipe = current().recipe
    return data.facts(recipe.data, recipe.seed)


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


def save_upload(name: str, content: bytes) -> str:
    """Keep an uploaded file under a name made from its content; returns the path for a recipe.

    The person's own name for the file is only a hint for people: of it, plain letters and digits are kept.
    """
    folder = _uploads()
    readable = re.sub(r"[^A-Za-z0-9]+", "-", Path(name).stem).strip("-")[:40] or "table"
    path = folder / f"{hashlib.sha256(content).hexdigest()[:16]}-{readable}.csv"
    if not path.exists():
        temporary = path.with_suffix(".part")
        temporary.write_bytes(content)
        os.replace(temporary, path)
    return str(path)


def tables() -> dict[str, str]:
    """The CSV files to choose from, path -> name for people: those in `data/`, those uploaded, and the recipe's own."""
    found = {f"data/{path.name}": path.name for path in sorted((PROJECT / "data").glob("*.csv"))}
    found |= {str(path): path.name.partition("-")[2] for path in sorted(_uploads().glob("*.csv"))}
    path = current().recipe.data.path
    if current().recipe.data.kind == "text_csv" and path is not None and path not in found:
        found[path] = Path(path).name
    return found


def _lesson(stem: str) -> Recipe:
    path = LESSONS / f"{stem}.json"
    if not _LESSON.fullmatch(stem) or not path.is_file():
        raise RecipeError("There is no lesson of this name. Choose one of the lessons here.")
    return _read_lesson(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _read_lesson(path: Path, modified: int) -> Recipe:
    return Recipe.load(path)


def _load_draft(name: str) -> None:
    path = _drafts() / f"{name}.json"
    if not _DRAFT.fullmatch(name) or not path.is_file():
        return  # an address typed by hand or a draft since deleted: nothing is lost by beginning with the first lesson
    try:
        recipe = Recipe.load(path)
    except RecipeError as error:
        current().message = str(error)
        return
    st.session_state[_KEY] = Workspace(recipe, draft=name, touched=True, run=current().run)


def _drafts() -> Path:
    return _folder("drafts")


def _uploads() -> Path:
    return _folder("uploads")


def _folder(name: str) -> Path:
    folder = store().root / name
    folder.mkdir(exist_ok=True)
    return folder


def _is_ours(path: Path) -> bool:
    resolved = path.resolve()
    return any(resolved.is_relative_to(folder) for folder in (PROJECT / "data", _uploads()))
