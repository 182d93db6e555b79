"""What a source of data lets people choose on the Data page beyond a form: its file, say, and its columns."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial, singledispatch
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st

from components import frame, workspace
from components.deferred import defer
from components.markup import md
from components.uploads import STATUS_HELP, take_upload
from trainer.data.files import named
from trainer.formats import isolated
from trainer.i18n import N_, _
from trainer.paths import own_name
from trainer.recipe.data import Data
from trainer.recipe.spec import RecipeError

Take = Callable[..., Path]
"""Goes on with a file that a user brings; returns where it is kept."""
_ASKED = "own data asked for"
"""Where the session keeps that somebody has come to bring data of their own."""
_WAITING = "file that could not be read"
NOT_DELETED = N_("The file could not be deleted ({reason}).")


@singledispatch
def choose(spec: Data) -> Collection[str]:
    """Draw what the source of a spec lets people choose; returns the fields that need no form then.

    A source without a chooser has its form alone.
    """
    return ()


chooser = choose.register
"""Decorates what draws the choices of a source, given the class of its specs."""


class WaitingFile(NamedTuple):
    """A file that could not be read, or not as a whole, since when the page shows what it showed before."""

    path: str
    """Empty if it was of no use and is gone."""
    name: str
    message: str
    how: dict[str, Any]
    """How it was to be read."""
    remedy: Remedy | None
    """Draws what can be done about it."""
    kept: tuple[str, str | None]
    """The kind and the file of the data that were kept instead."""


Remedy = Callable[[WaitingFile], None]
Waits = Callable[[RecipeError, Path], Remedy | None]
"""What can be done about a file that could not be read; None if nothing, and the file is discarded."""


def say_what_is_hidden() -> None:
    """That there are files which this person does not see, and how to see them."""
    if workspace.library().hides_uploads():
        st.caption(_("Files of other browsers on this computer are hidden. A switch on the Runs page shows them."))


def ask_for_upload() -> None:
    """Somebody goes to the Data page to bring data of their own: the place for the file is open and in sight there."""
    st.session_state[_ASKED] = True


def is_upload_asked() -> bool:
    """Whether the place for a file should be open and in sight, which ends with the first file."""
    return _ASKED in st.session_state


def upload(title: str, label: str, rule: str, take: Take, waits: Waits) -> None:
    """A place for a file; emptied once it has been taken, so that the server does not hold it twice.

    Args:
        title: of the part that unfolds.
        label: of the place for the file.
        rule: what may be uploaded.
        take: goes on with the file.
        waits: what can be done about a file that could not be read.
    """
    taken = st.session_state.setdefault("uploads taken", 0)
    key = f"upload {taken}"
    with st.expander(title, expanded=is_upload_asked(), icon=":material/upload:", key="own data"):
        st.file_uploader(label, type=None, key=key, help=_(STATUS_HELP), on_change=_receive, args=(key, take, waits))
        st.caption(rule)


def _receive(key: str, take: Take, waits: Waits) -> None:
    uploaded = take_upload(key)
    if uploaded is None:
        return
    st.session_state["uploads taken"] += 1
    st.session_state.pop(_ASKED, None)
    try:
        path = workspace.library().receive(uploaded.name, uploaded.content)
    except OSError as error:
        workspace.current().message = _(
            "The file could not be saved ({reason}). Free some disk space, then try again."
        ).format(reason=error.strerror)
        return
    defer(partial(take_up, str(path), uploaded.name, take, waits))


def take_up(path: str, name: str, take: Take, waits: Waits, **how: Any) -> None:
    """Go on with a file, or keep the present data and say why the file cannot be used."""
    discard_waiting(but=path)
    try:
        kept = take(path, **how)
    except RecipeError as error:
        remedy = waits(error, Path(path))
        if remedy is None:
            workspace.library().forget(Path(path))  # it is of no use to anybody
        message = str(error).replace(named(Path(path)), name)
        kept_data = _kind_and_file(workspace.current().recipe.data)
        st.session_state[_WAITING] = WaitingFile(path if remedy else "", name, message, how, remedy, kept_data)
    except OSError as error:
        workspace.current().message = _("{name} could not be saved ({reason}). Try again.").format(
            name=isolated(name), reason=error.strerror
        )
    else:
        called = own_name(kept.name)
        frame.announce(_("Now using {name}.").format(name=isolated(called)))
        if own_name(path) != called:
            workspace.current().note = _("{name} has been uploaded before, as {called}.").format(
                name=isolated(name), called=isolated(called)
            )


def waiting_file() -> WaitingFile | None:
    """The file that could not be read, as long as the data that were kept instead are still those of the recipe."""
    waiting: WaitingFile | None = st.session_state.get(_WAITING)
    if waiting is not None and waiting.kept != _kind_and_file(workspace.current().recipe.data):
        discard_waiting()
        return None
    return waiting


def show_waiting(waiting: WaitingFile) -> None:
    """Why a file could not be read, that the data have not changed, and what can be done."""
    with st.container(border=True, key="waiting file"):
        st.error(md(waiting.message), icon=":material/error:")
        still = workspace.data_name(workspace.current().recipe.data)
        st.markdown(_("**Nothing has changed:** this page still shows {name}.").format(name=md(isolated(still))))
        if waiting.remedy is not None:
            waiting.remedy(waiting)
        with st.container(horizontal=True):
            label = _("Discard this file") if waiting.path else _("Close")
            st.button(label, key="discard waiting", icon=":material/close:", on_click=discard_waiting)
            if waiting.path:
                delete_button(Path(waiting.path))


def _kind_and_file(data: Data) -> tuple[str, str | None]:
    return data.kind, data.path


def discard_waiting(but: str = "") -> None:
    """Forget a file that could not be read; one that was uploaded for this alone is deleted, unless it is `but`."""
    waiting: WaitingFile | None = st.session_state.pop(_WAITING, None)
    if waiting is not None and waiting.path not in {"", but}:
        try:
            workspace.library().forget(Path(waiting.path))
        except OSError as error:
            workspace.current().message = _(NOT_DELETED).format(reason=error.strerror)


def delete_button(path: Path, after: Callable[[], object] | None = None) -> None:
    """Delete an uploaded file; nothing for the files that come with Fitboard.

    Args:
        path: of the file.
        after: chooses other data, where these are in use.
    """
    if workspace.library().may_delete(path):
        st.button(
            _("Delete this file"),
            key=f"delete {after is not None}",
            icon=":material/delete:",
            on_click=_delete,
            args=(path, after),
            help=_(
                "Removes it from your files, and from this computer if nobody else has uploaded it. Runs that used it "
                "keep their curves, but can no longer be tested."
            ),
        )


def _delete(path: Path, after: Callable[[], object] | None) -> None:
    discard_waiting()
    try:
        workspace.library().delete_upload(path)
    except OSError as error:
        workspace.current().message = _(NOT_DELETED).format(reason=error.strerror)
        return
    if after is not None:
        after()
