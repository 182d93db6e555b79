"""Links to a run and to its recipe, to copy and send to somebody."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode, urlsplit

import streamlit as st

from components import workspace
from components.browser_files import base_path
from components.copy_field import copy_field
from components.markup import md
from components.wording import WORDING
from trainer.i18n import _
from trainer.recipe.link import to_link
from trainer.runs.store import Run

_THIS_COMPUTER = {"localhost", "127.0.0.1", "::1"}


def show_links(run: Run) -> None:
    """The link of the run, and one with its recipe inside, each with a button that copies it."""
    library, path = workspace.library(), None if run.recipe is None else run.recipe.data.path
    is_upload = path is not None and library.is_upload(Path(path))
    _show(_("Link to this run"), _address("results", run=run.id), "link_run_own" if is_upload else "link_run")
    if run.recipe is not None:
        piece = to_link(library.portable(run.recipe))
        if piece is None:
            st.caption(md(WORDING.message("link_too_large")))
        else:
            about = "link_recipe" if path is None or library.comes_along(path) else "link_recipe_own"
            _show(_("Link with its recipe inside"), _address("", recipe=piece), about)
    if urlsplit(st.context.url or "").hostname in _THIS_COMPUTER:
        st.caption(md(WORDING.message("link_here_only")))


def _show(title: str, link: str, about: str) -> None:
    copy_field(title, link, key=about)
    st.caption(md(WORDING.message(about)))


def _address(page: str, **asked: str) -> str:
    """The whole address of a page, as this browser reaches the server."""
    here = urlsplit(st.context.url or "")
    server = f"{here.scheme}://{here.netloc}" if here.netloc else ""
    return f"{server}{base_path()}/{page}?{urlencode(asked)}"
