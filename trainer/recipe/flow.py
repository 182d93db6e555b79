"""What flows through a stack: which shape arrives at each layer, and how long it is still word numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, assert_never

from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Flatten, Layer
from trainer.recipe.shapes import Shape, ShapeError


class Arriving(NamedTuple):
    """What a layer gets to read."""

    shape: Shape
    words: int | None
    """How many words there are, where the numbers are word numbers; None where they are quantities."""


class Step(NamedTuple):
    """A layer on the way, with what arrives and what leaves; instead of that, why it cannot read what arrives."""

    layer: Layer
    arrives: Arriving
    leaves: Arriving | ShapeError


def flow(layers: Sequence[Layer], facts: DataFacts) -> Iterator[Step]:
    """Each layer from the data upwards; the first that cannot read what arrives is the last."""
    arrives = Arriving(facts.input_shape, facts.vocabulary)
    for layer in layers:
        try:
            shape = layer.output_shape(arrives.shape)
        except ShapeError as error:
            yield Step(layer, arrives, error)
            return
        # Word numbers in another order are still word numbers; whatever else reads them gives out quantities.
        leaves = Arriving(shape, arrives.words if isinstance(layer, Flatten) else None)
        yield Step(layer, arrives, leaves)
        arrives = leaves


def arriving(layers: Sequence[Layer], facts: DataFacts) -> Arriving:
    """What leaves the last of these layers, and so arrives behind them.

    Raises:
        ShapeError: one of them cannot read what arrives.
    """
    arrives = Arriving(facts.input_shape, facts.vocabulary)
    for step in flow(layers, facts):
        if isinstance(step.leaves, ShapeError):
            raise step.leaves
        arrives = step.leaves
    return arrives


def word_trouble(kind: type[Layer], words: int | None, facts: DataFacts) -> str | None:
    """Why a kind of layer cannot read word numbers, or reads nothing else; None if what arrives is of its sort.

    Only an Embedding reads word numbers: they are names, not quantities.
    """
    if issubclass(kind, Flatten) or kind.takes_words == (words is not None):
        return None
    if words is not None:
        return "cannot read word numbers: a word's number says nothing about its meaning"
    match facts.modality:
        case "image":
            arrive = "pictures"
        case "table":
            arrive = "rows of numbers"
        case "text":
            arrive = "numbers that are no longer word numbers"
        case _:
            assert_never(facts.modality)
    return f"looks up word numbers, but {arrive} arrive"
