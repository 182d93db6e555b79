"""What is wrong with the data, each with its rows and a fix where there is one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from components import workspace
from components.findings import show_findings
from components.tables import show_table
from trainer.data.dataset import Dataset
from trainer.data.diagnosis import DataDiagnosis, fix_all
from trainer.data.source import source_of
from trainer.data.wording import WORDING, few
from trainer.i18n import _
from trainer.recipe.data import Data
from trainer.recipe.diagnosis import Diagnosis, Severity
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError


def diagnoses_of(
    spec: Data, dataset: Dataset | None, also: Sequence[DataDiagnosis[Any]] = ()
) -> list[DataDiagnosis[Any]] | None:
    """What is wrong with the data, worst first.

    Args:
        spec: of the recipe.
        dataset: what was read; None if that failed.
        also: what is known otherwise.

    Returns:
        None if nothing has been looked for: the source has no doctor, or the data cannot be read at all.
    """
    source = source_of(spec)
    try:
        found = [*also, *source.diagnose(spec, dataset)]
    except RecipeError:
        return None  # why they cannot be read is said instead
    if dataset is not None:
        found += _of_any_source(dataset)
    if not found and not (source.diagnoses and dataset is not None):
        return None
    order = list(Severity)
    return sorted(found, key=lambda one: order.index(one.severity))  # stable: of one severity the order stays


def _of_any_source(dataset: Dataset) -> Iterator[DataDiagnosis[Any]]:
    """What can be said of examples wherever they come from."""
    present = set(dataset.train.y.tolist())
    absent = [name for answer, name in enumerate(dataset.class_names) if answer not in present]
    if absent:
        yield DataDiagnosis(WORDING.message("classes_without_rows", names=few(absent)), Severity.WARNING)


def show_diagnoses(spec: Data, found: Sequence[DataDiagnosis[Any]]) -> None:
    """The doctor's list."""
    st.header(_("What the doctor found"), anchor=False)
    show_findings(found, "data", partial(_apply, spec), together=fix_all(spec, found), more=_show_rows)


def _show_rows(found: Diagnosis[Any]) -> None:
    """The rows that a finding is about, where somebody asks for them."""
    if not isinstance(found, DataDiagnosis) or not found.examples:
        return
    rows = st.expander(_("Show the rows"), key=f"rows {found.code}", type="compact", on_change="rerun")
    with rows:
        if rows.open:
            shown = pd.DataFrame(found.examples, columns=[_("row"), _("label"), _("text")])
            show_table(shown, f"rows {found.code}", wide=_("text"))


def _apply(before: Data, fixed: Data) -> bool:
    """What a fix changes, on the data as they are by then: another fix may have been applied since it was drawn."""

    def edit() -> Recipe:
        recipe = workspace.current().recipe
        if recipe.data.kind != before.kind or recipe.data.path != before.path:
            raise RecipeError(WORDING.message("other_data_meanwhile"))
        changes = {name: value for name, value in fixed if value != getattr(before, name)}
        return workspace.on_data(recipe, recipe.data.with_(**changes))

    workspace.try_set(edit)
    return workspace.current().message is None
