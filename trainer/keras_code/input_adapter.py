"""A model that somebody brings, for other examples than it was written for."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from trainer.keras_code.source_model import InputShape
from trainer.keras_code.wording import message
from trainer.messages import Message
from trainer.recipe.data import DataFacts
from trainer.recipe.layers import Activation, Embedding, Flatten, Layer, ReLU, Rescaling, Reshape
from trainer.recipe.shapes import Shape, ShapeError, written


def adapted(
    layers: Sequence[Layer], input_shape: InputShape | None, facts: DataFacts
) -> tuple[tuple[Layer, ...], Message | None]:
    """The layers, after one that reshapes pictures as the model's program did it by itself.

    Args:
        layers: of the model.
        input_shape: of one example that it was written for, as far as it says so.
        facts: of the data that arrives.

    Returns:
        the layers, and a note where one was added, or where the model was written for something else.
    """
    layers, here = tuple(layers), facts.input_shape
    is_image = facts.modality == "image"
    if facts.modality != "text" and any(isinstance(layer, Embedding) for layer in layers):
        return layers, message("reads_texts")
    if input_shape is None:
        return layers, None
    known = tuple(side for side in input_shape if side is not None)
    arrives = written(here)
    if is_image and known == input_shape and len(known) < len(here) and prod(known) == prod(here):
        first = _first(layers, known, here)
        if first is None:
            return layers, None
        return (first, *layers), message("shape_adapted", shape=written(known), kind=first.kind, arrives=arrives)
    if _fits(input_shape, here):
        return layers, None
    return layers, message("other_shape", shape=written(known), arrives=arrives)


def _first(layers: Sequence[Layer], known: Shape, here: Shape) -> Layer | None:
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
    """The shape that leaves a layer; None if it cannot read this one."""
    try:
        return layer.output_shape(shape)
    except ShapeError:
        return None


def _fits(input_shape: InputShape, here: Shape) -> bool:
    """Whether a model was written for data like these: pictures of one channel are often written without it."""
    both = zip(input_shape, here[: len(input_shape)], strict=False)
    is_near = len(here) - len(input_shape) in {0, here[-1:].count(1)}
    return is_near and all(side in {None, there} for side, there in both)
