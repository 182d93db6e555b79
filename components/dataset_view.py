"""Choosing data and seeing what is in it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import streamlit as st

from components import charts, forms, picture_view, table_source, text_view, workspace
from components.controlled import controlled, segmented_control
from components.deferred import run_pending
from components.errors import guarded
from components.markup import md
from components.tables import show_table
from trainer import data
from trainer.data.dataset import Dataset, Part
from trainer.recipe.data import Mnist, TextCsv
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError

SOURCES = {"mnist": "Pictures", "text_csv": "Texts (a table)"}
SHOWN = 20
SAME_ROWS = (
    "This table is too small to split, so training, validation and test use the same rows: every score tells how "
    "well the model remembers them, not how well it would do on new texts."
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
SHARES = {"validation": "Validation share", "test": "Test share"}


def show() -> bool:
    """The choice and the settings, beside what is wrong with the data and what is in it.

    Returns:
        Whether there is something to learn from.
    """
    run_pending()
    st.html(NARROW)
    with st.container(key="data-columns"):
        left, right = st.columns([1, 2], gap="large")
    with left:
        with st.container(key="data-choice"), guarded("the choice of data"):
            _choose_source()
        with st.container(key="data-settings"), guarded("the settings"):
            _show_settings()
    dataset = None
    with right:
        with st.container(key="data-findings"), guarded("what was found in the data"):
            dataset = _show_findings()
        if dataset is not None:
            with st.container(key="data-content"), guarded("what is in the data"):
                _show_content(dataset)
    return dataset is not None


def _choose_source() -> None:
    """The source of the data: pictures or a table, which file, which columns."""
    recipe = workspace.current().recipe
    segmented_control(
        "Kind of data",
        list(SOURCES),
        format_func=SOURCES.__getitem__,
        required=True,
        **controlled("source", recipe.data.kind, _change_kind),
    )
    if isinstance(recipe.data, TextCsv):
        table_source.choose_table(recipe.data)
    else:
        picture_view.choose_pictures(recipe.data)


def _show_settings() -> None:
    spec = workspace.current().recipe.data
    for field, title in SHARES.items():
        if field in type(spec).model_fields:
            _share(field, title)
    forms.form(
        lambda: workspace.current().recipe.data,
        "data",
        lambda new: workspace.current().recipe.with_(data=new),
        without=table_source.FIELDS | set(SHARES),
    )


def _share(field: str, title: str) -> None:
    """A share of the rows in per cent, by slider."""
    value = round(100 * getattr(workspace.current().recipe.data, field))
    info = type(workspace.current().recipe.data).model_fields[field]

    def change(share: int) -> None:
        def edit() -> Recipe:
            recipe = workspace.current().recipe
            return recipe.with_(data=recipe.data.with_(**{field: share / 100}))

        workspace.try_set(edit)

    shown = controlled(field, value, change)
    st.slider(f"{title} ({field})", 0, max(50, value), format="%d %%", help=info.description, **shown)


def _change_kind(kind: str) -> None:
    chosen = Mnist() if kind == "mnist" else TextCsv(path="data/reviews.csv")
    with workspace.changing() as at_hand:
        at_hand.pending.clear()  # of the table that is left
        workspace.set_recipe(workspace.on_data(at_hand.recipe, chosen))


def _show_findings() -> Dataset | None:
    """Split sizes and what is wrong with the data, or why there is none."""
    recipe = workspace.current().recipe
    spec = recipe.data
    try:
        dataset = data.load(spec, recipe.seed)
    except RecipeError as error:
        st.error(table_source.said(error), icon=":material/error:")
        if isinstance(spec, TextCsv):
            text_view.show_doctor(spec, None)
        return None
    if dataset.same_rows:
        st.warning(SAME_ROWS, icon=":material/info:")
    with st.container(horizontal=True):
        st.metric("Training", f"{len(dataset.train):,}", help="The examples that the model learns from.")
        st.metric("Validation", f"{len(dataset.validation or ()):,}", help="Kept aside to watch training with.")
        st.metric("Test", f"{len(dataset.test):,}", help="Kept aside for one honest test at the end.")
        st.metric("Classes", f"{len(dataset.class_names):,}", help="The different answers.")
    absent = [name for name, count in _counts(dataset).items() if not count]
    if absent:
        named = ", ".join(md(name) for name in absent[:5]) + (" and others" if len(absent) > 5 else "")
        st.warning(
            f"No training example is of the class {named}: the model can never learn to answer that. Bring examples of "
            "every class, or read more rows.",
            icon=":material/warning:",
        )
    if dataset.left_out:
        why = "; ".join(f"{count:,} {reason}" for reason, count in dataset.why_left_out.items())
        st.caption(f"Left out: {why}.")
    if isinstance(spec, TextCsv):
        text_view.show_doctor(spec, dataset)
    else:
        picture_view.quick_try(dataset)
    return dataset


def _show_content(dataset: Dataset) -> None:
    """Samples, class balance, words."""
    spec = workspace.current().recipe.data
    if not isinstance(spec, TextCsv):
        st.subheader("Samples")
        picture_view.show_pictures(dataset, _spread(dataset.train, SHOWN))
        _show_balance(dataset)
        return
    samples, words, sees = st.tabs(["Samples and classes", "Words", "What the network sees"])
    with samples:
        st.subheader("Samples")
        text_view.show_texts(dataset, _spread(dataset.train, SHOWN))
        _show_balance(dataset)
    with words:
        text_view.show_words(spec, dataset)
    with sees:
        text_view.show_what_the_network_sees(spec, dataset)


def _show_balance(dataset: Dataset) -> None:
    st.subheader("Class balance")
    counts = _counts(dataset)
    share = dataset.majority()[0]
    st.caption(f"How many training examples each class has. Always guessing the commonest would be right {share:.1%}.")
    st.plotly_chart(
        charts.class_balance(counts), key="balance", alt=_balance_in_words(counts), config={"displayModeBar": False}
    )
    with st.expander("The same as a table"):
        show_table(pd.DataFrame(list(counts.items()), columns=["class", "examples"]), "class balance")


def _counts(dataset: Dataset) -> dict[str, int]:
    counted = np.bincount(dataset.train.y, minlength=len(dataset.class_names))
    return {name: int(number) for name, number in zip(dataset.class_names, counted, strict=True)}


def _balance_in_words(counts: dict[str, int]) -> str:
    commonest = Counter(counts).most_common()
    (most, high), (least, low) = commonest[0], commonest[-1]
    return f"Bars for {len(counts)} classes: most examples in {most} ({high}), fewest in {least} ({low})."


def _spread(part: Part, number: int) -> list[int]:
    """Some examples of a part, the same each time, with every class among the first ones."""
    firsts = [int(np.argmax(part.y == answer)) for answer in np.unique(part.y)]
    rest = [place for place in range(min(len(part), 200)) if place not in set(firsts)]
    return (firsts + rest)[:number]
