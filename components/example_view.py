"""Rows of numbers on the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from components.tables import show_table
from trainer.data.dataset import Dataset, Part
from trainer.i18n import _


def show_rows(dataset: Dataset, places: Sequence[int]) -> None:
    """Some training rows of numbers, with their classes."""
    part = dataset.train
    first: dict[str, Sequence[object]] = {
        _("row"): [int(part.rows[place]) + 1 for place in places],
        _("class"): [dataset.class_names[part.y[place]] for place in places],
    }
    show_table(table_of_rows(dataset, part, places, first), "training rows")


def table_of_rows(
    dataset: Dataset, part: Part, places: Sequence[int], first: Mapping[str, Sequence[object]]
) -> pd.DataFrame:
    """Rows of numbers as they are in the data, a column for each number, after some columns of ours."""
    table = dict(first)
    for place, name in enumerate(dataset.feature_names or map(str, range(1, dataset.input_shape[0] + 1))):
        while name in table:  # a table shows no two columns of one name
            name += " "
        table[name] = [part[row][place] for row in places]
    return pd.DataFrame(table)
