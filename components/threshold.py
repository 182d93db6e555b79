"""Two classes: from which probability the model gives one of them as its answer, and what it wins and loses by that."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import charts
from components.controlled import segmented_control
from components.frame import announce
from components.markup import md
from components.score_card import show_facts
from trainer import formats
from trainer.formats import isolated
from trainer.i18n import _, ngettext
from trainer.runs.baseline import interval
from trainer.runs.predictions import AtThreshold, Predictions

HALF = 50
"""Per cent: where the model itself decides between two classes."""


def share_with_luck(share: float, rows: int) -> str:
    """A share of some rows, and between which shares luck may have moved it; only the share where there are no rows."""
    if not rows:
        return formats.percent(share)
    low, high = map(formats.percent, interval(share, rows))
    return _("{share} ({low} to {high})").format(share=formats.percent(share), low=low, high=high)


def show_threshold(predictions: Predictions, names: Sequence[str], run_id: str) -> None:
    """The class that is looked for, the slider, what the answers then come to, and the curve of all thresholds.

    Args:
        predictions: of a model that tells two classes apart.
        names: of the two.
        run_id: of the run; another one begins at a half.
    """
    st.header(_("Threshold"), anchor=False)
    st.caption(
        _(
            "The model answers with the class whose probability is at least {half}. If one kind of mistake is worse "
            "than the other, move that threshold: higher gives fewer false alarms, lower misses fewer."
        ).format(half=md(formats.percent(HALF / 100, 0)))
    )
    wanted: int = segmented_control(
        _("What to look for"), (1, 0), format_func=lambda one: md(names[one]), default=1, required=True,
        key=f"wanted {run_id}",
    )  # fmt: skip
    name = names[wanted]
    percent = st.slider(
        _("Answer “{name}” from a probability of").format(name=md(isolated(name))),
        0,
        100,
        HALF,
        format="%d %%",
        key=f"threshold {run_id} {wanted}",
        on_change=_tell,
        args=(predictions, name, wanted, f"threshold {run_id} {wanted}"),
    )
    found = predictions.at(percent / 100, wanted)
    left, right = st.columns(2, gap="medium")
    with left:
        for line in (_precision(found, name), _recall(found, name)):
            st.markdown(line)
        show_facts(
            {
                _("False alarms"): formats.number(found.false_alarms),
                _("Missed"): formats.number(found.missed),
            }
        )
        st.caption(
            _(
                "All of this is counted on the test rows. A threshold that is chosen by them suits them, so its "
                "numbers are a little too good for new examples."
            )
        )
    with right:
        _show_curve(predictions, wanted, found, name)


def _show_curve(predictions: Predictions, wanted: int, found: AtThreshold, name: str) -> None:
    trade, rows = predictions.trade(wanted), len(predictions.truth)
    recall, base = found.right / found.real, found.real / rows
    now = (recall, found.right / found.said) if found.said else None
    told = {"recall": formats.percent(recall), "base": formats.percent(base), "name": isolated(name)}
    if now is None:
        alt = _("Precision over recall, a point for each threshold. No answer reaches the chosen one.")
    else:
        alt = _(
            "Precision over recall, a point for each threshold. At the chosen one the precision is {precision} and the "
            "recall {recall}; always answering {name} has a precision of {base}."
        ).format(precision=formats.percent(now[1]), **told)
    st.plotly_chart(charts.precision_and_recall(trade, now, base), key="precision and recall", alt=alt)
    st.caption(
        _(
            "Each point of the line is a threshold, the diamond is yours. The further up and to the right, the better. "
            "The dashed line is always answering “{name}”, which is right for {base}."
        ).format(name=md(isolated(name)), base=md(told["base"]))
    )


def _precision(found: AtThreshold, name: str) -> str:
    if not found.said:
        return _("**Precision** – The model never answers “{name}”.").format(name=md(isolated(name)))
    text = ngettext(
        "**Precision {share}** – Of {said} answer “{name}”, {right} is right.",
        "**Precision {share}** – Of {said} answers “{name}”, {right} are right.",
        found.said,
    )
    share = share_with_luck(found.right / found.said, found.said)
    return text.format(
        share=md(share), said=formats.number(found.said), right=formats.number(found.right), name=md(isolated(name))
    )


def _recall(found: AtThreshold, name: str) -> str:
    text = ngettext(
        "**Recall {share}** – Of {real} example that is “{name}”, the model finds {right}.",
        "**Recall {share}** – Of {real} examples that are “{name}”, the model finds {right}.",
        found.real,
    )
    share = share_with_luck(found.right / found.real, found.real)
    return text.format(
        share=md(share), real=formats.number(found.real), right=formats.number(found.right), name=md(isolated(name))
    )


def _tell(predictions: Predictions, name: str, wanted: int, key: str) -> None:
    """Have what the slider has changed read out."""
    found = predictions.at(st.session_state[key] / 100, wanted)
    told = f"{_precision(found, name)} {_recall(found, name)}"
    announce(told.replace("*", "").replace("\\", ""))
