"""A model that somebody brings, in front of other examples than it was written for."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import assert_never

from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Activation, Embedding, Flatten, Layer, ReLU, Rescaling, Reshape
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
    if any(isinstance(layer, Embedding) for layer in layers):
        match facts.modality:
            case "image":
                return layers, "It reads texts, but the data here are pictures. Choose texts on the Data page."
            case "table":
                return layers, "It reads texts, but the data here are rows of numbers. Choose texts on the Data page."
            case "text":
                pass
            case _:
                assert_never(facts.modality)
    if reads is None:
        return layers, None
    known = tuple(side for side in reads if side is not None)
    if facts.modality == "image" and known == reads and len(known) < len(here) and prod(known) == prod(here):
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
    by_number = True
    there: Shape = known
    for layer in layers:
        if isinstance(layer, Flatten | Reshape):
            return None if by_number else _maker(known)
        keeps = layer.is_stochastic or isinstance(layer, Activation | ReLU | Rescaling)
        if len(known) == 1 and not keeps:
            return Flatten()
        after, instead = _after(layer, there), _after(layer, here)
        if after is None or instead is None:
            return _maker(known) if after is not None else None
        if after[:-1] != there[:-1] or instead[:-1] != here[:-1]:
            return None  # it can read both, and makes something of its own of them
        there, here, by_number = after, instead, by_number and keeps
    return None


def _maker(known: Shape) -> Layer:
    return Flatten() if len(known) == 1 else Reshape(target_shape=known)


def _after(layer: Layer, shape: Shape) -> Shape | None:
    """What leaves a layer; None if it cannot read the shape."""
    try:
        return layer.output_shape(shape)
    except ShapeError:
        return None


def _fits(reads: tuple[int | None, ...], here: Shape) -> bool:
    """Whether a model was written for data like these: pictures of one channel are often written without it."""
    both = zip(reads, here[: len(reads)], strict=False)
    return len(here) - len(reads) in {0, here[-1:].count(1)} and all(side in {None, there} for side, there in both)
