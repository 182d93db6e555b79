"""Layers that bring numbers to about the same size, which steadies training."""

from __future__ import annotations

from math import gcd
from typing import Annotated, Literal

from trainer.recipe.layers.base import Layer, counted
from trainer.recipe.shapes import Shape, ShapeError, count
from trainer.recipe.spec import setting

Epsilon = Annotated[
    float,
    setting(
        "Epsilon",
        "A tiny number against division by zero.",
        "Larger changes the numbers themselves.",
        typical=(1e-06, 0.001),
        advanced=True,
        gt=0,
        le=1,
    ),
]
Center = Annotated[
    bool, setting("Center", "Learns a shift for each channel.", "Off saves a few parameters.", advanced=True)
]
Scale = Annotated[
    bool, setting("Scale", "Learns a scale for each channel.", "Off saves a few parameters.", advanced=True)
]


FORGETS = "brings numbers that belong together to mean 0, but each stands alone here, so that every number becomes 0"


class _Normalisation(Layer):
    group = "Normalisation"
    drawing = "normalization"
    keeps_mask = True

    def _output_shape(self, shape: Shape) -> Shape:
        return shape


class BatchNormalization(_Normalisation):
    """Brings each channel to about mean 0 and spread 1 within the batch, which steadies training."""

    kind: Literal["BatchNormalization"] = "BatchNormalization"
    momentum: Annotated[
        float,
        setting(
            "Momentum",
            "How slowly the remembered mean and spread move.",
            "Higher is steadier and slower.",
            typical=(0.9, 0.99),
            advanced=True,
            ge=0,
            lt=1,
        ),
    ] = 0.99
    epsilon: Epsilon = 0.001
    center: Center = True
    scale: Scale = True

    title = "Steady within the batch"

    def parameter_count(self, shape: Shape) -> int:
        return shape[-1] * (2 + self.center + self.scale)


class LayerNormalization(_Normalisation):
    """Brings the numbers of each example to about mean 0 and spread 1, whatever the batch holds."""

    kind: Literal["LayerNormalization"] = "LayerNormalization"
    epsilon: Epsilon = 0.001
    center: Center = True
    scale: Scale = True

    title = "Steady within each example"

    def parameter_count(self, shape: Shape) -> int:
        return shape[-1] * (self.center + self.scale)

    def gives_constant_output(self, shape: Shape) -> str | None:
        return FORGETS if shape[-1] == 1 else None


class GroupNormalization(_Normalisation):
    """Brings groups of channels of each example to about mean 0 and spread 1."""

    kind: Literal["GroupNormalization"] = "GroupNormalization"
    groups: Annotated[
        int,
        setting(
            "Groups",
            "In how many groups the channels are put; their number must divide by it.",
            "1 takes all channels together.",
            typical=(1, 32),
            ge=1,
            le=4096,
        ),
    ] = 4
    epsilon: Epsilon = 0.001
    center: Center = True
    scale: Scale = True

    title = "Steady within groups"

    def _output_shape(self, shape: Shape) -> Shape:
        if shape[-1] % self.groups:
            raise ShapeError(
                f"GroupNormalization cannot put {counted(shape[-1], 'channel')} in {self.groups} equal groups", "other"
            )
        return shape

    def parameter_count(self, shape: Shape) -> int:
        return shape[-1] * (self.center + self.scale)

    def gives_constant_output(self, shape: Shape) -> str | None:
        return FORGETS if count(shape) == self.groups else None

    def fitted_to(self, shape: Shape) -> Layer:
        return self.with_(groups=gcd(self.groups, shape[-1]))

    def summary(self) -> str:
        return f"{self.groups} groups" if self.groups > 1 else "1 group"


class RMSNormalization(_Normalisation):
    """Divides the numbers of each example by their usual size; simpler than LayerNormalization."""

    kind: Literal["RMSNormalization"] = "RMSNormalization"
    epsilon: Epsilon = 1e-6

    title = "Same size in each example"
    keeps_mask = False

    def parameter_count(self, shape: Shape) -> int:
        return shape[-1]


class UnitNormalization(_Normalisation):
    """Makes each row of numbers have the length 1, so that only its direction counts."""

    kind: Literal["UnitNormalization"] = "UnitNormalization"

    title = "Length one"
