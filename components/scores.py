"""What a score is worth, wherever one is shown: beside the baseline, the number of rows, and the best known."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

from components import workspace
from trainer.data.few_rows import one_row_counts
from trainer.i18n import _
from trainer.messages import Message
from trainer.recipe.data import AnyData
from trainer.recipe.spec import RecipeError
from trainer.runs.baseline import Part, standing
from trainer.runs.history import History
from trainer.runs.store import Run, RunNotFoundError, Store
from trainer.sources.mnist.spec import Mnist

MNIST_RECORD = 0.9977
"""The best accuracy on MNIST's test set in 2012: Cireşan, Meier and Schmidhuber, “Multi-column Deep Neural Networks for
Image Classification”, CVPR 2012, with 35 networks that vote (0.23 % wrong). Later papers report slightly more."""
SEARCHED_RUNS = 50
"""Of my other runs on the same data, the newest: a log of hundreds of epochs takes some milliseconds."""


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


def best_known(run: Run) -> Best | None:
    """The best that is known on the test rows of a run: by research, else by another run of this person."""
    if run.recipe is None:
        return None
    data = run.recipe.data
    if isinstance(data, Mnist) and data.path is None:
        return Best(_("Research record (2012)"), MNIST_RECORD)
    return _my_best(run.id, data, run.recipe.seed)


def _my_best(but: str, data: AnyData, seed: int) -> Best | None:
    """The best of this person's other tested runs with the same test rows."""
    store = workspace.store()
    others = (run_id for run_id in workspace.my_runs()[0] if run_id != but and workspace.is_mine(run_id))
    alike = [run_id for run_id in others if _test_rows(store, run_id) == (data, seed)]
    best: Best | None = None
    for run_id in alike[:SEARCHED_RUNS]:
        with suppress(RunNotFoundError):  # deleted since the list was made
            run = store.read_summary(run_id)
            for test in run.history.tests[-1:]:
                if best is None or test.logs["accuracy"] > best.share:
                    best = Best(_("My best: {name}").format(name=run.title), test.logs["accuracy"])
    return best


@lru_cache(maxsize=4096)  # a run never gets another recipe
def _test_rows(store: Store, run_id: str) -> tuple[AnyData, int] | None:
    """What decides which rows a run is tested on; None if its recipe cannot be read."""
    try:
        recipe = store.recipe(run_id)
    except (OSError, RecipeError, RunNotFoundError):
        return None
    return recipe.data, recipe.seed
