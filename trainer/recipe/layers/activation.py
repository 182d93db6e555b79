"""Activation functions as layers of their own, with settings."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from trainer.i18n import N_
from trainer.recipe.layers.base import ActivationField, Group, KeepsShape
from trainer.recipe.shapes import Shape, ShapeError, count
from trainer.recipe.spec import setting
from trainer.recipe.wording import WORDING


class _Activation(KeepsShape):
    group = Group.ACTIVATION
    drawing = "smooth_step"
    is_activation = True
    keeps_positions = True
    keeps_mask = True


class Activation(_Activation):
    kind: Literal["Activation"] = "Activation"
    activation: ActivationField = "relu"

    title = N_("Activation function")
    sentence = N_("Applies a function to every number, and learns nothing itself.")

    def summary(self) -> str:
        return self.activation


class ReLU(_Activation):
    kind: Literal["ReLU"] = "ReLU"
    max_value: Annotated[
        float | None,
        setting(
            "Highest value",
            "Larger numbers are cut to this; empty means no limit.",
            "6 keeps numbers small; usually it is empty.",
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
            "Above 0, no unit can stop learning.",
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

    applies = "relu"
    title = N_("Positive numbers only")
    drawing = "ramp"
    sentence = N_("Lets positive numbers through and sets negative ones to zero.")


class LeakyReLU(_Activation):
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

    applies = "leaky_relu"
    title = N_("Positive numbers, and a little of the rest")
    drawing = "leaky_ramp"
    sentence = N_("Lets positive numbers through and a little of the negative ones, so that no unit stops learning.")


class PReLU(_Activation):
    kind: Literal["PReLU"] = "PReLU"
    shared_axes: Annotated[
        Annotated[tuple[Annotated[int, Field(ge=1, le=4)], ...], Field(min_length=1, max_length=4)] | None,
        BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value),
        setting(
            "Shared axes",
            "Axes, counted from 1, that share one learned slope; empty means a slope for each number.",
            "1, 2 shares the slopes across a picture and saves most parameters.",
            advanced=True,
        ),
    ] = None

    applies = "prelu"
    title = N_("Positive numbers, and a learned part of the rest")
    drawing = "leaky_ramp"
    sentence = N_("Lets positive numbers through, and learns how much of the negative ones.")

    def _output_shape(self, shape: Shape) -> Shape:
        if self.shared_axes and max(self.shared_axes) > len(shape):
            axis = max(self.shared_axes)
            raise ShapeError(WORDING.message("no_axis", kind=self.kind, axis=axis, axes=len(shape)), "other")
        return shape

    def multiplications(self, shape: Shape) -> int:
        return count(shape)  # whatever it shares

    def parameter_count(self, shape: Shape) -> int:
        shared = self.shared_axes or ()
        return count(tuple(1 if axis in shared else side for axis, side in enumerate(shape, start=1)))


class ELU(_Activation):
    kind: Literal["ELU"] = "ELU"
    alpha: Annotated[
        float,
        setting(
            "Lowest value",
            "How far below zero a number can go.",
            "0 is the same as relu.",
            typical=(0.5, 2),
            ge=0,
            le=100,
        ),
    ] = 1.0

    applies = "elu"
    title = N_("Positive numbers, and a smooth curve below 0")
    sentence = N_("Lets positive numbers through and bends negative ones smoothly towards a lowest value.")


class Softmax(_Activation):
    kind: Literal["Softmax"] = "Softmax"

    applies = "softmax"
    uses_mask = True
    title = N_("Probabilities")
    drawing = "probabilities"
    sentence = N_("Turns the numbers of each row into probabilities that add up to 1.")
