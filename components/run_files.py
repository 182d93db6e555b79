"""Files of a run: what its callbacks wrote, to download one by one, straight from the disk."""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st

from components import workspace
from components.browser_files import base_path
from components.markup import md
from trainer import formats
from trainer.i18n import _
from trainer.runs.callback_files import ARCHIVE, CHECKPOINTS, TENSORBOARD, callback_files
from trainer.runs.store import Run

SHOWN = 20
"""Checkpoints that are listed, the newest; one of each epoch may make thousands."""


def show_files(run: Run) -> None:
    """The list, where a callback has written anything."""
    found = callback_files(workspace.store().folder(run.id))
    if not found:
        return
    st.header(_("Files of this run"), anchor=False)
    checkpoints = [file for file in found if file.callback == "ModelCheckpoint"]
    left_out = checkpoints[:-SHOWN]
    for file in found:
        if file in left_out:
            continue
        with st.container(horizontal=True, vertical_alignment="center"):
            st.link_button(
                file.name.rpartition("/")[2],
                f"{base_path()}/live/{run.id}/files/{quote(file.name)}",
                icon=":material/download:",
            )
            said = _("{size}, written by {callback}")
            st.caption(md(said.format(size=formats.file_size(file.size), callback=file.callback)))
    if left_out:
        older = _("The older checkpoints, {count} in all, lie in {folder} in the folder of runs.")
        st.caption(older.format(count=formats.number(len(left_out)), folder=f"{run.id}/{CHECKPOINTS}"))
    if found[-1].name == ARCHIVE:
        st.markdown(
            _(
                "To see TensorBoard’s files, unpack the archive, and type the first line into a terminal in that "
                "folder. On the computer that Fitboard runs on, the second line does the same in the folder of runs."
            )
        )
        st.code(f"tensorboard --logdir {TENSORBOARD}\ntensorboard --logdir {run.id}/{TENSORBOARD}", language="bash")
