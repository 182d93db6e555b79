"""What is asked before runs are deleted, and where a run gets its name and note."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from functools import partial

import streamlit as st

from components import dialogs, workspace
from components.frame import announce
from components.markup import md
from components.run_labels import began
from components.run_table.entries import Entry
from components.wording import WORDING
from trainer import formats
from trainer.engine.local import LocalEngine
from trainer.formats import isolated
from trainer.i18n import _, ngettext
from trainer.messages import Message
from trainer.recipe.limits import MAX_NOTE, MAX_RUN_NAME
from trainer.runs.store import RunActiveError, RunNotFoundError

DELETION = "delete runs"
"""The name of the dialog that asks before runs are deleted."""


def naming(run_id: str) -> str:
    """The name of the dialog for the name and the note of a run."""
    return f"name {run_id}"


def show_dialogs(entries: Sequence[Entry], selected: Sequence[Entry]) -> None:
    """The dialog that is open, if it is one of this page.

    Args:
        entries: all runs, whatever the list shows of them.
        selected: those that are to be deleted.
    """
    for entry in entries:
        if dialogs.is_open(naming(entry.id)):
            dialogs.dialog(_("Name and note"), partial(_show_names, entry))
    if dialogs.is_open(DELETION):
        if selected:
            title = ngettext("Delete this run?", "Delete these {count} runs?", len(selected))
            dialogs.dialog(title.format(count=formats.number(len(selected))), partial(_show_deletion, selected))
        else:  # they were deleted in another tab
            dialogs.close_dialog()


def _show_deletion(entries: Sequence[Entry]) -> None:
    """The runs by name, and those among them that cannot be deleted now, each with the reason."""
    reasons = {entry.id: why_not_delete(entry) for entry in entries}
    ready = [entry for entry in entries if reasons[entry.id] is None]
    kept = [entry for entry in entries if reasons[entry.id] is not None]
    if ready:
        text = ngettext(
            "It is deleted with its curves, weights and note. This cannot be undone.",
            "They are deleted with their curves, weights and notes. This cannot be undone.",
            len(ready),
        )
        st.markdown("\n".join(map(_line, ready)))
        st.markdown(text)
    if kept:
        st.markdown(
            _("Not deleted, because they are in use or not yours:") if ready else _("Nothing can be deleted now:")
        )
        st.markdown("\n".join(f"{_line(entry)}: {md(reasons[entry.id])}" for entry in kept))
    with st.container(horizontal=True):
        if ready:
            label = ngettext("Delete permanently", "Delete {count} runs permanently", len(ready))
            ids = [entry.id for entry in ready]
            is_done = st.button(
                label.format(count=formats.number(len(ready))),
                key="delete permanently",
                type="primary",
                on_click=delete,
                args=(ids,),
            )
        close = _("Cancel") if ready else _("Close")
        if st.button(close, key="keep runs", on_click=dialogs.close_dialog) or (ready and is_done):
            st.rerun()


def _line(entry: Entry) -> str:
    return f"- **{md(isolated(entry.run.title))}**, {md(began(entry.run))}"


def why_not_delete(entry: Entry) -> Message | None:
    """Why a run cannot be deleted by this person now; None if it can."""
    locked = workspace.why_not_change(entry.id)
    if locked is None and not entry.run.state.is_over and not workspace.engine().is_orphaned(entry.run):
        return WORDING.message("still_training")
    return locked


def delete(run_ids: Collection[str]) -> None:
    """Delete runs; each that cannot be deleted stays, and the next page run says why."""
    dialogs.close_dialog()
    tab = workspace.current()
    gone = {run_id for run_id in run_ids if workspace.change_run(run_id, partial(_delete_one, run_id))}
    tab.selected_runs -= gone
    if tab.run_id in gone:
        tab.run_id = None
    if gone:
        told = ngettext("{count} run deleted.", "{count} runs deleted.", len(gone))
        announce(told.format(count=formats.number(len(gone))))


def _delete_one(run_id: str, engine: LocalEngine) -> None:
    if engine.is_busy(run_id):
        raise RunActiveError(WORDING.message("still_training_delete"))
    with suppress(RunNotFoundError):  # pressed twice, or in another tab as well
        engine.store.delete(run_id)


def _show_names(entry: Entry) -> None:
    run, key = entry.run, f"{entry.id} #{hash(entry.run.caption)}"  # a new field where another tab has changed them
    st.caption(md(began(run)))
    if (why := workspace.why_not_describe(run.id)) is not None:
        st.markdown(md(why))
        return
    st.text_input(_("Name"), run.title, max_chars=MAX_RUN_NAME, key=f"name {key}")
    st.text_area(
        _("Note"),
        run.caption.note,
        max_chars=MAX_NOTE,
        key=f"note {key}",
        placeholder=_("What did you try, and what came of it?"),
    )
    with st.container(horizontal=True):
        is_saved = st.button(_("Save"), key=f"save {run.id}", type="primary", on_click=_save, args=(entry, key))
        if st.button(_("Cancel"), key="keep name", on_click=dialogs.close_dialog) or is_saved:
            st.rerun()


def _save(entry: Entry, key: str) -> None:
    """Save what was changed in the dialog; what was not may have been changed in another tab meanwhile."""
    dialogs.close_dialog()
    name, note = (str(st.session_state.get(f"{field} {key}") or "") for field in ("name", "note"))
    changed: dict[str, str] = {}
    if name != entry.run.title:
        changed["name"] = "" if entry.recipe is not None and name == entry.recipe.name else name
    if note != entry.run.caption.note:
        changed["note"] = note
    if changed and workspace.change_run(
        entry.id, lambda engine: engine.store.describe(entry.id, **changed), workspace.why_not_describe
    ):
        announce(_("Saved."))
