"""What flows through a stack: the shape of each layer's input, and how long it is still word numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, assert_never

from trainer.messages import Message
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Layer
from trainer.recipe.shapes import Shape, ShapeError
from trainer.recipe.wording import WORDING


class Arriving(NamedTuple):
    """What a layer gets to read."""

    shape: Shape
    words: int | None
    """How many words there are, where the numbers are word numbers; None where they are quantities."""
    is_masked: bool = False
    """Whether the padding of short texts is marked: each step of the sequence has a mask then."""


class Step(NamedTuple):
    """A layer on the way, with its input and output; instead of the output, why it cannot read its input."""

    layer: Layer
    arrives: Arriving
    leaves: Arriving | ShapeError


def flow(layers: Sequence[Layer], facts: DataFacts) -> Iterator[Step]:
    """Each layer from the input on; the first that cannot read its input is the last."""
    arrives = Arriving(facts.input_shape, facts.vocabulary)
    for layer in layers:
        try:
            shape = layer.output_shape(arrives.shape)
        except ShapeError as error:
            yield Step(layer, arrives, error)
            return
        # Word numbers in another order are still word numbers; whatever else reads them outputs quantities.
        words = arrives.words if layer.keeps_word_numbers else None
        # A mask has one entry for each step, so that it ends where the steps do.
        is_masked = layer.marks_padding or (arrives.is_masked and layer.keeps_mask and len(shape) > 1)
        leaves = Arriving(shape, words, is_masked)
        yield Step(layer, arrives, leaves)
        arrives = leaves


def arriving(layers: Sequence[Layer], facts: DataFacts) -> Arriving:
    """What leaves the last of these layers, and so arrives after them.

    Raises:
        ShapeError: one of them cannot read its input.
    """
    arrives = Arriving(facts.input_shape, facts.vocabulary)
    for step in flow(layers, facts):
        if isinstance(step.leaves, ShapeError):
            raise step.leaves
        arrives = step.leaves
    return arrives


def word_trouble(kind: type[Layer], who: Message | str, words: int | None, facts: DataFacts) -> Message | None:
    """Why a kind of layer cannot read word numbers, or reads nothing else; None if its input is of its sort.

    Only an Embedding reads word numbers: they are names, not quantities.

    Args:
        kind: of the layer.
        who: what the sentence calls it.
        words: how many words there are where the input is word numbers, else None.
        facts: of the data.
    """
    if kind.keeps_word_numbers or kind.reads_word_numbers == (words is not None):
        return None
    if words is not None:
        return WORDING.message("words_need_embedding", who=who)
    match facts.modality:
        case "image":
            return WORDING.message("reads_words_of_pictures", who=who)
        case "text":
            return WORDING.message("reads_words_again", who=who)
        case "table":
            return WORDING.message("reads_words_of_numbers", who=who)
        case _:
            assert_never(facts.modality)
