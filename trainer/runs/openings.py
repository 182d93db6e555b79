"""All openings of a test set: which model answered it when, and what looking again does to the worth of a score.

Nothing is written down for this: tests are events of their runs, and when one was comes from the file of its answers,
as the file system stamps it. A run that is deleted takes its openings with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from statistics import NormalDist
from typing import NamedTuple

from trainer.messages import Message
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs.baseline import DEVIATIONS, interval
from trainer.runs.comparison import tested_on
from trainer.runs.events import Tested
from trainer.runs.store import Run, RunNotFoundError, Store
from trainer.runs.wording import WORDING

MAX_RUNS = 100
"""Runs whose openings are told, the newest: each takes a page about a millisecond."""


class Opening(NamedTuple):
    """One test."""

    run: Run
    tested: Tested
    at: datetime | None
    """When its answers were written, in UTC; None if their file is gone."""


def openings(store: Store, run_ids: Iterable[str], recipe: Recipe) -> list[Opening]:
    """The tests of some runs on the rows that a recipe is tested on, the oldest first.

    Args:
        store: where the runs are.
        run_ids: newest first; of those that opened this test set, at most `MAX_RUNS` are told.
        recipe: whose test rows are meant.
    """
    wanted, found, runs = tested_on(recipe), [], 0
    for run_id in run_ids:
        with suppress(OSError, RecipeError, RunNotFoundError):  # damaged, or deleted since the ids were read
            folder = store.folder(run_id)
            if next(folder.glob("test-*.npz"), None) is None or tested_on(store.recipe(run_id)) != wanted:
                continue
            run = store.read_summary(run_id)
            found += [Opening(run, tested, _written(folder / tested.file)) for tested in run.history.tests]
            if (runs := runs + 1) == MAX_RUNS:
                break
    return sorted(found, key=_when)


def _written(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):  # gone, or stamped with no time that there is
        return None


def _when(opening: Opening) -> tuple[datetime, int]:
    return opening.at or opening.run.created or datetime.min.replace(tzinfo=UTC), opening.tested.n


def models(found: Sequence[Opening]) -> int:
    """How many different models were tested: of other recipes, or of other epochs.

    The same recipe trained twice is one: it has the same weights, and gives the same answers. Only where a run was
    stopped inside an epoch does each test count, since nobody knows whether it was stopped at the same place again.
    """
    return len({_model(one) for one in found})


def _model(opening: Opening) -> tuple[object, ...]:
    """What tells the tested model from others."""
    run, tested = opening.run, opening.tested
    place = () if tested.inside_epoch is None else (run.id, tested.n)
    return _trained(run.recipe), tested.weights_epoch, tested.inside_epoch, *place


def _trained(recipe: Recipe | None) -> str:
    """What decides the weights, in one text."""
    return "" if recipe is None else recipe.with_(name="-", about="", aside=()).to_json()


def worth(found: Sequence[Opening]) -> Message | None:
    """What all openings of a test set so far do to the worth of its scores; None before the first."""
    if not found:
        return None
    tried, last = models(found), found[-1].tested
    if len(found) == 1:
        return WORDING.message("opened_once")
    if tried == 1:
        return WORDING.message("opened_for_same", count=len(found))
    points = 100 * flattery(last.logs["accuracy"], max(last.rows, 1), tried)
    told = {"count": len(found), "models": tried, "rows": last.rows, "points": max(0.1, round(points, 1))}
    return WORDING.message("opened_for_several", **told)


def flattery(accuracy: float, rows: int, models: int) -> float:
    """How much too high, on average, the best of several scores is if the models are equally good, as a share.

    It is the expected largest of so many draws from a normal distribution, after G. Blom, “Statistical Estimates and
    Transformed Beta-Variables” (1958), with the standard error of the score. Models that make the same mistakes differ
    less, so this is the most that it can be.

    Args:
        accuracy: of one of them, 0 to 1.
        rows: that it was measured on, at least one.
        models: how many were tested.

    >>> round(flattery(0.9, 1000, 2), 3), round(flattery(0.9, 1000, 10), 3), flattery(0.9, 1000, 1)
    (0.006, 0.015, 0.0)
    """
    low, high = interval(accuracy, rows)
    return (high - low) / (2 * DEVIATIONS) * NormalDist().inv_cdf((models - 0.375) / (models + 0.25))
