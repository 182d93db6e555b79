"""A curve as a small picture beside the numbers of its run. Pure."""

from __future__ import annotations

from urllib.parse import quote

from trainer.runs.history import Curve

WIDTH, HEIGHT, EDGE = 96, 28, 3
COLOR = "#4f77e0"
"""On white and on the dark theme's background, 3 to 1 or more."""
LEAST_SPAN = 0.1
"""What the height stands for at least: a curve that hardly moves is to look as if it hardly moved."""


def sparkline(curve: Curve, kept: float | None) -> str:
    """The address of the picture, with all of it inside.

    Args:
        curve: accuracies by epoch.
        kept: the epoch whose point gets a dot.
    """
    if not curve.x:
        return ""
    low, high = min(curve.y), max(curve.y)
    span = max(high - low, LEAST_SPAN)
    bottom = min(low, max(0.0, high - span))
    first, last = curve.x[0], curve.x[-1]

    def point(x: float, y: float) -> tuple[float, float]:
        across = (x - first) / (last - first) if last > first else 0.5
        up = (y - bottom) / span
        return round(EDGE + across * (WIDTH - 2 * EDGE), 1), round(HEIGHT - EDGE - up * (HEIGHT - 2 * EDGE), 1)

    points = [point(x, y) for x, y in zip(*curve, strict=True)]
    line = " ".join(f"{x},{y}" for x, y in points)
    marked = points[curve.x.index(kept)] if kept in curve.x else points[0] if len(points) == 1 else None
    dot = "" if marked is None else f'<circle cx="{marked[0]}" cy="{marked[1]}" r="3" fill="{COLOR}"/>'
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<polyline points="{line}" fill="none" stroke="{COLOR}" stroke-width="2" stroke-linejoin="round"/>{dot}</svg>'
    )
    return f"data:image/svg+xml,{quote(svg)}"
