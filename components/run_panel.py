"""The Train page around its run: the main button, the curves, and what belongs to the run after them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import streamlit as st

from components import cost_card, run_ending, workspace
from components.answer_examples import answer_examples, await_examples
from components.coach_panel import advice_for, show_advice, spans
from components.empty_curves import show_empty_curves
from components.live_curves import live_curves
from components.main_button import (
    Act,
    Purpose,
    can_be_tested,
    is_edited,
    main_purpose,
    show_button,
    show_main_button,
    will_pause,
)
from components.markup import md
from components.navigation import Page
from components.person import person
from components.reference_run import chosen_reference, offer_references, possible_references
from components.waiting import follow
from components.wording import WORDING
from trainer import formats
from trainer.coach import Advice
from trainer.i18n import _
from trainer.messages import Message
from trainer.recipe.check import Report
from trainer.recipe.difference import differences
from trainer.recipe.recipe import Recipe
from trainer.runs.store import Run
from trainer.runs.versions import version_names

_STYLE = Path(__file__).with_suffix(".css")


def show_buttons(report: Report | None, run: Run | None, estimate: cost_card.Estimate | None) -> None:
    """One row: the main button, what else can be done now, and beside them how things stand.

    Args:
        report: the check of the current recipe; None if its data cannot be read.
        run: the run of this tab.
        estimate: what a training of the current recipe would take, as far as it is known.
    """
    purpose = main_purpose(run)
    why_not_train = _why_not_train(report)
    st.html(_STYLE)
    with st.container(key="train-row", horizontal=True, vertical_alignment="center"):
        with st.container(key="train-buttons", horizontal=True, width="content", gap="xsmall"):
            show_main_button(purpose, disabled=purpose.act is Act.TRAIN and why_not_train is not None)
            if run is not None and (_is_in_progress(run) or purpose.act is Act.PAUSE):
                _show_stop(run)
        if run is not None and not workspace.is_training(run):
            _show_other_buttons(run, purpose.act, why_not_train)
        with st.container(key="train-state"):
            _show_state(run, purpose, why_not_train, estimate)


def _show_stop(run: Run) -> None:
    locked = workspace.why_not_change(run.id) is not None  # why is said beside the buttons
    st.button(_("Stop"), icon=":material/stop:", disabled=locked, on_click=_press_stop, args=(run.id,), key="stop")


def _press_stop(run_id: str) -> None:
    if workspace.current().run_id == run_id:
        workspace.change_run(run_id, lambda engine: engine.stop(run_id, person()))


def _show_other_buttons(run: Run, main: Act, why_not_train: Message | None) -> None:
    """What can be done besides, most likely first."""
    locked = workspace.why_not_change(run.id) is not None
    with st.container(key="train-more", horizontal=True, width="content", gap="xsmall"):
        if run.state.is_over:
            is_untested = can_be_tested(run) and run.history.test_of_weights is None
            if main not in {Act.TEST, Act.SHOW_RESULTS} and not locked and is_untested:
                show_button(Purpose(Act.TEST, run.id), "test it")
            if main is not Act.CONTINUE and run_ending.is_resumable(run):
                show_button(Purpose(Act.CONTINUE, run.id), "resume run", disabled=locked)
            if run_ending.can_train_longer(run):
                run_ending.offer_more_epochs(run, locked=locked)
        if main is not Act.TRAIN:
            show_button(Purpose(Act.TRAIN, run.id), "train again", disabled=why_not_train is not None)


def _is_in_progress(run: Run) -> bool:
    return not run.state.is_over and not workspace.engine().is_orphaned(run)


def _why_not_train(report: Report | None) -> Message | None:
    if report is None:
        return WORDING.message("data_unreadable")
    return report.errors[0].message if report.errors else None


def _show_state(
    run: Run | None, purpose: Purpose, why_not_train: Message | None, estimate: cost_card.Estimate | None
) -> None:
    """In a line or two: what the run has come to, what is waited for, and why a button is disabled."""
    if run is not None and run.state.is_over and not workspace.engine().will_continue(run):
        run_ending.show_headline(run)
    for line in _lines(run, purpose, why_not_train):
        st.caption(md(line))
    if purpose.act is Act.TRAIN and estimate is not None:
        cost_card.show_time(estimate)
    if run is not None and workspace.engine().will_continue(run):
        follow(partial(_is_about_to_continue, run.id), seen=True)


def _lines(run: Run | None, purpose: Purpose, why_not_train: Message | None) -> list[Message | str]:
    lines: list[Message | str] = []
    if run is not None:
        engine, locked = workspace.engine(), workspace.why_not_change(run.id)
        if locked is not None:
            lines.append(locked)
        if engine.will_continue(run):
            lines.append(WORDING.message("about_to_resume"))
        elif _is_in_progress(run) and will_pause(run):
            lines.append(WORDING.message("will_pause"))
        if (why := _why_it_waits(run)) is not None:
            lines.append(why)
        if run.recipe is not None and is_edited(run):
            lines.append(WORDING.message("edited_since", name=run.title))
    if why_not_train is not None and (run is None or not workspace.is_training(run)):
        lines.append(why_not_train)
    return lines


def _is_about_to_continue(run_id: str) -> bool:
    """Whether this tab still shows a run that the trainer has not started again yet."""
    run = workspace.my_run()
    return run is not None and run.id == run_id and workspace.engine().will_continue(run)


def show_troubles(run: Run) -> None:
    """What is wrong with a run, so that its curves end early, or nobody will ever train it."""
    if run.damage is not None:
        st.error(md(run.damage), icon=":material/error:")
        if run.state.is_over:
            st.caption(_("It cannot be resumed or tested. You can delete it on the Runs page."))
            st.page_link(Page.RUNS, label=_("To the runs"), icon=":material/list:")
    if workspace.engine().is_orphaned(run):
        st.info(
            _(
                "This run was created but never started, and no program is left that could train it. Press Train to "
                "train the current recipe."
            )
        )
    if (problem := workspace.engine().problem(run.id)) is not None:
        st.error(md(problem), icon=":material/error:")


def show_curves(run: Run | None, advice: tuple[Advice, ...]) -> None:
    """The live curves, and after them the end of the run and the coach; before the first run what will be there."""
    if run is None:
        show_empty_curves()
        return
    if run.history.cursor < 0 and (run.damage is not None or workspace.engine().is_orphaned(run)):
        return  # there is nothing to draw, and a chart would say that it is queued
    others = possible_references(run)
    reference = chosen_reference(run, others)
    examples = answer_examples(run)
    # In no container of its own: the browser would create that and the chart again whenever a card comes above it.
    live_curves(
        run.id,
        run.title,
        str(run.state),
        key="live",
        reference=reference,
        spans=spans(advice),
        first_point=_first_point(run),
        examples=examples,
    )
    await_examples(run, examples)
    if run.state.is_over:
        run_ending.show_ending(run)
    run_ending.warn_of_same_rows(run)
    if run.state.is_over:
        run_ending.show_weights(run)
    show_advice(run, advice)
    offer_references(others, reference)


def _first_point(run: Run) -> float | None:
    """Seconds from the beginning of a run to its first point, if its recipe was measured before."""
    cost = None if run.recipe is None or run.state.is_over else workspace.engine().known_cost(run.recipe)
    return None if cost is None else cost.first


def advice_on(run: Run | None) -> tuple[Advice, ...]:
    """What the coach says about the run of this tab."""
    return () if run is None else advice_for(run)


def offer_recipe_of(run: Run | None) -> None:
    """The way back to the recipe whose curves are shown, if another one is being edited."""
    if run is None or run.recipe is None or not is_edited(run):
        return
    st.button(
        _("Edit the model of these curves"),
        on_click=workspace.use_recipe_of,
        args=(run,),
        icon=":material/edit:",
        key="edit this model",
    )


def without_advice(report: Report, advice: tuple[Advice, ...]) -> Report:
    """The check without what the coach offers to change as well: one place is enough for one fix."""
    recipe = workspace.current().recipe
    offered = [_changes(recipe, piece.fix.result) for piece in advice if piece.fix is not None]
    kept = [
        found
        for found in report.diagnoses
        if found in report.errors or all(_changes(recipe, fix.result) not in offered for fix in found.fixes)
    ]
    return replace(report, diagnoses=tuple(kept))


def _changes(recipe: Recipe, fixed: Recipe) -> tuple[object, ...]:
    """What a fix changes; of a setting outside of the layers no matter to what: a lower rate is a lower rate."""
    changes = (one.message for one in differences(recipe, fixed))
    return tuple(change.parameters.get("setting", change) for change in changes)


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
