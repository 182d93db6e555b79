"""A run that is over: why it ended, which weights are in the model, and what can be done next."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Literal

import streamlit as st

from components import workspace
from components.markup import md
from components.person import person
from trainer.coach import Advice
from trainer.engine.local import LocalEngine
from trainer.messages import Message
from trainer.recipe.recipe import Recipe
from trainer.runs.events import RunState
from trainer.runs.store import Run


def show_ending(run: Run, advice: Sequence[Advice] = ()) -> None:
    """One card: why the run ended, which weights are in the model, and one next step."""
    if run.history.reason is not None and run.history.reason == run.damage:
        return  # said already: it did not end, but cannot be read to its end
    boxes = {RunState.FINISHED: st.warning if run.history.has_diverged else st.success, RunState.FAILED: st.error}
    words = [f"**Why did it stop?** {md(reason(run) or '')}"]
    if run.history.weights is not None:
        kept = run.history.weights
        words.append(
            f"In the model: epoch {kept.epoch} ({md(kept.reason)})." if kept.epoch else f"Kept: {md(kept.reason)}."
        )
        if kept.best_epoch is not None and kept.best_epoch != kept.epoch:
            words.append(f"The best epoch, {kept.best_epoch}, is kept as well.")
    if workspace.why_not_change(run.id) is None and (step := next_step(run, advice)) is not None:
        words.append(f"**Next:** {md(step)}")
    boxes.get(run.state, st.info)("  \n".join(words))
    if run.history.failed_action is not None and run.history.failed_action.action == "keep":
        st.error(f"The weights in the model were not changed. {md(run.history.failed_action.message)}")
    for notice in run.history.notices:
        st.warning(md(notice.text), icon=":material/info:")


def reason(run: Run) -> Message | str | None:
    """Why a run ended, for the one who reads it: “by you” is said only to whoever pressed Stop."""
    return run.history.reason_for(person())


def next_step(run: Run, advice: Sequence[Advice] = ()) -> str | None:
    """The one thing to do now, in a sentence; None if there is nothing left to do with this run."""
    history = run.history
    if run.damage is not None or run.recipe is None:
        return None
    if history.has_diverged:
        return "Set a lower learning rate with the button below, and train again."
    if is_resumable(run) and run.state is not RunState.STOPPED:
        return "Press Resume: it goes on from the last whole epoch, and nothing is lost."
    if history.weights is None:
        return "Train again, or look at the message above."
    sure = next((piece for piece in advice if piece.action is not None and piece.sure != "perhaps"), None)
    if sure is not None and sure.action is not None:
        return f"Try what the coach says below the curves: {sure.action}."
    if not history.tests and history.prepared is not None and history.prepared.test:
        return "Test it on examples that it has never seen, on the Results page."
    return "Train further, or change one thing and train again: the old curves can stay behind the new ones."


def is_resumable(run: Run) -> bool:
    """Whether epochs are missing that the run was meant to have, and nothing but chance kept it from them."""
    wanted = run.history.epochs_wanted
    return (
        run.damage is None
        and run.recipe is not None
        and (run.state in {RunState.INTERRUPTED, RunState.STOPPED} or (run.state is RunState.FAILED and bool(wanted)))
        and not run.history.has_diverged
        and (wanted is None or len(run.history.epochs) < wanted)
    )


def show_next_steps(run: Run) -> None:
    """Train further, take the best weights, or try a calmer rate; Resume stands among the page's main buttons."""
    if run.damage is not None or run.recipe is None:
        return
    locked = workspace.why_not_change(run.id) is not None  # why is said beside the page's main buttons
    kept, epochs = run.history.weights, len(run.history.epochs)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if run.history.has_diverged:
            calmer = run.recipe.optimizer.calmer_rate
            st.button(
                f"Set the learning rate to {calmer:g}",
                icon=":material/build:",
                on_click=workspace.use_recipe_of,
                args=(run, partial(_with_rate, rate=calmer)),
                help="Puts the recipe of this run with a lower learning rate at hand; then press Train.",
            )
        elif epochs:
            more = st.number_input(
                "How many more", 1, 10_000 - min(epochs, 9_999), 5, key=f"more {run.id}", width=140,
                help="Epochs to add. It goes on with weights and optimizer as the last whole epoch left them.",
            )  # fmt: skip
            st.button(
                "Train further", icon=":material/forward:", disabled=locked, on_click=_further, args=(run.id, int(more))
            )
        if kept is not None and kept.best_epoch is not None and kept.best_epoch != kept.epoch:
            st.button(
                f"Use the best epoch, {kept.best_epoch}",
                icon=":material/star:",
                disabled=locked,
                on_click=partial(_keep, run.id, "best"),
                help="Puts its weights into the model, so that the test uses them.",
            )
        elif kept is not None and kept.best_epoch is not None and epochs > kept.epoch > 0:
            st.button(
                f"Use the last epoch, {epochs}",
                icon=":material/last_page:",
                disabled=locked,
                on_click=partial(_keep, run.id, "last"),
                help="Puts its weights into the model, so that the test uses them.",
            )


def resume(run: str) -> None:
    """Go on with a run that was cut off until it has the epochs that it was meant to have."""

    def go_on(engine: LocalEngine) -> None:
        found = engine.store.read(run)
        if found.recipe is not None and is_resumable(found) and not engine.begins(found):
            engine.go_on(run, "resume", found.history.epochs_wanted or found.recipe.fit.epochs, person())

    workspace.change_run(run, go_on)


def _further(run: str, more: int) -> None:
    def go_on(engine: LocalEngine) -> None:
        found = engine.store.read(run)
        # A second click of an impatient finger, or another tab, may have been faster.
        if found.state.is_over and not engine.begins(found):
            engine.go_on(run, "further", len(found.history.epochs) + more, person())

    workspace.change_run(run, go_on)


def _keep(run: str, which: Literal["best", "last"]) -> None:
    workspace.change_run(run, lambda engine: engine.keep(run, which))


def _with_rate(recipe: Recipe, rate: float) -> Recipe:
    return recipe.with_(optimizer=recipe.optimizer.with_(learning_rate=rate))
