"""Unexpected errors: a card in their place on the page with ways to continue, and the details in the server's log.

`guarded` stands around the parts of a page: one that fails leaves the others as they are. What it cannot see, such as
an error in a callback, Streamlit hands to `on_script_error`.
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

from components import undo, workspace
from components.markup import md

LOG = logging.getLogger(__name__)
LOG_AGAIN = 600.0
"""Seconds after which the same error in the same tab is logged again, under another reference."""
MOST_KNOWN = 500
"""How many errors are remembered, for all tabs together."""
_FAILED = "failed callback"
"""Where the session keeps the reference of an error in a callback until the page is drawn."""

_known: OrderedDict[int, tuple[str, float]] = OrderedDict()
_noting = Lock()


@contextmanager
def guarded(what: str, *, brief: bool = False) -> Iterator[None]:
    """Draw a card in the place of whatever fails within this; also a decorator, such as for a fragment.

    Args:
        what: what is drawn here, as in "while drawing the network". No other part of the page has this name.
        brief: one line instead of the card, where there is no room for it.
    """
    try:
        yield
    except FragmentHandledException:
        LOG.debug("The card of a fragment stands in its place already.")
    except Exception as error:  # noqa: BLE001 - whatever it is, the rest of the page stays
        _show(note(error), f"while drawing {what}", key=what, brief=brief)


def on_script_error(error: Exception) -> bool:
    """What `st.App` does about an error that nothing else has caught.

    Returns:
        True: Streamlit shows nothing of its own.
    """
    reference = note(error)
    context = get_script_run_ctx(suppress_warning=True)
    if context is not None and not context.has_script_started:
        # In a callback, before anything of the page was drawn: the page is drawn after all, with the card on top.
        st.session_state[_FAILED] = reference
        st.rerun()
    else:
        # Several may stand on one page; in a fragment that runs again, each is drawn in its place.
        _show(reference, "while drawing this page", key=f"script {secrets.token_hex(4)}")
    return True


def leave_the_log_to_us() -> None:
    """Streamlit writes each error into the log before it calls `on_script_error`, twice a second if need be."""
    logging.getLogger("streamlit.error_util").addFilter(lambda record: record.msg != "Uncaught app execution")


def show_failed_callback() -> None:
    """The card of an error that came while the last click was answered; once."""
    reference = st.session_state.pop(_FAILED, None)
    if reference is not None:
        _show(reference, "while answering your last click", key="click")


def note(error: Exception) -> str:
    """Write an error into the log; returns the reference that stands there beside its traceback.

    One that repeats, such as in a fragment that runs twice a second, is logged once in ten minutes.
    """
    context = get_script_run_ctx(suppress_warning=True)
    places = tuple((frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__))
    key = hash((context.session_id if context is not None else "", type(error), places))
    now = time.monotonic()
    with _noting:
        reference, logged = _known.get(key, ("", 0.0))
        if reference and now - logged < LOG_AGAIN:
            return reference
        reference = secrets.token_hex(4)
        _known[key] = reference, now
        _known.move_to_end(key)
        while len(_known) > MOST_KNOWN:
            _known.popitem(last=False)
    LOG.error("An unexpected error, reference %s:", reference, exc_info=error)
    return reference


def _show(reference: str, when: str, *, key: str, brief: bool = False) -> None:
    if brief:
        st.caption(f":material/error: Something went wrong {md(when)}. Reference: {reference}")
        return
    with st.container(border=True, key=f"error-card-{key.replace(' ', '-')}"):
        st.markdown(f":red[:material/error:] **Something in Fitboard went wrong {md(when)}.**")
        try:
            _show_ways_on(key)
        except Exception:
            LOG.exception("The ways to continue after the error %s cannot be shown.", reference)
        st.caption(
            f"Reference: {reference}. The server's log has the details under this reference: give it to whoever looks "
            "after this computer."
        )


def _show_ways_on(key: str) -> None:
    at_hand = workspace.current()
    kept = ""
    if at_hand.touched:
        saved = at_hand.on_disk == at_hand.recipe
        kept = "Your recipe is saved as a draft. " if saved else "Your recipe is kept as long as this tab is open. "
    st.markdown(f"This is a fault in Fitboard, and nothing is lost. {kept}Runs in progress continue.")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button("Try again", icon=":material/refresh:", key=f"{key} again", on_click=st.rerun)
        if at_hand.past:
            st.button("Undo the last change", icon=":material/undo:", key=f"{key} undo", on_click=_undo)
        if at_hand.run is not None:
            st.button(
                "Leave this run",
                icon=":material/close:",
                key=f"{key} leave",
                on_click=_leave_run,
                help="This tab no longer shows the run. The run itself is unchanged; you find it under Runs.",
            )
        st.page_link("start_page.py", label="Start with a lesson", icon=":material/home:")
        st.page_link("runs_page.py", label="Runs", icon=":material/list:")


def _undo() -> None:
    undo.step()
    st.rerun()  # all of the page, also where the card stands in a fragment


def _leave_run() -> None:
    """Look at no run any more; it stays among the runs."""
    workspace.current().run = None
    st.rerun()
