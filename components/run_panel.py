"""Setting up a run, starting and stopping it, and watching it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from components import forms, run_ending, workspace
from components.answer_examples import answer_examples, await_examples
from components.coach_panel import advice_for, show_advice, spans
from components.controlled import controlled, multiselect, selectbox
from components.errors import guarded
from components.live_curves import live_curves
from components.markup import md
from components.navigation import Page
from components.person import person
from components.reference_run import chosen_reference, offer_references, possible_references
from components.wording import WORDING
from trainer import formats
from trainer.engine.local import LocalEngine
from trainer.i18n import _
from trainer.messages import Message
from trainer.recipe.callbacks import Callback
from trainer.recipe.check import Report
from trainer.recipe.optimizers import Optimizer
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs.events import RunState
from trainer.runs.store import Run
from trainer.runs.versions import version_names


def show_settings() -> None:
    """Epochs, batch size, optimizer, callbacks; the rarer settings folded away."""
    recipe = _recipe()
    forms.form(_recipe, "recipe", lambda new: new, only={"name"})
    forms.form(lambda: _recipe().fit, "fit", lambda new: _recipe().with_(fit=new))
    selectbox(
        _("Optimizer"),
        list(Optimizer.registry),
        help=_("How the weights are changed after each batch."),
        **controlled("optimizer", recipe.optimizer.kind, _change_optimizer),
    )
    st.caption(md(_(recipe.optimizer.sentence)))
    forms.form(lambda: _recipe().optimizer, "optimizer", lambda new: _recipe().with_(optimizer=new))
    multiselect(
        _("Callbacks"),
        list(Callback.registry),
        help=_("Helpers that watch training and step in after each epoch."),
        placeholder=_("none"),
        **controlled("callbacks", [callback.kind for callback in recipe.callbacks], _change_callbacks),
    )
    for place, callback in enumerate(recipe.callbacks):
        with st.expander(callback.kind):
            st.caption(md(_(callback.sentence)))
            forms.form(partial(_callback, place), f"callbacks.{place}", partial(_with_callback, place))
    with st.expander(_("Loss and seed")):
        forms.form(_recipe, "recipe", lambda new: new, only={"loss", "seed"})


def _recipe() -> Recipe:
    return workspace.current().recipe


def _callback(place: int) -> Callback:
    callbacks = _recipe().callbacks
    if place >= len(callbacks):
        raise RecipeError(WORDING.message("callback_removed"))
    return callbacks[place]


def _change_optimizer(kind: str) -> None:
    new = Optimizer.registry[kind]()
    # With Keras's own default, some optimizers hardly learn.
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
    begins = run is not None and workspace.engine().will_continue(run)
    in_progress = run is not None and not run.state.is_over and not workspace.engine().is_orphaned(run)
    why_not_train = _why_not_train(report, run)
    locked = None if run is None else workspace.why_not_change(run.id)
    changeable = in_progress and locked is None
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            _("Train"),
            type="primary",
            icon=":material/play_arrow:",
            disabled=why_not_train is not None,
            on_click=workspace.train,
            key="train",
        )
        if in_progress and run is not None and run.state is RunState.PAUSED:
            _command("resume", _("Resume"), LocalEngine.resume, enabled=changeable)
        elif run is not None and run_ending.is_resumable(run) and not begins:
            st.button(
                _("Resume"),
                icon=":material/resume:",
                disabled=locked is not None,
                on_click=run_ending.resume,
                args=(run.id,),
                help=_("Continues after the last completed epoch."),
                key="resume run",
            )
        else:
            is_queued = run is not None and run.state is RunState.QUEUED
            _command("pause", _("Pause"), LocalEngine.pause, enabled=changeable and not is_queued)
        _command("stop", _("Stop"), lambda engine, run_id: engine.stop(run_id, person()), enabled=changeable)
        why = locked or why_not_train or (None if in_progress else WORDING.message("not_running"))
        if why is not None:
            st.caption(md(why))
    if begins:
        _await_beginning()


def _command(key: str, label: str, order: Callable[[LocalEngine, str], object], *, enabled: bool) -> None:
    st.button(label, icon=f":material/{key}:", disabled=not enabled, on_click=_give, args=(order,), key=key)


def _why_not_train(report: Report | None, run: Run | None) -> Message | str | None:
    if report is None:
        return WORDING.message("data_unreadable")
    if report.errors:
        return report.errors[0].message
    if run is None or not workspace.is_training(run):
        return None
    if run.state.is_over:
        return WORDING.message("about_to_resume")
    return WORDING.message("is_paused" if run.state is RunState.PAUSED else "is_training")


@st.fragment(run_every=0.5)
@guarded("the start of the run")
def _await_beginning() -> None:
    """Ask twice a second whether the trainer has started the run, or is done with it; then draw the page again."""
    run = workspace.my_run()
    if run is None or not workspace.engine().will_continue(run):
        st.rerun()


def _give(order: Callable[[LocalEngine, str], object]) -> None:
    if (run_id := workspace.current().run_id) is not None:
        workspace.change_run(run_id, lambda engine: order(engine, run_id))


def watch(run: Run) -> None:
    """The live curves of a run and, once it is over, why it ended and what comes next."""
    if run.damage is not None:
        st.error(md(run.damage), icon=":material/error:")
        if run.state.is_over:
            st.caption(_("It cannot be resumed or tested. You can delete it on the Runs page."))
            st.page_link(Page.RUNS, label=_("To the runs"), icon=":material/list:")
        if run.history.cursor < 0:
            return  # there is nothing to draw
    if run.recipe is not None and run.recipe != _recipe():
        with st.container(horizontal=True, vertical_alignment="center"):
            belongs = _("These curves belong to {name}, but you are editing a different model.")
            st.caption(belongs.format(name=md(run.recipe.name)))
            st.button(
                _("Edit this model"),
                on_click=workspace.use_recipe_of,
                args=(run,),
                icon=":material/edit:",
                key="edit this model",
            )
    if workspace.engine().is_orphaned(run):
        st.info(
            _(
                "This run was created but never started, and no program is left that could train it. Press Train to "
                "train the current recipe."
            )
        )
        return  # its chart would say that it is queued
    if (why := _why_it_waits(run)) is not None:
        st.info(why)
    if (problem := workspace.engine().problem(run.id)) is not None:
        st.error(md(problem), icon=":material/error:")
    advice = advice_for(run)
    if run.state.is_over:
        run_ending.show_ending(run, advice)
        if not workspace.engine().is_busy(run.id):
            run_ending.show_next_steps(run)
    run_ending.warn_of_same_rows(run)
    others = possible_references(run)
    reference = chosen_reference(run, others)
    # In no container of its own: the browser would create that and the chart again whenever a card comes above it.
    examples = answer_examples(run)
    live_curves(run.id, str(run.state), key="live", reference=reference, spans=spans(advice), examples=examples)
    await_examples(run, examples)
    show_advice(run, advice)
    offer_references(others, reference)
    show_how_it_is_computed(run)


def show_how_it_is_computed(run: Run) -> None:
    """What the trainer chose for speed, and the versions of the libraries; nothing if neither is known."""
    prepared, versions = run.history.prepared, [", ".join(version_names(one)) for one in run.history.versions]
    if prepared is None or (prepared.execution is None and not versions):
        return
    with st.expander(_("How it is computed")):
        if prepared.execution is not None:
            st.caption(md(prepared.execution.why))
        for place, one in enumerate(versions):
            template = _("With {versions}.") if place == 0 else _("After it was resumed: {versions}.")
            st.caption(template.format(versions=md(one)))


def _why_it_waits(run: Run) -> str | None:
    """Why nothing of a run is shown yet; None if its curves are on their way."""
    engine = workspace.engine()
    if not engine.is_busy(run.id) or engine.ready.is_set():
        return None
    if engine.failed_starts > 1:
        return _(
            "The trainer could not be started {count} times in a row; Fitboard tries again every few seconds. Your run "
            "begins once it has started. The file trainer.log says what is wrong."
        ).format(count=formats.number(engine.failed_starts))
    return _("Starting up. Training begins automatically in a few seconds.")
