"""A run that is over: why it ended, which weights the model has, and what can be done next."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import streamlit as st

from components import workspace
from components.dataset_view import SAME_ROWS
from components.headline import Tone, headline, luck, standing_of_model, tone
from components.markup import md
from components.person import person
from components.wording import WORDING
from trainer.data.source import source_of
from trainer.engine.local import LocalEngine
from trainer.i18n import _
from trainer.messages import Message
from trainer.recipe.data import Data
from trainer.recipe.limits import MAX_EPOCHS
from trainer.recipe.spec import RecipeError
from trainer.runs.events import RunState
from trainer.runs.store import Run

_STYLE = Path(__file__).with_suffix(".css")


def show_headline(run: Run) -> None:
    """What the run has come to, as a heading (h2) with a sign, and how far luck may have moved that score; for the
    Train and the Results page.
    """
    st.html(_STYLE)
    with st.container(key=f"headline-{tone(run)}"):
        st.header(md(headline(run)), anchor=False)
    if (told := luck(run)) is not None:
        st.caption(md(told))


def show_ending(run: Run) -> None:
    """Why the run ended, what its score is worth, and what went wrong on the way."""
    if run.history.reason is None or run.history.reason != run.damage:  # else it is shown already
        _BOXES[tone(run)]("  \n".join(line for line in (_why(run), _worth(run)) if line))
    failed = run.history.failed_action
    if failed is not None and failed.action == "keep":
        st.error(_("Your model was not changed. {why}").format(why=md(failed.message)))
    for notice in run.history.notices:
        st.warning(md(notice.text), icon=":material/info:")


_BOXES: dict[Tone, Callable[[str], object]] = {
    Tone.GOOD: st.success,
    Tone.NEUTRAL: st.info,
    Tone.POOR: st.warning,
    Tone.FAILED: st.error,
}


def _why(run: Run) -> str:
    title, why = _title(run), md(reason(run) or "")
    return f"**{title}** {why}" if title else why


def _worth(run: Run) -> str:
    """What the score is worth beside guessing; empty without a score, or where a test says it beside its own."""
    found = standing_of_model(run.history)
    has_score = run.state in {RunState.FINISHED, RunState.STOPPED} and not run.history.has_diverged
    return md(found.message) if found is not None and has_score and run.history.test_of_weights is None else ""


def show_weights(run: Run) -> None:
    """Which weights the model has, and those that it could have instead, in small print."""
    kept = run.history.weights
    if kept is None:
        return
    why = md(kept.reason)
    if run.history.kept_epoch:
        text = _("Your model is as it was after epoch {epoch}: {why}.").format(epoch=kept.epoch, why=why)
    else:
        text = _("Your model: {why}.").format(why=why)
    st.caption(text)
    if run.damage is None and run.recipe is not None and not workspace.engine().is_busy(run.id):
        _offer_other_weights(run, locked=workspace.why_not_change(run.id) is not None)


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


def can_train_longer(run: Run) -> bool:
    """Whether more epochs can follow: the run is over, has weights to continue from, and may have more epochs."""
    history, engine = run.history, workspace.engine()
    is_whole = run.damage is None and run.recipe is not None and run.state.is_over and not history.has_diverged
    return is_whole and 0 < len(history.epochs) < MAX_EPOCHS and not engine.is_busy(run.id)


def offer_more_epochs(run: Run, *, locked: bool) -> None:
    """*Train longer*, with how many epochs are added."""
    # The callback reads the number as it is by then: a number that is just typed has run no page yet.
    key, most = f"more {run.id}", MAX_EPOCHS - len(run.history.epochs)
    st.button(
        _("Train longer"),
        icon=":material/forward:",
        disabled=locked,
        on_click=_press_further,
        args=(run.id, key),
        help=_("Adds epochs. Training continues with the weights and optimizer of the last completed epoch."),
        key="train longer",
    )
    st.number_input(
        _("Epochs to add"),
        1,
        most,
        min(5, most),
        key=key,
        width=90,
        icon=":material/add:",
        label_visibility="collapsed",
    )


def _press_further(run_id: str, key: str) -> None:
    _further(run_id, int(st.session_state[key]))


def _offer_other_weights(run: Run, *, locked: bool) -> None:
    kept, epochs = run.history.weights, len(run.history.epochs)
    if kept is None or kept.best_epoch is None:
        return
    which: Literal["best", "last"]
    current = run.history.kept_epoch
    if kept.best_epoch != current:
        label, icon, which = _("Use the best epoch, {epoch}").format(epoch=kept.best_epoch), "star", "best"
    elif epochs > current > 0 and not run.history.has_diverged:
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
            require_data(found.recipe.data)
            engine.continue_run(run_id, "resume", found.history.epochs_wanted or found.recipe.fit.epochs, person())

    workspace.change_run(run_id, resume_it)


def require_data(spec: Data) -> None:
    """Make sure that the data of a run are there before it continues: what cannot be continued stays as it is.

    Raises:
        RecipeError: they are not, which the next page run says.
    """
    try:
        source_of(spec).identity(spec)
    except RecipeError as error:
        raise RecipeError(WORDING.message("continue_needs_data", why=error.message)) from error


def _further(run_id: str, more: int) -> None:
    def train_longer(engine: LocalEngine) -> None:
        found = engine.store.read(run_id)
        # A double click, or another tab, may have been faster.
        if found.recipe is not None and found.state.is_over and not engine.will_continue(found):
            require_data(found.recipe.data)
            engine.continue_run(run_id, "further", len(found.history.epochs) + more, person())

    workspace.change_run(run_id, train_longer)


def _keep(run_id: str, which: Literal["best", "last"]) -> None:
    workspace.change_run(run_id, lambda engine: engine.select_weights(run_id, which))
