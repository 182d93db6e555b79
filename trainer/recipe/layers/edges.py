"""Layers that add rows and columns at the edges, cut them off, or repeat each of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from trainer.i18n import N_, _
from trainer.recipe.layers.base import Group, Layer, by
from trainer.recipe.shapes import Shape, ShapeError, need_rank
from trainer.recipe.spec import pair, setting
from trainer.recipe.wording import WORDING

Edge1D = Annotated[int, Field(ge=0, le=1024)]
Edge2D = Annotated[tuple[Edge1D, Edge1D], BeforeValidator(pair)]
Times1D = Annotated[int, Field(ge=1, le=32)]
Times2D = Annotated[tuple[Times1D, Times1D], BeforeValidator(pair)]


class ZeroPadding1D(Layer):
    kind: Literal["ZeroPadding1D"] = "ZeroPadding1D"
    padding: Annotated[
        Edge1D,
        setting(
            "Added steps",
            "How many steps of zeros are added at each end.",
            "Larger makes the sequence longer.",
            typical=(1, 4),
        ),
    ] = 1

    group = Group.SHAPE
    title = N_("Add a margin to a sequence")
    drawing = "padding"
    sentence = N_("Adds steps of zeros before and after a sequence.")

    def _output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, 2, self.kind)
        return (shape[0] + 2 * self.padding, shape[1])

    def summary(self) -> str:
        return _("{count} at each end").format(count=self.padding)


class ZeroPadding2D(Layer):
    kind: Literal["ZeroPadding2D"] = "ZeroPadding2D"
    padding: Annotated[
        Edge2D,
        setting(
            "Margin",
            "How many rows are added at top and bottom, and columns at left and right.",
            "Larger makes the picture larger.",
            typical=(1, 4),
        ),
    ] = (1, 1)

    group = Group.SHAPE
    title = N_("Add a margin to pictures")
    drawing = "padding"
    sentence = N_("Adds rows and columns of zeros around a picture.")

    def _output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, 3, self.kind)
        return (shape[0] + 2 * self.padding[0], shape[1] + 2 * self.padding[1], shape[2])

    def summary(self) -> str:
        return _("{size} on each side").format(size=by(self.padding))


def _cut(size: int, each: int, kind: str) -> int:
    if 2 * each >= size:
        raise ShapeError(WORDING.message("cuts_all", kind=kind, cut=2 * each, size=size), "larger")
    return size - 2 * each


def _most(size: int, each: int) -> int:
    """What is wanted if that leaves something; else what leaves half, or what is wanted where nothing can be cut."""
    return each if 2 * each < size or size < 3 else max(1, size // 4)


class Cropping1D(Layer):
    kind: Literal["Cropping1D"] = "Cropping1D"
    cropping: Annotated[
        Edge1D,
        setting(
            "Cut steps",
            "How many steps are cut off at each end.",
            "Larger leaves less of the sequence.",
            typical=(1, 4),
        ),
    ] = 1

    group = Group.SHAPE
    title = N_("Cut the ends of a sequence")
    drawing = "cropping"
    sentence = N_("Cuts steps off both ends of a sequence.")

    def _output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, 2, self.kind)
        return (_cut(shape[0], self.cropping, self.kind), shape[1])

    def fitted_to(self, shape: Shape) -> Layer:
        return self.with_(cropping=_most(shape[0], self.cropping)) if len(shape) == 2 else self

    def summary(self) -> str:
        return _("{count} at each end").format(count=self.cropping)


class Cropping2D(Layer):
    kind: Literal["Cropping2D"] = "Cropping2D"
    cropping: Annotated[
        Edge2D,
        setting(
            "Cut edges",
            "How many rows are cut off at top and bottom, and columns at left and right.",
            "Larger leaves less of the picture.",
            typical=(1, 4),
        ),
    ] = (1, 1)

    group = Group.SHAPE
    title = N_("Cut the edges of pictures")
    drawing = "cropping"
    sentence = N_("Cuts rows and columns off the edges of a picture.")

    def _output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, 3, self.kind)
        sides = [_cut(size, each, self.kind) for size, each in zip(shape, self.cropping, strict=False)]
        return (*sides, shape[2])

    def fitted_to(self, shape: Shape) -> Layer:
        if len(shape) != 3:
            return self
        return self.with_(cropping=tuple(map(_most, shape, self.cropping)))

    def summary(self) -> str:
        return _("{size} on each side").format(size=by(self.cropping))


class UpSampling1D(Layer):
    kind: Literal["UpSampling1D"] = "UpSampling1D"
    size: Annotated[
        Times1D, setting("Times", "How many times each step is repeated.", "2 doubles the length.", typical=(2, 4))
    ] = 2

    group = Group.SHAPE
    title = N_("Repeat each step")
    drawing = "upsampling"
    sentence = N_("Repeats each step of a sequence, which lengthens it.")

    def _output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, 2, self.kind)
        return (shape[0] * self.size, shape[1])

    def summary(self) -> str:
        return f"×{self.size}"


class UpSampling2D(Layer):
    kind: Literal["UpSampling2D"] = "UpSampling2D"
    size: Annotated[
        Times2D,
        setting(
            "Times", "How many times higher and wider the picture becomes.", "2 doubles both sides.", typical=(2, 4)
        ),
    ] = (2, 2)
    interpolation: Annotated[
        Literal["nearest", "bilinear", "bicubic"],
        setting(
            "Interpolation",
            "nearest repeats each pixel; the others blend neighbours.",
            "The others look smoother.",
            advanced=True,
        ),
    ] = "nearest"

    group = Group.SHAPE
    title = N_("Enlarge pictures")
    drawing = "upsampling"
    sentence = N_("Repeats rows and columns of a picture, which enlarges it.")

    def _output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, 3, self.kind)
        return (shape[0] * self.size[0], shape[1] * self.size[1], shape[2])

    def summary(self) -> str:
        return f"×{by(self.size)}"
