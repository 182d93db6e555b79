"""What is wrong with the data, each with its rows and a fix where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from components import workspace
from components.markup import md
from components.tables import show_table
from trainer.data.dataset import Dataset
from trainer.data.diagnosis import DataDiagnosis
from trainer.data.source import source_of
from trainer.data.wording import WORDING
from trainer.i18n import N_, _
from trainer.recipe.data import Data
from trainer.recipe.diagnosis import Severity
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError

_LOOKS = {
    Severity.ERROR: (":material/error:", N_("Fix this")),
    Severity.WARNING: (":material/warning:", N_("Check this")),
    Severity.NOTE: (":material/info:", N_("Note")),
}


def show_diagnoses(spec: Data, dataset: Dataset | None, also: Sequence[DataDiagnosis[Any]] = ()) -> None:
    """What the source of the data finds wrong with them, worst first; nothing for a source that looks for nothing.

    Args:
        spec: of the recipe.
        dataset: what was read; None if that failed.
        also: what is known otherwise.
    """
    source = source_of(spec)
    if not source.diagnoses:
        return
    try:
        found = [*also, *source.diagnose(spec, dataset)]
    except RecipeError:
        return  # said above: the data cannot be read at all
    if not found:
        if dataset is not None:
            name = md(workspace.data_name(spec))
            st.success(
                _("The doctor found nothing wrong with {name}.").format(name=name), icon=":material/check_circle:"
            )
        return
    st.subheader(_("What the doctor found"))
    for one in found:
        _show(one, spec)


def _show(found: DataDiagnosis[Any], spec: Data) -> None:
    icon, word = _LOOKS[found.severity]
    with st.container(border=True):
        st.markdown(f"{icon} **{_(word)}:** {md(str(found.message))}")
        with st.container(horizontal=True, vertical_alignment="center"):
            for fix in found.fixes:
                st.button(
                    str(fix.label),
                    key=f"fix {fix.code}",
                    icon=":material/build:",
                    type="primary" if found.severity is Severity.ERROR else "secondary",
                    on_click=_apply,
                    args=(spec, fix.result),
                    help=_("Your file is not changed, and you can undo this."),
                )
            if found.examples and st.toggle(_("Show rows"), key=f"rows {found.code}"):
                shown = pd.DataFrame(found.examples, columns=[_("row"), _("label"), _("text")])
                show_table(shown, f"rows {found.code}", wide=_("text"))


def _apply(before: Data, fixed: Data) -> None:
    """What a fix changes, on the data as they are by then: another fix may have been applied since it was drawn."""

    def edit() -> Recipe:
        recipe = workspace.current().recipe
        if recipe.data.kind != before.kind or recipe.data.path != before.path:
            raise RecipeError(WORDING.message("other_data_meanwhile"))
        changes = {name: value for name, value in fixed if value != getattr(before, name)}
        return workspace.on_data(recipe, recipe.data.with_(**changes))

    workspace.try_set(edit)
