"""Another run, pale, behind the live one: choosing it."""

from __future__ import annotations

from components import workspace
from components.controlled import controlled, selectbox
from components.live_curves import Ghost
from trainer.runs.store import Run, RunNotFoundError

OFFERED = 30
"""So many of the newest runs; older ones are compared on the Runs page."""


def chosen_ghost(run: Run, names: dict[str, str]) -> Ghost | None:
    """The run of `names` that was chosen to stand behind this one; None if none was, or it is gone."""
    at_hand = workspace.current()
    if at_hand.ghost not in names and at_hand.ghost != run.id:  # this very run waits to be the ghost of the next one
        at_hand.ghost = None
    ghost = at_hand.ghost
    return Ghost(ghost, names[ghost]) if ghost is not None and ghost in names else None


def offer_ghosts(names: dict[str, str], ghost: Ghost | None) -> None:
    """The runs to choose from; nothing on the page if there is none."""
    if not names:
        return
    selectbox(
        "Compare with",
        list(names),
        format_func=lambda other: names.get(other, ""),
        placeholder="no other run",
        help="Shows the curves of another run, pale, behind this one.",
        width=420,
        **controlled("ghost", None if ghost is None else ghost.run, _take),
    )


def _take(run: str | None) -> None:
    workspace.current().ghost = run


def possible_ghosts(run: Run) -> dict[str, str]:
    """Ids of runs with curves to show -> when they began and what they are called, newest first."""
    names: dict[str, str] = {}
    for other in workspace.my_runs()[0][: OFFERED + 1]:
        if other == run.id:
            continue
        try:
            found = workspace.store().glance(other)
        except RunNotFoundError:
            continue  # deleted just now
        if found.recipe is not None and found.state.is_over and found.history.epochs:
            when = f"{found.created.astimezone():%d %b %H:%M:%S}" if found.created else other
            names[other] = f"{when} · {_short(found.recipe.name)}"
    return names


def _short(name: str) -> str:
    line = " ".join(name.split())
    return line if len(line) <= 60 else line[:59] + "…"
