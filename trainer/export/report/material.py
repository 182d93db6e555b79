"""What a report is made of, read from the run's folder, its data and earlier runs. Whatever is missing is None."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from trainer import data
from trainer.data.dataset import Dataset
from trainer.data.diagnosis import DataDiagnosis
from trainer.data.examination import examine
from trainer.data.source import source_of
from trainer.export.wording import WORDING
from trainer.messages import Message
from trainer.recipe.spec import RecipeError
from trainer.runs import expectation
from trainer.runs.comparison import learn_from_same
from trainer.runs.expectation import Expectation
from trainer.runs.predictions import Predictions, read_predictions
from trainer.runs.store import Run, RunNotFoundError, Store

LOG = logging.getLogger(__name__)
MAX_EARLIER = 500
"""Earlier runs among which one of the same data is looked for, the newest first."""


@dataclass(frozen=True)
class DataRead:
    """The data of a run, as they are now."""

    dataset: Dataset | None = None
    """None if they are gone or have changed: what the run has learned from is then not known any more."""
    findings: Sequence[DataDiagnosis[Any]] = ()
    """What the doctor found, worst first."""
    are_examined: bool = False
    """Whether the doctor has looked at them: there is one for some kinds of data only."""
    problem: Message | None = None
    """Why there is no data set; None if there is one."""


@dataclass(frozen=True)
class Material:
    """All that a report is made of."""

    run: Run
    expectation: Expectation | None
    data: DataRead
    predictions: Predictions | None
    """The answers of the last test; None without one, or if their file is missing or damaged."""
    earlier: Run | None
    """The newest run before this one that learned from the same data, of the same person."""


def gather(store: Store, run_id: str) -> Material:
    """Read what there is.

    Args:
        store: of the run.
        run_id: which.

    Raises:
        RunNotFoundError: there is no such run.
        OSError: too many files are open.
    """
    run = store.read(run_id)
    predictions = _predictions(store, run)
    return Material(
        run, expectation.load(store.folder(run_id)), _data(run, predictions), predictions, _earlier(store, run)
    )


def _predictions(store: Store, run: Run) -> Predictions | None:
    if not run.history.tests:
        return None
    prepared = run.history.prepared
    try:
        found = read_predictions(store.folder(run.id) / run.history.tests[-1].file)
    except Exception as error:  # noqa: BLE001 - a damaged archive raises nearly anything, from zlib.error to MemoryError
        LOG.info("Run %s: the answers of its test cannot be read: %r", run.id, error)
        return None
    return found if prepared is None or len(prepared.class_names) == found.classes else None


def _data(run: Run, predictions: Predictions | None) -> DataRead:
    if run.recipe is None:
        return DataRead(problem=WORDING.message("report_no_recipe"))
    seen = examine(run.recipe.data, run.recipe.seed)
    if seen.refusal is not None:
        return DataRead(problem=WORDING.message("report_data_gone", why=seen.refusal))
    try:
        dataset = data.load(seen.spec, run.recipe.seed)
    except RecipeError as error:  # since they were examined
        return DataRead(problem=WORDING.message("report_data_gone", why=error.message))
    if not _is_same(dataset, run, predictions):
        return DataRead(problem=WORDING.message("report_data_changed"))
    return DataRead(dataset, seen.findings, source_of(seen.spec).diagnoses)


def _is_same(dataset: Dataset, run: Run, predictions: Predictions | None) -> bool:
    """Whether a run was trained on these data, as far as it has written down."""
    prepared, facts = run.history.prepared, dataset.facts()
    if prepared is not None and (prepared.class_names, prepared.train, prepared.validation, prepared.test) != (
        facts.class_names, facts.train, facts.validation, facts.test,
    ):  # fmt: skip
        return False
    if predictions is None:
        return True
    test = dataset.test
    return np.array_equal(test.rows, predictions.rows) and np.array_equal(test.y, predictions.truth)


def _earlier(store: Store, run: Run) -> Run | None:
    """The newest run of the same person before this one that has learned something from the same data."""
    if run.recipe is None:
        return None
    owner = store.owner(run.id)
    for run_id in islice((one for one in store.ids() if one < run.id), MAX_EARLIER):
        with suppress(RecipeError, RunNotFoundError, OSError):  # damaged, or deleted since the ids were read
            if store.owner(run_id) != owner or not learn_from_same(store.recipe(run_id), run.recipe):
                continue
            found = store.read_summary(run_id)
            if found.history.epochs and found.damage is None:
                return found
    return None
