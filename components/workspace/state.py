"""The state of one browser tab, and how it is read and changed while Streamlit answers several clicks at once."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Lock, RLock
from weakref import WeakKeyDictionary

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.library import lesson
from trainer.messages import Message
from trainer.recipe.layers import Dense, Flatten
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.sources.mnist.spec import Mnist

FIRST_LESSON = "mnist_cnn"
_KEY = "workspace"
_by_session: WeakKeyDictionary[object, Workspace] = WeakKeyDictionary()
"""The workspace of each script run in progress. Any access to Streamlit's session is a point where a newer click may
interrupt the current work; after the first access here there is none, so that no change is left half done."""

MAX_REMEMBERED = 100
"""How many drafts the server remembers with their undo steps; after a reload, older ones have their recipe only."""
_recent: OrderedDict[str, Workspace] = OrderedDict()
_recent_lock = Lock()


@dataclass
class Workspace:
    """What one browser tab works on."""

    recipe: Recipe
    """The recipe that is edited."""
    draft: str
    """The name of its copy on disk."""
    name: str = field(default_factory=partial(secrets.token_hex, 8))
    """Of this tab alone: two tabs may work on one draft."""
    arrangement: int = 0
    """Grows when layers change places, come or go: what was said of the layer at a place is of another one then."""
    is_started: bool = False
    """Whether a lesson was opened or anything changed; until then there is nothing to continue."""
    saved_recipe: Recipe | None = None
    """The draft as this tab last wrote or read it."""
    past: list[Recipe] = field(default_factory=list)
    """For undo: the recipe before each change, the latest last."""
    future: list[Recipe] = field(default_factory=list)
    """For redo: the recipes that were undone, the latest last."""

    chosen_layer: int = 0
    """The selected layer, by its place in the stack."""
    is_data_selected: bool = False
    """Whether the data above the first layer is selected: the next new layer goes to the top."""

    run_id: str | None = None
    """The id of the run that this tab shows."""
    compared_runs: set[str] = field(default_factory=set)
    """The ids of the runs that are ticked for comparing."""
    reference: str | None = None
    """The id of the run whose curves are shown in grey, for comparison."""

    message: Message | str | None = None
    """An error that the next page run shows once."""
    note: Message | str | None = None
    """Something else that the next page run shows once."""
    undone: Message | str | None = None
    """What was undone or redone, which the next page run shows once."""

    acknowledged: tuple[str, int] = ("", 0)
    """The last action of the layer stack that was carried out: the browser it came from, and its number."""
    pending: list[Callable[[], object]] = field(default_factory=list)
    """Slow work that a click has asked for, for the next page run (`deferred.py`)."""
    lock: RLock = field(default_factory=RLock, compare=False, repr=False)
    """Streamlit answers a newer click in a thread of its own, while the one before may still be at work."""


def current() -> Workspace:
    """This tab's workspace; a new tab begins with the first lesson, so that every page has something to show."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is not None and context.session_state in _by_session:
        return _by_session[context.session_state]
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Workspace(_first_recipe(), draft=secrets.token_hex(8))
    workspace: Workspace = st.session_state[_KEY]
    if context is not None:
        _by_session[context.session_state] = workspace
    return workspace


def _first_recipe() -> Recipe:
    """The first lesson's recipe; if it is damaged, which the Start page says, a minimal model for pictures."""
    try:
        return lesson(FIRST_LESSON).begun()
    except RecipeError:
        return Recipe(data=Mnist(), layers=(Flatten(), Dense(units=10, activation="softmax")))


def begin(workspace: Workspace) -> None:
    """Replace this tab's workspace with another one."""
    st.session_state[_KEY] = workspace
    context = get_script_run_ctx(suppress_warning=True)
    if context is not None:
        _by_session[context.session_state] = workspace


@contextmanager
def changing() -> Iterator[Workspace]:
    """This tab's workspace, while nothing else changes it: for whatever reads the recipe and then changes it."""
    workspace = current()
    with workspace.lock:
        yield workspace


def take_message() -> Message | str | None:
    """The error that is to be shown once, if there is one."""
    workspace = current()
    message, workspace.message = workspace.message, None
    return message


def remember(workspace: Workspace) -> None:
    """Keep the undo steps and the selection of a draft for when its tab is reloaded."""
    with _recent_lock:
        _recent[workspace.draft] = workspace
        _recent.move_to_end(workspace.draft)
        while len(_recent) > MAX_REMEMBERED:
            _recent.popitem(last=False)


def recall(workspace: Workspace) -> None:
    """Give a workspace that was just opened from a draft the undo steps and the selection that the draft had."""
    with _recent_lock:
        before = _recent.get(workspace.draft)
    if before is None or before is workspace:
        return
    with before.lock:
        if before.recipe == workspace.recipe:
            workspace.past, workspace.future = before.past[:], before.future[:]
            workspace.chosen_layer, workspace.is_data_selected = before.chosen_layer, before.is_data_selected
