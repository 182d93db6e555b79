"""The points of one curve, as they are sent: those after a cursor, or all of them in few that look the same."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import isfinite, nan

import numpy as np
from tsdownsample import MinMaxLTTBDownsampler

SENT_POINTS = 1500
"""The maximum number of points (and gaps between them) that are sent of a curve's past."""
SENT_MEANS = 300
"""A thinned curve has the means of this many stretches: a smoothed line cannot be drawn from its peaks."""

_LTTB = MinMaxLTTBDownsampler()  # type: ignore[no-untyped-call]  # its class, not its methods, lacks types

Points = tuple[list[float], list[float | None], list[float]]
"""x in epochs, y in the metric's unit (None is a gap), seconds since training began."""


@dataclass
class Line:
    """All points of one curve, in the order they came; NaN is a gap. Packed, since a chart may stay open all day."""

    n: array[int] = field(default_factory=lambda: array("q"))
    x: array[float] = field(default_factory=lambda: array("d"))
    y: array[float] = field(default_factory=lambda: array("d"))
    t: array[float] = field(default_factory=lambda: array("d"))

    def append(self, n: int, x: float, y: float, t: float) -> None:
        """Add a point at the end; a value that is not finite is a gap."""
        self.n.append(n)
        self.x.append(x)
        self.y.append(y if isfinite(y) else nan)
        self.t.append(t)

    def gap(self, n: int) -> None:
        """Break the line after its last point; two gaps in a row are one."""
        if self.x and isfinite(self.y[-1]):
            self.append(n, self.x[-1], nan, self.t[-1])

    def cut(self, x: float) -> None:
        """Remove all points beyond `x`: these batches will be trained again."""
        keep = bisect_right(self.x, x)
        for column in (self.n, self.x, self.y, self.t):
            del column[keep:]

    def after(self, n: int) -> Points:
        """The points that came with later events than number `n`."""
        begin = bisect_right(self.n, n)
        return _rounded(self.x[begin:], self.y[begin:], self.t[begin:])

    def count_after(self, n: int) -> int:
        """How many points came with later events than number `n`."""
        return len(self.n) - bisect_right(self.n, n)

    def thinned(self, most: int = SENT_POINTS) -> Points:
        """The curve in at most `most` points that still look the same.

        By MinMaxLTTB: of the lowest and highest of each stretch, those that keep the shape (Van Der Donckt et al. 2023,
        "MinMaxLTTB: Leveraging MinMax-Preselection to Scale LTTB Visualizations").
        """
        if len(self.x) <= most:
            return _rounded(self.x, self.y, self.t)
        x, y, t = np.array(self.x), np.array(self.y), np.array(self.t)
        finite = np.isfinite(y)
        real, gaps = np.flatnonzero(finite), np.flatnonzero(~finite)
        if len(real) > most:
            chosen = _LTTB.downsample(np.ascontiguousarray(x[real]), np.ascontiguousarray(y[real]), n_out=most)
            real = real[np.union1d(chosen, [0, len(real) - 1]).astype(int)]
        if len(gaps):
            # One gap is as good as many between two neighbours that stay.
            firsts = np.searchsorted(gaps, real)
            gaps = gaps[np.unique(firsts[firsts < len(gaps)])]
        keep = np.union1d(real, gaps)
        return _rounded(x[keep], y[keep], t[keep])

    def means(self, count: int = SENT_MEANS) -> Points:
        """The curve as the means of `count` stretches of as many points each, each at the place of its last point."""
        x, y, t = np.array(self.x), np.array(self.y), np.array(self.t)
        finite = np.flatnonzero(np.isfinite(y))
        parts = [part for part in np.array_split(finite, count) if len(part)]
        last = [int(part[-1]) for part in parts]
        return _rounded(x[last], [float(np.mean(y[part])) for part in parts], t[last])


def _rounded(x: Iterable[float], y: Iterable[float], t: Iterable[float]) -> Points:
    return (
        [round(float(value), 4) for value in x],
        [short(float(value)) for value in y],
        [round(float(value), 1) for value in t],
    )


def short(value: float) -> float | None:
    """A value with five significant digits, None if it is not finite, since JSON has no such value."""
    rounded = float(f"{value:.5g}")
    return rounded if isfinite(rounded) else None  # the very largest numbers are rounded up beyond what there is
