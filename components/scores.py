"""What a score is worth, in words, wherever one is shown: beside the baseline, and with how many rows."""

from __future__ import annotations

from trainer.data.few_rows import one_row_counts
from trainer.messages import Message
from trainer.runs.baseline import Part, Standing, Verdict, standing
from trainer.runs.history import History

BADGE_COLORS = {Verdict.BETTER: "green", Verdict.UNSURE: "gray", Verdict.NO_BETTER: "orange", Verdict.ONE_CLASS: "gray"}
"""Of a finished run, by what its score is worth: only one above the baseline is green."""


def standing_of(history: History) -> Standing | None:
    """The run's score beside the baseline: of its last test, else of its validation; None as for `standing`."""
    if history.tests:
        return standing(history, "test", history.tests[-1].logs["accuracy"])
    scored = history.scored_epoch
    if scored is None or "val_accuracy" not in scored.logs:
        return None
    return standing(history, "validation", scored.logs["val_accuracy"])


def worth(history: History, part: Part, accuracy: float) -> list[Message]:
    """What an accuracy on some rows is worth; empty where `standing` has no answer."""
    found = standing(history, part, accuracy)
    if found is None:
        return []
    return [one for one in (found.message, found.range, one_row_counts(found.rows)) if one is not None]
