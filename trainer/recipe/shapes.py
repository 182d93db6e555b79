"""Arithmetic of shapes in plain Python, equal to Keras's (the contract tests hold it).

A shape is a tuple of whole numbers without the batch axis: (28, 28, 1) is a grey picture, (40,) a row of 40 word
numbers, (40, 16) those words with 16 numbers each.
"""

from __future__ import annotations

from math import ceil, prod
from typing import Literal

from trainer import formats
from trainer.messages import Message, MessageError
from trainer.recipe.wording import WORDING

Shape = tuple[int, ...]

MAX_LAYER_NUMBERS = 10**15
"""Numbers that a layer may output for one example, and parameters that it may have: 4 petabytes of each.

No computer holds as many, so nothing is lost. Below it every sum over a stack is exact in Python, turns into a float,
and can be written down; a single one is also exact in a browser, which counts to 2**53. Without it, a hundred layers
that each enlarge a picture 64 times make numbers of four hundred digits, on which floats overflow.
"""
MAX_AXES = 4
"""Axes of a layer's output, without the batch: no kind reads more, or can be told what to do with them."""
Needs = Literal["flat", "words", "sequence", "image", "larger", "smaller", "other"]


class ShapeError(MessageError, ValueError):
    """A layer cannot read its input; `message` is a whole sentence, `needs` what would fit instead."""

    message: Message

    def __init__(self, message: Message, needs: Needs) -> None:
        super().__init__(message)
        self.needs = needs


def shape_of(shape: Shape) -> Message:
    """A shape without the batch axis.

    >>> str(shape_of((28, 28, 1)))
    '28 × 28 × 1'
    """
    return WORDING.message(f"shape_{len(shape)}", **dict(zip("abcd", shape, strict=False)))


def written(shape: Shape) -> str:
    """A shape as people read it; many of them stand on one page, so this is quicker than a message.

    >>> written((28, 28, 1)), written((54_000,)), written(())
    ('28 × 28 × 1', '54,000', 'one number')
    """
    sides = (str(side) if side < 1000 else formats.number(side) for side in shape)
    return " × ".join(sides) or str(shape_of(shape))


def described(shape: Shape) -> Message:
    """A shape for a sentence.

    >>> str(described((128,))), str(described((40, 16))), str(described((28, 28, 1)))
    ('a row of 128 numbers', 'a sequence of 40 × 16', 'pictures of 28 × 28 × 1')
    """
    if len(shape) == 1:
        return WORDING.message("row", a=shape[0])
    name = {2: "sequence", 3: "pictures"}.get(len(shape))
    return shape_of(shape) if name is None else WORDING.message(name, shape=shape_of(shape))


def window(size: int, kernel: int, stride: int, padding: str, dilation: int = 1) -> int:
    """How many positions a window of `kernel` takes along an axis of `size`, as in Keras.

    >>> window(28, 3, 1, "valid"), window(28, 3, 2, "same")
    (26, 14)

    Raises:
        ShapeError: the window is larger than the input.
    """
    if padding in {"same", "causal"}:
        return ceil(size / stride)
    reach = dilation * (kernel - 1) + 1
    if reach > size:
        raise ShapeError(WORDING.message("window_too_large", window=reach, size=size), "larger")
    return (size - reach) // stride + 1


_RANKS: dict[int, tuple[str, Needs]] = {
    1: ("reads_row", "flat"),
    2: ("reads_sequence", "sequence"),
    3: ("reads_pictures", "image"),
}


def need_rank(shape: Shape, rank: int, kind: str) -> None:
    """Refuse a shape of another rank, saying what the layer reads.

    Args:
        shape: of the input, without the batch axis.
        rank: how many axes the layer reads.
        kind: of the layer.

    Raises:
        ShapeError: with `needs` set to what would fit.
    """
    if len(shape) != rank:
        if rank not in _RANKS:
            raise ShapeError(WORDING.message("reads_axes", kind=kind, axes=rank, shape=described(shape)), "other")
        name, needs = _RANKS[rank]
        raise ShapeError(WORDING.message(name, kind=kind, shape=described(shape)), needs)


def count(shape: Shape) -> int:
    """How many numbers a shape holds.

    >>> count((28, 28, 1))
    784
    """
    return prod(shape)
