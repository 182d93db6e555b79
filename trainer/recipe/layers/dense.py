"""The fully connected layer."""

from __future__ import annotations

from typing import Literal

from trainer.i18n import N_
from trainer.recipe.layers.base import ActivationField, Group, Layer, Units, UseBias, named, units
from trainer.recipe.layers.weights import BiasInitializer, KernelInitializer, KernelRegularizer
from trainer.recipe.shapes import Shape, ShapeError
from trainer.recipe.wording import WORDING


class Dense(Layer):
    kind: Literal["Dense"] = "Dense"
    units: Units = 64
    activation: ActivationField = "linear"
    use_bias: UseBias = True
    kernel_initializer: KernelInitializer = "glorot_uniform"
    bias_initializer: BiasInitializer = "zeros"
    kernel_regularizer: KernelRegularizer = None

    group = Group.DENSE
    title = N_("Fully connected")
    drawing = "dense"
    sentence = N_("Connects every input number with every output number.")
    keeps_mask = True

    def _output_shape(self, shape: Shape) -> Shape:
        if not shape:
            raise ShapeError(WORDING.message("reads_a_number", kind=self.kind), "other")
        return (*shape[:-1], self.units)

    def parameter_count(self, shape: Shape) -> int:
        return shape[-1] * self.units + self.units * self.use_bias

    def summary(self) -> str:
        return units(self.units) + named(self.activation, "linear")
