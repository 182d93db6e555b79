"""All runs: their state and scores, opening, comparing and deleting them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

import streamlit as st

from components import charts, workspace
from components.controlled import controlled, selectbox
from components.errors import guarded
from components.markup import md
from components.navigation import Page
from components.person import show_everybody, shows_everybody
from components.run_ending import reason
from components.run_labels import started, state_of
from components.scores import BADGE_COLORS, standing_of
from components.wording import WORDING
from trainer import formats
from trainer.engine.local import LocalEngine
from trainer.i18n import N_, _, ngettext
from trainer.messages import Message
from trainer.runs.comparison import compare
from trainer.runs.events import RunState
from trainer.runs.store import Run, RunActiveError, RunNotFoundError

RUNS_PER_PAGE = 10
MAX_COMPARED = 8
"""How many curves one chart shows; more cannot be told apart."""
BADGES = {
    RunState.FINISHED: "gray",
    RunState.RUNNING: "blue",
    RunState.QUEUED: "blue",
    RunState.PAUSED: "orange",
    RunState.STOPPED: "gray",
    RunState.INTERRUPTED: "orange",
    RunState.FAILED: "red",
}
METRICS = {
    "val_accuracy": N_("Validation accuracy"),
    "val_loss": N_("Validation loss"),
    "accuracy": N_("Training accuracy"),
    "loss": N_("Training loss"),
}


def show_runs() -> list[str]:
    """The runs, newest first, ten to a page.

    Returns:
        The ids of the runs that are ticked for comparing.
    """
    ids, hidden = workspace.my_runs()
    _offer_everybody(hidden)
    if not ids:
        if not hidden:
            st.info(_("There are no runs yet. Start a lesson, then press Train: each run is kept here."))
        return []
    pages = -(-len(ids) // RUNS_PER_PAGE)
    page = 0
    if pages > 1:
        label = _("Page (1 to {pages})").format(pages=formats.number(pages))
        page = st.number_input(label, 1, pages, step=1, width=160, key="page of runs") - 1
    for run_id in ids[page * RUNS_PER_PAGE : (page + 1) * RUNS_PER_PAGE]:
        # Each by itself, so that a run that cannot be shown leaves the others on the list.
        with guarded("a run", brief=True, key=run_id), suppress(RunNotFoundError):  # deleted since the list was made
            _show_row(workspace.store().read_summary(run_id))
    return [run_id for run_id in ids if run_id in workspace.current().compared_runs]


def _offer_everybody(hidden: int) -> None:
    """The switch that shows what belongs to other browsers, if there is anything; and how much is hidden."""
    if hidden:
        text = ngettext(
            "{count} run of another browser on this computer is hidden.",
            "{count} runs of other browsers on this computer are hidden.",
            hidden,
        )
        st.caption(text.format(count=formats.number(hidden)))
    if hidden or shows_everybody() or workspace.library().hides_drafts() or workspace.library().hides_uploads():
        st.toggle(
            _("Show everybody's on this computer"),
            help=_(
                "Also shows runs, recipes and files of other browsers, or of this one before it lost its cookies. You "
                "can then open, stop and delete them: ask the people who made them first."
            ),
            **controlled("show everybody's", shows_everybody(), show_everybody),
        )


def _show_row(run: Run) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        name = md(run.title)
        st.checkbox(
            _("Compare {name}, {when}").format(name=name, when=_when(run)),
            label_visibility="collapsed",
            **controlled(f"compare {run.id}", run.id in workspace.current().compared_runs, partial(_tick, run.id)),
        )
        locked = workspace.why_not_change(run.id)
        notes = [f"**{name}**"]
        if not workspace.is_mine(run.id):
            notes.append(_("another browser's"))
        if locked is not None and locked.code == "components.elsewhere":
            notes.append(_("trained by another program"))
        st.markdown(f"{' · '.join(notes)}  \n{_when(run)} · {_scores(run)}", width="stretch")
        found = standing_of(run.history)
        color = BADGES[run.state] if run.damage is None else "orange"
        if run.state is RunState.FINISHED and found is not None:
            color = BADGE_COLORS[found.verdict]
        st.badge(state_of(run), color=color, help=md(run.damage or reason(run) or "") or None)  # type: ignore[arg-type]
        damage = None if run.damage is None else md(run.damage)
        if st.button(_("Open"), key=f"open {run.id}", disabled=damage is not None, help=damage):
            workspace.open_run(run.id)
            st.switch_page(Page.TRAIN)
        _offer_deletion(run, locked)


def _offer_deletion(run: Run, locked: Message | None) -> None:
    if locked is None and not run.state.is_over and not workspace.engine().is_orphaned(run):
        locked = WORDING.message("still_training")
    with st.popover(_("Delete"), disabled=locked is not None, help=None if locked is None else md(locked)):
        question = _("Delete {name} of {when} with its curves and weights? This cannot be undone.")
        st.write(question.format(name=md(run.title), when=_when(run)))
        st.button(_("Delete permanently"), key=f"delete {run.id}", type="primary", on_click=_delete, args=(run.id,))


def _tick(run_id: str, on: bool) -> None:
    """Tick or untick a run; kept in the workspace, since Streamlit forgets a checkbox that is not on the page."""
    compared = workspace.current().compared_runs
    compared.add(run_id) if on else compared.discard(run_id)


def _when(run: Run) -> str:
    return started(run) if run.created else _("unknown time, {id}").format(id=md(run.id))


def _scores(run: Run) -> str:
    if run.damage is not None:
        return md(run.damage)
    history = run.history
    parts = []
    if run.recipe is not None:
        parts.append(f"{run.recipe.optimizer.kind} {formats.number(run.recipe.optimizer.learning_rate)}")
    done = len(history.epochs)
    if history.prepared:
        of = _("{done} of {epochs} epochs")
        parts.append(of.format(done=formats.number(done), epochs=formats.number(history.prepared.epochs)))
    else:
        parts.append(str(WORDING.message("epochs", count=done)))
    scored = history.scored_epoch
    logs = {} if scored is None else scored.logs
    if scored is not None and scored is not history.epochs[-1]:
        parts.append(_("weights of epoch {epoch}").format(epoch=formats.number(scored.epoch)))
    if "accuracy" in logs:
        parts.append(_("training {accuracy}").format(accuracy=formats.percent(logs["accuracy"], 2)))
    if "val_accuracy" in logs:
        parts.append(_("validation {accuracy}").format(accuracy=formats.percent(logs["val_accuracy"], 2)))
    if history.tests:
        accuracy = formats.percent(history.tests[-1].logs["accuracy"], 2)
        parts.append(f"**{_('test {accuracy}').format(accuracy=accuracy)}**")
    if history.prepared and history.prepared.same_rows:
        parts.append(_("scored on its own training rows"))
    if (found := standing_of(history)) is not None:
        always = _("always “{answer}”: {share}")
        parts.append(always.format(answer=md(found.answer), share=formats.percent(found.share, 2)))
    return " · ".join(parts)


def _delete(run_id: str) -> None:
    def delete(engine: LocalEngine) -> None:
        if engine.is_busy(run_id):
            raise RunActiveError(WORDING.message("still_training_delete"))
        with suppress(RunNotFoundError):  # pressed twice, or in another tab as well
            engine.store.delete(run_id)

    if workspace.change_run(run_id, delete) and workspace.current().run_id == run_id:
        workspace.current().run_id = None


def show_overlay(ids: Sequence[str]) -> None:
    """The curves of the ticked runs in one chart."""
    st.subheader(_("Compare"))
    if not ids:
        st.caption(_("Tick two or more runs to see their curves in one chart."))
        return
    if len(ids) > MAX_COMPARED:
        first = _("Only the first {most} of the {count} ticked runs are drawn: more cannot be told apart.")
        st.caption(first.format(most=MAX_COMPARED, count=formats.number(len(ids))))
    runs = []
    for run_id in ids[:MAX_COMPARED]:
        with suppress(RunNotFoundError):  # deleted in another tab since the list was made
            runs.append(workspace.store().read(run_id))
    metric = selectbox(_("Curve"), METRICS, format_func=lambda name: _(METRICS[name]), key="curve")
    curves = [(_legend(run), run.history.epoch_curve(metric)) for run in runs]
    empty = [name for name, curve in curves if not curve.x]
    if empty:
        st.caption(_("Without this curve: {runs}").format(runs=md(formats.listing(empty))))
    ends = _("{run} ends at {value}")
    described = "; ".join(ends.format(run=name, value=formats.number(curve.y[-1])) for name, curve in curves if curve.y)
    title = _(METRICS[metric])
    alt = _("{metric} by epoch: {curves}").format(metric=title, curves=described)
    st.plotly_chart(charts.overlay(curves, metric, title), key="overlay", alt=alt)
    _show_differences(runs)


def _show_differences(runs: list[Run]) -> None:
    """What was changed from the oldest of the runs to each other one, and the effect."""
    if len(runs) < 2:
        st.caption(_("Tick a second run to see what differs between the two."))
        return
    first, *others = sorted(runs, key=lambda run: run.id)
    against = _("Compared with the oldest, {when} · {name}:")
    st.markdown(against.format(when=_when(first), name=md(first.title)))
    for run in others:
        found = compare(first, run)
        hints = "".join(f" *{md(hint)}*" for hint in found.hints)
        st.markdown(f"- {_when(run)} · {md(run.title)}: {md(found.sentence)}{hints}")


def _legend(run: Run) -> str:
    """The time comes first, since it tells a run from others of the same lesson, and a legend cuts long names."""
    if run.history.prepared and run.history.prepared.same_rows:
        return _("{when} (own training rows) {name}").format(when=started(run), name=run.title)
    return f"{started(run)} {run.title}"
