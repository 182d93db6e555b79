"""Layers that bring pictures to another scale or size."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from trainer import formats
from trainer.i18n import N_, _
from trainer.messages import Message
from trainer.recipe.layers.base import Group, KeepsShape, Layer, by
from trainer.recipe.shapes import Shape
from trainer.recipe.spec import setting
from trainer.recipe.wording import WORDING

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


class Rescaling(KeepsShape):
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
            "What is added to every number afterwards.",
            "Moves all numbers up or down by the same amount.",
            typical=(-1, 1),
            ge=-1000,
            le=1000,
        ),
    ] = -1.0

    group = Group.IMAGES
    title = N_("Another scale")
    drawing = "brightness"
    sentence = N_("Multiplies every number and adds another; in Fitboard, pixels go from 0 to 1 already.")
    keeps_mask = True
    keeps_positions = True
    prepares_images = True

    def gives_constant_output(self, shape: Shape) -> Message | None:
        return None if self.scale else WORDING.message("constant_times_0", offset=self.offset)

    def summary(self) -> str:
        return f"×{formats.number(self.scale)}, {'+' if self.offset >= 0 else '−'}{formats.number(abs(self.offset))}"


class _ToSize(Layer):
    height: Height = 32
    width: Width = 32

    group = Group.IMAGES
    input_rank = 3
    prepares_images = True

    def _output_shape(self, shape: Shape) -> Shape:
        return (self.height, self.width, shape[2])

    def summary(self) -> str:
        return _("to {size}").format(size=by((self.height, self.width)))


class Resizing(_ToSize):
    kind: Literal["Resizing"] = "Resizing"
    interpolation: Annotated[
        Literal["bilinear", "nearest", "bicubic"],
        setting(
            "Interpolation",
            "How new pixels are computed; nearest takes the closest one.",
            "bilinear and bicubic look smoother.",
            advanced=True,
        ),
    ] = "bilinear"
    crop_to_aspect_ratio: Annotated[
        bool,
        setting(
            "Crop, don't stretch",
            "Cuts the edges instead of stretching the picture.",
            "Off shows all of the picture, but out of proportion.",
            advanced=True,
        ),
    ] = False

    title = N_("Another size")
    drawing = "upsampling"
    sentence = N_("Resizes every picture to a given height and width.")


class CenterCrop(_ToSize):
    kind: Literal["CenterCrop"] = "CenterCrop"
    height: Height = 20
    width: Width = 20

    title = N_("The middle only")
    drawing = "cropping"
    sentence = N_("Keeps the middle of every picture; a picture that is too small is enlarged first.")
