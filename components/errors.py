"""Unexpected errors: a card in their place on the page with ways to continue, and the details in the server's log.

`guarded` encloses the parts of a page, so that a part that fails leaves the others as they are. Errors that it
cannot catch, such as in a callback, Streamlit passes to `on_script_error`.
"""

from __future__ import annotations

import logging
import secrets
import time
import traceback
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import streamlit as st
from streamlit.errors import FragmentHandledException
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components import workspace
from components.markup import md
from components.navigation import Page
from trainer.i18n import _

LOG = logging.getLogger(__name__)
LOG_AGAIN_SECONDS = 600.0
"""After this time, the same error in the same tab is logged again, under another reference."""
MAX_KNOWN = 500
"""How many errors are remembered, for all tabs together."""
_FAILED = "failed callback"
"""Where the session keeps the reference of an error in a callback until the page is drawn."""

_known: OrderedDict[int, tuple[str, float]] = OrderedDict()
_known_lock = Lock()


@contextmanager
def guarded(part: str, *, brief: bool = False, key: str = "") -> Iterator[None]:
    """Draw a card in the place of whatever fails within this; also a decorator, such as for a fragment.

    Args:
        part: the name of the part of the page, as in "While drawing the network"; it is translated here.
        brief: one line instead of the card, where there is no space for it.
        key: tells parts of the same name apart.
    """
    try:
        yield
    except FragmentHandledException:
        LOG.debug("The fragment has shown its card already.")
    except Exception as error:  # noqa: BLE001 - whatever it is, the rest of the page stays
        when = _("while drawing {part}").format(part=_(part))
        _show(note(error), when, key=f"{part} {key}".strip(), brief=brief)


def on_script_error(error: Exception) -> bool:
    """What `st.App` does about an error that nothing else has caught.

    Returns:
        True: Streamlit shows nothing of its own.
    """
    reference = note(error)
    context = get_script_run_ctx(suppress_warning=True)
    if context is not None and not context.has_script_started:
        # In a callback, before anything of the page was drawn: the page is drawn after all, with the card at the top.
        st.session_state[_FAILED] = reference
        st.rerun()
    else:
        # There may be several on one page; in a fragment that runs again, each is drawn in its place.
        _show(reference, _("while drawing this page"), key=f"script {secrets.token_hex(4)}")
    return True


def silence_streamlit_log() -> None:
    """Keep Streamlit from logging each error itself before it calls `on_script_error`, perhaps twice a second."""
    logging.getLogger("streamlit.error_util").addFilter(lambda record: record.msg != "Uncaught app execution")


def show_failed_callback() -> None:
    """The card of an error that occurred while the last click was answered; once."""
    reference = st.session_state.pop(_FAILED, None)
    if reference is not None:
        _show(reference, _("while answering your last click"), key="click")


def note(error: Exception) -> str:
    """Log an error; one that repeats, such as in a fragment that runs twice a second, is logged once in ten minutes.

    Returns:
        The reference under which its traceback is logged.
    """
    context = get_script_run_ctx(suppress_warning=True)
    places = tuple((frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__))
    key = hash((context.session_id if context is not None else "", type(error), places))
    now = time.monotonic()
    with _known_lock:
        reference, logged = _known.get(key, ("", 0.0))
        if reference and now - logged < LOG_AGAIN_SECONDS:
            return reference
        reference = secrets.token_hex(4)
        _known[key] = reference, now
        _known.move_to_end(key)
        while len(_known) > MAX_KNOWN:
            _known.popitem(last=False)
    LOG.error("An unexpected error, reference %s:", reference, exc_info=error)
    return reference


def _show(reference: str, when: str, *, key: str, brief: bool = False) -> None:
    if brief:
        text = _("Something went wrong {when}. Reference: {reference}").format(when=md(when), reference=reference)
        st.caption(f":material/error: {text}")
        return
    with st.container(border=True, key=f"error-card-{key.replace(' ', '-')}"):
        title = _("Something in Fitboard went wrong {when}.").format(when=md(when))
        st.markdown(f":red[:material/error:] **{title}**")
        try:
            _show_ways_to_continue(key)
        except Exception:
            LOG.exception("The ways to continue after the error %s cannot be shown.", reference)
        st.caption(
            _(
                "Reference: {reference}. The server's log has the details under this reference: give it to the person "
                "who looks after this computer."
            ).format(reference=reference)
        )


def _show_ways_to_continue(key: str) -> None:
    tab = workspace.current()
    if not tab.is_started:
        text = _("This is a fault in Fitboard, and nothing is lost. Runs in progress continue.")
    elif tab.saved_recipe == tab.recipe:
        text = _(
            "This is a fault in Fitboard, and nothing is lost. Your recipe is saved as a draft. Runs in progress "
            "continue."
        )
    else:
        text = _(
            "This is a fault in Fitboard, and nothing is lost. Your recipe is kept as long as this tab is open. Runs "
            "in progress continue."
        )
    st.markdown(text)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(_("Try again"), icon=":material/refresh:", key=f"{key} again", on_click=st.rerun)
        if tab.past:
            st.button(_("Undo the last change"), icon=":material/undo:", key=f"{key} undo", on_click=_undo)
        if tab.run_id is not None:
            st.button(
                _("Leave this run"),
                icon=":material/close:",
                key=f"{key} leave",
                on_click=_leave_run,
                help=_("This tab no longer shows the run. The run itself is unchanged; you find it on the Runs page."),
            )
        st.page_link(Page.START, label=_("Start with a lesson"), icon=":material/home:")
        st.page_link(Page.RUNS, label=_("Runs"), icon=":material/list:")


def _undo() -> None:
    workspace.undo()
    st.rerun()  # the whole page, also if the card is in a fragment


def _leave_run() -> None:
    """Show no run in this tab any more; it stays among the runs."""
    workspace.current().run_id = None
    st.rerun()
