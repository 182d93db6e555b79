"""Convolutions of other sorts: with fewer parameters (depthwise, separable), and back to larger (transposed)."""

from __future__ import annotations

from math import prod
from typing import ClassVar, Literal

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
from trainer.recipe.shapes import Shape, count, need_rank, window


class _Sliding(Layer):
    """A window that slides over the input: its size, its stride, and how many positions it takes."""

    padding: Padding = "valid"
    activation: ActivationField = "relu"
    use_bias: UseBias = True

    rank: ClassVar[int]

    def _axes(self) -> list[tuple[int, int]]:
        """Window and step along each axis."""
        size, step = self.kernel_size, self.strides  # type: ignore[attr-defined]  # each kind declares its own
        sizes = size if isinstance(size, tuple) else (size,) * self.rank
        steps = step if isinstance(step, tuple) else (step,) * self.rank
        return list(zip(sizes, steps, strict=True))

    def _places(self, shape: Shape) -> Shape:
        need_rank(shape, self.rank + 1, self.kind)
        sides = zip(shape[:-1], self._axes(), strict=True)
        return tuple(window(side, size, step, self.padding) for side, (size, step) in sides)

    def _window_size(self) -> int:
        return prod(size for size, _ in self._axes())

    def _window_summary(self) -> str:
        sizes = [size for size, _ in self._axes()]
        return window_text(sizes[0]) if len(sizes) == 1 else by((sizes[0], sizes[1]))


class _Depthwise(_Sliding):
    drawing = "depthwise_convolution"
    depth_multiplier: DepthMultiplier = 1
    depthwise_initializer: KernelInitializer = "glorot_uniform"
    bias_initializer: BiasInitializer = "zeros"
    depthwise_regularizer: KernelRegularizer = None

    def _output_shape(self, shape: Shape) -> Shape:
        return (*self._places(shape), shape[-1] * self.depth_multiplier)

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
    rank = 1


class DepthwiseConv2D(_Depthwise):
    kind: Literal["DepthwiseConv2D"] = "DepthwiseConv2D"
    kernel_size: Kernel2D = (3, 3)
    strides: EqualStride2D = 1

    group = Group.IMAGES
    title = N_("Pattern finder in each channel")
    sentence = N_("Looks for patterns in each channel of a picture by itself, which takes few parameters.")
    rank = 2


class _Separable(_Sliding):
    drawing = "depthwise_convolution"
    filters: Filters = 32
    depth_multiplier: DepthMultiplier = 1
    depthwise_initializer: KernelInitializer = "glorot_uniform"
    pointwise_initializer: MixingInitializer = "glorot_uniform"
    bias_initializer: BiasInitializer = "zeros"
    depthwise_regularizer: KernelRegularizer = None
    pointwise_regularizer: MixingRegularizer = None

    def _output_shape(self, shape: Shape) -> Shape:
        return (*self._places(shape), self.filters)

    def parameter_count(self, shape: Shape) -> int:
        found = shape[-1] * self.depth_multiplier
        return self._window_size() * found + found * self.filters + self.filters * self.use_bias

    def inner_count(self, shape: Shape) -> int:
        # What the first of its two steps hands to the second.
        return count((*self._places(shape), shape[-1] * self.depth_multiplier))

    def kept_numbers(self, shape: Shape, output: Shape) -> int:
        return super().kept_numbers(shape, output) + self.inner_count(shape)

    def summary(self) -> str:
        return f"{filters(self.filters)}, {self._window_summary()}" + named(self.activation, "linear")


class SeparableConv1D(_Separable):
    kind: Literal["SeparableConv1D"] = "SeparableConv1D"
    kernel_size: Kernel1D = 3
    strides: Stride1D = 1

    group = Group.TEXT
    title = N_("Light pattern finder along a sequence")
    sentence = N_("Looks for patterns along each feature first, then mixes them: like Conv1D with fewer parameters.")
    rank = 1


class SeparableConv2D(_Separable):
    kind: Literal["SeparableConv2D"] = "SeparableConv2D"
    kernel_size: Kernel2D = (3, 3)
    strides: EqualStride2D = 1

    group = Group.IMAGES
    title = N_("Light pattern finder in pictures")
    sentence = N_("Looks for patterns in each channel first, then mixes them: like Conv2D with fewer parameters.")
    rank = 2


class _Transposed(_Sliding):
    drawing = "upsampling"
    filters: Filters = 32
    kernel_initializer: KernelInitializer = "glorot_uniform"
    bias_initializer: BiasInitializer = "zeros"
    kernel_regularizer: KernelRegularizer = None

    def _places(self, shape: Shape) -> Shape:
        need_rank(shape, self.rank + 1, self.kind)
        rest = 0 if self.padding == "same" else 1
        sides = zip(shape[:-1], self._axes(), strict=True)
        return tuple(side * step + rest * max(size - step, 0) for side, (size, step) in sides)

    def _output_shape(self, shape: Shape) -> Shape:
        return (*self._places(shape), self.filters)

    def multiplications(self, shape: Shape) -> int:
        return prod(shape[:-1]) * self.parameter_count(shape)  # each place of the input is drawn with the whole window

    def parameter_count(self, shape: Shape) -> int:
        return self._window_size() * shape[-1] * self.filters + self.filters * self.use_bias

    def summary(self) -> str:
        return f"{filters(self.filters)}, {self._window_summary()}" + named(self.activation, "linear")


class Conv1DTranspose(_Transposed):
    kind: Literal["Conv1DTranspose"] = "Conv1DTranspose"
    kernel_size: Kernel1D = 3
    strides: Growth1D = 2

    group = Group.TEXT
    title = N_("Lengthen with patterns")
    sentence = N_("Works like Conv1D backwards: draws a longer sequence from patterns.")
    rank = 1


class Conv2DTranspose(_Transposed):
    kind: Literal["Conv2DTranspose"] = "Conv2DTranspose"
    kernel_size: Kernel2D = (3, 3)
    strides: Growth2D = (2, 2)

    group = Group.IMAGES
    title = N_("Enlarge with patterns")
    sentence = N_("Works like Conv2D backwards: draws a larger picture from patterns.")
    rank = 2
