"""Taking a file out of Streamlit's memory, which would hold it for as long as the tab is open."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from trainer.i18n import N_
from trainer.recipe.limits import MAX_RECIPE_BYTES

RECIPE_MB = -(-MAX_RECIPE_BYTES // 2**20)
"""Megabytes, as Streamlit counts them, that a recipe may have, or a model written as JSON."""

STATUS_HELP = N_(
    "If “status code 429” or “503” appears next to your file, the server is holding as many large files as it can: "
    "wait a minute, then upload yours again. “408”: the file did not arrive; upload it again. “413”: it is too large."
)
"""What the answers of `UploadLimit` mean: Streamlit shows only their numbers."""


class Upload(NamedTuple):
    """An uploaded file."""

    name: str
    content: bytes


def take_upload(key: str) -> Upload | None:
    """The file in an uploader; Streamlit keeps nothing of it.

    Args:
        key: of the uploader.

    Returns:
        None if nothing is there, or it has been taken already.
    """
    uploaded = st.session_state[key]
    if not isinstance(uploaded, UploadedFile):
        return None  # taken out by its owner, or removed because no page had asked for it
    upload = Upload(uploaded.name, uploaded.getvalue())
    context = get_script_run_ctx()
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, uploaded.file_id)
    # The session holds this object for as long as the page runs, which may wait for others.
    uploaded.seek(0)
    uploaded.truncate()
    return upload
