"""Take it with you: files of the run that a tab shows, made when somebody wants them, and links to it.

Nothing is made, and nothing heavy is loaded, before the button is pressed. The work is done in a process beside the
server (`trainer/export/orders.py`); the page looks how far it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

import streamlit as st

from components import workspace
from components.controlled import selectbox
from components.export_route import export_address
from components.frame import announce
from components.markup import md
from components.person import person
from components.share_card import show_links
from components.waiting import follow
from components.wording import WORDING
from trainer import formats
from trainer.export.format import AnyFormat, Format
from trainer.export.format import formats as export_formats
from trainer.export.kept_exports import Kept, kept_exports
from trainer.export.orders import Order, Orders, State, Wish, shared
from trainer.i18n import _
from trainer.messages import Message, MessageError
from trainer.runs.kept_epochs import KeptEpoch, kept_epochs, of_model
from trainer.runs.store import Run
from trainer.runs.which_weights import which_weights
from trainer.runs.wording import WORDING as RUNS

ORDERED = "ordered export"
"""Where the session keeps the order whose end is to be read out."""
OF_MODEL = -1
"""Stands for the weights that the model has, among the numbers of epochs."""
TENTHS = 10
"""How often the page is run again while the rows of a comparison are counted: whenever so many parts of it are done."""


class _Shown(NamedTuple):
    """What the page shows of an order."""

    order: Order | None
    state: State | None
    step: str
    tenth: int
    in_the_way: Order | None


def show_take_away(run: Run) -> None:
    """The section: a file of the run, and links to it."""
    st.header(_("Take it with you"), anchor=False)
    st.subheader(_("As a file"), anchor=False)
    _show_files(run)
    st.subheader(_("As a link"), anchor=False)
    show_links(run)


def _show_files(run: Run) -> None:
    kinds = export_formats()
    with st.container(horizontal=True, vertical_alignment="bottom", key="export choices"):
        name = selectbox(
            _("Format"), list(kinds), format_func=lambda one: _(kinds[one].title), key="export format", width=320
        )
        which = _chosen_weights(run, kinds[name])
    st.caption(md(_(kinds[name].sentence)))
    orders = shared(workspace.store())
    order = orders.of(run.id, person())
    shown = _look(run.id)
    is_going = order is not None and not order.is_over
    why_not = None if is_going else _why_not(run, orders, kinds[name])
    with st.container(key="making", horizontal=True, vertical_alignment="center"):
        st.button(
            _("Stop") if is_going else _("Make the file"),
            icon=":material/stop:" if is_going else ":material/deployed_code:",
            disabled=why_not is not None,
            on_click=_stop if is_going else partial(_order, Wish(run.id, name, which)),
            key="make export",
        )
        st.caption(md(why_not or _progress(order, kinds)))
    if is_going or shown.in_the_way is not None:
        follow(partial(_look, run.id), seen=shown)
    with st.container(key="export outcome"):  # always there, so that what comes below keeps its place
        if order is not None and not is_going:
            _show_end(order)
        if _may_have(run):
            _show_kept(run, name, which, order)


def _may_have(run: Run) -> bool:
    """Whether this person may have files of a run: words, names of columns and examples of its data are in them."""
    return workspace.may_read_data_of(run)


def _why_not(run: Run, orders: Orders, kind: AnyFormat) -> Message | str | None:
    """Why no file can be made now; None if one can."""
    if not _may_have(run):
        return WORDING.message("export_private")
    if isinstance(kind, Format):  # any other is made of a run in any state
        if run.damage is not None:
            return run.damage
        if not run.state.is_over:
            return WORDING.message("export_still_training")
        if run.history.weights is None:
            return WORDING.message("export_no_weights")
    return orders.why_not(run.id, person())


def _chosen_weights(run: Run, kind: AnyFormat) -> int | None:
    """The choice of weights, where a format has one: a kept epoch, or None for those that the model has."""
    in_use = run.history.weights
    if not kind.of_weights or in_use is None:
        return None
    try:
        kept = kept_epochs(workspace.store().folder(run.id))
    except MessageError:
        kept = []  # they are damaged; those of the model are files of their own
    in_model = of_model(kept, in_use)
    others = {one.epoch: one for one in kept if one != in_model}
    if not others:
        return None
    best = run.history.best_epoch

    def name(epoch: int) -> str:
        if epoch == OF_MODEL:
            return _("Those of the model: {weights}").format(weights=which_weights(in_use))
        words = str(_named(others[epoch]))
        return _("{epoch}, the best").format(epoch=words) if epoch == best else words

    chosen = selectbox(_("Weights"), [OF_MODEL, *others], format_func=name, key="export weights", width=320)
    return None if chosen == OF_MODEL else int(chosen)


def _named(kept: KeptEpoch) -> Message:
    if kept.inside:
        return RUNS.message("which_inside", epoch=kept.epoch)
    return RUNS.message("which_epoch", epoch=kept.epoch) if kept.epoch else RUNS.message("which_untrained")


def _order(wish: Wish) -> None:
    """Have a file made, if this person may have it; a second press, here or in another tab, makes no second one."""
    run, orders = workspace.my_run(), shared(workspace.store())
    if run is None or run.id != wish.run_id:
        return
    with workspace.errors_told():
        if (why := _why_not(run, orders, export_formats()[wish.format])) is not None:
            workspace.current().message = why
            return
        st.session_state[ORDERED] = orders.order(wish, person())


def _stop() -> None:
    run_id = workspace.current().run_id
    orders = shared(workspace.store())
    if run_id is not None and (order := orders.of(run_id, person())) is not None:
        orders.stop(order)


def _look(run_id: str) -> _Shown:
    """How far the order of this person is, as far as the page tells."""
    orders = shared(workspace.store())
    order, in_the_way = orders.of(run_id, person()), orders.in_the_way(run_id, person())
    if order is None:
        return _Shown(None, None, "", 0, in_the_way)
    told, state = order.told, order.state
    done, rows = told.parameters.get("done"), told.parameters.get("rows")
    tenth = TENTHS * done // rows if isinstance(done, int) and isinstance(rows, int) and rows else 0
    return _Shown(order, state, told.code, tenth, in_the_way)


def _progress(order: Order | None, kinds: Mapping[str, AnyFormat]) -> Message | str:
    """What stands beside the button."""
    if order is None or order.is_over:
        return WORDING.message("export_about")
    if order.stopping.is_set():
        return WORDING.message("export_stopping")
    return WORDING.message("export_making", format=kinds[order.wish.format].title, step=order.told)


def _show_end(order: Order) -> None:
    """How the order ended, also read out, once, in the tab that has ordered it."""
    if st.session_state.get(ORDERED) is order:
        del st.session_state[ORDERED]
        announce(order.told)
    if order.state is State.REFUSED:
        st.error(md(order.told))
    elif order.state is State.STOPPED:
        st.caption(md(order.told))


def _show_kept(run: Run, name: str, which: int | None, order: Order | None) -> None:
    """The file of the chosen format and weights, if it was made, and what its comparison has come to."""
    found = kept_exports(workspace.store().root, run.id)
    kept = next((one for one in found if (one.export.format, one.export.which) == (name, which)), None)
    if kept is None:
        if order is not None and order.kept is not None:
            title = export_formats()[order.wish.format].title
            st.caption(md(WORDING.message("export_other", format=title)))
        return
    export = kept.export
    if export.equality is not None:
        st.markdown(f":material/verified: {md(export.equality.message)}")
    if export.note is not None:
        st.warning(md(export.note))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.link_button(
            _("Save"), export_address(run.id, kept.key), icon=":material/download:", type="secondary"
        )  # a link: what a press runs on the page cannot get in its way
        st.caption(md(_said_of(kept)))
    if export.cursor != run.history.cursor:
        st.caption(md(WORDING.message("export_older")))


def _said_of(kept: Kept) -> Message:
    return WORDING.message("export_file", file=kept.export.file, size=formats.file_size(kept.export.bytes))
