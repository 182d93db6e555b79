"""Layers that change pictures: to another scale or size always, or at random while training."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from trainer.recipe.layers.base import Layer, by
from trainer.recipe.shapes import Shape, need_rank
from trainer.recipe.spec import hint

PIXELS = (0.0, 1.0)
"""The range of our pictures' numbers; Keras would take 0 to 255 for granted."""
Side = Annotated[int, Field(ge=1, le=1024)]
Height = Annotated[Side, hint("Height", "The rows of the new picture, in pixels.")]
Width = Annotated[Side, hint("Width", "The columns of the new picture, in pixels.")]
Blend = Literal["nearest", "bilinear"]
Interpolation = Annotated[
    Blend, hint("In between", "bilinear blends neighbouring pixels; nearest takes the closest one.", advanced=True)
]
FillMode = Annotated[
    Literal["reflect", "wrap", "constant", "nearest"],
    hint(
        "Fill with",
        "What fills places outside the picture: its mirror image, its other side, black, or its edge.",
        advanced=True,
    ),
]


class Rescaling(Layer):
    """Multiplies every number and adds another; the pixels of our pictures go from 0 to 1 already."""

    kind: Literal["Rescaling"] = "Rescaling"
    scale: Annotated[
        float,
        hint("Factor", "What every number is multiplied by; 2 with -1 added makes 0..1 into -1..1.", ge=-1000, le=1000),
    ] = 2.0
    offset: Annotated[float, hint("Added", "What is added to every number then.", ge=-1000, le=1000)] = -1.0

    keras_defaults: ClassVar[dict[str, Any]] = {"offset": 0.0}
    group = "Images"
    title = "Another scale"
    keeps_mask = True

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def summary(self) -> str:
        return f"×{self.scale:g}, {self.offset:+g}"


class Resizing(Layer):
    """Brings every picture to a given height and width."""

    kind: Literal["Resizing"] = "Resizing"
    height: Height = 32
    width: Width = 32
    interpolation: Annotated[
        Literal["bilinear", "nearest", "bicubic"],
        hint("In between", "How pixels in between are found; nearest takes the closest one.", advanced=True),
    ] = "bilinear"
    crop_to_aspect_ratio: Annotated[
        bool, hint("Cut, don't stretch", "Cuts the edges instead of stretching the picture.", advanced=True)
    ] = False

    group = "Images"
    title = "Another size"

    def output_shape(self, shape: Shape) -> Shape:
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

    def output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, 3, self.kind)
        return (self.height, self.width, shape[2])

    def summary(self) -> str:
        return f"to {by((self.height, self.width))}"


class Augmentation(Layer):
    """Shows each picture a little differently each time, in training only: the model sees more than there is."""

    group = "Augmentation"
    disturbs = True

    def output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, 3, self.kind)
        return shape


class RandomFlip(Augmentation):
    """Mirrors some pictures at random while training."""

    kind: Literal["RandomFlip"] = "RandomFlip"
    mode: Annotated[
        Literal["horizontal", "vertical", "horizontal_and_vertical"],
        hint("Which way", "horizontal swaps left and right; digits and letters become others that way."),
    ] = "horizontal"

    keras_defaults: ClassVar[dict[str, Any]] = {"mode": "horizontal_and_vertical"}
    title = "Mirror"

    def summary(self) -> str:
        return self.mode.replace("_", " ")


class RandomRotation(Augmentation):
    """Turns each picture a little, at random, while training."""

    kind: Literal["RandomRotation"] = "RandomRotation"
    factor: Annotated[
        float,
        hint(
            "Most",
            "The most it is turned, as a share of a full turn: 0.05 is 18 degrees.",
            "0.5 can turn it over.",
            ge=0,
            le=1,
        ),
    ] = 0.05
    fill_mode: FillMode = "reflect"
    interpolation: Interpolation = "bilinear"

    title = "Turn"

    def summary(self) -> str:
        return f"up to {360 * self.factor:.0f}°"


class RandomZoom(Augmentation):
    """Enlarges or shrinks each picture a little, at random, while training."""

    kind: Literal["RandomZoom"] = "RandomZoom"
    height_factor: Annotated[
        float, hint("Most", "The most it grows or shrinks: 0.1 is by a tenth.", "Larger hides more.", ge=0, lt=1)
    ] = 0.1
    width_factor: Annotated[
        float | None,
        hint(
            "Most across", "The same for the width; empty keeps the picture's proportions.", advanced=True, ge=0, lt=1
        ),
    ] = None
    fill_mode: FillMode = "reflect"
    interpolation: Interpolation = "bilinear"

    title = "Zoom"

    def summary(self) -> str:
        return f"±{self.height_factor:.0%}"


Shift = Annotated[
    float, hint("Most", "The most it moves, as a share of its side.", "Larger pushes more out of sight.", ge=0, lt=1)
]


class RandomTranslation(Augmentation):
    """Moves each picture a little, at random, while training."""

    kind: Literal["RandomTranslation"] = "RandomTranslation"
    height_factor: Annotated[Shift, hint("Most down", "The most it moves up or down, as a share of its height.")] = 0.1
    width_factor: Annotated[Shift, hint("Most across", "The most it moves left or right, as a share of its width.")] = (
        0.1
    )
    fill_mode: FillMode = "reflect"
    interpolation: Interpolation = "bilinear"

    title = "Move"

    def summary(self) -> str:
        return f"±{self.height_factor:.0%}, ±{self.width_factor:.0%}"


class _Light(Augmentation):
    factor: Annotated[
        float,
        hint(
            "Most", "How much at most, as a share of the whole range.", "Larger changes the picture more.", ge=0, le=1
        ),
    ] = 0.2

    def keras_arguments(self) -> dict[str, Any]:
        return super().keras_arguments() | {"value_range": PIXELS}

    def summary(self) -> str:
        return f"±{self.factor:.0%}"


class RandomContrast(_Light):
    """Makes light and dark differ more or less in each picture, at random, while training."""

    kind: Literal["RandomContrast"] = "RandomContrast"

    title = "Contrast"

    def keras_arguments(self) -> dict[str, Any]:
        # Of a single number Keras 3.15 makes "up to so much more", whatever its documentation says.
        return super().keras_arguments() | {"factor": (self.factor, self.factor)}


class RandomBrightness(_Light):
    """Makes each picture lighter or darker, at random, while training."""

    kind: Literal["RandomBrightness"] = "RandomBrightness"

    title = "Brightness"
