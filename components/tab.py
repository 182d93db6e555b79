"""What one browser tab works on, and how it is read and changed while Streamlit answers several clicks at once."""

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

from components.shelf import lesson
from trainer.recipe.layers import Dense, Flatten
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.sources.mnist.spec import Mnist

FIRST_LESSON = "mnist_cnn"
_KEY = "workspace"
_known: WeakKeyDictionary[object, Workspace] = WeakKeyDictionary()
"""The workspace of each run of a script that is going on. Any look into Streamlit's session is where a newer click may
cut off what is being done; after the first one here there is none, so that no change is left half done."""

REMEMBERED = 100
"""Drafts of which the server still knows how they came about; of older ones a reload brings back the recipe alone."""
_lately: OrderedDict[str, Workspace] = OrderedDict()
_remembering = Lock()


@dataclass
class Workspace:
    """What one browser tab works on."""

    recipe: Recipe
    draft: str
    """The name of its copy on disk."""
    name: str = field(default_factory=partial(secrets.token_hex, 8))
    """Of this tab alone: two tabs may work on one draft."""
    arrangement: int = 0
    """Grows when layers change places, come or go: what was said of the layer at a place is of another one then."""
    by_stack: int = 0
    """By how much of that the stack of layers itself has made it grow: of the rest it has to be told first."""
    touched: bool = False
    """Whether a lesson was chosen or anything changed; until then there is nothing to go on with."""
    run: str | None = None
    chosen_layer: int = 0
    at_front: bool = False
    """The data above the first layer is chosen: the next new layer comes before all others."""
    on_disk: Recipe | None = None
    """The draft as this tab last wrote or read it."""
    compared: set[str] = field(default_factory=set)
    """The runs that are ticked for comparing."""
    ghost: str | None = None
    """The run that is shown, pale, behind the live one."""
    message: str | None = None
    note: str | None = None
    undone: str | None = None
    """An error, something that is none, and what was taken back, that the next page run has to show once."""
    past: list[Recipe] = field(default_factory=list)
    future: list[Recipe] = field(default_factory=list)
    """What the recipe was before each change, and what was undone; the last one last."""
    heard: tuple[str, int] = ("", 0)
    """The last wish that the stack of layers has told: which browser's it was, and its number."""
    asked: list[Callable[[], object]] = field(default_factory=list)
    """What the Data page still has to do with this recipe: slow work that a click has asked for."""
    lock: RLock = field(default_factory=RLock, compare=False, repr=False)
    """Streamlit answers a newer click in a thread of its own, while the one before may still be at work."""


def current() -> Workspace:
    """This tab's workspace; a new tab begins with the first lesson, so that every page has something to show."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is not None and context.session_state in _known:
        return _known[context.session_state]
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Workspace(_first_recipe(), draft=secrets.token_hex(8))
    workspace: Workspace = st.session_state[_KEY]
    if context is not None:
        _known[context.session_state] = workspace
    return workspace


def _first_recipe() -> Recipe:
    """The first lesson's; where that is damaged, which the Start page says, no more than answers for pictures need."""
    try:
        return lesson(FIRST_LESSON).recipe
    except RecipeError:
        return Recipe(data=Mnist(), layers=(Flatten(), Dense(units=10, activation="softmax")))


def begin(workspace: Workspace) -> None:
    """Put another workspace in the place of this tab's."""
    st.session_state[_KEY] = workspace
    context = get_script_run_ctx(suppress_warning=True)
    if context is not None:
        _known[context.session_state] = workspace


def remember(workspace: Workspace) -> None:
    """Keep what was changed lately, for a tab that is loaded anew."""
    with _remembering:
        _lately[workspace.draft] = workspace
        _lately.move_to_end(workspace.draft)
        while len(_lately) > REMEMBERED:
            _lately.popitem(last=False)


def recall(workspace: Workspace) -> None:
    """Give a workspace that has just been opened from a draft the steps that lead to it, and the layer chosen there."""
    with _remembering:
        before = _lately.get(workspace.draft)
    if before is None or before is workspace:
        return
    with before.lock:
        if before.recipe == workspace.recipe:
            workspace.past, workspace.future = before.past[:], before.future[:]
            workspace.chosen_layer, workspace.at_front = before.chosen_layer, before.at_front


@contextmanager
def changing() -> Iterator[Workspace]:
    """Whatever reads a tab's recipe and changes it: nothing else changes it meanwhile."""
    workspace = current()
    with workspace.lock:
        yield workspace
