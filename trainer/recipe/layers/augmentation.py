"""Layers that change pictures at random while training."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from trainer import formats
from trainer.i18n import N_, _
from trainer.recipe.layers.base import Group, Layer
from trainer.recipe.shapes import Shape, count
from trainer.recipe.spec import setting

PIXELS = (0.0, 1.0)
"""The range of the pixels in Fitboard; Keras assumes 0 to 255."""
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
        "What fills the space outside the picture: its mirror image, its other side, black, or its edge.",
        "For digits on black, constant leaves no stray strokes at the edge.",
        advanced=True,
    ),
]


UPRIGHT = 0.25
"""Rotated by this share of a full turn or more, a digit lies on its side or is upside down: a 6 is a 9."""
BLENDED = 8
"""Multiplications for each number of a picture that is moved or turned: four neighbours, each with its weight twice."""


class Augmentation(Layer):
    """Shows each picture a little differently each time, in training only: the model sees more than there is."""

    group = Group.AUGMENTATION
    input_rank = 3
    drawing = "transformation"
    is_stochastic = True
    is_augmentation = True
    prepares_images = True
    keeps_positions = True

    def multiplications(self, shape: Shape) -> int:
        return BLENDED * count(shape)

    def _output_shape(self, shape: Shape) -> Shape:
        return shape


_DIRECTIONS = {
    "horizontal": N_("horizontal"),
    "vertical": N_("vertical"),
    "horizontal_and_vertical": N_("horizontal and vertical"),
}


class RandomFlip(Augmentation):
    kind: Literal["RandomFlip"] = "RandomFlip"
    mode: Annotated[
        Literal["horizontal", "vertical", "horizontal_and_vertical"],
        setting(
            "Direction",
            "horizontal swaps left and right.",
            "Digits and letters change their meaning when they are mirrored.",
        ),
    ] = "horizontal"

    title = N_("Mirror")
    drawing = "flip"
    sentence = N_("Mirrors some pictures at random while training.")

    @property
    def upright(self) -> None:
        return None

    def summary(self) -> str:
        return _(_DIRECTIONS[self.mode])


class RandomRotation(Augmentation):
    kind: Literal["RandomRotation"] = "RandomRotation"
    factor: Annotated[
        float,
        setting(
            "Maximum",
            "The largest rotation, as a share of a full turn: 0.05 is 18 degrees.",
            "0.5 can turn it upside down.",
            typical=(0.02, 0.1),
            ge=0,
            le=1,
        ),
    ] = 0.05
    fill_mode: FillMode = "reflect"
    interpolation: Interpolation = "bilinear"

    title = N_("Rotate")
    sentence = N_("Rotates each picture a little, at random, while training.")

    @property
    def upright(self) -> Layer:
        return self if self.factor < UPRIGHT else self.with_(factor=type(self).model_fields["factor"].default)

    def summary(self) -> str:
        return _("up to {angle}°").format(angle=formats.number(round(360 * self.factor)))


class RandomZoom(Augmentation):
    kind: Literal["RandomZoom"] = "RandomZoom"
    height_factor: Annotated[
        float,
        setting(
            "Maximum",
            "How much it grows or shrinks at most: 0.1 is a tenth.",
            "Larger cuts off more.",
            typical=(0.05, 0.2),
            ge=0,
            lt=1,
        ),
    ] = 0.1
    width_factor: Annotated[
        float | None,
        setting(
            "Horizontal",
            "The same for the width; empty keeps the picture's proportions.",
            "A separate value makes some pictures wide and some narrow.",
            typical=(0.05, 0.2),
            advanced=True,
            ge=0,
            lt=1,
        ),
    ] = None
    fill_mode: FillMode = "reflect"
    interpolation: Interpolation = "bilinear"

    title = N_("Zoom")
    sentence = N_("Enlarges or shrinks each picture a little, at random, while training.")

    def summary(self) -> str:
        return f"±{formats.percent(self.height_factor, 0)}"


Shift = Annotated[
    float,
    setting(
        "Maximum",
        "How far it moves at most, as a share of its side.",
        "Larger moves more out of the picture.",
        ge=0,
        lt=1,
    ),
]


class RandomTranslation(Augmentation):
    kind: Literal["RandomTranslation"] = "RandomTranslation"
    height_factor: Annotated[
        Shift,
        setting(
            "Vertical",
            "How far it moves up or down at most, as a share of its height.",
            "Larger moves more out of the picture.",
            typical=(0.05, 0.2),
        ),
    ] = 0.1
    width_factor: Annotated[
        Shift,
        setting(
            "Horizontal",
            "How far it moves left or right at most, as a share of its width.",
            "Larger moves more out of the picture.",
            typical=(0.05, 0.2),
        ),
    ] = 0.1
    fill_mode: FillMode = "reflect"
    interpolation: Interpolation = "bilinear"

    title = N_("Move")
    sentence = N_("Moves each picture a little, at random, while training.")

    def summary(self) -> str:
        return f"±{formats.percent(self.height_factor, 0)}, ±{formats.percent(self.width_factor, 0)}"


class _Light(Augmentation):
    drawing = "brightness"
    factor: Annotated[
        float,
        setting(
            "Maximum",
            "The largest change, as a share of the whole range.",
            "Larger changes the picture more.",
            typical=(0.1, 0.3),
            ge=0,
            le=1,
        ),
    ] = 0.2

    def keras_arguments(self) -> dict[str, Any]:
        return super().keras_arguments() | {"value_range": PIXELS}

    def summary(self) -> str:
        return f"±{formats.percent(self.factor, 0)}"


class RandomContrast(_Light):
    kind: Literal["RandomContrast"] = "RandomContrast"

    title = N_("Contrast")
    sentence = N_("Makes light and dark differ more or less in each picture, at random, while training.")

    def keras_arguments(self) -> dict[str, Any]:
        # Of a single number Keras 3.15 makes "up to so much more", whatever its documentation says.
        return super().keras_arguments() | {"factor": (self.factor, self.factor)}


class RandomBrightness(_Light):
    kind: Literal["RandomBrightness"] = "RandomBrightness"

    title = N_("Brightness")
    sentence = N_("Makes each picture lighter or darker, at random, while training.")
