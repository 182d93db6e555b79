"""Figures that do not move: pure functions from numbers to Plotly figures. The live chart is in `live_curves`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from components.markup import plotly_label
from trainer import formats
from trainer.i18n import _
from trainer.runs.history import Curve

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8C6BB1", "#999999")
"""Okabe and Ito's colours, which colour-blind readers can tell apart; readable on white and on black."""
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid", "dash")


def class_balance(counts: Mapping[str, int]) -> go.Figure:
    """How many examples each class has, as bars."""
    figure = go.Figure(
        go.Bar(
            x=list(range(len(counts))),
            y=list(counts.values()),
            customdata=[plotly_label(name, 200) for name in counts],
            marker_color=PALETTE[0],
            hovertemplate="%{customdata}: %{y:,}<extra></extra>",
        )
    )
    figure.update_xaxes(title=_("class"), **_named_ticks(list(counts), 20))
    figure.update_yaxes(title=_("examples"))
    return _static(figure, 260)


def length_bins(lengths: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """At most about 60 bars of equal width: fewest words, most words, and how many texts have that many."""
    high = int(lengths.max(initial=1))
    width = max(1, -(-high // 60))
    edges = np.arange(0, high + width + 1, width)
    counts, _ = np.histogram(lengths, edges)
    return [(edge, edge + width - 1, count) for edge, count in zip(edges.tolist(), counts.tolist(), strict=False)]


def words_in_bin(least: int, most: int) -> str:
    """`7`, or `10 to 19`."""
    if least == most:
        return formats.number(least)
    return _("{least} to {most}").format(least=formats.number(least), most=formats.number(most))


def text_lengths(lengths: NDArray[np.int64], length: int) -> go.Figure:
    """How many texts have how many words; those of more than `length` words, which are cut, in another colour."""
    high, bins = int(lengths.max(initial=1)), length_bins(lengths)
    width = bins[0][1] - bins[0][0] + 1
    figure = go.Figure(
        go.Bar(
            x=[(least + most) / 2 for least, most, _count in bins],
            y=[count for *_, count in bins],
            width=width * 0.9,
            marker_color=[PALETTE[1] if least > length else PALETTE[0] for least, *_ in bins],
            customdata=[words_in_bin(least, most) for least, most, _count in bins],
            hovertemplate=_("{range} words: {count} texts").format(range="%{customdata}", count="%{y:,}")
            + "<extra></extra>",
        )
    )
    if length <= 2 * high:
        figure.add_vline(
            x=length + 0.5,
            line={"dash": "dash", "color": "#888"},
            annotation_text=_("cut after {count}").format(count=formats.number(length)),
        )
    figure.update_xaxes(title=_("words in a text"))
    figure.update_yaxes(title=_("texts"))
    return _static(figure, 260)


def _named_ticks(names: Sequence[str], length: int) -> dict[str, Any]:
    """An axis with class number n at n: two long names that are cut to the same words stay two places."""
    return {
        "tickmode": "array",
        "ticklabeloverflow": "allow",
        "tickvals": list(range(len(names))),
        "ticktext": [plotly_label(name, length) for name in names],
    }


def overlay(runs: Sequence[tuple[str, Curve]], metric: str, title: str) -> go.Figure:
    """The same metric of several runs, epoch by epoch; told apart by colour and by dash.

    Args:
        runs: the name of each run and its curve.
        metric: the name of the metric in Keras, such as `val_accuracy`.
        title: what people call it.
    """
    figure = go.Figure()
    for place, (name, curve) in enumerate(runs):
        figure.add_scatter(
            x=curve.x,
            y=curve.y,
            name=plotly_label(name),
            mode="lines+markers",
            line={"color": PALETTE[place % len(PALETTE)], "dash": DASHES[place % len(DASHES)], "width": 2},
            hovertemplate=_("epoch {x}: {y}").format(x="%{x}", y="%{y:.4g}") + "<extra>%{fullData.name}</extra>",
        )
    figure.update_xaxes(title=_("epoch"), rangemode="tozero")
    figure.update_yaxes(title=title, tickformat=".0%" if metric.endswith("accuracy") else None)
    figure.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"}, showlegend=True)
    return _static(figure, 360)


def _static(figure: go.Figure, height: int) -> go.Figure:
    figure.update_layout(height=height, margin={"l": 10, "r": 10, "t": 10, "b": 10}, dragmode=False)
    return figure
