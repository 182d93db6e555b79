"""Arithmetic of shapes in plain Python, equal to Keras's (the contract tests hold it).

A shape is a tuple of whole numbers without the batch axis: (28, 28, 1) is a grey picture, (40,) a row of 40 word
numbers, (40, 16) those words with 16 numbers each.
"""

from __future__ import annotations

from math import ceil, prod
from typing import Literal

Shape = tuple[int, ...]

MOST_NUMBERS = 10**15
"""Numbers that a layer may give out for one example, and parameters that it may have: 4 petabytes of each.

No computer holds as many, so nothing is lost. Below it every sum over a stack is exact in Python, turns into a float,
and can be written down; a single one is also exact in a browser, which counts to 2**53. Without it, a hundred layers
that each enlarge a picture 64 times make numbers of four hundred digits, on which floats overflow.
"""
MOST_AXES = 4
"""Axes of what a layer gives out, without the batch: no kind reads more, or can be told what to do with them."""
Needs = Literal["flat", "words", "sequence", "image", "larger", "smaller", "other"]


class ShapeError(ValueError):
    """A layer cannot take what arrives. `needs` says what it needs instead, in a few words."""

    def __init__(self, message: str, needs: Needs) -> None:
        super().__init__(message)
        self.needs = needs


def written(shape: Shape) -> str:
    """(28, 28, 1) as `28 × 28 × 1`."""
    return " × ".join(f"{side:,}" for side in shape) or "one number"


def described(shape: Shape) -> str:
    """A shape for a sentence: `a row of 128 numbers`, `a sequence of 40 × 16`, `pictures of 28 × 28 × 1`."""
    if len(shape) == 1:
        return f"a row of {shape[0]:,} {'number' if shape[0] == 1 else 'numbers'}"
    return {2: "a sequence of ", 3: "pictures of "}.get(len(shape), "") + written(shape)


def window(size: int, kernel: int, stride: int, padding: str, dilation: int = 1) -> int:
    """How many positions a window of `kernel` takes along an axis of `size`, as in Keras.

    Raises:
        ShapeError: the window is larger than what arrives.
    """
    if padding in {"same", "causal"}:
        return ceil(size / stride)
    reach = dilation * (kernel - 1) + 1
    if reach > size:
        raise ShapeError(f"its window of {reach} is larger than the {size} that arrive", "larger")
    return (size - reach) // stride + 1


def need_rank(shape: Shape, rank: int, name: str) -> None:
    """Refuse a shape of another rank, saying what the layer reads.

    Raises:
        ShapeError: with `needs` set to what would fit.
    """
    if len(shape) == rank:
        return
    reads = {1: "a flat row of numbers", 2: "a sequence (steps × features)", 3: "pictures (height × width × channels)"}
    needs: dict[int, Literal["flat", "sequence", "image"]] = {1: "flat", 2: "sequence", 3: "image"}
    arrive = "arrive" if len(shape) == 3 else "arrives"
    raise ShapeError(f"{name} reads {reads[rank]}, but {described(shape)} {arrive}", needs[rank])


def count(shape: Shape) -> int:
    """How many numbers a shape holds."""
    return prod(shape)
