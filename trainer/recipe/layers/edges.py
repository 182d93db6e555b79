"""Layers that add places at the edges, cut them off, or repeat each of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from trainer.recipe.layers.base import Layer, by
from trainer.recipe.shapes import Shape, ShapeError, need_rank
from trainer.recipe.spec import pair, setting

Edge1D = Annotated[int, Field(ge=0, le=1024)]
Edge2D = Annotated[tuple[Edge1D, Edge1D], BeforeValidator(pair)]
Times1D = Annotated[int, Field(ge=1, le=32)]
Times2D = Annotated[tuple[Times1D, Times1D], BeforeValidator(pair)]


class ZeroPadding1D(Layer):
    """Adds steps of zeros before and after a sequence."""

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

    group = "Shape"
    title = "Add a margin to a sequence"
    drawing = "padding"

    def _output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, 2, self.kind)
        return (shape[0] + 2 * self.padding, shape[1])

    def summary(self) -> str:
        return f"{self.padding} at each end"


class ZeroPadding2D(Layer):
    """Adds rows and columns of zeros around a picture."""

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

    group = "Shape"
    title = "Add a margin to pictures"
    drawing = "padding"

    def _output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, 3, self.kind)
        return (shape[0] + 2 * self.padding[0], shape[1] + 2 * self.padding[1], shape[2])

    def summary(self) -> str:
        return f"{by(self.padding)} on each side"


def _cut(size: int, each: int, kind: str) -> int:
    if 2 * each >= size:
        raise ShapeError(f"{kind} cuts {2 * each} off, but only {size} arrive, so that nothing would be left", "larger")
    return size - 2 * each


def _most(size: int, each: int) -> int:
    """What was wanted if something is left of it; else what leaves half, or what was wanted where nothing can go."""
    return each if 2 * each < size or size < 3 else max(1, size // 4)


class Cropping1D(Layer):
    """Cuts steps off both ends of a sequence."""

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

    group = "Shape"
    title = "Cut the ends of a sequence"
    drawing = "cropping"

    def _output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, 2, self.kind)
        return (_cut(shape[0], self.cropping, self.kind), shape[1])

    def fitted_to(self, shape: Shape) -> Layer:
        return self.with_(cropping=_most(shape[0], self.cropping)) if len(shape) == 2 else self

    def summary(self) -> str:
        return f"{self.cropping} at each end"


class Cropping2D(Layer):
    """Cuts rows and columns off the edges of a picture."""

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
    group = "Shape"
    title = "Cut the edges of pictures"
    drawing = "cropping"

    def _output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, 3, self.kind)
        sides = [_cut(size, each, self.kind) for size, each in zip(shape, self.cropping, strict=False)]
        return (*sides, shape[2])

    def fitted_to(self, shape: Shape) -> Layer:
        if len(shape) != 3:
            return self
        return self.with_(cropping=tuple(map(_most, shape, self.cropping)))

    def summary(self) -> str:
        return f"{by(self.cropping)} on each side"


class UpSampling1D(Layer):
    """Repeats each step of a sequence, which lengthens it."""

    kind: Literal["UpSampling1D"] = "UpSampling1D"
    size: Annotated[
        Times1D, setting("Times", "How often each step is repeated.", "2 doubles the length.", typical=(2, 4))
    ] = 2

    group = "Shape"
    title = "Repeat each step"
    drawing = "upsampling"

    def _output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, 2, self.kind)
        return (shape[0] * self.size, shape[1])

    def summary(self) -> str:
        return f"×{self.size}"


class UpSampling2D(Layer):
    """Repeats rows and columns of a picture, which enlarges it."""

    kind: Literal["UpSampling2D"] = "UpSampling2D"
    size: Annotated[
        Times2D, setting("Times", "How many times as high and as wide.", "2 doubles both sides.", typical=(2, 4))
    ] = (2, 2)
    interpolation: Annotated[
        Literal["nearest", "bilinear", "bicubic"],
        setting(
            "In between",
            "nearest repeats each pixel; the others blend neighbours.",
            "The others look smoother.",
            advanced=True,
        ),
    ] = "nearest"

    group = "Shape"
    title = "Enlarge pictures"
    drawing = "upsampling"

    def _output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, 3, self.kind)
        return (shape[0] * self.size[0], shape[1] * self.size[1], shape[2])

    def summary(self) -> str:
        return f"×{by(self.size)}"
