"""Layers that bring numbers to about the same size, which steadies training."""

from __future__ import annotations

from math import gcd
from typing import Annotated, Literal

from trainer import formats
from trainer.i18n import N_, ngettext
from trainer.messages import Message
from trainer.recipe.layers.base import Group, KeepsShape, Layer
from trainer.recipe.shapes import Shape, ShapeError, count
from trainer.recipe.spec import setting
from trainer.recipe.wording import WORDING

Epsilon = Annotated[
    float,
    setting(
        "Epsilon",
        "A tiny number that prevents division by zero.",
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


class _Normalisation(KeepsShape):
    group = Group.NORMALISATION
    drawing = "normalization"
    is_normalization = True
    keeps_positions = True
    keeps_mask = True


class BatchNormalization(_Normalisation):
    kind: Literal["BatchNormalization"] = "BatchNormalization"
    momentum: Annotated[
        float,
        setting(
            "Momentum",
            "How slowly the running mean and spread change.",
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

    title = N_("Same scale within the batch")
    uses_mask = True
    compares_batch = True
    sentence = N_("Brings each channel to about mean 0 and spread 1 within the batch, which steadies training.")

    def parameter_count(self, shape: Shape) -> int:
        return shape[-1] * (2 + self.center + self.scale)


class LayerNormalization(_Normalisation):
    kind: Literal["LayerNormalization"] = "LayerNormalization"
    epsilon: Epsilon = 0.001
    center: Center = True
    scale: Scale = True

    title = N_("Same scale within each example")
    sentence = N_("Brings the numbers of each example to about mean 0 and spread 1, whatever the batch holds.")

    def parameter_count(self, shape: Shape) -> int:
        return shape[-1] * (self.center + self.scale)

    def gives_constant_output(self, shape: Shape) -> Message | None:
        return WORDING.message("constant_alone") if shape[-1] == 1 else None


class GroupNormalization(_Normalisation):
    kind: Literal["GroupNormalization"] = "GroupNormalization"
    groups: Annotated[
        int,
        setting(
            "Groups",
            "How many groups the channels are split into; their number must be divisible by it.",
            "1 puts all channels together.",
            typical=(1, 32),
            ge=1,
            le=4096,
        ),
    ] = 4
    epsilon: Epsilon = 0.001
    center: Center = True
    scale: Scale = True

    title = N_("Same scale within groups")
    sentence = N_("Brings groups of channels of each example to about mean 0 and spread 1.")

    def _output_shape(self, shape: Shape) -> Shape:
        if shape[-1] % self.groups:
            numbers = {"channels": shape[-1], "groups": self.groups}
            raise ShapeError(WORDING.message("unequal_groups", kind=self.kind, **numbers), "other")
        return shape

    def parameter_count(self, shape: Shape) -> int:
        return shape[-1] * (self.center + self.scale)

    def saved_count(self, shape: Shape, output: Shape) -> int:
        # Each group is cut out and put back.
        return super().saved_count(shape, output) + (count(shape) + count(output)) * (self.groups > 1)

    def gives_constant_output(self, shape: Shape) -> Message | None:
        return WORDING.message("constant_alone") if count(shape) == self.groups else None

    def fitted_to(self, shape: Shape, words: int | None = None) -> Layer:
        return self.with_(groups=gcd(self.groups, shape[-1]))

    def summary(self) -> str:
        return ngettext("{count} group", "{count} groups", self.groups).format(count=formats.number(self.groups))


class RMSNormalization(_Normalisation):
    kind: Literal["RMSNormalization"] = "RMSNormalization"
    epsilon: Epsilon = 1e-6

    title = N_("Same size in each example")
    sentence = N_("Divides the numbers of each example by their usual size; simpler than LayerNormalization.")
    keeps_mask = False

    def parameter_count(self, shape: Shape) -> int:
        return shape[-1]

    def keeps_only_signs(self, shape: Shape) -> bool:
        return shape[-1:] == (1,)


class UnitNormalization(_Normalisation):
    kind: Literal["UnitNormalization"] = "UnitNormalization"

    title = N_("Length one")
    sentence = N_("Makes each row of numbers have the length 1, so that only its direction counts.")

    def keeps_only_signs(self, shape: Shape) -> bool:
        return shape[-1:] == (1,)
