"""All runs: their state and scores, opening, comparing and deleting them."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

import streamlit as st

from components import charts, workspace
from components.controlled import controlled, selectbox
from components.errors import guarded
from components.markup import md
from components.person import show_everybody, shows_everybody
from components.run_ending import reason
from trainer.engine.local import LocalEngine
from trainer.messages import Message
from trainer.runs.comparison import compare
from trainer.runs.events import RunState
from trainer.runs.store import Run, RunActiveError, RunNotFoundError
from trainer.runs.wording import WORDING

PAGE = 10
MOST = 8
BADGES = {
    RunState.FINISHED: "green",
    RunState.RUNNING: "blue",
    RunState.QUEUED: "blue",
    RunState.PAUSED: "orange",
    RunState.STOPPED: "gray",
    RunState.INTERRUPTED: "orange",
    RunState.FAILED: "red",
}
METRICS = ("val_accuracy", "val_loss", "accuracy", "loss")


def show_runs() -> list[str]:
    """The runs, newest first, ten to a page; returns the ids that are ticked for comparing."""
    ids, hidden = workspace.my_runs()
    _offer_everybody(hidden)
    if not ids:
        if not hidden:
            st.info("There are no runs yet. Start a lesson, then press Train: each run is kept here.")
        return []
    pages = -(-len(ids) // PAGE)
    page = 0
    if pages > 1:
        page = st.number_input(f"Page (1 to {pages})", 1, pages, step=1, width=160) - 1
    for run in ids[page * PAGE : (page + 1) * PAGE]:
        # Each by itself, so that one run never takes the others off the list.
        with guarded(f"the run {run}", brief=True), suppress(RunNotFoundError):  # deleted since the list was made
            _show_row(workspace.store().glance(run))
    return [run for run in ids if run in workspace.current().compared]


def _offer_everybody(hidden: int) -> None:
    """The switch that shows what belongs to other browsers, where there is something; and what it hides."""
    if hidden:
        many = "1 run of another browser" if hidden == 1 else f"{hidden:,} runs of other browsers"
        st.caption(f"{many} on this computer {'is' if hidden == 1 else 'are'} hidden.")
    if hidden or shows_everybody() or workspace.library().hides_drafts() or workspace.library().hides_uploads():
        st.toggle(
            "Show everybody's on this computer",
            help="Also runs, recipes and files that were made in other browsers, or in this one before it lost its "
            "cookies. You can then open, stop and delete them: ask whoever made them first.",
            **controlled("show everybody's", shows_everybody(), show_everybody),
        )


def _show_row(run: Run) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        name = run.title
        st.checkbox(
            f"Compare {md(name)}, {_when(run)}",
            label_visibility="collapsed",
            **controlled(f"compare {run.id}", run.id in workspace.current().compared, partial(_tick, run.id)),
        )
        locked = workspace.why_not_change(run.id)
        notes = [] if workspace.is_mine(run.id) else ["another browser's"]
        notes += ["trained by another program"] if locked is not None and locked.code == "components.elsewhere" else []
        st.markdown(f"{' · '.join((f'**{md(name)}**', *notes))}  \n{_when(run)} · {_scores(run)}", width="stretch")
        color = BADGES[run.state] if run.damage is None else "orange"
        st.badge(run.condition, color=color, help=md(run.damage or reason(run) or "") or None)  # type: ignore[arg-type]
        if st.button("Open", key=f"open {run.id}", disabled=run.damage is not None, help=md(run.damage or "") or None):
            workspace.open_run(run.id)
            st.switch_page("train_page.py")
        why_not: Message | str | None = locked
        if locked is None and not run.state.is_over and not workspace.engine().is_forgotten(run):
            why_not = "It is going on. Stop it first."
        with st.popover("Delete", disabled=why_not is not None, help=None if why_not is None else md(why_not)):
            st.write(f"Delete {md(name)} with its curves and weights? This cannot be undone.")
            st.button("Delete for good", key=f"delete {run.id}", type="primary", on_click=_delete, args=(run.id,))


def _tick(run: str, on: bool) -> None:
    """Tick or untick a run; kept in the workspace, since a checkbox on another page of the list would be forgotten."""
    compared = workspace.current().compared
    compared.add(run) if on else compared.discard(run)


def _when(run: Run) -> str:
    return f"{run.created.astimezone():%d %b %Y, %H:%M:%S}" if run.created else f"unknown time, {run.id}"


def _scores(run: Run) -> str:
    if run.damage is not None:
        return md(run.damage)
    history = run.history
    of = f" of {history.prepared.epochs}" if history.prepared else ""
    words = [f"{len(history.epochs)}{of} epochs"]
    if run.recipe is not None:
        words.insert(0, f"{run.recipe.optimizer.kind} {run.recipe.optimizer.learning_rate:g}")
    if history.epochs:
        logs = history.epochs[-1].logs
        words += [
            f"{word} {logs[name]:.2%}"
            for name, word in (("accuracy", "training"), ("val_accuracy", "validation"))
            if name in logs
        ]
    if history.tests:
        words.append(f"**test {history.tests[-1].logs['accuracy']:.2%}**")
    if history.prepared and history.prepared.same_rows:
        words.append("scored on its own training rows")
    return " · ".join(words)


def _delete(run: str) -> None:
    def delete(engine: LocalEngine) -> None:
        if engine.is_busy(run):
            raise RunActiveError(WORDING.message("run_active"))
        with suppress(RunNotFoundError):  # pressed twice, or in another tab as well
            engine.store.delete(run)

    if workspace.change_run(run, delete) and workspace.current().run == run:
        workspace.current().run = None


def show_overlay(ids: list[str]) -> None:
    """The curves of the ticked runs in one chart."""
    st.subheader("Compare")
    if not ids:
        st.caption("Tick two or more runs to see their curves in one chart.")
        return
    if len(ids) > MOST:
        st.caption(f"Only the first {MOST} of the {len(ids)} ticked runs are drawn: more cannot be told apart.")
    runs = []
    for run in ids[:MOST]:
        with suppress(RunNotFoundError):  # deleted in another tab since the list was made
            runs.append(workspace.store().read(run))
    metric = selectbox("Curve", METRICS)
    curves = [(_legend(run), run.history.epoch_curve(metric)) for run in runs]
    empty = [name for name, curve in curves if not curve.x]
    if empty:
        st.caption("Without this curve: " + md("; ".join(empty)))
    words = "; ".join(f"{name} ends at {curve.y[-1]:.4g}" for name, curve in curves if curve.y)
    st.plotly_chart(charts.overlay(curves, metric), key="overlay", alt=f"{metric} by epoch: {words}")
    _show_differences(runs)


def _show_differences(runs: list[Run]) -> None:
    """What was changed from the oldest of the runs to each other one, and what came of it."""
    if len(runs) < 2:
        st.caption("Tick a second run to read what differs between the two.")
        return
    first, *others = sorted(runs, key=lambda run: run.id)
    st.markdown(f"Against the oldest, {_when(first)} · {md(first.title)}:")
    for run in others:
        found = compare(first, run)
        name = md(run.title)
        hints = "".join(f" *{md(hint)}*" for hint in found.hints)
        st.markdown(f"- {_when(run)} · {name}: {md(found.sentence)}{hints}")


def _legend(run: Run) -> str:
    """What tells a run from others of the same lesson comes first, because a legend cuts long names."""
    name = run.title
    own_rows = " (own training rows)" if run.history.prepared and run.history.prepared.same_rows else ""
    when = f"{run.created.astimezone():%d %b %H:%M:%S}" if run.created else run.id
    return f"{when}{own_rows} {name}"
