"""What the coach says about a run: what it sees, how sure it is, and one change to try by a click."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import workspace
from components.frame import announce
from components.live_curves import Span
from components.markup import md
from components.navigation import Page
from components.waiting import follow
from trainer.coach import Advice, Confidence, advise
from trainer.i18n import _
from trainer.runs.store import Run

_COLOURS = {Confidence.HIGH: "green", Confidence.MEDIUM: "blue", Confidence.LOW: "gray"}
"""Of the badge that says how sure the coach is."""


def advice_for(run: Run) -> tuple[Advice, ...]:
    """The coach's advice at this moment; none for a run whose record is damaged."""
    if run.recipe is None or run.damage is not None:
        return ()
    return advise(run.recipe, run.history)


def spans(advice: Sequence[Advice]) -> list[Span]:
    """The stretches of the curves that are to be shaded."""
    return [Span(a.metric, *a.span) for a in advice if a.metric is not None and a.span is not None]


def show_advice(run: Run, advice: Sequence[Advice], *, leads_to: Page | None = None) -> None:
    """The advice as cards, updated every few seconds while the run is in progress.

    Args:
        run: the run that it is about.
        advice: what the coach says of it.
        leads_to: the page on which a change is tried out, if it is another one than this.
    """
    if not run.state.is_over:
        follow(_kinds_now, tuple(a.kind for a in advice), every=3)  # the curves show what it is about
    if not advice:
        return
    st.header(
        _("Coach"), anchor=False, help=_("The coach reads your curves and suggests one thing to try. It can be wrong.")
    )
    for place, piece in enumerate(advice):
        if _show(run, piece, place) and leads_to is not None:
            st.switch_page(leads_to)


def _kinds_now() -> tuple[str, ...]:
    """What kinds of advice there are on the run of this tab; none once it is gone."""
    run = workspace.my_run()
    return () if run is None else tuple(a.kind for a in advice_for(run))


def _show(run: Run, piece: Advice, place: int) -> bool:
    """A card; whether its change has just been tried."""
    with st.container(border=True):
        st.markdown(f"**{md(piece.message)}**  \n:{_COLOURS[piece.confidence]}[{md(piece.how_sure)}]")
        st.markdown(f"{md(piece.seen)} {md(piece.meaning)}")
        st.markdown(f"**{_('Try:')}** {md(piece.suggestion)}")
        return piece.fix is not None and st.button(
            md(piece.fix.label),
            key=f"coach {place} {piece.kind}",
            icon=":material/experiment:",
            on_click=_try,
            args=(run, piece),
            help=_("Copies your model with this one change. Press Train to compare."),
        )


def _try(run: Run, piece: Advice) -> None:
    if piece.fix is None:
        return
    changed = piece.fix.result
    # The file is named as on this server, which the recipe of the run, and so the coach, may do otherwise.
    workspace.use_recipe_of(run, lambda mine: changed.with_(data=changed.data.with_(path=mine.data.path)))
    if workspace.current().message is not None:
        return
    workspace.current().reference = run.id
    done = _("{fix}: done in a copy of your model. Press Train.").format(fix=piece.fix.label)
    announce(done)
    st.toast(md(done), icon=":material/experiment:")
