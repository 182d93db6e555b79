"""All runs: found again, looked at, named, compared and deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from components import workspace
from components.controlled import controlled, selectbox
from components.dialogs import open_dialog
from components.errors import guarded
from components.frame import announce
from components.markup import spoken
from components.navigation import Page
from components.person import show_everybody, shows_everybody
from components.run_labels import began
from components.run_table import rows
from components.run_table.comparison import ANCHOR, show_comparison
from components.run_table.dialogs import DELETION, naming, show_dialogs
from components.run_table.entries import (
    DataKey,
    Entry,
    Group,
    Order,
    View,
    arrange,
    before,
    data_key,
    read_entry,
)
from trainer import formats
from trainer.i18n import N_, _, ngettext
from trainer.messages import Message
from trainer.recipe.recipe import Recipe
from trainer.runs.comparison import brief_changes
from trainer.runs.store import RunNotFoundError

__all__ = ["show_comparison", "show_runs"]

RUNS_PER_PAGE = 10
_STYLE = Path(__file__).parent / "run_table.css"
_VIEW = "view of the runs"
_ORDERS = {
    Order.NEWEST: N_("Newest"),
    Order.VALIDATION: N_("Best validation"),
    Order.TEST: N_("Best test"),
    Order.FASTEST: N_("Shortest time"),
}
_GROUPS = {
    "": N_("All states"),
    Group.IN_PROGRESS: N_("In progress"),
    Group.FINISHED: N_("Finished"),
    Group.STOPPED: N_("Stopped"),
    Group.FAILED: N_("Failed or interrupted"),
}


def show_runs() -> list[str]:
    """The list, ten runs to a page, with what finds runs in it and what acts on those that are selected.

    Returns:
        The ids of the selected runs, newest first.
    """
    st.html(_STYLE)
    ids, hidden = workspace.my_runs()
    entries = list(_read(ids))
    if not entries:
        if not hidden:
            _show_nothing()
        _offer_everybody(hidden)
        return []
    names = _data_names(entries)
    view = _offer_views(entries, names)
    found = arrange(entries, view, _data_name)
    selected = [entry for entry in entries if entry.id in workspace.current().selected_runs]
    number = min(view.page, max(1, -(-len(found) // RUNS_PER_PAGE)))  # others may have been deleted meanwhile
    page = found[(number - 1) * RUNS_PER_PAGE :][:RUNS_PER_PAGE]
    _show_selection(selected, page)
    if not found:
        st.markdown(_("No run matches. Change the search or the filters."))
    with st.container(key="runs-table", gap=None):
        if page:
            st.html(rows.head())
        for entry in page:
            # Each by itself, so that a run that cannot be shown leaves the others on the list.
            with guarded("a run", brief=True, key=entry.id):
                _show_row(entry, entries, names)
    _offer_pages(number, len(found))
    _offer_everybody(hidden)
    show_dialogs(entries, selected)
    return [entry.id for entry in selected]


def _read(ids: Sequence[str]) -> list[Entry]:
    found = []
    for run_id in ids:
        with guarded("a run", brief=True, key=run_id), suppress(RunNotFoundError):  # deleted since the ids were read
            found.append(read_entry(workspace.store(), run_id))
    return found


def _show_nothing() -> None:
    """What will be here, and the one thing to do."""
    st.markdown(_("There are no runs yet. Each training is kept here as a row, with its curve and its scores."))
    with st.container(key="runs-table", gap=None):
        st.html(rows.head())
        st.html(rows.ghosts())
    if st.button(_("Choose a lesson"), icon=":material/school:", key="choose a lesson", type="primary"):
        st.switch_page(Page.START)


def _offer_everybody(hidden: int) -> None:
    """The switch that shows what belongs to other browsers, if there is anything; and how much is hidden."""
    if hidden:
        text = ngettext(
            "{count} run of another browser on this computer is hidden.",
            "{count} runs of other browsers on this computer are hidden.",
            hidden,
        )
        st.caption(text.format(count=formats.number(hidden)))
    if hidden or shows_everybody() or workspace.library().hides_drafts() or workspace.library().hides_uploads():
        st.toggle(
            _("Show everybody's on this computer"),
            help=_(
                "Also shows runs, recipes and files of other browsers, or of this one before it lost its cookies. You "
                "can then open, stop and delete them: ask the people who made them first."
            ),
            **controlled("show everybody's", shows_everybody(), show_everybody),
        )


def _view() -> View:
    view: View = st.session_state.setdefault(_VIEW, View())
    return view


def _change_view(field: str, value: Any) -> None:
    """Another view begins with its first page."""
    st.session_state[_VIEW] = replace(_view(), **{"page": 1, field: value})


def _offer_views(entries: Sequence[Entry], names: Mapping[DataKey, str]) -> View:
    """The search, the order and the filters; nothing to choose from a single run."""
    if len(entries) < 2:
        return View()
    view = _view()
    if view.data is not None and view.data not in names:  # the last run on it was deleted
        _change_view("data", None)
        view = _view()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="runs-view"):
        st.text_input(
            _("Search"),
            placeholder=_("Name, note, model or data"),
            icon=":material/search:",
            width=260,
            **controlled("search the runs", view.text, partial(_change_view, "text")),
        )
        selectbox(
            _("Sort by"),
            _ORDERS,
            format_func=lambda order: _(_ORDERS[order]),
            width=170,
            **controlled("order of the runs", view.order, partial(_change_view, "order")),
        )
        selectbox(
            _("State"),
            _GROUPS,
            format_func=lambda group: _(_GROUPS[group]),
            width=170,
            **controlled("state of the runs", view.group or "", lambda group: _change_view("group", group or None)),
        )
        selectbox(
            _("Data"),
            ["", *sorted(names, key=lambda key: names[key].casefold())],
            format_func=lambda key: names[key] if key else _("All data"),
            width=170,
            **controlled("data of the runs", view.data or "", lambda key: _change_view("data", key or None)),
        )
    return _view()


def _show_selection(selected: Sequence[Entry], page: Sequence[Entry]) -> None:
    """How many runs are selected, and what can be done with them.

    *Delete* can always be pressed, so that it keeps the focus when its dialog has emptied the selection.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="runs-selection"):
        told = ngettext("{count} run selected", "{count} runs selected", len(selected))
        unseen = len({entry.id for entry in selected} - {entry.id for entry in page})
        text = (
            told.format(count=formats.number(len(selected)))
            if selected
            else _("Select runs to compare or delete them.")
        )
        if unseen:
            text += " " + ngettext("({count} not shown here)", "({count} not shown here)", unseen).format(
                count=formats.number(unseen)
            )
        st.caption(text)
        if len(selected) > 1:
            st.markdown(f"[{_('See the comparison')}](#{ANCHOR})")
        is_whole = all(entry in selected for entry in page)
        st.button(
            _("Clear the selection") if selected and is_whole else _("Select all on this page"),
            key="select the page",
            type="tertiary",
            on_click=_select,
            args=([] if selected and is_whole else [*selected, *page],),
        )
        st.button(
            _("Delete"),
            icon=":material/delete:",
            key="delete",
            type="tertiary",
            on_click=_ask_before_deleting,
            args=(bool(selected),),
        )


def _ask_before_deleting(has_selection: bool) -> None:
    if has_selection:
        open_dialog(DELETION)
    else:
        announce(_("Select the runs to delete first."))
        st.toast(_("Select the runs to delete first."))


def _select(entries: Sequence[Entry]) -> None:
    workspace.current().selected_runs = {entry.id for entry in entries}


def _show_row(entry: Entry, entries: Sequence[Entry], names: Mapping[DataKey, str]) -> None:
    run = entry.run
    with st.container(key=f"run-row-{run.id}", horizontal=True, vertical_alignment="center", gap="small"):
        label = _("Select {name}, {when}").format(name=spoken(formats.isolated(run.title)), when=spoken(began(run)))
        st.checkbox(
            label,
            label_visibility="collapsed",
            **controlled(f"select {run.id}", run.id in workspace.current().selected_runs, partial(_tick, run.id)),
        )
        data = "" if entry.recipe is None else names[data_key(entry.recipe)]
        st.html(rows.row(entry, marks=_marks(entry), difference=_difference(entry, entries), data=data))
        with st.container(key=f"run-actions-{run.id}", width="content", gap=None):
            if run.damage is None and st.button(_("Open"), key=f"open {run.id}"):
                workspace.open_run(run.id)
                st.switch_page(Page.TRAIN)
            st.button(
                _("Name and note"),
                key=f"rename {run.id}",
                type="tertiary",
                on_click=open_dialog,
                args=(naming(run.id),),
            )


def _tick(run_id: str, on: bool) -> None:
    """Select a run or not; kept in the workspace, since Streamlit forgets a checkbox that is not on the page."""
    selected = workspace.current().selected_runs
    selected.add(run_id) if on else selected.discard(run_id)


def _marks(entry: Entry) -> list[str]:
    """Whose run it is and where it comes from, if it is not simply one's own."""
    marks = []
    if not workspace.is_mine(entry.id):
        marks.append(_("another browser's"))
    if workspace.store().opened_from(entry.id) is not None:
        marks.append(_("opened from a file"))
    locked = workspace.why_not_change(entry.id)
    if locked is not None and locked.code == "components.elsewhere":
        marks.append(_("trained by another program"))
    return marks


def _difference(entry: Entry, entries: Sequence[Entry]) -> Message | str:
    """What it has instead of the run before on the same data."""
    older = before(entries, entry)
    if entry.recipe is None:
        return ""
    if older is None or older.recipe is None:
        return _("first run on these data")
    return brief_changes(older.recipe, entry.recipe)


def _data_name(recipe: Recipe) -> str:
    return workspace.data_name(recipe.data)


def _data_names(entries: Sequence[Entry]) -> dict[DataKey, str]:
    """What people call the data of the runs. Of different files with one name, all but the first one are numbered."""
    recipes = [entry.recipe for entry in reversed(entries) if entry.recipe is not None]
    plain = {data_key(recipe): _data_name(recipe) for recipe in recipes}
    found: dict[DataKey, str] = {}
    for key, name in plain.items():
        number = 1 + sum(plain[other] == name for other in found)
        found[key] = name if number == 1 else _("{name} ({number})").format(name=name, number=formats.number(number))
    return found


def _turn(key: str) -> None:
    _change_view("page", st.session_state[key])


def _offer_pages(page: int, count: int) -> None:
    pages = -(-count // RUNS_PER_PAGE)
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            # Streamlit takes no value for it but its first one: another view gets another widget.
            key = f"page of the runs {hash(replace(_view(), page=1))}"
            st.pagination(pages, default=page, width=420, key=key, on_change=_turn, args=(key,))
            first = (page - 1) * RUNS_PER_PAGE + 1
            told = _("Runs {first} to {last} of {count}").format(
                first=formats.number(first),
                last=formats.number(min(first + RUNS_PER_PAGE - 1, count)),
                count=formats.number(count),
            )
            st.caption(told)
