"""Layers that make training harder on purpose, so that the model learns rules and not examples."""

from __future__ import annotations

from typing import Annotated, Literal

from trainer.recipe.layers.base import Layer, Rate
from trainer.recipe.shapes import Shape, need_rank
from trainer.recipe.spec import setting


class _Disturbance(Layer):
    """Acts in training only; a used model is not disturbed."""

    group = "Regularisation"
    drawing = "noise"
    keeps_mask = True
    is_stochastic = True

    def _output_shape(self, shape: Shape) -> Shape:
        return shape


class _Dropping(_Disturbance):
    drawing = "dropout"
    rate: Rate = 0.25

    def summary(self) -> str:
        return f"{self.rate:.0%}"


class Dropout(_Dropping):
    """Sets some numbers to zero at random while training, so that the model does not rely on a few of them."""

    kind: Literal["Dropout"] = "Dropout"

    title = "Dropout"


class SpatialDropout1D(_Dropping):
    """Sets some features of a sequence to zero in all steps at once while training."""

    kind: Literal["SpatialDropout1D"] = "SpatialDropout1D"

    title = "Drop whole features"
    drawing = "spatial_dropout"

    def _output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, 2, self.kind)
        return shape


class SpatialDropout2D(_Dropping):
    """Sets some channels of a picture to zero as a whole while training."""

    kind: Literal["SpatialDropout2D"] = "SpatialDropout2D"

    title = "Drop whole channels"
    drawing = "spatial_dropout"

    def _output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, 3, self.kind)
        return shape


class AlphaDropout(_Dropping):
    """Drops numbers at random while training and keeps their mean and spread, as selu needs it."""

    kind: Literal["AlphaDropout"] = "AlphaDropout"

    title = "Dropout for selu"


class GaussianDropout(_Disturbance):
    """Multiplies the numbers by random ones around 1 while training."""

    kind: Literal["GaussianDropout"] = "GaussianDropout"
    rate: Annotated[
        float,
        setting(
            "Rate",
            "How strongly the numbers are shaken; 0.5 means by about their own size.",
            "Higher works harder against memorising; above 0.5 little of the input is left.",
            typical=(0.1, 0.5),
            ge=0,
            lt=1,
        ),
    ] = 0.25

    title = "Shake by a factor"

    def summary(self) -> str:
        return f"{self.rate:.0%}"


class GaussianNoise(_Disturbance):
    """Adds small random numbers while training, so that no exact value can be relied on."""

    kind: Literal["GaussianNoise"] = "GaussianNoise"
    stddev: Annotated[
        float,
        setting(
            "Strength",
            "The usual size of the numbers that are added; pixels go from 0 to 1.",
            "Higher works harder against memorising.",
            typical=(0.05, 0.3),
            ge=0,
            le=1,
        ),
    ] = 0.1

    title = "Noise"

    def summary(self) -> str:
        return f"±{self.stddev:g}"
