"""A run that is over: why it ended, which weights the model has, and what can be done next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import workspace
from components.dataset_view import SAME_ROWS
from components.headline import Tone, headline, standing_of, tone
from components.markup import md
from components.person import person
from components.wording import WORDING
from trainer import formats
from trainer.coach import Advice, Confidence
from trainer.engine.local import LocalEngine
from trainer.i18n import _
from trainer.messages import Message
from trainer.recipe.limits import MAX_EPOCHS
from trainer.recipe.recipe import Recipe
from trainer.runs.baseline import Verdict
from trainer.runs.events import RunState
from trainer.runs.store import Run

_LOOK = {
    Tone.GOOD: (":material/check_circle:", "light-dark(#1a7f37, #3fb950)"),
    Tone.NEUTRAL: (":material/flag:", "light-dark(#57606a, #9da7b3)"),
    Tone.POOR: (":material/warning:", "light-dark(#9a6700, #d29922)"),
    Tone.FAILED: (":material/error:", "light-dark(#c22, #ff7b72)"),
}
"""The sign and the colour of each tone: the edge of the card and the sign have it, words never."""


def show_headline(run: Run) -> DeltaGenerator:
    """A card with what the run has come to as its heading (h2), and what that is worth beside the baseline.

    For the Train and the Results page.

    Returns:
        The card, for what else belongs into it.
    """
    how = tone(run)
    sign, colour = _LOOK[how]
    card, found = st.container(border=True, key=f"ending {how}"), standing_of(run.history)
    st.html(
        f"<style>.st-key-ending-{how} {{ border-inline-start: 0.4rem solid {colour} !important; }}"
        f".st-key-ending-{how} h2 [data-testid=stIconMaterial] {{ color: {colour}; }}</style>"
    )
    card.header(f"{sign} {md(headline(run))}", anchor=False)
    if found is not None and run.state.is_over and run.state is not RunState.INTERRUPTED:
        card.markdown(md(found.message))
    return card


def show_ending(run: Run, advice: Sequence[Advice] = ()) -> None:
    """One card: why the run ended, which weights the model has, and one next step."""
    if run.history.reason is not None and run.history.reason == run.damage:
        return  # shown already: it did not end, but cannot be read to its end
    title = _title(run)
    lines = [f"**{title}** {md(reason(run) or '')}" if title else md(reason(run) or "")]
    kept = run.history.weights
    if kept is not None:
        why = md(kept.reason)
        if kept.epoch:
            lines.append(_("Your model is as it was after epoch {epoch}: {why}.").format(epoch=kept.epoch, why=why))
        else:
            lines.append(_("Your model: {why}.").format(why=why))
        if kept.best_epoch is not None and kept.best_epoch != kept.epoch:
            lines.append(_("The weights of the best epoch, {epoch}, are kept, too.").format(epoch=kept.best_epoch))
    found = standing_of(run.history)
    # A test says it beside its own score.
    if found is not None and run.state is RunState.FINISHED and not run.history.tests:
        lines.append(md(found.message))
    if workspace.why_not_change(run.id) is None and (step := next_step(run, advice)) is not None:
        lines.append(f"**{_('Next:')}** {md(step)}")
    _box(run)("  \n".join(lines))
    failed = run.history.failed_action
    if failed is not None and failed.action == "keep":
        st.error(_("Your model was not changed. {why}").format(why=md(failed.message)))
    for notice in run.history.notices:
        st.warning(md(notice.text), icon=":material/info:")


def _box(run: Run) -> Callable[[str], object]:
    """Green only for a score above the baseline: a run that has learned nothing has not succeeded."""
    if run.state is RunState.FAILED:
        return st.error
    found = standing_of(run.history)
    verdict = None if found is None else found.verdict
    if run.history.has_diverged or verdict is Verdict.NO_BETTER:
        return st.warning
    return st.success if run.state is RunState.FINISHED and verdict is Verdict.BETTER else st.info


def warn_of_same_rows(run: Run) -> None:
    """Say beside every score what it is worth if the table was too small to split."""
    if run.history.prepared is not None and run.history.prepared.same_rows:
        st.warning(_(SAME_ROWS), icon=":material/info:")


def _title(run: Run) -> str:
    """How it ended, in a word; empty for a run that was stopped or has diverged, whose reason begins with that."""
    match run.state:
        case RunState.FINISHED if not run.history.has_diverged:
            return _("Finished.")
        case RunState.FAILED:
            return _("Failed.")
        case RunState.INTERRUPTED:
            return _("Interrupted.")
    return ""


def reason(run: Run) -> Message | str | None:
    """Why a run ended; “by you” is said only to the person who pressed Stop."""
    return run.history.reason_for(person())


def next_step(run: Run, advice: Sequence[Advice] = ()) -> Message | None:
    """The one thing to do now; None if there is nothing left to do with this run."""
    history = run.history
    if run.damage is not None or run.recipe is None:
        return None
    if history.has_diverged:
        return WORDING.message("next_lower_rate")
    if is_resumable(run) and run.state is not RunState.STOPPED:
        return WORDING.message("next_resume")
    if history.weights is None:
        return WORDING.message("next_train_again")
    likely = [piece for piece in advice if piece.confidence is not Confidence.LOW]
    if (fix := next((piece.fix for piece in likely if piece.fix is not None), None)) is not None:
        return WORDING.message("next_coach", fix=fix.label)
    if not history.tests and history.prepared is not None and history.prepared.test:
        return WORDING.message("next_test")
    if (cause := next((piece for piece in likely if piece.page is not None), None)) is not None:
        return WORDING.message("next_cause", cause=cause.message)
    return WORDING.message("next_train_longer")


def is_resumable(run: Run) -> bool:
    """Whether the run has fewer epochs than it was meant to have, and could still get them."""
    wanted = run.history.epochs_wanted
    return (
        run.damage is None
        and run.recipe is not None
        and (run.state in {RunState.INTERRUPTED, RunState.STOPPED} or (run.state is RunState.FAILED and bool(wanted)))
        and not run.history.has_diverged
        and (wanted is None or len(run.history.epochs) < wanted)
    )


def show_next_steps(run: Run) -> None:
    """Train longer, take the best weights, or try a lower rate; Resume is among the page's main buttons."""
    if run.damage is not None or run.recipe is None:
        return
    locked = workspace.why_not_change(run.id) is not None  # the reason is shown beside the page's main buttons
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if run.history.has_diverged:
            _offer_lower_rate(run, run.recipe)
        elif run.history.epochs:
            _offer_more_epochs(run, locked=locked)
        _offer_other_weights(run, locked=locked)


def _offer_lower_rate(run: Run, recipe: Recipe) -> None:
    rate = recipe.optimizer.calmer_rate
    st.button(
        _("Set the learning rate to {rate}").format(rate=formats.number(rate)),
        icon=":material/build:",
        on_click=workspace.use_recipe_of,
        args=(run, lambda mine: mine.with_(optimizer=mine.optimizer.with_(learning_rate=rate))),
        help=_("Opens this model with a lower learning rate. Then press Train."),
    )


def _offer_more_epochs(run: Run, *, locked: bool) -> None:
    more = st.number_input(
        _("More epochs"),
        1,
        max(MAX_EPOCHS - len(run.history.epochs), 1),
        5,
        key=f"more {run.id}",
        width=140,
        help=_("Epochs to add. Training continues with the weights and optimizer of the last completed epoch."),
    )
    st.button(
        _("Train longer"), icon=":material/forward:", disabled=locked, on_click=_further, args=(run.id, int(more))
    )


def _offer_other_weights(run: Run, *, locked: bool) -> None:
    kept, epochs = run.history.weights, len(run.history.epochs)
    if kept is None or kept.best_epoch is None:
        return
    which: Literal["best", "last"]
    if kept.best_epoch != kept.epoch:
        label, icon, which = _("Use the best epoch, {epoch}").format(epoch=kept.best_epoch), "star", "best"
    elif epochs > kept.epoch > 0:
        label, icon, which = _("Use the last epoch, {epoch}").format(epoch=epochs), "last_page", "last"
    else:
        return
    st.button(
        label,
        icon=f":material/{icon}:",
        disabled=locked,
        on_click=_keep,
        args=(run.id, which),
        help=_("Puts these weights into the model, so that the test uses them."),
    )


def resume(run_id: str) -> None:
    """Continue an interrupted run until it has the epochs that it was meant to have."""

    def resume_it(engine: LocalEngine) -> None:
        found = engine.store.read(run_id)
        if found.recipe is not None and is_resumable(found) and not engine.will_continue(found):
            engine.continue_run(run_id, "resume", found.history.epochs_wanted or found.recipe.fit.epochs, person())

    workspace.change_run(run_id, resume_it)


def _further(run_id: str, more: int) -> None:
    def train_longer(engine: LocalEngine) -> None:
        found = engine.store.read(run_id)
        # A double click, or another tab, may have been faster.
        if found.state.is_over and not engine.will_continue(found):
            engine.continue_run(run_id, "further", len(found.history.epochs) + more, person())

    workspace.change_run(run_id, train_longer)


def _keep(run_id: str, which: Literal["best", "last"]) -> None:
    workspace.change_run(run_id, lambda engine: engine.select_weights(run_id, which))
