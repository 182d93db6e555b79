"""Curves that every number goes through, with settings of their own."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from trainer.recipe.layers.base import ActivationField, Layer
from trainer.recipe.shapes import Shape, ShapeError, count
from trainer.recipe.spec import setting


class _Curve(Layer):
    group = "Activation"
    drawing = "smooth_step"
    keeps_mask = True

    def _output_shape(self, shape: Shape) -> Shape:
        return shape


class Activation(_Curve):
    """Sends every number through a curve, and learns nothing itself."""

    kind: Literal["Activation"] = "Activation"
    activation: ActivationField = "relu"

    title = "Activation curve"

    def summary(self) -> str:
        return self.activation


class ReLU(_Curve):
    """Lets positive numbers through and sets negative ones to zero."""

    kind: Literal["ReLU"] = "ReLU"
    max_value: Annotated[
        float | None,
        setting(
            "Highest value",
            "Larger numbers are cut to this; empty means that none is cut.",
            "6 keeps numbers from growing; empty is usual.",
            typical=(1, 10),
            gt=0,
            le=1000,
        ),
    ] = None
    negative_slope: Annotated[
        float,
        setting(
            "Slope below",
            "How much of a negative number gets through.",
            "Above 0 no unit can go silent.",
            typical=(0, 0.3),
            ge=0,
            le=1,
        ),
    ] = 0.0
    threshold: Annotated[
        float,
        setting(
            "Threshold",
            "Numbers below this count as negative.",
            "Larger lets fewer numbers through.",
            typical=(0, 1),
            advanced=True,
            ge=0,
            le=1000,
        ),
    ] = 0.0

    title = "Only what is positive"
    drawing = "ramp"

    @property
    def output_activation(self) -> str | None:
        return "relu"


class LeakyReLU(_Curve):
    """Lets positive numbers through and a little of the negative ones, so that no unit goes silent."""

    kind: Literal["LeakyReLU"] = "LeakyReLU"
    negative_slope: Annotated[
        float,
        setting(
            "Slope below",
            "How much of a negative number gets through.",
            "1 changes nothing.",
            typical=(0, 0.3),
            ge=0,
            le=1,
        ),
    ] = 0.3

    title = "Positive, and a little of the rest"
    drawing = "leaky_ramp"

    @property
    def output_activation(self) -> str | None:
        return "leaky_relu"


class PReLU(_Curve):
    """Lets positive numbers through, and learns how much of the negative ones."""

    kind: Literal["PReLU"] = "PReLU"
    shared_axes: Annotated[
        Annotated[tuple[Annotated[int, Field(ge=1, le=4)], ...], Field(min_length=1, max_length=4)] | None,
        BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value),
        setting(
            "Shared axes",
            "Axes, counted from 1, along which one slope is learned for all; empty means a slope for each number.",
            "1, 2 shares the slopes over a picture and saves most parameters.",
            advanced=True,
        ),
    ] = None

    title = "Positive, and a learned part of the rest"
    drawing = "leaky_ramp"

    def _output_shape(self, shape: Shape) -> Shape:
        if self.shared_axes and max(self.shared_axes) > len(shape):
            raise ShapeError(
                f"PReLU shares slopes along axis {max(self.shared_axes)}, but what arrives has {len(shape)}", "other"
            )
        return shape

    def parameter_count(self, shape: Shape) -> int:
        shared = self.shared_axes or ()
        return count(tuple(1 if axis in shared else side for axis, side in enumerate(shape, start=1)))

    @property
    def output_activation(self) -> str | None:
        return "prelu"


class ELU(_Curve):
    """Lets positive numbers through and bends negative ones smoothly towards a lowest value."""

    kind: Literal["ELU"] = "ELU"
    alpha: Annotated[
        float,
        setting(
            "Lowest value",
            "How far below zero a number can come.",
            "0 is the same as relu.",
            typical=(0.5, 2),
            ge=0,
            le=100,
        ),
    ] = 1.0

    title = "Positive, and a bend below"

    @property
    def output_activation(self) -> str | None:
        return "elu"


class Softmax(_Curve):
    """Turns the numbers of each row into chances that add up to 1."""

    kind: Literal["Softmax"] = "Softmax"

    title = "Chances"
    drawing = "probabilities"

    @property
    def output_activation(self) -> str | None:
        return "softmax"
