"""The curves of a run as numbers for a drawing: lines, axes, and the epoch whose weights are kept. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from statistics import fmean
from typing import NamedTuple

from trainer import formats
from trainer.runs.history import Curve, History
from trainer.runs.metrics import Metric

WIDTH, HEIGHT = 340, 172
LEFT, RIGHT, TOP, BOTTOM = 44, 10, 14, 24
"""What lies around the area of the curves."""
MAX_POINTS = 150
"""Of a line; more are averaged."""
FEW = 30
"""Up to so many points, each has a mark."""
MAX_TICKS = 5
LARGEST = 1e30
"""A value beyond it is left out: a run that has diverged may have any."""


class Tick(NamedTuple):
    """A place on an axis."""

    at: float
    label: str


class Mark(NamedTuple):
    """A point of a line."""

    x: float
    y: float


class Line(NamedTuple):
    """One line of a drawing."""

    kind: str
    """`batches`, `training` or `validation`; its look depends on it."""
    path: str
    """Its points, as SVG writes them."""
    marks: tuple[Mark, ...]
    """Its points one by one; empty if there are many."""


@dataclass(frozen=True)
class Chart:
    """One drawing: a metric of the training and the validation rows, by epoch."""

    is_accuracy: bool
    """Else it is the loss."""
    lines: tuple[Line, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    kept: float | None
    """Where the epoch is whose weights are kept; None if that is none of the drawing's."""
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM


def charts(history: History) -> list[Chart]:
    """Loss and accuracy; those that a run has numbers of."""
    return [found for name in ("loss", "accuracy") if (found := _chart(history, Metric(name))) is not None]


def _chart(history: History, metric: Metric) -> Chart | None:
    curves = {
        "batches": _drawn(history.batch_curve(metric.name)),
        "training": _drawn(history.epoch_curve(metric.name)),
        "validation": _drawn(history.epoch_curve(f"val_{metric.name}")),
    }
    values = [y for curve in curves.values() for y in curve.y]
    if not values:
        return None
    last = max(1.0, ceil(max(x for curve in curves.values() for x in curve.x)))
    ticks = _ticks(min(values), max(values))
    low, high = ticks[0], ticks[-1]

    def across(x: float) -> float:
        return round(LEFT + x / last * (WIDTH - LEFT - RIGHT), 1)

    def up(y: float) -> float:
        return round(HEIGHT - BOTTOM - (y - low) / (high - low) * (HEIGHT - TOP - BOTTOM), 1)

    lines = []
    for kind, curve in curves.items():
        marks = tuple(Mark(across(x), up(y)) for x, y in zip(*curve, strict=True))
        path = " ".join(f"{mark.x},{mark.y}" for mark in marks)
        if marks:
            lines.append(Line(kind, path, marks if len(marks) <= FEW and kind != "batches" else ()))
    kept = history.kept_epoch
    return Chart(
        metric.is_accuracy,
        tuple(lines),
        tuple(Tick(across(x), formats.number(x)) for x in _whole(last)),
        tuple(Tick(up(y), _label(y, ticks[1] - ticks[0], metric)) for y in ticks),
        across(kept) if kept is not None and kept <= last else None,
    )


def _drawn(curve: Curve) -> Curve:
    """A curve in at most `MAX_POINTS` points: the means of stretches of it."""
    x = [at for at, value in zip(*curve, strict=True) if abs(value) <= LARGEST]
    y = [value for value in curve.y if abs(value) <= LARGEST]
    size = max(1, ceil(len(x) / MAX_POINTS))
    places = range(0, len(x), size)
    return Curve([fmean(x[at : at + size]) for at in places], [fmean(y[at : at + size]) for at in places])


def _label(value: float, step: float, metric: Metric) -> str:
    """What stands at a tick of the axis that goes up."""
    if metric.is_accuracy:
        return formats.percent(value, 0 if step >= 0.01 else 1)
    return formats.number(value) if value == 0 or 1e-3 <= abs(value) < 1e5 else f"{value:.0e}"


def _step(span: float) -> float:
    """The smallest of 1, 2, 5, 10 ... with which at most `MAX_TICKS` steps cover a span."""
    least = span / MAX_TICKS
    power = 10.0 ** floor(log10(least))
    return next(power * one for one in (1, 2, 5, 10) if power * one >= least * (1 - 1e-9))


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers from one at or below the lowest value to one at or above the highest.

    >>> _ticks(0.13, 0.97), _ticks(2.0, 2.0)
    ([0.0, 0.2, 0.4, 0.6, 0.8, 1.0], [1.9, 1.95, 2.0, 2.05, 2.1])
    """
    if high - low < 1e-6 * max(abs(high), 1.0):
        edge = 0.05 * max(abs(high), 0.1)
        low, high = low - edge, high + edge
    step = _step(high - low)
    first, last = floor(low / step + 1e-5), ceil(high / step - 1e-5)
    return [round(number * step, 10) for number in range(first, last + 1)]


def _whole(last: float) -> Sequence[int]:
    """Epochs that are named on the axis, from 0.

    >>> list(_whole(6)), list(_whole(100))
    ([0, 2, 4, 6], [0, 20, 40, 60, 80, 100])
    """
    return range(0, int(last) + 1, max(1, round(_step(last))))
