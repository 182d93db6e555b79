"""Layers that make training harder on purpose, so that the model learns rules and not examples."""

from __future__ import annotations

from typing import Annotated, Literal

from trainer import formats
from trainer.i18n import N_
from trainer.recipe.layers.base import Group, KeepsShape, Rate
from trainer.recipe.spec import setting


class _Regularisation(KeepsShape):
    """Only active while training."""

    group = Group.REGULARISATION
    drawing = "noise"
    is_stochastic = True
    keeps_positions = True
    keeps_mask = True


class _Dropping(_Regularisation):
    drawing = "dropout"
    rate: Rate = 0.25

    @property
    def drops(self) -> bool:
        return self.rate > 0

    def summary(self) -> str:
        return formats.percent(self.rate, 0)


class Dropout(_Dropping):
    kind: Literal["Dropout"] = "Dropout"

    title = N_("Dropout")
    sentence = N_(
        "Sets some numbers to zero at random while training, so that the model does not rely on a few of them."
    )


class SpatialDropout1D(_Dropping):
    kind: Literal["SpatialDropout1D"] = "SpatialDropout1D"

    input_rank = 2
    title = N_("Drop whole features")
    drawing = "spatial_dropout"
    sentence = N_("Sets some features of a sequence to zero in all steps at once while training.")


class SpatialDropout2D(_Dropping):
    kind: Literal["SpatialDropout2D"] = "SpatialDropout2D"

    input_rank = 3
    title = N_("Drop whole channels")
    drawing = "spatial_dropout"
    sentence = N_("Sets some channels of a picture to zero as a whole while training.")


class AlphaDropout(_Dropping):
    kind: Literal["AlphaDropout"] = "AlphaDropout"

    title = N_("Dropout for selu")
    sentence = N_("Drops numbers at random while training and keeps their mean and spread, as selu requires.")


class GaussianDropout(_Regularisation):
    kind: Literal["GaussianDropout"] = "GaussianDropout"
    rate: Annotated[
        float,
        setting(
            "Rate",
            "How strong the noise is; 0.5 changes numbers by about their own size.",
            "Higher works harder against memorising; above 0.5 little of the input is left.",
            typical=(0.1, 0.5),
            ge=0,
            lt=1,
        ),
    ] = 0.25

    title = N_("Multiply by random noise")
    sentence = N_("Multiplies the numbers by random ones around 1 while training.")

    def summary(self) -> str:
        return formats.percent(self.rate, 0)


class GaussianNoise(_Regularisation):
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

    title = N_("Noise")
    sentence = N_("Adds small random numbers while training, so that no exact value can be relied on.")

    def summary(self) -> str:
        return f"±{formats.number(self.stddev)}"
