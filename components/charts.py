"""Figures that do not move: pure functions from numbers to Plotly figures. The live chart is in `live_curves`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from components.markup import plotly_label
from trainer import formats
from trainer.i18n import _
from trainer.runs.history import Curve

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#C2588F", "#A67C00", "#8C6BB1", "#2B8FC7", "#808080")
"""Okabe and Ito's colours, which colour-blind readers can tell apart, with the pale ones made darker: each has a
contrast of 3 to 1 or more on white and on the dark theme's background."""
DASHES = (
    "solid",
    "10px,4px",
    "2px,3px",
    "10px,3px,2px,3px",
    "20px,4px",
    "20px,3px,2px,3px,2px,3px",
    "5px,5px",
    "2px,8px",
)
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "triangle-down", "star", "cross")
MAX_COMPARED = len(PALETTE)
"""How many curves one chart shows; each has a colour, a dash and a symbol of its own."""


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


class NamedCurve(NamedTuple):
    """A run in a chart of several."""

    letter: str
    """What stands at the end of its line."""
    name: str
    curve: Curve
    kept: float | None
    """The point of the weights that are kept, which is drawn larger."""


def overlay(runs: Sequence[NamedCurve], metric: str, title: str) -> go.Figure:
    """The same metric of several runs, epoch by epoch; each has a colour, a dash, a symbol and a letter of its own.

    Args:
        runs: at most `MAX_COMPARED`; one without points keeps its place, so that the others keep their looks.
        metric: the name of the metric in Keras, such as `val_accuracy`.
        title: what people call it.
    """
    is_share = metric.endswith("accuracy")
    figure = go.Figure()
    for place, (letter, name, curve, kept) in enumerate(runs):
        figure.add_scatter(
            x=curve.x,
            y=curve.y,
            name=f"{letter}  {plotly_label(name)}",
            mode="lines+markers",
            line={"color": PALETTE[place], "dash": DASHES[place], "width": 2},
            marker={"symbol": SYMBOLS[place], "size": [13 if x == kept else 7 for x in curve.x]},
            hovertemplate=_("epoch {x}: {y}").format(x="%{x}", y="%{y:.1%}" if is_share else "%{y:.4g}")
            + "<extra>%{fullData.name}</extra>",
        )
    drawn = [(place, one.curve.x[-1], one.curve.y[-1]) for place, one in enumerate(runs) if one.curve.x]
    values = [y for one in runs for y in one.curve.y]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    room = (high - low or abs(high) or 1.0) * 0.06
    heights = _apart([end for _place, _x, end in drawn], room, low, high)
    for (place, x, _end), shown in zip(drawn, heights, strict=True):
        figure.add_annotation(
            x=x,
            y=shown,
            text=f"<b>{runs[place].letter}</b>",
            showarrow=False,
            xanchor="left",
            xshift=9,
            font={"size": 14},
        )
    figure.update_xaxes(title=_("epoch"), rangemode="tozero", tickformat=",d", nticks=12)
    figure.update_yaxes(title=title, tickformat=".1~%" if is_share else None, range=[low - room, high + room])
    figure.update_layout(showlegend=False)
    # Room for the letters, and above for Plotly's tools, which would lie on the ends of the best curves.
    return _static(figure, 380).update_layout(margin={"r": 30, "t": 40})


def precision_and_recall(
    trade: tuple[Sequence[float], Sequence[float], Sequence[float]], now: tuple[float, float] | None, base: float
) -> go.Figure:
    """What finding more of a class costs in wrong answers: precision over recall, a point for each threshold.

    Args:
        trade: recall, precision and threshold of each point, 0 to 1.
        now: recall and precision at the threshold that is chosen; None where no answer reaches it.
        base: the share of the class: the precision of always answering it.
    """
    recall, precision, thresholds = trade
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1], y=[base, base], mode="lines", line={"color": "#808080", "dash": "dash", "width": 2},
        hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=list(recall),
        y=list(precision),
        customdata=list(thresholds),
        mode="lines",
        line={"color": PALETTE[0], "width": 2, "shape": "hv"},
        hovertemplate=_("threshold {threshold}: precision {precision}, recall {recall}").format(
            threshold="%{customdata:.0%}", precision="%{y:.1%}", recall="%{x:.1%}"
        )
        + "<extra></extra>",
    )
    if now is not None:
        figure.add_scatter(
            x=[now[0]],
            y=[now[1]],
            mode="markers",
            marker={"color": PALETTE[1], "size": 14, "symbol": "diamond"},
            hoverinfo="skip",
        )
    figure.update_xaxes(title=_("recall"), tickformat=".0%", range=[-0.02, 1.02])
    figure.update_yaxes(title=_("precision"), tickformat=".0%", range=[-0.02, 1.04])
    return _static(figure, 320).update_layout(showlegend=False)


def _apart(values: Sequence[float], room: float, low: float, high: float) -> list[float]:
    """The values, moved as little as it takes for all of them to have that much room between them.

    Args:
        values: from low to high.
        room: much less than lies between low and high.
        low: below it none is moved.
        high: above it none is moved.

    >>> [round(value, 2) for value in _apart([0.5, 0.9, 0.52, 0.9], 0.1, 0.2, 0.9)]
    [0.46, 0.8, 0.56, 0.9]
    """

    def within(group: list[int]) -> float:
        half = room * (len(group) - 1) / 2
        return max(low + half, min(high - half, sum(values[one] for one in group) / len(group)))

    groups: list[tuple[float, list[int]]] = []  # the middle of each group of neighbours, and who is in it
    for place in sorted(range(len(values)), key=values.__getitem__):
        group = [place]
        middle = within(group)
        while groups and middle - groups[-1][0] < room * (len(group) + len(groups[-1][1])) / 2:
            group = groups.pop()[1] + group
            middle = within(group)
        groups.append((middle, group))
    moved = list(values)
    for middle, group in groups:
        for number, place in enumerate(group):
            moved[place] = middle + room * (number - (len(group) - 1) / 2)
    return moved


def _static(figure: go.Figure, height: int) -> go.Figure:
    figure.update_layout(height=height, margin={"l": 10, "r": 10, "t": 10, "b": 10}, dragmode=False)
    return figure
