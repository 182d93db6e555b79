"""Convolutions of other sorts: with fewer parameters (depthwise, separable), and back to larger (transposed)."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Literal

from trainer.i18n import N_, _
from trainer.recipe.layers.base import ActivationField, Filters, Group, Layer, Padding, UseBias, by, filters, named
from trainer.recipe.layers.weights import (
    BiasInitializer,
    KernelInitializer,
    KernelRegularizer,
    MixingInitializer,
    MixingRegularizer,
)
from trainer.recipe.layers.windows import (
    DepthMultiplier,
    EqualStride2D,
    Growth1D,
    Growth2D,
    Kernel1D,
    Kernel2D,
    Stride1D,
    window_text,
)
from trainer.recipe.shapes import Shape, count, window


class _Sliding(Layer):
    """A window that slides over the input: its size, its stride, and how many positions it takes."""

    padding: Padding = "valid"
    activation: ActivationField = "relu"
    use_bias: UseBias = True

    def _axes(self, shape: Shape) -> Iterator[tuple[int, int, int]]:
        """Side, window and step along each axis."""
        return zip(shape[:-1], self.per_axis("kernel_size"), self.per_axis("strides"), strict=True)

    def _positions(self, shape: Shape) -> Shape:
        return tuple(window(*axis, self.padding) for axis in self._axes(shape))

    def _window_size(self) -> int:
        return prod(self.per_axis("kernel_size"))

    def _window_summary(self) -> str:
        size = self.value_of("kernel_size")
        return by(size) if isinstance(size, tuple) else window_text(size)


class _Depthwise(_Sliding):
    drawing = "depthwise_convolution"
    depth_multiplier: DepthMultiplier = 1
    depthwise_initializer: KernelInitializer = "glorot_uniform"
    bias_initializer: BiasInitializer = "zeros"
    depthwise_regularizer: KernelRegularizer = None

    def _output_shape(self, shape: Shape) -> Shape:
        return (*self._positions(shape), shape[-1] * self.depth_multiplier)

    def parameter_count(self, shape: Shape) -> int:
        return shape[-1] * self.depth_multiplier * (self._window_size() + self.use_bias)

    def summary(self) -> str:
        return _("{window} in each channel").format(window=self._window_summary()) + named(self.activation, "linear")


class DepthwiseConv1D(_Depthwise):
    kind: Literal["DepthwiseConv1D"] = "DepthwiseConv1D"
    kernel_size: Kernel1D = 3
    strides: Stride1D = 1

    group = Group.TEXT
    title = N_("Pattern finder in each feature")
    sentence = N_("Looks for patterns along a sequence in each feature by itself, which takes few parameters.")
    input_rank = 2


class DepthwiseConv2D(_Depthwise):
    kind: Literal["DepthwiseConv2D"] = "DepthwiseConv2D"
    kernel_size: Kernel2D = (3, 3)
    strides: EqualStride2D = 1

    group = Group.IMAGES
    title = N_("Pattern finder in each channel")
    sentence = N_("Looks for patterns in each channel of a picture by itself, which takes few parameters.")
    input_rank = 3


class _WithFilters(_Sliding):
    filters: Filters = 32

    def _output_shape(self, shape: Shape) -> Shape:
        return (*self._positions(shape), self.filters)

    def summary(self) -> str:
        return f"{filters(self.filters)}, {self._window_summary()}" + named(self.activation, "linear")


class _Separable(_WithFilters):
    drawing = "depthwise_convolution"
    depth_multiplier: DepthMultiplier = 1
    depthwise_initializer: KernelInitializer = "glorot_uniform"
    pointwise_initializer: MixingInitializer = "glorot_uniform"
    bias_initializer: BiasInitializer = "zeros"
    depthwise_regularizer: KernelRegularizer = None
    pointwise_regularizer: MixingRegularizer = None

    def parameter_count(self, shape: Shape) -> int:
        found = shape[-1] * self.depth_multiplier
        return self._window_size() * found + found * self.filters + self.filters * self.use_bias

    def intermediate_count(self, shape: Shape) -> int:
        # What the first of its two steps hands to the second.
        return count((*self._positions(shape), shape[-1] * self.depth_multiplier))

    def saved_count(self, shape: Shape, output: Shape) -> int:
        return super().saved_count(shape, output) + self.intermediate_count(shape)


class SeparableConv1D(_Separable):
    kind: Literal["SeparableConv1D"] = "SeparableConv1D"
    kernel_size: Kernel1D = 3
    strides: Stride1D = 1

    group = Group.TEXT
    title = N_("Light pattern finder along a sequence")
    sentence = N_("Looks for patterns along each feature first, then mixes them: like Conv1D with fewer parameters.")
    input_rank = 2


class SeparableConv2D(_Separable):
    kind: Literal["SeparableConv2D"] = "SeparableConv2D"
    kernel_size: Kernel2D = (3, 3)
    strides: EqualStride2D = 1

    group = Group.IMAGES
    title = N_("Light pattern finder in pictures")
    sentence = N_("Looks for patterns in each channel first, then mixes them: like Conv2D with fewer parameters.")
    input_rank = 3


class _Transposed(_WithFilters):
    drawing = "upsampling"
    kernel_initializer: KernelInitializer = "glorot_uniform"
    bias_initializer: BiasInitializer = "zeros"
    kernel_regularizer: KernelRegularizer = None

    def _positions(self, shape: Shape) -> Shape:
        rest = 0 if self.padding == "same" else 1
        return tuple(side * step + rest * max(size - step, 0) for side, size, step in self._axes(shape))

    def multiplications(self, shape: Shape) -> int:
        return prod(shape[:-1]) * self.parameter_count(shape)  # each place of the input is drawn with the whole window

    def parameter_count(self, shape: Shape) -> int:
        return self._window_size() * shape[-1] * self.filters + self.filters * self.use_bias


class Conv1DTranspose(_Transposed):
    kind: Literal["Conv1DTranspose"] = "Conv1DTranspose"
    kernel_size: Kernel1D = 3
    strides: Growth1D = 2

    group = Group.TEXT
    title = N_("Lengthen with patterns")
    sentence = N_("Works like Conv1D backwards: draws a longer sequence from patterns.")
    input_rank = 2


class Conv2DTranspose(_Transposed):
    kind: Literal["Conv2DTranspose"] = "Conv2DTranspose"
    kernel_size: Kernel2D = (3, 3)
    strides: Growth2D = (2, 2)

    group = Group.IMAGES
    title = N_("Enlarge with patterns")
    sentence = N_("Works like Conv2D backwards: draws a larger picture from patterns.")
    input_rank = 3
