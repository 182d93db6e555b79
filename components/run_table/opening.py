"""Opening a run that another Fitboard has packed as a file."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from components import workspace
from components.deferred import defer, run_pending
from components.errors import guarded
from components.frame import announce
from components.person import person
from components.progress import progress
from components.uploads import STATUS_HELP, take_upload
from components.wording import WORDING
from trainer.export.run_zip import RunFileError, open_run, told
from trainer.i18n import _

_TAKEN = "run files taken"
"""Where the session counts the files, so that each finds an empty place."""


def finish_opening() -> None:
    """Open the file that a click has brought, with a bar that shows how far it is."""
    with guarded("the file of a run"), progress():
        run_pending()


def show_opening() -> None:
    """A place for a file, folded: few people have one."""
    key = f"run file {st.session_state.setdefault(_TAKEN, 0)}"
    with st.expander(_("Open a run"), icon=":material/folder_open:", key="open a run"):
        st.caption(
            _(
                "A run from another computer, packed as a zip: its curves, results and network appear here as a run of "
                "yours. Every part of the file is checked, and nothing in it is run. Its data are not in it: to train "
                "it further, upload the same data file on the Data page first."
            )
        )
        # Any type: what is no run is refused by us, with the reason in words.
        st.file_uploader(_("A run (zip)"), type=None, key=key, help=_(STATUS_HELP), on_change=_receive, args=(key,))
        st.caption(
            _("Pack a run with {pack}, and open one of more than 50 MB with {open}.").format(
                pack="`python -m trainer export RUN --format zip`", open="`python -m trainer open FILE.zip`"
            )
        )


def _receive(key: str) -> None:
    uploaded = take_upload(key)
    if uploaded is None:
        return
    st.session_state[_TAKEN] += 1
    try:
        path = workspace.library().receive(uploaded.name, uploaded.content)
    except OSError as error:
        workspace.current().message = WORDING.message("run_not_opened", file=uploaded.name, why=told(error))
        return
    defer(partial(_open, path, uploaded.name, []))


def _open(path: Path, name: str, made: list[str]) -> None:
    """Open a file, which is gone afterwards.

    Args:
        path: the file.
        name: what its owner calls it.
        made: the id of the run, once there is one: whoever is interrupted after that makes no second one.
    """
    files = workspace.library()
    try:
        if not made:
            made.append(open_run(path, workspace.store(), person(), partial(files.ours, gone=True)))
    except (RunFileError, OSError) as error:
        workspace.current().message = WORDING.message("run_not_opened", file=name, why=told(error))
    else:
        workspace.open_run(made[0])
        workspace.current().note = WORDING.message("run_opened", name=workspace.store().read(made[0]).title)
        announce(_("Run opened."))
    files.forget(path)
