"""The reference run: another run whose curves the live chart shows in grey for comparison."""

from __future__ import annotations

from components import workspace
from components.controlled import controlled, selectbox
from components.live_curves import ReferenceRun
from components.markup import cut
from components.run_labels import started
from trainer.formats import isolated
from trainer.i18n import _
from trainer.runs.store import Run, RunNotFoundError

MAX_OFFERED = 30
"""How many of the newest runs can be chosen; older ones are compared on the Runs page."""


def chosen_reference(run: Run, names: dict[str, str]) -> ReferenceRun | None:
    """The run that was chosen from `names` for comparison with this one; None if none was, or it is gone."""
    tab = workspace.current()
    # This very run may have been chosen already: as the reference of the next one.
    if tab.reference not in names and tab.reference != run.id:
        tab.reference = None
    return ReferenceRun(tab.reference, names[tab.reference]) if tab.reference in names else None


def offer_references(names: dict[str, str], reference: ReferenceRun | None) -> None:
    """The runs to choose from; nothing if there are none."""
    if not names:
        return
    selectbox(
        _("Compare with"),
        list(names),
        format_func=lambda other: names.get(other, ""),
        placeholder=_("no other run"),
        help=_("Shows another run's curves in grey for comparison."),
        width=420,
        **controlled("reference", None if reference is None else reference.run_id, _choose),
    )


def _choose(run_id: str | None) -> None:
    workspace.current().reference = run_id


def possible_references(run: Run) -> dict[str, str]:
    """Ids of the runs with curves to show -> when each began and its name, newest first."""
    names: dict[str, str] = {}
    for run_id in workspace.my_runs()[0][: MAX_OFFERED + 1]:
        if run_id == run.id:
            continue
        try:
            found = workspace.store().read_summary(run_id)
        except RunNotFoundError:
            continue  # deleted just now
        if found.recipe is not None and found.state.is_over and found.history.epochs:
            names[run_id] = f"{started(found)} · {isolated(cut(found.title, 60))}"
    return names
