"""How the examples are divided, and a quick try with few of them."""

from __future__ import annotations

import streamlit as st

from components import frame, samples, workspace
from components.markup import md
from trainer import formats
from trainer.data.dataset import Dataset
from trainer.i18n import _, ngettext
from trainer.recipe.recipe import Recipe

QUICK_EXAMPLES = 2_000
"""Examples of a quick try, if there are not too many classes."""
EXAMPLES_OF_A_CLASS = 50
_CHANGED = "number of examples changed"
"""Where the session keeps that a press has just changed how many examples are used."""


def show_split(dataset: Dataset) -> None:
    """The parts as one bar, how many classes there are, and the quick try."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.header(_("How they are used"), anchor=False, width="content")
        _quick_try(dataset)
    if st.session_state.pop(_CHANGED, False):  # not while they cannot be read, which is said instead
        frame.announce(_("Now {count} training pictures.").format(count=formats.number(len(dataset.train))))
    st.html(samples.split_bar(_shares(dataset)))
    if not dataset.same_rows:
        st.caption(
            _(
                "The model learns from the first part only. The rest is set aside, so that it is judged by examples "
                "that it has never seen."
            )
        )
    st.markdown(_classes(dataset))


def _shares(dataset: Dataset) -> list[samples.Share]:
    learn = len(dataset.train)
    if dataset.same_rows:
        return [samples.Share("learn", learn, _("to learn, to check and to test"), _("the same for all three"))]
    shares = [samples.Share("learn", learn, _("to learn from"), _("training"))]
    if dataset.validation is not None:
        shares.append(samples.Share("check", len(dataset.validation), _("to check progress"), _("validation")))
    return [*shares, samples.Share("test", len(dataset.test), _("for the final test"), _("test"))]


def _classes(dataset: Dataset) -> str:
    """How many classes there are, and what the most common one alone would reach."""
    majority, count = dataset.majority(), len(dataset.class_names)
    return ngettext(
        "**{count} class**.",
        "**{count} classes**. The most common one, {name}, has {share} of the examples.",
        count,
    ).format(
        count=formats.number(count),
        name=f"“{md(formats.isolated(majority.answer))}”",
        share=formats.percent(majority.train),
    )


def _quick_try(dataset: Dataset) -> None:
    """Few examples for a first try, and all of them again, by one button; where the source can do so."""
    spec = workspace.current().recipe.data
    few = max(QUICK_EXAMPLES, EXAMPLES_OF_A_CLASS * len(dataset.class_names))
    limit, label, help = None, _("Use all pictures"), _("Trains longer, and is more accurate.")
    if spec.training_limit is None:
        if len(dataset.train) <= 2 * few or spec.with_training_limit(few) is None:
            return
        limit, label = few, _("Quick try with {pictures} pictures").format(pictures=formats.number(few))
        help = _("Trains much faster; accuracy is a few per cent lower.")
    st.button(label, key="quick try", icon=":material/bolt:", on_click=_limit, args=(limit,), help=help)


def _limit(limit: int | None) -> None:
    def edit() -> Recipe:
        recipe = workspace.current().recipe
        return recipe.with_(data=recipe.data.with_training_limit(limit) or recipe.data)

    before = workspace.current().recipe
    workspace.try_set(edit)
    st.session_state[_CHANGED] = workspace.current().recipe != before
