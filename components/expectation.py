"""Predict, then train: what somebody expects of a run before it begins, and how that compares with what came out."""

from __future__ import annotations

import logging

import streamlit as st

from components import workspace
from components.controlled import controlled
from components.markup import md
from components.wording import WORDING
from trainer import formats
from trainer.i18n import _
from trainer.recipe.limits import MAX_REASON
from trainer.runs import expectation
from trainer.runs.events import Tested
from trainer.runs.expectation import Expectation, expected
from trainer.runs.store import Run

LOG = logging.getLogger(__name__)
_WRITTEN = "expectation of the next run"
"""Where the session keeps what was written down, until a run is started."""


def ask() -> None:
    """Two fields, folded away; nobody has to fill them in."""
    written = _written()
    with st.expander(_("Predict, then train"), icon=":material/psychology:", key="predict"):
        st.caption(_("Write down what you expect. You will see it again beside the result."))
        percent = None if written.accuracy is None else round(100 * written.accuracy, 6)
        st.number_input(
            _("Test accuracy you expect, in percent"),
            min_value=0.0,
            max_value=100.0,
            value=None,
            step=1.0,
            format="%.12g",
            placeholder=_("No prediction"),
            **controlled("expected accuracy", percent, _expect_accuracy),
        )
        st.text_area(_("Why?"), max_chars=MAX_REASON, height=80, **controlled("expected why", written.why, _expect_why))


def keep_for(run_id: str) -> None:
    """Keep what was written down with a run that has just been started; the next run begins without."""
    written = _written()
    if written.is_empty:
        return
    try:
        expectation.keep(workspace.store().folder(run_id), written)
    except OSError as error:
        LOG.info("Run %s: what was expected of it is not kept: %s", run_id, error)
        workspace.current().message = WORDING.message("expectation_not_kept", reason=error.strerror)
        return
    st.session_state[_WRITTEN] = Expectation()


def show(run: Run, tested: Tested | None) -> None:
    """What was expected of a run, if anything.

    Args:
        run: which one.
        tested: the test that it is compared with; None before there is one.
    """
    found = expectation.load(workspace.store().folder(run.id))
    if found is None or found.is_empty:
        return
    told = []
    if found.accuracy is not None and tested is not None:
        text, share = _("You expected {expected}; it is {share}."), tested.logs["accuracy"]
        told.append(text.format(expected=formats.percent(found.accuracy), share=formats.percent(share)))
    elif found.accuracy is not None:
        told.append(_("You expect {expected} in the test.").format(expected=formats.percent(found.accuracy)))
    if found.why:
        told.append(_("Your reason: “{why}”").format(why=formats.isolated(" ".join(found.why.split()))))
    st.caption(":material/psychology: " + " ".join(map(md, told)))


def _written() -> Expectation:
    found = st.session_state.get(_WRITTEN)
    return found if isinstance(found, Expectation) else Expectation()


def _expect_accuracy(percent: float | None) -> None:
    st.session_state[_WRITTEN] = expected(None if percent is None else percent / 100, _written().why)


def _expect_why(why: str) -> None:
    st.session_state[_WRITTEN] = expected(_written().accuracy, why)
