"""Layers that change pictures at random while training."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from trainer.recipe.layers.base import Layer
from trainer.recipe.shapes import Shape, need_rank
from trainer.recipe.spec import setting

PIXELS = (0.0, 1.0)
"""The range of our pictures' numbers; Keras would take 0 to 255 for granted."""
Blend = Literal["nearest", "bilinear"]
Interpolation = Annotated[
    Blend,
    setting(
        "In between",
        "bilinear blends neighbouring pixels; nearest takes the closest one.",
        "bilinear looks smoother.",
        advanced=True,
    ),
]
FillMode = Annotated[
    Literal["reflect", "wrap", "constant", "nearest"],
    setting(
        "Fill with",
        "What fills places outside the picture: its mirror image, its other side, black, or its edge.",
        "For digits on black, constant leaves no odd strokes at the edge.",
        advanced=True,
    ),
]


class Augmentation(Layer):
    """Shows each picture a little differently each time, in training only: the model sees more than there is."""

    group = "Augmentation"
    drawing = "transformation"
    is_stochastic = True

    def _output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, 3, self.kind)
        return shape


class RandomFlip(Augmentation):
    """Mirrors some pictures at random while training."""

    kind: Literal["RandomFlip"] = "RandomFlip"
    mode: Annotated[
        Literal["horizontal", "vertical", "horizontal_and_vertical"],
        setting(
            "Which way", "horizontal swaps left and right.", "Digits and letters become others when they are mirrored."
        ),
    ] = "horizontal"
    title = "Mirror"
    drawing = "flip"

    def summary(self) -> str:
        return self.mode.replace("_", " ")


class RandomRotation(Augmentation):
    """Turns each picture a little, at random, while training."""

    kind: Literal["RandomRotation"] = "RandomRotation"
    factor: Annotated[
        float,
        setting(
            "Most",
            "The most it is turned, as a share of a full turn: 0.05 is 18 degrees.",
            "0.5 can turn it over.",
            typical=(0.02, 0.1),
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
        float,
        setting(
            "Most",
            "The most it grows or shrinks: 0.1 is by a tenth.",
            "Larger hides more.",
            typical=(0.05, 0.2),
            ge=0,
            lt=1,
        ),
    ] = 0.1
    width_factor: Annotated[
        float | None,
        setting(
            "Most across",
            "The same for the width; empty keeps the picture's proportions.",
            "A value of its own makes some pictures wide and some narrow.",
            typical=(0.05, 0.2),
            advanced=True,
            ge=0,
            lt=1,
        ),
    ] = None
    fill_mode: FillMode = "reflect"
    interpolation: Interpolation = "bilinear"

    title = "Zoom"

    def summary(self) -> str:
        return f"±{self.height_factor:.0%}"


Shift = Annotated[
    float, setting("Most", "The most it moves, as a share of its side.", "Larger pushes more out of sight.", ge=0, lt=1)
]


class RandomTranslation(Augmentation):
    """Moves each picture a little, at random, while training."""

    kind: Literal["RandomTranslation"] = "RandomTranslation"
    height_factor: Annotated[
        Shift,
        setting(
            "Most down",
            "The most it moves up or down, as a share of its height.",
            "Larger pushes more out of sight.",
            typical=(0.05, 0.2),
        ),
    ] = 0.1
    width_factor: Annotated[
        Shift,
        setting(
            "Most across",
            "The most it moves left or right, as a share of its width.",
            "Larger pushes more out of sight.",
            typical=(0.05, 0.2),
        ),
    ] = 0.1
    fill_mode: FillMode = "reflect"
    interpolation: Interpolation = "bilinear"

    title = "Move"

    def summary(self) -> str:
        return f"±{self.height_factor:.0%}, ±{self.width_factor:.0%}"


class _Light(Augmentation):
    drawing = "brightness"
    factor: Annotated[
        float,
        setting(
            "Most",
            "How much at most, as a share of the whole range.",
            "Larger changes the picture more.",
            typical=(0.1, 0.3),
            ge=0,
            le=1,
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
