"""Layers that add rows and columns at the edges, cut them off, or repeat each of them."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from trainer.i18n import N_, _
from trainer.recipe.layers.base import Group, Layer, by
from trainer.recipe.shapes import Shape, ShapeError
from trainer.recipe.spec import pair, setting
from trainer.recipe.wording import WORDING

Edge1D = Annotated[int, Field(ge=0, le=1024)]
Edge2D = Annotated[tuple[Edge1D, Edge1D], BeforeValidator(pair)]
Times1D = Annotated[int, Field(ge=1, le=32)]
Times2D = Annotated[tuple[Times1D, Times1D], BeforeValidator(pair)]


class _Edges(Layer):
    """Changes the size along each axis by one field."""

    group = Group.SHAPE
    size_field: ClassVar[str]

    def _output_shape(self, shape: Shape) -> Shape:
        return (*map(self._resized, shape[:-1], self.per_axis(self.size_field)), shape[-1])

    def _resized(self, size: int, amount: int) -> int:
        raise NotImplementedError


class _Padding(_Edges):
    size_field = "padding"
    drawing = "padding"

    def _resized(self, size: int, amount: int) -> int:
        return size + 2 * amount


class ZeroPadding1D(_Padding):
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

    input_rank = 2
    title = N_("Add a margin to a sequence")
    sentence = N_("Adds steps of zeros before and after a sequence.")

    def summary(self) -> str:
        return _("{count} at each end").format(count=self.padding)


class ZeroPadding2D(_Padding):
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

    input_rank = 3
    title = N_("Add a margin to pictures")
    sentence = N_("Adds rows and columns of zeros around a picture.")

    def summary(self) -> str:
        return _("{size} on each side").format(size=by(self.padding))


class _Cropping(_Edges):
    size_field = "cropping"
    drawing = "cropping"

    def _resized(self, size: int, amount: int) -> int:
        if 2 * amount >= size:
            raise ShapeError(WORDING.message("cuts_all", kind=self.kind, cut=2 * amount, size=size), "larger")
        return size - 2 * amount

    def fitted_to(self, shape: Shape, words: int | None = None) -> Layer:
        """What is set if that leaves something; else what leaves half, or what is set where nothing can be cut."""
        if len(shape) != self.input_rank:
            return self
        wanted = zip(shape[:-1], self.per_axis("cropping"), strict=True)
        cut = tuple(each if 2 * each < size or size < 3 else max(1, size // 4) for size, each in wanted)
        return self.with_(cropping=cut if len(cut) > 1 else cut[0])


class Cropping1D(_Cropping):
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

    input_rank = 2
    title = N_("Cut the ends of a sequence")
    sentence = N_("Cuts steps off both ends of a sequence.")

    def summary(self) -> str:
        return _("{count} at each end").format(count=self.cropping)


class Cropping2D(_Cropping):
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

    input_rank = 3
    title = N_("Cut the edges of pictures")
    sentence = N_("Cuts rows and columns off the edges of a picture.")

    def summary(self) -> str:
        return _("{size} on each side").format(size=by(self.cropping))


class _UpSampling(_Edges):
    size_field = "size"
    drawing = "upsampling"

    def _resized(self, size: int, amount: int) -> int:
        return size * amount


class UpSampling1D(_UpSampling):
    kind: Literal["UpSampling1D"] = "UpSampling1D"
    size: Annotated[
        Times1D, setting("Times", "How many times each step is repeated.", "2 doubles the length.", typical=(2, 4))
    ] = 2

    input_rank = 2
    title = N_("Repeat each step")
    sentence = N_("Repeats each step of a sequence, which lengthens it.")

    def summary(self) -> str:
        return f"×{self.size}"


class UpSampling2D(_UpSampling):
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

    input_rank = 3
    title = N_("Enlarge pictures")
    sentence = N_("Repeats rows and columns of a picture, which enlarges it.")

    def summary(self) -> str:
        return f"×{by(self.size)}"
