"""Each opening of the test set, and what a second one does to the worth of its score. Nothing here keeps it shut."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.markup import md
from components.run_labels import moment
from trainer import formats
from trainer.i18n import _, ngettext
from trainer.runs.baseline import interval
from trainer.runs.openings import Opening, models, worth
from trainer.runs.store import Run
from trainer.runs.which_weights import which_weights

MAX_LISTED = 20
"""Openings in the list, the newest; the others are counted."""


def show_worth(run: Run, opened: Sequence[Opening]) -> None:
    """Say what it means if several models were tested on the same rows; for the place beside the score."""
    if not _is_sealed(run) or models(opened) < 2:
        return
    st.warning(md(worth(opened) or ""), icon=":material/visibility:")


def show_openings(run: Run, opened: Sequence[Opening]) -> None:
    """Each opening with time, epoch and score, the newest first."""
    if not opened:
        return
    st.header(_("Openings of this test set"), anchor=False)
    if _is_sealed(run) and models(opened) < 2:
        st.caption(md(worth(opened) or ""))
    newest = list(reversed(opened))
    st.markdown("\n".join(f"- {_line(run, one)}" for one in newest[:MAX_LISTED]))
    if (more := len(newest) - MAX_LISTED) > 0:
        text = ngettext("{count} earlier opening.", "{count} earlier openings.", more)
        st.caption(text.format(count=formats.number(more)))


def _is_sealed(run: Run) -> bool:
    """Whether the test rows are kept apart at all."""
    return run.history.prepared is None or not run.history.prepared.same_rows


def _line(run: Run, one: Opening) -> str:
    low, high = interval(one.tested.logs["accuracy"], max(one.tested.rows, 1))
    text = (
        _("{when}: **{share} right** ({low} to {high}), weights: {weights}, this run")
        if one.run.id == run.id
        else _("{when}: **{share} right** ({low} to {high}), weights: {weights}, {run}")
    )
    return text.format(
        when=md(_("unknown time") if one.at is None else moment(one.at)),
        share=md(formats.percent(one.tested.logs["accuracy"])),
        low=md(formats.percent(low)),
        high=md(formats.percent(high)),
        weights=md(which_weights(one.tested)),
        run=md(formats.isolated(one.run.title)),
    )
