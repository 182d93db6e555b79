"""Makes the hand-drawn digits in `tests/drawings/`, on which `benchmarks/drawings.py` tries lesson 1.

`python -m tools.drawings`. Each digit has a few skeletons, written for this as people write them. A drawing is one of
them with a hand's inaccuracy, and with one kind of trouble, such as tiny or slanted. The same seed, the same files.
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

SKELETONS = {
    "0": [
        "52,0 25,10 10,45 20,85 48,100 75,85 85,48 72,10 47,1",
        "60,3 38,0 17,25 15,65 33,97 60,95 78,65 76,25 55,0",
    ],
    "1": [
        "50,0 50,50 50,100",
        "30,22 45,10 56,0 / 56,0 55,50 54,100",
    ],
    "2": [
        "15,25 28,5 55,0 77,15 75,40 50,70 15,98 / 15,98 50,98 85,97",
        "20,20 40,2 68,6 74,30 55,62 30,88 17,92 20,80 38,82 60,95 85,93",
    ],
    "3": [
        "20,12 45,0 72,10 70,35 42,47 / 42,47 72,56 80,78 55,98 20,92",
        "18,2 45,2 75,2 / 75,2 58,22 43,42 / 43,42 73,50 80,75 55,98 18,90",
    ],
    "4": [
        "30,0 20,30 12,60 / 12,60 50,60 88,58 / 65,20 64,60 62,100",
        "62,0 36,32 10,65 / 10,65 50,66 88,65 / 62,0 62,50 62,100",
        "22,5 20,35 30,50 55,48 74,38 / 74,2 72,50 68,100",
    ],
    "5": [
        "75,2 50,2 28,3 / 28,3 25,24 22,44 / 22,44 50,38 76,52 76,80 50,98 18,90",
        "28,5 26,25 25,42 48,36 74,50 78,75 55,98 20,94 / 27,4 52,3 80,0",
    ],
    "6": [
        "68,2 42,18 22,50 20,80 42,100 70,90 74,66 52,53 26,68",
        "55,0 33,30 22,65 32,95 60,97 76,76 62,55 38,60 24,76",
    ],
    "7": [
        "15,3 50,3 83,2 / 83,2 62,40 42,100",
        "18,12 20,2 50,5 82,2 / 82,2 66,35 50,98",
    ],
    "8": [
        "70,12 45,0 25,18 42,42 68,62 74,84 48,100 22,84 30,60 58,40 74,20 66,8",
        "50,46 28,30 34,6 64,4 72,28 50,46 24,66 28,94 66,97 76,70 50,47",
    ],
    "9": [
        "74,20 52,0 26,14 28,42 54,48 74,22 / 74,20 72,60 64,100",
        "72,12 42,2 22,24 36,48 62,40 74,14 75,45 66,80 42,99 22,92",
    ],
}
"""Strokes of each digit, parted by a slash: points in hundredths of its height, from its left upper corner."""
BAR = "32,50 52,50 74,49"
"""Through the stem of a 7, as many people in Europe write it."""
FOOT = "28,100 52,100 78,100"
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


def written(digit: str, rng: np.random.Generator, more: str = "") -> list[Points]:
    """A digit as a hand writes it: about 1 high, its middle at (0, 0)."""
    variants = SKELETONS[digit]
    strokes = variants[rng.integers(len(variants))].split(" / ") + ([more] if more else [])
    width, middle = rng.uniform(0.85, 1.1), (0.5, 0.5)
    return [curve((read(stroke) - middle + rng.normal(0, HAND, read(stroke).shape)) * (width, 1)) for stroke in strokes]


def read(stroke: str) -> Points:
    """The points of a stroke, where a digit is 1 high."""
    return np.array([point.split(",") for point in stroke.split()], dtype=float) / 100


def bent(strokes: list[Points], matrix: Sequence[Sequence[float]]) -> list[Points]:
    """Each point multiplied by a matrix."""
    return [points @ np.array(matrix).T for points in strokes]


def turned(strokes: list[Points], degrees: float) -> list[Points]:
    """Turned around the middle."""
    angle = np.radians(degrees)
    return bent(strokes, [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def shaky(strokes: list[Points], rng: np.random.Generator) -> list[Points]:
    """A trembling hand: each point is off, and so are its neighbours, though less."""
    noise = [rng.normal(0, 0.022, points.shape) for points in strokes]
    return [points + 0.6 * off + 0.4 * np.roll(off, 1, axis=0) for points, off in zip(strokes, noise, strict=True)]


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
VARIANTS = {"seven with a bar": ("7", BAR), "one with a foot": ("1", FOOT)}


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
    """The name of each file, and what is in it: a drawing on each line."""
    found = {}
    for kind, made in drawings().items():
        lines = ",\n".join(json.dumps(one, separators=(",", ":")) for one in made)
        found[f"{kind.replace(' ', '_')}.json"] = f"[\n{lines}\n]\n"
    return found


def main() -> None:
    """Write all of them."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
