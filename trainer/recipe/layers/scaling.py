"""Layers that bring pictures to another scale or size."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from trainer.recipe.layers.base import Layer, by
from trainer.recipe.shapes import Shape, need_rank
from trainer.recipe.spec import setting

Side = Annotated[int, Field(ge=1, le=1024)]
Height = Annotated[
    Side,
    setting(
        "Height",
        "The rows of the new picture, in pixels.",
        "Larger keeps more detail and takes longer.",
        typical=(8, 64),
    ),
]
Width = Annotated[
    Side,
    setting(
        "Width",
        "The columns of the new picture, in pixels.",
        "Larger keeps more detail and takes longer.",
        typical=(8, 64),
    ),
]


class Rescaling(Layer):
    """Multiplies every number and adds another; the pixels of our pictures go from 0 to 1 already."""

    kind: Literal["Rescaling"] = "Rescaling"
    scale: Annotated[
        float,
        setting(
            "Factor",
            "What every number is multiplied by; 2 with -1 added makes 0..1 into -1..1.",
            "Larger spreads the numbers out.",
            typical=(0.1, 10),
            ge=-1000,
            le=1000,
        ),
    ] = 2.0
    offset: Annotated[
        float,
        setting(
            "Added",
            "What is added to every number then.",
            "Moves all numbers up or down alike.",
            typical=(-1, 1),
            ge=-1000,
            le=1000,
        ),
    ] = -1.0
    group = "Images"
    title = "Another scale"
    drawing = "brightness"
    keeps_mask = True

    def _output_shape(self, shape: Shape) -> Shape:
        return shape

    def gives_constant_output(self, shape: Shape) -> str | None:
        return None if self.scale else f"multiplies by 0, so that every number becomes {self.offset:g}"

    def summary(self) -> str:
        return f"×{self.scale:g}, {self.offset:+g}"


class Resizing(Layer):
    """Brings every picture to a given height and width."""

    kind: Literal["Resizing"] = "Resizing"
    height: Height = 32
    width: Width = 32
    interpolation: Annotated[
        Literal["bilinear", "nearest", "bicubic"],
        setting(
            "In between",
            "How pixels in between are found; nearest takes the closest one.",
            "bilinear and bicubic look smoother.",
            advanced=True,
        ),
    ] = "bilinear"
    crop_to_aspect_ratio: Annotated[
        bool,
        setting(
            "Cut, don't stretch",
            "Cuts the edges instead of stretching the picture.",
            "Off shows all of the picture, but out of proportion.",
            advanced=True,
        ),
    ] = False

    group = "Images"
    title = "Another size"
    drawing = "upsampling"

    def _output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, 3, self.kind)
        return (self.height, self.width, shape[2])

    def summary(self) -> str:
        return f"to {by((self.height, self.width))}"


class CenterCrop(Layer):
    """Keeps the middle of every picture; one that is too small is enlarged first."""

    kind: Literal["CenterCrop"] = "CenterCrop"
    height: Height = 20
    width: Width = 20

    group = "Images"
    title = "The middle alone"
    drawing = "cropping"

    def _output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, 3, self.kind)
        return (self.height, self.width, shape[2])

    def summary(self) -> str:
        return f"to {by((self.height, self.width))}"
