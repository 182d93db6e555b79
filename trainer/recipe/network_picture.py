"""A picture of the network to scale, as SVG: pictures as blocks, sequences as sheets, rows of numbers as bars. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import log2
from typing import NamedTuple

from trainer.i18n import _
from trainer.recipe.shapes import Shape, written
from trainer.recipe.spec import clip

TALLEST = 110.0
"""Pixels of the largest side of a picture or sequence; everything else is drawn to its scale."""
THINNEST, GAP, MARGIN, LABELS = 6.0, 34.0, 16.0, 44.0
COLOURS = {"rank3": "#0072b2", "rank2": "#c65102", "rank1": "#007a5a", "unknown": "#888888"}
"""Of Okabe and Ito, darkened: told apart with every kind of colour sight, on light and on dark."""


class Part(NamedTuple):
    """One thing in the picture: a layer, or the data."""

    name: str
    shape: Shape | None
    """What leaves it, without the batch axis; None where that is not known."""


class _Block(NamedTuple):
    width: float
    height: float
    depth: float


def network_svg(parts: Sequence[Part], chosen: int | None = None) -> str:
    """The network from left to right. Each part is a group with `data-place`, counted from 0 for the data.

    Heights and widths of pictures and the length of sequences are to one scale; channels, features and units, which
    range from 1 to thousands, grow with their logarithm.

    Args:
        parts: the data first, then the layers.
        chosen: the part that is marked.
    """
    sides = [side for part in parts if part.shape and len(part.shape) > 1 for side in part.shape[:-1]]
    scale = TALLEST / max(sides, default=1)
    blocks = [_block(part.shape, scale) for part in parts]
    height = max(block.height + block.depth for block in blocks) + 2 * MARGIN
    middle, x, drawn = height / 2, MARGIN, []
    for place, (part, block) in enumerate(zip(parts, blocks, strict=True)):
        wide = max(block.width + block.depth, 62.0)
        left = x + (wide - block.width - block.depth) / 2
        drawn.append(_drawn(place, part, block, left, middle, x + wide / 2, height, place == chosen))
        if place + 1 < len(parts):
            y = middle
            drawn.append(
                f'<path d="M{x + wide + 6:.1f} {y:.1f}h{GAP - 16:.1f}m-4 -4l4 4l-4 4" fill="none" '
                'stroke="currentColor" stroke-width="1.5"/>'
            )
        x += wide + GAP
    width = x - GAP + MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height + LABELS:.0f}" width="{width:.0f}" '
        f'height="{height + LABELS:.0f}" font-family="sans-serif" font-size="11" role="img">'
        f"<title>{escape(_said(parts))}</title>{''.join(drawn)}</svg>"
    )


def _said(parts: Sequence[Part]) -> str:
    steps = [f"{part.name} ({_size(part.shape)})" for part in parts]
    return _("The network: {steps}").format(steps=" → ".join(steps))


def _size(shape: Shape | None) -> str:
    return "?" if shape is None else written(shape)


def _block(shape: Shape | None, scale: float) -> _Block:
    if shape is None:
        return _Block(30.0, 30.0, 0.0)
    if len(shape) == 3:
        high, wide, channels = shape
        return _Block(max(wide * scale, THINNEST), max(high * scale, THINNEST), 3.0 * log2(channels + 1))
    if len(shape) == 2:
        return _Block(6.0 + 5.0 * log2(shape[1] + 1), max(shape[0] * scale, THINNEST), 0.0)
    units = shape[0] if shape else 1
    return _Block(12.0, 10.0 + 9.0 * log2(units + 1), 0.0)


def _drawn(
    place: int, part: Part, block: _Block, left: float, middle: float, centre: float, bottom: float, is_chosen: bool
) -> str:
    colour = COLOURS[f"rank{len(part.shape)}" if part.shape and len(part.shape) in (1, 2, 3) else "unknown"]
    width, high, depth = block
    top = middle - high / 2 + depth / 2
    pieces = []
    if depth:
        right, low = left + width, top + high
        side = f"M{left:.1f} {top:.1f}l{depth:.1f} {-depth:.1f}h{width:.1f}l{-depth:.1f} {depth:.1f}z"
        edge = f"M{right:.1f} {top:.1f}l{depth:.1f} {-depth:.1f}v{high:.1f}L{right:.1f} {low:.1f}z"
        pieces += [
            f'<path d="{side}" fill="{colour}" fill-opacity="0.3" stroke="{colour}"/>',
            f'<path d="{edge}" fill="{colour}" fill-opacity="0.5" stroke="{colour}"/>',
        ]
    mark = 2.5 if is_chosen else 1
    pieces.append(
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{high:.1f}" fill="{colour}" '
        f'fill-opacity="0.65" stroke="{colour}" stroke-width="{mark}"/>'
    )
    pieces += [
        _words(centre, bottom + 8, part.name, is_chosen),
        _words(centre, bottom + 24, _size(part.shape).replace(" ", ""), False),
    ]
    return f'<g data-place="{place}"><title>{escape(f"{part.name}: {_size(part.shape)}")}</title>{"".join(pieces)}</g>'


def _words(x: float, y: float, text: str, bold: bool) -> str:
    weight = ' font-weight="bold"' if bold else ""
    shown = escape(clip(text, 14))
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" fill="currentColor"{weight}>{shown}</text>'
