"""Examples of any sort on the page: pictures, texts, rows of numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

import pandas as pd
import streamlit as st

from components.markup import md
from components.picture_view import picture
from components.tables import show_table
from trainer.data.dataset import Dataset, Part
from trainer.i18n import _


def show_mistakes(
    dataset: Dataset, part: Part, places: Sequence[int], true: Sequence[str], said: Sequence[str]
) -> None:
    """Examples that a model got wrong, with what they are and what it said.

    Args:
        dataset: that they are of.
        part: the part of it.
        places: in the part.
        true: the class of each.
        said: the answer of the model to each.
    """
    match dataset.modality:
        case "image":
            captions = [_("{name} read as {answer}").format(name=t, answer=s) for t, s in zip(true, said, strict=True)]
            st.image([picture(part[p]) for p in places], caption=[md(one) for one in captions], width=84, alt=captions)
        case "text":
            texts = [part[place] for place in places]
            show_table(pd.DataFrame({_("true"): true, _("answer"): said, _("text"): texts}), "mistakes", wide=_("text"))
        case "table":
            show_table(_rows(dataset, part, places, {_("true"): true, _("answer"): said}), "mistakes")
        case _:
            assert_never(dataset.modality)


def show_rows(dataset: Dataset, places: Sequence[int]) -> None:
    """Some training rows of numbers, with their classes."""
    part = dataset.train
    first: dict[str, Sequence[object]] = {
        _("row"): [int(part.rows[place]) + 1 for place in places],
        _("class"): [dataset.class_names[part.y[place]] for place in places],
    }
    show_table(_rows(dataset, part, places, first), "training rows")


def _rows(dataset: Dataset, part: Part, places: Sequence[int], first: Mapping[str, Sequence[object]]) -> pd.DataFrame:
    """Rows of numbers as they are in the data, a column for each number, after some columns of ours."""
    table = dict(first)
    for place, name in enumerate(dataset.feature_names or map(str, range(1, dataset.input_shape[0] + 1))):
        while name in table:  # a table shows no two columns of one name
            name += " "
        table[name] = [part[row][place] for row in places]
    return pd.DataFrame(table)
