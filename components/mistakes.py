"""Which mistakes are looked at: by class, by how sure the model was, and texts by their length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.controlled import selectbox
from components.frame import announce
from trainer import formats
from trainer.i18n import _, ngettext
from trainer.runs.predictions import Filter, Predictions

_ANY = -1
"""Stands for all classes: with None among its options, Streamlit offers to clear the choice."""


def filter_mistakes(
    predictions: Predictions, wrong: NDArray[np.intp], names: Sequence[str], lengths: Sequence[int], key: str
) -> NDArray[np.intp]:
    """Draw the filters, and how many mistakes they let through.

    Args:
        predictions: all answers.
        wrong: the places of the mistakes, in the order in which they are shown; at least two.
        names: of the classes.
        lengths: of each mistake, in words; empty where examples are not texts.
        key: of the test: another test begins without filters.

    Returns:
        The places of those that they let through, in the same order.
    """
    with st.expander(_("Filter the mistakes"), icon=":material/filter_alt:"):
        has_lengths = len(set(lengths)) > 1
        columns = st.columns(4 if has_lengths else 3, gap="medium")
        true = _class(predictions.truth[wrong], names, _("True class"), f"filter true {key}", columns[0])
        answer = _class(predictions.answers[wrong], names, _("Answer"), f"filter answer {key}", columns[1])
        name = _("How sure the model was")
        least, most = columns[2].slider(name, 0, 100, (0, 100), format="%d %%", key=f"filter sure {key}")
        among = predictions.among(wrong, Filter(true, answer, (least / 100, most / 100)))
        if has_lengths:
            ends, name = (min(lengths), max(lengths)), _("Words in the text")
            low, high = columns[3].slider(name, *ends, ends, key=f"filter words {key}")
            fit = {place for place, length in zip(wrong.tolist(), lengths, strict=True) if low <= length <= high}
            among = among[[place in fit for place in among.tolist()]]
    _tell(len(among), len(wrong), f"filtered {key}")
    return among


def _class(
    found: NDArray[np.int64], names: Sequence[str], label: str, key: str, at: st.delta_generator.DeltaGenerator
) -> int | None:
    """One class of those that occur; None for any."""
    offered: list[int] = [_ANY, *np.unique(found).tolist()]
    chosen: int = selectbox(
        label, offered, format_func=lambda one: _("any class") if one == _ANY else names[one], key=key, at=at
    )
    return None if chosen == _ANY else chosen


def _tell(count: int, total: int, key: str) -> None:
    """Say how many are left, and have it read out once it is another number."""
    text = ngettext("{count} of {all} mistake fits the filters.", "{count} of {all} mistakes fit the filters.", total)
    told = text.format(count=formats.number(count), all=formats.number(total))
    if count < total:
        st.caption(told)
    if st.session_state.get(key, total) != count:
        announce(told)
    st.session_state[key] = count
