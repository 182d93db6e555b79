"""Layers that rearrange the same numbers, or repeat them."""

from __future__ import annotations

from contextlib import suppress
from math import isqrt
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from trainer import formats
from trainer.i18n import N_, _, ngettext
from trainer.recipe.layers.base import Group, Layer
from trainer.recipe.shapes import Shape, ShapeError, count, shape_of
from trainer.recipe.spec import RecipeError, setting
from trainer.recipe.wording import WORDING


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class Flatten(Layer):
    kind: Literal["Flatten"] = "Flatten"

    group = Group.SHAPE
    rearranges = True
    keeps_word_numbers = True
    title = N_("Flatten to a row")
    drawing = "flatten"
    sentence = N_("Arranges all numbers of an example in one long row, so that a Dense layer can read them.")

    def _output_shape(self, shape: Shape) -> Shape:
        return (count(shape),)

    def saved_count(self, shape: Shape, output: Shape) -> int:
        return 0  # the same numbers, read in another order


class Reshape(Layer):
    kind: Literal["Reshape"] = "Reshape"
    target_shape: Annotated[
        tuple[Annotated[int, Field(ge=-1, le=1_000_000)], ...],
        BeforeValidator(_tuple),
        setting(
            "Target shape",
            "The new shape, such as 784 or 28, 28, 1. One side may be -1: it is computed.",
            "The numbers stay the same; only their arrangement changes.",
            min_length=1,
            max_length=4,
        ),
    ] = (-1,)

    group = Group.SHAPE
    rearranges = True
    title = N_("Reshape")
    drawing = "reshape"
    sentence = N_("Arranges the same numbers in another shape.")

    def _output_shape(self, shape: Shape) -> Shape:
        total, sides = count(shape), self.target_shape
        fixed = count(tuple(side for side in sides if side != -1))
        if sides.count(-1) > 1:
            raise ShapeError(WORDING.message("one_side"), "other")
        if fixed == 0:
            raise ShapeError(WORDING.message("side_of_0"), "other")
        fits = total % fixed == 0 if -1 in sides else total == fixed
        if not fits:
            target = ", ".join(map(str, sides))
            raise ShapeError(WORDING.message("other_count", shape=shape_of(shape), count=total, target=target), "other")
        return tuple(total // fixed if side == -1 else side for side in sides)

    def saved_count(self, shape: Shape, output: Shape) -> int:
        return 0

    def fitted_to(self, shape: Shape, words: int | None = None) -> Layer:
        """As many axes as were wanted, and as much of them as can be kept; else a row."""
        side = isqrt(count(shape))
        squares = {2: (side, side), 3: (side, side, 1)}
        for sides in (self.target_shape, (-1, *self.target_shape[1:]), squares.get(len(self.target_shape)), (-1,)):
            with suppress(ShapeError, RecipeError):  # a side may be larger than any that can be set
                tried = self.with_(target_shape=sides) if sides else self
                fitting = tried.output_shape(shape)
                return self if tried == self else self.with_(target_shape=fitting)
        return self

    def summary(self) -> str:
        return _("to {shape}").format(shape=", ".join(map(str, self.target_shape)))


class Permute(Layer):
    kind: Literal["Permute"] = "Permute"
    dims: Annotated[
        tuple[Annotated[int, Field(ge=1, le=4)], ...],
        BeforeValidator(_tuple),
        setting(
            "New order",
            "The axes in their new order, counted from 1: 2, 1 swaps height and width, or steps and features.",
            "The numbers stay the same; only their order changes.",
            min_length=1,
            max_length=4,
        ),
    ] = (2, 1)

    group = Group.SHAPE
    rearranges = True
    title = N_("Swap axes")
    drawing = "permute"
    sentence = N_("Swaps the axes of its input, such as steps with features.")

    @field_validator("dims")
    @classmethod
    def _each_once(cls, dims: tuple[int, ...]) -> tuple[int, ...]:
        if sorted(dims) != list(range(1, len(dims) + 1)):
            raise RecipeError(WORDING.message("order_of_axes"))
        return dims

    def _output_shape(self, shape: Shape) -> Shape:
        if len(shape) != len(self.dims):
            numbers = {"wanted": len(self.dims), "axes": len(shape)}
            raise ShapeError(WORDING.message("other_axes", shape=shape_of(shape), **numbers), "other")
        return tuple(shape[axis - 1] for axis in self.dims)

    def fitted_to(self, shape: Shape, words: int | None = None) -> Layer:
        return self.with_(dims=(2, 1, *range(3, len(shape) + 1)) if len(shape) > 1 else (1,))

    def summary(self) -> str:
        return _("to {shape}").format(shape=", ".join(map(str, self.dims)))


class RepeatVector(Layer):
    kind: Literal["RepeatVector"] = "RepeatVector"
    n: Annotated[
        int,
        setting(
            "Times",
            "How many times the row is repeated: the steps of the sequence.",
            "More steps take longer.",
            typical=(2, 50),
            ge=1,
            le=10_000,
        ),
    ] = 10

    group = Group.SHAPE
    input_rank = 1
    title = N_("Repeat a row")
    drawing = "repeat"
    sentence = N_("Repeats a row of numbers, so that it becomes a sequence of equal steps.")

    def _output_shape(self, shape: Shape) -> Shape:
        return (self.n, shape[0])

    def summary(self) -> str:
        return ngettext("{count} time", "{count} times", self.n).format(count=formats.number(self.n))
