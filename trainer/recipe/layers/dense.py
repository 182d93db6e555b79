"""The fully connected layer."""

from __future__ import annotations

from typing import Literal

from trainer.recipe.layers.base import ActivationField, Layer, Units, UseBias, counted, named
from trainer.recipe.layers.weights import BiasInitializer, KernelInitializer, KernelRegularizer
from trainer.recipe.shapes import Shape, ShapeError


class Dense(Layer):
    """Connects every input number with every output number."""

    kind: Literal["Dense"] = "Dense"
    units: Units = 64
    activation: ActivationField = "linear"
    use_bias: UseBias = True
    kernel_initializer: KernelInitializer = "glorot_uniform"
    bias_initializer: BiasInitializer = "zeros"
    kernel_regularizer: KernelRegularizer = None

    group = "Dense"
    title = "Fully connected"
    drawing = "dense"
    keeps_mask = True

    def _output_shape(self, shape: Shape) -> Shape:
        if not shape:
            raise ShapeError("Dense needs at least one number for each example", "other")
        return (*shape[:-1], self.units)

    def parameter_count(self, shape: Shape) -> int:
        return shape[-1] * self.units + self.units * self.use_bias

    def summary(self) -> str:
        return counted(self.units, "unit") + named(self.activation, "linear")
