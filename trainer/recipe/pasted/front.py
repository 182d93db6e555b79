"""A model that somebody brings, in front of other examples than it was written for."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Embedding, Flatten, Layer, Rescaling, Reshape
from trainer.recipe.shapes import Shape, ShapeError, written


def laid_out(
    layers: Sequence[Layer], reads: tuple[int | None, ...] | None, facts: DataFacts
) -> tuple[tuple[Layer, ...], str | None]:
    """The layers, behind one that lays out pictures as the model's program did it by itself.

    Args:
        layers: of the model.
        reads: the shape of one example that it was written for, as far as it says so.
        facts: of the data that arrives.

    Returns:
        the layers, and a sentence where one was put in front, or where the model was written for something else.
    """
    layers, here = tuple(layers), facts.input_shape
    if facts.vocabulary is None and any(isinstance(layer, Embedding) for layer in layers):
        return layers, "It reads texts, but the data here are pictures. Choose texts on the Data page."
    if reads is None:
        return layers, None
    known = tuple(side for side in reads if side is not None)
    if facts.vocabulary is None and known == reads and len(known) < len(here) and prod(known) == prod(here):
        front = _front(layers, known, here)
        if front is None:
            return layers, None
        wanted = f"rows of {known[0]:,} numbers" if len(known) == 1 else f"examples of {written(known)}"
        note = f"It was written for {wanted}; a {front.kind} in front makes them of the {written(here)} that arrive."
        return (front, *layers), note
    if _fits(reads, here):
        return layers, None
    return layers, f"It was written for examples of {written(known)}; here {written(here)} arrives."


def _front(layers: Sequence[Layer], known: Shape, here: Shape) -> Layer | None:
    """What makes the known shape of pictures with the same numbers; None where the layers can do without it."""
    first = next((layer for layer in layers if not layer.disturbs and not isinstance(layer, Rescaling)), None)
    if first is None or isinstance(first, Flatten | Reshape):
        return None
    if len(known) == 1:
        return Flatten()
    return Reshape(target_shape=known) if _can_read(first, known) and not _can_read(first, here) else None


def _can_read(layer: Layer, shape: Shape) -> bool:
    try:
        layer.output_shape(shape)
    except ShapeError:
        return False
    return True


def _fits(reads: tuple[int | None, ...], here: Shape) -> bool:
    """Whether a model was written for data like these: pictures of one channel are often written without it."""
    both = zip(reads, here[: len(reads)], strict=False)
    return len(here) - len(reads) in {0, here[-1:].count(1)} and all(side in {None, there} for side, there in both)
