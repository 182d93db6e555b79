"""Choosing data and seeing what is in it."""

from __future__ import annotations

from collections.abc import Collection
from typing import assert_never

import numpy as np
import pandas as pd
import streamlit as st

from components import (
    charts,
    diagnoses,
    example_view,
    forms,
    picture_view,
    source_choice,
    table_source,
    text_view,
    workspace,
)
from components.controlled import controlled, segmented_control
from components.deferred import run_pending
from components.errors import guarded
from components.forms import effect
from components.markup import md
from components.tables import show_table
from trainer import data, formats
from trainer.data.dataset import Dataset, Part
from trainer.data.wording import WORDING, few
from trainer.i18n import N_, _
from trainer.recipe.data import Data
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError

SHOWN = 20
SAME_ROWS = N_(
    "There are too few rows to split them, so training, validation and test use the same rows. The scores only show "
    "how "
    "well the model remembers these rows, not how well it would do on new ones."
)
_BLOCK = ".st-key-data-columns > [data-testid=stLayoutWrapper] > [data-testid=stHorizontalBlock]"
_ORDER = " ".join(
    f"[data-testid=stLayoutWrapper]:has(> .st-key-data-{name}) {{ order: {place}; }}"
    for place, name in enumerate(("choice", "findings", "settings", "content"))
)
NARROW = (
    f"<style>@media (max-width: 640px) {{ {_BLOCK} {{ flex-direction: column; }} {_BLOCK} > [data-testid=stColumn], "
    f"{_BLOCK} > [data-testid=stColumn] > [data-testid=stVerticalBlock] {{ display: contents; }} {_ORDER} }}</style>"
)
"""In a narrow window the columns stand one above the other; there what is wrong comes before the rarer settings."""
SHARES = ("validation", "test")


def show() -> bool:
    """The choice and the settings, beside what is wrong with the data and what is in it.

    Returns:
        Whether there is something to learn from.
    """
    run_pending()
    st.html(NARROW)
    with st.container(key="data-columns"):
        left, right = st.columns([1, 2], gap="large")
    chosen: Collection[str] = ()
    with left:
        with st.container(key="data-choice"), guarded("the choice of data"):
            chosen = _choose_source()
        with st.container(key="data-settings"), guarded("the settings"):
            _show_settings(chosen)
    dataset = None
    with right:
        with st.container(key="data-findings"), guarded("what was found in the data"):
            dataset = _show_findings()
        if dataset is not None:
            with st.container(key="data-content"), guarded("what is in the data"):
                _show_content(dataset)
    return dataset is not None


def _choose_source() -> Collection[str]:
    """The kind of data, and what its source lets people choose; returns the fields that need no form then."""
    recipe = workspace.current().recipe
    kinds: dict[str, type[Data]] = Data.registry
    segmented_control(
        _("Kind of data"),
        list(kinds),
        format_func=lambda kind: _(kinds[kind].title),
        required=True,
        **controlled("source", recipe.data.kind, _change_kind),
    )
    return source_choice.choose(recipe.data)


def _show_settings(chosen: Collection[str]) -> None:
    spec = workspace.current().recipe.data
    shares = [field for field in SHARES if field in type(spec).model_fields]
    for field in shares:
        _share(field)
    forms.form(
        lambda: workspace.current().recipe.data,
        "data",
        lambda new: workspace.current().recipe.with_(data=new),
        without={"path", *chosen, *shares},
    )


def _share(field: str) -> None:
    """A share of the rows in per cent, by slider."""
    value = round(100 * getattr(workspace.current().recipe.data, field))
    info = type(workspace.current().recipe.data).model_fields[field]

    def change(share: int) -> None:
        def edit() -> Recipe:
            recipe = workspace.current().recipe
            return recipe.with_(data=recipe.data.with_(**{field: share / 100}))

        workspace.try_set(edit)

    shown = controlled(field, value, change)
    help = " ".join(_(part) for part in (info.description or "", effect(info)) if part)
    st.slider(_(info.title or field), 0, max(50, value), format="%d %%", help=help, **shown)


def _change_kind(kind: str) -> None:
    with workspace.changing() as tab:
        tab.pending.clear()  # of the data that are left
        workspace.set_recipe(workspace.on_data(tab.recipe, Data.registry[kind].first()))


def _show_findings() -> Dataset | None:
    """Split sizes and what is wrong with the data, or why there is none."""
    recipe = workspace.current().recipe
    try:
        dataset = data.load(recipe.data, recipe.seed)
    except RecipeError as error:
        st.error(source_choice.said(error), icon=":material/error:")
        diagnoses.show_diagnoses(recipe.data, None)
        return None
    if dataset.same_rows:
        st.warning(_(SAME_ROWS), icon=":material/info:")
    watched = len(dataset.validation or ())
    with st.container(horizontal=True):
        st.metric(_("Training"), formats.number(len(dataset.train)), help=_("The examples that the model learns from."))
        st.metric(_("Validation"), formats.number(watched), help=_("Set aside to check progress during training."))
        st.metric(_("Test"), formats.number(len(dataset.test)), help=_("Set aside for one fair test at the end."))
        st.metric(_("Classes"), formats.number(len(dataset.class_names)), help=_("The different answers."))
    absent = [name for name, count in _counts(dataset).items() if not count]
    if absent:
        st.warning(md(str(WORDING.message("classes_without_rows", names=few(absent)))), icon=":material/warning:")
    for reason in dataset.left_out:
        st.caption(md(str(reason)))
    diagnoses.show_diagnoses(recipe.data, dataset, table_source.questions(recipe.data))
    picture_view.quick_try(dataset)
    return dataset


def _show_content(dataset: Dataset) -> None:
    """Samples, class balance, words."""
    spread = _spread(dataset.train, SHOWN)
    match dataset.modality:
        case "image":
            st.subheader(_("Samples"))
            picture_view.show_pictures(dataset, spread)
            _show_balance(dataset)
        case "table":
            st.subheader(_("Samples"))
            example_view.show_rows(dataset, spread)
            _show_balance(dataset)
        case "text":
            samples, words, sees = st.tabs([_("Samples and classes"), _("Words"), _("What the network sees")])
            with samples:
                st.subheader(_("Samples"))
                text_view.show_texts(dataset, spread)
                _show_balance(dataset)
            with words:
                text_view.show_words(dataset)
            with sees:
                text_view.show_what_the_network_sees(dataset)
        case _:
            assert_never(dataset.modality)


def _show_balance(dataset: Dataset) -> None:
    st.subheader(_("Class balance"))
    counts = _counts(dataset)
    share = formats.percent(dataset.majority().train)
    st.caption(
        _(
            "How many training examples each class has. Always guessing the most common class would be right {share} "
            "of the time."
        ).format(share=share)
    )
    st.plotly_chart(
        charts.class_balance(counts), key="balance", alt=_balance_in_words(counts), config={"displayModeBar": False}
    )
    with st.expander(_("The same as a table")):
        show_table(pd.DataFrame(list(counts.items()), columns=[_("class"), _("examples")]), "class balance")


def _counts(dataset: Dataset) -> dict[str, int]:
    counted = np.bincount(dataset.train.y, minlength=len(dataset.class_names))
    return {name: int(number) for name, number in zip(dataset.class_names, counted, strict=True)}


def _balance_in_words(counts: dict[str, int]) -> str:
    most, least = max(counts, key=counts.__getitem__), min(counts, key=counts.__getitem__)
    return _(
        "Bars for {classes} classes. {most} has the most examples ({high}), {least} has the fewest ({low})."
    ).format(classes=len(counts), most=most, high=counts[most], least=least, low=counts[least])


def _spread(part: Part, number: int) -> list[int]:
    """Some examples of a part, the same each time, with every class among the first ones."""
    firsts = [int(np.argmax(part.y == answer)) for answer in np.unique(part.y)]
    rest = [place for place in range(min(len(part), 200)) if place not in set(firsts)]
    return (firsts + rest)[:number]
