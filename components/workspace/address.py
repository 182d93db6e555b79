"""The address of a page: `?recipe=` opens a lesson, `?run=` a run, `?draft=` a draft; the only reader and writer of it.

The address carries the names of the run and the draft, so that a reload, a lost connection or a closed tab loses
nothing.
"""

from __future__ import annotations

import streamlit as st

from components.workspace import opening, state
from trainer.recipe.spec import RecipeError
from trainer.runs.store import RunNotFoundError

_WRITTEN = "address"
"""Where the session keeps what we wrote into the address ourselves."""


def follow_address() -> str | None:
    """Open what the address asks for, and keep the address up to date. Called once at the start of each page run.

    Returns:
        "recipe" or "run" if the address has just opened one, else None.
    """
    written = st.session_state.setdefault(_WRITTEN, {})
    stem = st.query_params.get("recipe")
    # What we wrote into the address ourselves asks for nothing: this tab may have moved on to another run since.
    run_id, draft = (_asked_for(name, written) for name in ("run", "draft"))
    opened = None
    if stem is not None:
        del st.query_params["recipe"]
        try:
            opening.open_lesson(stem)
            opened = "recipe"
        except RecipeError as error:
            state.current().message = error.message
    elif draft is not None and not state.current().is_started:
        opening.open_draft(draft)
    if run_id is not None:
        try:
            opening.open_run(run_id)
            opened = "run"
        except RunNotFoundError as error:
            state.current().message = error.message
    workspace = state.current()
    _write("run", workspace.run_id, written)
    _write("draft", workspace.draft if workspace.is_started else None, written)
    return opened


def _asked_for(name: str, written: dict[str, str | None]) -> str | None:
    value = st.query_params.get(name)
    return None if value == written.get(name) else value


def _write(name: str, value: str | None, written: dict[str, str | None]) -> None:
    written[name] = value
    if value is None:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value
