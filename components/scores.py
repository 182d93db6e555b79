"""What a score is worth, wherever one is shown: beside the baseline, the number of rows, and the best known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from components import workspace
from trainer.data.few_rows import one_row_counts
from trainer.formats import isolated
from trainer.i18n import _
from trainer.messages import Message
from trainer.runs.baseline import Part, standing
from trainer.runs.history import History
from trainer.runs.openings import Opening, openings
from trainer.runs.store import Run
from trainer.sources.mnist.spec import Mnist

MNIST_RECORD = 0.9977
"""The best accuracy on MNIST's test set in 2012: Cireşan, Meier and Schmidhuber, “Multi-column Deep Neural Networks for
Image Classification”, CVPR 2012, with 35 networks that vote (0.23 % wrong). Later papers report slightly more."""


class Best(NamedTuple):
    """The best accuracy that is known on the same test rows."""

    name: str
    share: float


def worth(history: History, part: Part, accuracy: float) -> list[Message]:
    """What an accuracy on some rows is worth, beside what luck does to it; empty where `standing` has no answer."""
    found = standing(history, part, accuracy)
    if found is None:
        return []
    return [one for one in (found.message, one_row_counts(found.rows)) if one is not None]


def openings_of(run: Run) -> list[Opening]:
    """All tests on the test rows of a run, of this person's runs, the oldest first; of somebody else's run its own."""
    if run.recipe is None:
        return []
    ids = filter(workspace.is_mine, workspace.store().ids()) if workspace.is_mine(run.id) else [run.id]
    return openings(workspace.store(), ids, run.recipe)


def best_known(run: Run, opened: Sequence[Opening]) -> Best | None:
    """The best that is known on the test rows of a run: by research, else by another run of this person.

    Args:
        run: which is not meant itself.
        opened: all tests on these rows, the oldest first; the last of each run counts.
    """
    if run.recipe is None:
        return None
    if isinstance(run.recipe.data, Mnist) and run.recipe.data.path is None:
        return Best(_("Research record (2012)"), MNIST_RECORD)
    others = {one.run.id: one for one in opened if one.run.id != run.id}
    best = max(others.values(), key=lambda one: one.tested.logs["accuracy"], default=None)
    if best is None:
        return None
    return Best(_("My best: {name}").format(name=isolated(best.run.title)), best.tested.logs["accuracy"])
