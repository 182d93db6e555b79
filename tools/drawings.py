"""Makes the hand-drawn digits in `tests/drawings/`, on which `benchmarks/drawings.py` tries lesson 1.

`python -m tools.drawings`. Each digit has a few skeletons, written for this as people write them. A drawing is one of
them with a hand's inaccuracy, and with one kind of trouble, such as tiny or slanted. The same seed gives the same files.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer import PROJECT

FOLDER = PROJECT / "tests" / "drawings"
SEED, EACH = 16, 10
PEN = 0.07
"""The pen of the pad, in parts of its side."""
HAND = 0.018
"""How far a hand misses the points of a skeleton, in parts of the digit's height."""
PIECES = 12
"""Points of a drawing between two of its skeleton."""
Points = NDArray[np.float64]
Strokes = Sequence[Sequence[tuple[float, float]]]

SKELETONS: dict[str, Sequence[Strokes]] = {
    "0": [
        [[(0.52, 0.0), (0.25, 0.1), (0.1, 0.45), (0.2, 0.85), (0.48, 1.0), (0.75, 0.85), (0.85, 0.48), (0.72, 0.1), (0.47, 0.01)]],
        [[(0.6, 0.03), (0.38, 0.0), (0.17, 0.25), (0.15, 0.65), (0.33, 0.97), (0.6, 0.95), (0.78, 0.65), (0.76, 0.25), (0.55, 0.0)]],
    ],
    "1": [
        [[(0.5, 0.0), (0.5, 0.5), (0.5, 1.0)]],
        [[(0.3, 0.22), (0.45, 0.1), (0.56, 0.0)], [(0.56, 0.0), (0.55, 0.5), (0.54, 1.0)]],
    ],
    "2": [
        [[(0.15, 0.25), (0.28, 0.05), (0.55, 0.0), (0.77, 0.15), (0.75, 0.4), (0.5, 0.7), (0.15, 0.98)], [(0.15, 0.98), (0.5, 0.98), (0.85, 0.97)]],
        [[(0.2, 0.2), (0.4, 0.02), (0.68, 0.06), (0.74, 0.3), (0.55, 0.62), (0.3, 0.88), (0.17, 0.92), (0.2, 0.8), (0.38, 0.82), (0.6, 0.95), (0.85, 0.93)]],
    ],
    "3": [
        [[(0.2, 0.12), (0.45, 0.0), (0.72, 0.1), (0.7, 0.35), (0.42, 0.47)], [(0.42, 0.47), (0.72, 0.56), (0.8, 0.78), (0.55, 0.98), (0.2, 0.92)]],
        [[(0.18, 0.02), (0.45, 0.02), (0.75, 0.02)], [(0.75, 0.02), (0.58, 0.22), (0.43, 0.42)], [(0.43, 0.42), (0.73, 0.5), (0.8, 0.75), (0.55, 0.98), (0.18, 0.9)]],
    ],
    "4": [
        [[(0.3, 0.0), (0.2, 0.3), (0.12, 0.6)], [(0.12, 0.6), (0.5, 0.6), (0.88, 0.58)], [(0.65, 0.2), (0.64, 0.6), (0.62, 1.0)]],
        [[(0.62, 0.0), (0.36, 0.32), (0.1, 0.65)], [(0.1, 0.65), (0.5, 0.66), (0.88, 0.65)], [(0.62, 0.0), (0.62, 0.5), (0.62, 1.0)]],
        [[(0.22, 0.05), (0.2, 0.35), (0.3, 0.5), (0.55, 0.48), (0.74, 0.38)], [(0.74, 0.02), (0.72, 0.5), (0.68, 1.0)]],
    ],
    "5": [
        [[(0.75, 0.02), (0.5, 0.02), (0.28, 0.03)], [(0.28, 0.03), (0.25, 0.24), (0.22, 0.44)], [(0.22, 0.44), (0.5, 0.38), (0.76, 0.52), (0.76, 0.8), (0.5, 0.98), (0.18, 0.9)]],
        [[(0.28, 0.05), (0.26, 0.25), (0.25, 0.42), (0.48, 0.36), (0.74, 0.5), (0.78, 0.75), (0.55, 0.98), (0.2, 0.94)], [(0.27, 0.04), (0.52, 0.03), (0.8, 0.0)]],
    ],
    "6": [
        [[(0.68, 0.02), (0.42, 0.18), (0.22, 0.5), (0.2, 0.8), (0.42, 1.0), (0.7, 0.9), (0.74, 0.66), (0.52, 0.53), (0.26, 0.68)]],
        [[(0.55, 0.0), (0.33, 0.3), (0.22, 0.65), (0.32, 0.95), (0.6, 0.97), (0.76, 0.76), (0.62, 0.55), (0.38, 0.6), (0.24, 0.76)]],
    ],
    "7": [
        [[(0.15, 0.03), (0.5, 0.03), (0.83, 0.02)], [(0.83, 0.02), (0.62, 0.4), (0.42, 1.0)]],
        [[(0.18, 0.12), (0.2, 0.02), (0.5, 0.05), (0.82, 0.02)], [(0.82, 0.02), (0.66, 0.35), (0.5, 0.98)]],
    ],
    "8": [
        [[(0.7, 0.12), (0.45, 0.0), (0.25, 0.18), (0.42, 0.42), (0.68, 0.62), (0.74, 0.84), (0.48, 1.0), (0.22, 0.84), (0.3, 0.6), (0.58, 0.4), (0.74, 0.2), (0.66, 0.08)]],
        [[(0.5, 0.46), (0.28, 0.3), (0.34, 0.06), (0.64, 0.04), (0.72, 0.28), (0.5, 0.46), (0.24, 0.66), (0.28, 0.94), (0.66, 0.97), (0.76, 0.7), (0.5, 0.47)]],
    ],
    "9": [
        [[(0.74, 0.2), (0.52, 0.0), (0.26, 0.14), (0.28, 0.42), (0.54, 0.48), (0.74, 0.22)], [(0.74, 0.2), (0.72, 0.6), (0.64, 1.0)]],
        [[(0.72, 0.12), (0.42, 0.02), (0.22, 0.24), (0.36, 0.48), (0.62, 0.4), (0.74, 0.14), (0.75, 0.45), (0.66, 0.8), (0.42, 0.99), (0.22, 0.92)]],
    ],
}  # fmt: skip
BAR = [(0.32, 0.5), (0.52, 0.5), (0.74, 0.49)]
"""Through the stem of a 7, as many people in Europe write it."""
FOOT = [(0.28, 1.0), (0.52, 1.0), (0.78, 1.0)]
"""Under a 1."""


def curve(points: Points) -> Points:
    """A smooth line through points (Catmull and Rom)."""
    ends = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    share = np.linspace(0, 1, PIECES, endpoint=False)[:, None]
    pieces = []
    for before, begin, end, after in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        bend = 2 * before - 5 * begin + 4 * end - after, 3 * begin - before - 3 * end + after
        pieces.append(begin + 0.5 * share * (end - before + share * (bend[0] + share * bend[1])))
    return np.vstack([*pieces, points[-1:]])


def written(digit: str, rng: np.random.Generator, more: Strokes = ()) -> list[Points]:
    """A digit as a hand writes it: about 1 high, its middle at (0, 0)."""
    variants = SKELETONS[digit]
    skeleton = [*variants[rng.integers(len(variants))], *more]
    height, width = 1.0, rng.uniform(0.85, 1.1)
    return [curve(np.array(stroke) + rng.normal(0, HAND, (len(stroke), 2))) * (width, height) - (0.5 * width, 0.5) for stroke in skeleton]  # fmt: skip


def bent(strokes: list[Points], matrix: Sequence[Sequence[float]]) -> list[Points]:
    """Each point multiplied by a matrix."""
    return [points @ np.array(matrix).T for points in strokes]


def turned(strokes: list[Points], degrees: float) -> list[Points]:
    """Turned around the middle."""
    angle = np.radians(degrees)
    return bent(strokes, [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def shaky(strokes: list[Points], rng: np.random.Generator) -> list[Points]:
    """A trembling hand: each point is off, its neighbours a little less than as far."""
    return [points + 0.6 * (noise := rng.normal(0, 0.022, points.shape)) + 0.4 * np.roll(noise, 1, axis=0) for points in strokes]  # fmt: skip


def placed(strokes: list[Points], height: float, middle: tuple[float, float]) -> list[Points]:
    """On the pad, where places go from 0 to 1, and within it."""
    largest = max(np.abs(points).max() for points in strokes)
    size = min(height, (min(*middle, 1 - middle[0], 1 - middle[1]) - PEN / 4) / largest)
    return [points * size + middle for points in strokes]


def anywhere(rng: np.random.Generator) -> tuple[float, float]:
    """Near the middle of the pad."""
    return (rng.uniform(0.44, 0.56), rng.uniform(0.44, 0.56))


def in_a_corner(rng: np.random.Generator) -> tuple[float, float]:
    """In one of the four corners."""
    x, y = (rng.choice([0.22, 0.78]) + rng.uniform(-0.02, 0.02) for _ in range(2))
    return (float(x), float(y))


Trouble = Callable[[list[Points], np.random.Generator], list[Points]]


def _large(strokes: list[Points], rng: np.random.Generator) -> list[Points]:
    return placed(strokes, rng.uniform(0.6, 0.85), anywhere(rng))


TROUBLES: dict[str, tuple[float, Trouble]] = {
    "plain": (PEN, _large),
    "tiny": (PEN, lambda s, r: placed(s, r.uniform(0.16, 0.24), (r.uniform(0.2, 0.8), r.uniform(0.2, 0.8)))),
    "corner": (PEN, lambda s, r: placed(s, r.uniform(0.32, 0.4), in_a_corner(r))),
    "thick": (0.15, _large),
    "thin": (0.02, _large),
    "slanted": (PEN, lambda s, r: _large(bent(s, [[1, -r.uniform(0.25, 0.5)], [0, 1]]), r)),
    "shaky": (PEN, lambda s, r: _large(shaky(s, r), r)),
    "wide": (PEN, lambda s, r: _large(bent(s, [[r.uniform(1.2, 1.45), 0], [0, 0.9]]), r)),
    "rotated": (PEN, lambda s, r: _large(turned(s, float(r.choice([-1, 1])) * r.uniform(10, 18)), r)),
}
"""Kind of trouble -> the pen, and what it does to a digit that has been written."""
VARIANTS: dict[str, tuple[str, Strokes]] = {"seven with a bar": ("7", [BAR]), "one with a foot": ("1", [FOOT])}


def drawing(digit: str, pen: float, strokes: list[Points]) -> dict[str, Any]:
    """As it is written down: `pen` and points in parts of the pad's side."""
    return {"digit": int(digit), "pen": pen, "strokes": [points.round(4).tolist() for points in strokes]}


def drawings() -> dict[str, list[dict[str, Any]]]:
    """Every kind of trouble with ten drawings."""
    made: dict[str, list[dict[str, Any]]] = {}
    for number, (kind, (pen, trouble)) in enumerate(TROUBLES.items()):
        rng = np.random.default_rng([SEED, number])
        made[kind] = [drawing(digit, pen, trouble(written(digit, rng), rng)) for digit in SKELETONS]
    for number, (kind, (digit, more)) in enumerate(VARIANTS.items(), start=len(TROUBLES)):
        rng = np.random.default_rng([SEED, number])
        made[kind] = [drawing(digit, PEN, _large(written(digit, rng, more), rng)) for _ in range(EACH)]
    return made


def files() -> dict[str, str]:
    """The name of each file, and what is in it."""
    return {
        f"{kind.replace(' ', '_')}.json": "[\n" + ",\n".join(json.dumps(one, separators=(",", ":")) for one in made) + "\n]\n"
        for kind, made in drawings().items()
    }  # fmt: skip


def main() -> None:
    """Write all of them."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
