"""A model that somebody brings, in front of other examples than it was written for."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from trainer.recipe.layers import Flatten, Layer, Reshape
from trainer.recipe.shapes import Shape, written


def laid_out(
    layers: Sequence[Layer], reads: tuple[int | None, ...] | None, here: Shape
) -> tuple[tuple[Layer, ...], str | None]:
    """The layers, behind one that lays out what arrives as the model's program did it by itself, where that is all.

    Args:
        layers: of the model.
        reads: the shape of one example that it was written for, as far as it says so.
        here: the shape that arrives.

    Returns:
        the layers, and a sentence where one was put in front, or where the shapes have nothing to do with each other.
    """
    if reads is None:
        return tuple(layers), None
    known = tuple(side for side in reads if side is not None)
    if known == reads and known != here and prod(known) == prod(here):
        if _lays_out_itself(layers, here):
            return tuple(layers), None
        front = Flatten() if len(known) == 1 else Reshape(target_shape=known)
        note = (
            f"It was written for examples of {written(known)}: a {front.kind} makes them of the {written(here)} here."
        )
        return (front, *layers), note
    if _fits(reads, here):
        return tuple(layers), None
    return tuple(layers), f"It was written for examples of {written(known)}; here {written(here)} arrives."


def _lays_out_itself(layers: Sequence[Layer], here: Shape) -> bool:
    """Whether the first layer that looks at how the numbers lie is one that lays them out anew."""
    shaping = (layer for layer in layers if not layer.disturbs and layer.kind != "Rescaling")
    return isinstance(next(shaping, None), Flatten | Reshape)


def _fits(reads: tuple[int | None, ...], here: Shape) -> bool:
    """Whether a model was written for data like these: pictures of one channel are often written without it."""
    both = zip(reads, here[: len(reads)], strict=False)
    return len(here) - len(reads) in {0, here[-1:].count(1)} and all(side in {None, there} for side, there in both)
