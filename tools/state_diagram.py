"""Draws the states of a run into `docs/architecture.md`, from the table that the code uses; a test keeps it up to date.

`python -m tools.state_diagram`
"""

from __future__ import annotations

from trainer import PROJECT
from trainer.runs.events import TRANSITIONS, RunState

PAGE = PROJECT / "docs" / "architecture.md"
BEGIN, END = "<!-- made by python -m tools.state_diagram -->\n", "<!-- end of what it made -->\n"
Q, R, P = RunState.QUEUED, RunState.RUNNING, RunState.PAUSED
F, S, X, I = RunState.FINISHED, RunState.STOPPED, RunState.FAILED, RunState.INTERRUPTED  # noqa: E741 - a table is short
LABELS: dict[RunState | None, dict[RunState, str]] = {
    None: {Q: "Train", I: "trainer gone before it took the run up"},
    Q: {Q: "trainer gone, a new one takes it up", R: "its turn", S: "Stop", X: "cannot work", I: "trainer gone"},
    R: {P: "Pause", F: "all epochs done", S: "Stop", X: "an error", I: "trainer gone"},
    P: {R: "Resume", S: "Stop", X: "an error", I: "trainer gone"},
    F: {Q: "Train longer"},
    S: {Q: "Resume, Train longer"},
    X: {Q: "Resume, Train longer"},
    I: {Q: "Resume, Train longer"},
}
"""What makes a run pass from one state into another, in the words of the page where there is a button for it."""


def diagram() -> str:
    """The diagram as Mermaid, which GitHub and most editors draw."""
    lines = ["```mermaid", "stateDiagram-v2"]
    for state, after in LABELS.items():
        lines += [f"    {state or '[*]'} --> {to}: {label}" for to, label in after.items()]
    return "\n".join([*lines, "```"]) + "\n"


def page(text: str) -> str:
    """The page with the diagram between its markers.

    Raises:
        ValueError: the markers are not there.
    """
    before, _, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{PAGE.name} lacks the lines that the diagram stands between.")
    return before + BEGIN + diagram() + END + after


def steps() -> set[tuple[RunState | None, RunState]]:
    """Every legal step, as the code knows it."""
    return {(state, to) for state, after in TRANSITIONS.items() for to in after}


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
