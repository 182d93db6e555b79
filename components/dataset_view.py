"""Choosing data and seeing what is in it."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import assert_never

import numpy as np
import pandas as pd
import streamlit as st

from components import (
    charts,
    example_view,
    forms,
    notices,
    picture_view,
    samples,
    source_choice,
    table_source,
    text_view,
    workspace,
)
from components.controlled import controlled, segmented_control
from components.deferred import run_pending
from components.diagnoses import diagnoses_of, show_diagnoses, with_refusal
from components.errors import guarded
from components.forms import effect
from components.markup import md
from components.split_view import show_split
from components.tables import show_table
from trainer import data, formats
from trainer.data.dataset import Dataset, Part
from trainer.i18n import N_, _
from trainer.recipe.data import Data
from trainer.recipe.diagnosis import Severity
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError

MAX_ROWS = 20
"""Of a table of numbers."""
MAX_SPREAD = 400
"""Examples among which the samples are looked for."""
SAME_ROWS = N_(
    "There are too few rows to split them, so training, validation and test use the same rows. The scores only show "
    "how well the model remembers these rows, not how well it would do on new ones."
)
SHARES = ("validation", "test")
_BLOCK = ".st-key-data-columns > [data-testid=stLayoutWrapper] > [data-testid=stHorizontalBlock]"
_PARTS = ("wrong", "samples", "choice", "settings", "content")
"""The parts of the page, in the order in which they stand in a narrow window."""


def _narrow(first: str) -> str:
    """In a narrow window the columns stand one above the other, and one part may come first."""
    parts = sorted(_PARTS, key=lambda part: part != first)
    order = " ".join(
        f"[data-testid=stLayoutWrapper]:has(> .st-key-data-{part}) {{ order: {place}; }}"
        for place, part in enumerate(parts)
    )
    return (
        "<style>[data-testid=stLayoutWrapper]:has(> .st-key-data-wrong:empty) { display: none; } "
        f"@media (max-width: 640px) {{ {_BLOCK} {{ flex-direction: column; gap: 1rem; }} {_BLOCK} > "
        f"[data-testid=stColumn], {_BLOCK} > [data-testid=stColumn] > [data-testid=stVerticalBlock] "
        f"{{ display: contents; }} {order} }}</style>"
    )


def show() -> None:
    """Samples, how the data are divided and what is wrong with them; beside that, the choice and the settings."""
    run_pending()
    st.html(samples.STYLE)
    st.html(_narrow("choice" if source_choice.is_upload_asked() else "wrong"))
    with st.container(key="data-columns"):
        left, right = st.columns([3, 1], gap="large")
    with left, guarded("the data"):
        _show_data()
    with right:
        chosen: Collection[str] = ()
        with st.container(key="data-choice"), guarded("the choice of data"):
            st.header(_("Where they come from"), anchor=False)
            chosen = _choose_source()
        with st.container(key="data-settings"), guarded("the settings"):
            _show_settings(chosen)


def _show_data() -> None:
    recipe = workspace.current().recipe
    # All three in each run, so that what stands in one keeps its place, and the focus, when another one is filled.
    wrong, shown, content = (st.container(key=f"data-{part}") for part in ("wrong", "samples", "content"))
    waiting = source_choice.waiting_file()
    with content:
        dataset, refusal = _load(recipe)
    found = diagnoses_of(recipe.data, dataset, table_source.questions(recipe.data) if dataset else ())
    if refusal is not None:
        found = with_refusal(found or (), refusal)
    is_wrong = any(one.severity is Severity.ERROR for one in found or ())
    with wrong:
        if waiting:
            source_choice.show_waiting(waiting)
        if found and is_wrong:
            show_diagnoses(recipe.data, found)
        if dataset is not None:
            _show_misfit(dataset)
    if dataset is None:
        return
    with shown, guarded("the samples"):
        _show_samples(dataset)
        show_split(dataset)
        if dataset.same_rows and not is_wrong:
            st.caption(_(SAME_ROWS))  # else the doctor has said it
    with content, guarded("what is in the data"):
        for reason in dataset.left_out:
            st.caption(md(reason))
        if found and not is_wrong:
            show_diagnoses(recipe.data, found)
        elif found == [] and not waiting:  # beside a file that was refused it would seem to be about that
            name = md(formats.isolated(workspace.data_name(recipe.data)))
            st.caption(_(":material/check_circle: The doctor found nothing wrong with {name}.").format(name=name))
        _show_content(dataset)


def _load(recipe: Recipe) -> tuple[Dataset | None, RecipeError | None]:
    """The data, or why they cannot be used. While they are read, the shape of the samples stands in their place."""
    place = st.empty()
    try:
        if data.known_facts(recipe.data, recipe.seed) is None:
            place.html(samples.skeleton(_("The data are being read.")))
        return data.load(recipe.data, recipe.seed), None
    except RecipeError as error:
        return None, error
    finally:
        place.empty()


def _show_misfit(dataset: Dataset) -> None:
    """That the layers do not go with these data, with the fixes: else it would be said on the next page only."""
    report = notices.report_of(dataset.facts())
    if report.errors:
        st.header(_("Your layers do not fit these data yet"), anchor=False)
        notices.show_problems(dataclasses.replace(report, diagnoses=report.errors), "model")


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


def _show_samples(dataset: Dataset) -> None:
    st.header(_("Samples"), anchor=False)
    match dataset.modality:
        case "image":
            shown = max(picture_view.SHOWN, len(dataset.class_names))
            picture_view.show_pictures(dataset, _spread(dataset.train, shown))
        case "table":
            example_view.show_rows(dataset, _spread(dataset.train, MAX_ROWS))
        case "text":
            text_view.show_texts(dataset, _spread(dataset.train, text_view.SHOWN))
        case _:
            assert_never(dataset.modality)


def _show_content(dataset: Dataset) -> None:
    """Class balance, the average of each class, words."""
    match dataset.modality:
        case "image":
            _show_balance(dataset)
            picture_view.show_means(dataset)
        case "table":
            _show_balance(dataset)
        case "text":
            balance, words, sees = st.tabs([_("Class balance"), _("Words"), _("What the network sees")])
            with balance:
                _show_balance(dataset)
            with words:
                text_view.show_words(dataset)
            with sees:
                text_view.show_what_the_network_sees(dataset)
        case _:
            assert_never(dataset.modality)


def _show_balance(dataset: Dataset) -> None:
    st.header(_("Class balance"), anchor=False)
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
    ).format(
        classes=len(counts),
        most=formats.isolated(most),
        high=counts[most],
        least=formats.isolated(least),
        low=counts[least],
    )


def _spread(part: Part, number: int) -> list[int]:
    """Some examples of a part, the same each time, with every class among the first ones."""
    firsts = np.unique(part.y, return_index=True)[1].tolist()
    rest = sorted(set(range(min(len(part), MAX_SPREAD))) - set(firsts))
    return [*firsts, *rest][:number]
