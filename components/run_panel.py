"""Setting up a run, starting and stopping it, and watching it."""

from __future__ import annotations

from functools import partial
from typing import Literal

import streamlit as st

from components import forms, run_ending, workspace
from components.coach_panel import advice_for, show_advice, spans
from components.controlled import controlled, multiselect, selectbox
from components.dataset_view import SAME_ROWS
from components.errors import guarded
from components.live_curves import live_curves
from components.markup import md
from components.person import person
from components.reference_run import chosen_reference, offer_references, possible_references
from trainer.recipe.callbacks import Callback
from trainer.recipe.check import Report
from trainer.recipe.optimizers import Optimizer
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs.events import RunState
from trainer.runs.store import Run
from trainer.runs.versions import version_names


def show_settings() -> None:
    """Epochs, batch size, optimizer, callbacks; the rarer things folded away."""
    recipe = _recipe()
    forms.form(_recipe, "recipe", lambda new: new, only={"name"})
    forms.form(lambda: _recipe().fit, "fit", lambda new: _recipe().with_(fit=new))
    selectbox(
        "Optimizer",
        list(Optimizer.registry),
        help="How the weights are changed after each batch.",
        **controlled("optimizer", recipe.optimizer.kind, _change_optimizer),
    )
    st.caption(md(recipe.optimizer.sentence()))
    forms.form(lambda: _recipe().optimizer, "optimizer", lambda new: _recipe().with_(optimizer=new))
    multiselect(
        "Callbacks",
        list(Callback.registry),
        help="Helpers that watch training and step in after each epoch.",
        placeholder="none",
        **controlled("callbacks", [callback.kind for callback in recipe.callbacks], _change_callbacks),
    )
    for place, callback in enumerate(recipe.callbacks):
        with st.expander(callback.kind):
            st.caption(md(callback.sentence()))
            forms.form(partial(_callback, place), f"callbacks.{place}", partial(_with_callback, place))
    with st.expander("Loss and seed"):
        forms.form(_recipe, "recipe", lambda new: new, only={"loss", "seed"})


def _recipe() -> Recipe:
    return workspace.current().recipe


def _callback(place: int) -> Callback:
    callbacks = _recipe().callbacks
    if place >= len(callbacks):
        raise RecipeError("This callback has been removed meanwhile.")
    return callbacks[place]


def _change_optimizer(kind: str) -> None:
    new = Optimizer.registry[kind]()
    # Keras's own default of some optimizers hardly learns.
    workspace.set_recipe(_recipe().with_(optimizer=new.with_(learning_rate=new.usual_rate)))


def _change_callbacks(kinds: list[str]) -> None:
    recipe = _recipe()
    kept = {callback.kind: callback for callback in recipe.callbacks}
    # A new one waits no longer than the run gives it time for.
    chosen = tuple(kept.get(name) or Callback.registry[name]().fitted_to(recipe.fit.epochs) for name in kinds)
    workspace.set_recipe(recipe.with_(callbacks=chosen))


def _with_callback(place: int, new: Callback) -> Recipe:
    recipe = _recipe()
    return recipe.with_(callbacks=(*recipe.callbacks[:place], new, *recipe.callbacks[place + 1 :]))


def show_buttons(report: Report | None, run: Run | None) -> None:
    """Train, Pause or Resume, and Stop; a caption says why one is disabled."""
    begins = run is not None and workspace.engine().begins(run)
    going = run is not None and not run.state.is_over and not workspace.engine().is_forgotten(run)
    paused = going and run is not None and run.state is RunState.PAUSED
    queued = going and run is not None and run.state is RunState.QUEUED
    # Why Train is disabled, and why what changes the run at hand is.
    why_not = _why_not_train(report, run)
    locked = None if run is None else workspace.why_not_change(run.id)
    changeable = going and locked is None
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Train", type="primary", icon=":material/play_arrow:", disabled=why_not is not None,
            on_click=workspace.train,
        )  # fmt: skip
        if paused:
            st.button("Resume", icon=":material/resume:", disabled=not changeable, on_click=_order, args=("resume",))
        elif run is not None and run_ending.is_resumable(run) and not begins:
            st.button(
                "Resume",
                icon=":material/resume:",
                disabled=locked is not None,
                on_click=run_ending.resume,
                args=(run.id,),
                help="Goes on from the end of the last whole epoch, as if nothing had been.",
            )
        else:
            st.button(
                "Pause", icon=":material/pause:", disabled=not changeable or queued, on_click=_order, args=("pause",)
            )
        st.button("Stop", icon=":material/stop:", disabled=not changeable, on_click=_order, args=("stop",))
        if locked is not None:
            st.caption(md(locked))
        elif why_not is not None:
            st.caption(md(why_not))
        elif not going:
            st.caption("Pause and Stop open when a run is going on.")
    if begins:
        _await_beginning()


def _why_not_train(report: Report | None, run: Run | None) -> str | None:
    if report is None:
        return "The data cannot be read. Choose other data on the Data page."
    if report.errors:
        return report.errors[0].message
    if run is None or not workspace.is_training(run):
        return None
    if run.state.is_over:
        return "The trainer is about to take your run up again."
    if run.state is RunState.PAUSED:
        return "Your run is paused. Resume it, or stop it first."
    return "A run is going on. Stop it first, or wait for its end."


@st.fragment(run_every=0.5)
@guarded("the beginning of the run")
def _await_beginning() -> None:
    """Look twice a second whether the trainer has taken the run up, or is done with it; then draw the page again."""
    run = workspace.my_run()
    if run is None or not workspace.engine().begins(run):
        st.rerun()


def _order(what: Literal["pause", "resume", "stop"]) -> None:
    run = workspace.current().run
    if run is None:
        return
    match what:
        case "pause":
            workspace.change_run(run, lambda engine: engine.pause(run))
        case "resume":
            workspace.change_run(run, lambda engine: engine.resume(run))
        case "stop":
            workspace.change_run(run, lambda engine: engine.stop(run, person()))


def watch(run: Run) -> None:
    """The live curves of a run and, once it is over, why it ended and what comes next."""
    if run.damage is not None:
        st.error(md(run.damage), icon=":material/error:")
        if run.state.is_over:
            st.caption("It cannot be resumed or tested. You can delete it on the Runs page.")
            st.page_link("runs_page.py", label="To the runs", icon=":material/list:")
        if run.history.cursor < 0:
            return  # there is nothing to draw
    if run.recipe is not None and run.recipe != _recipe():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"These are the curves of {md(run.recipe.name)}; the recipe you are working on is not the same.")
            st.button("Work on this one", on_click=workspace.use_recipe_of, args=(run,), icon=":material/edit:")
    if workspace.engine().is_forgotten(run):
        st.info(
            "This run was created but never started, and no program is left that would train it. Press Train to train "
            "the current recipe."
        )
        return  # its chart would say that it waits for its turn
    if (why := _why_it_waits(run)) is not None:
        st.info(why)
    if (trouble := workspace.engine().trouble(run.id)) is not None:
        st.error(md(trouble), icon=":material/error:")
    advice = advice_for(run)
    if run.state.is_over:
        run_ending.show_ending(run, advice)
        if not workspace.engine().is_busy(run.id):
            run_ending.show_next_steps(run)
    warn_of_same_rows(run)
    others = possible_references(run)
    reference = chosen_reference(run, others)
    # In no container of its own: the browser would make it, and the chart in it, anew whenever a card comes above it.
    live_curves(run.id, str(run.state), key="live", reference=reference, spans=spans(advice))
    show_advice(run, advice)
    offer_references(others, reference)
    show_how_it_is_computed(run)


def show_how_it_is_computed(run: Run) -> None:
    """What the trainer chose so that it is fast, and the versions of what computes; nothing where neither is known."""
    prepared, versions = run.history.prepared, [", ".join(version_names(one)) for one in run.history.versions]
    if prepared is None or (prepared.execution is None and not versions):
        return
    with st.expander("How it is computed"):
        if prepared.execution is not None:
            st.caption(md(prepared.execution.why))
        if versions:
            st.caption(md("With " + ". After it was resumed: ".join(versions) + "."))


def _why_it_waits(run: Run) -> str | None:
    """Why nothing is to be seen of a run yet; None if its curves are on their way."""
    engine = workspace.engine()
    if not engine.is_busy(run.id) or engine.ready.is_set():
        return None
    if engine.failed_starts > 1:
        return (
            f"The trainer could not be started {engine.failed_starts} times in a row; Fitboard tries again every few "
            "seconds. Your run begins once it has started. The file trainer.log says what is wrong."
        )
    return "The trainer is still starting (it loads TensorFlow). Your run begins by itself in some seconds."


def warn_of_same_rows(run: Run) -> None:
    """Say beside every score what it is worth if the table was too small to split."""
    if run.history.prepared is not None and run.history.prepared.same_rows:
        st.warning(SAME_ROWS, icon=":material/info:")
