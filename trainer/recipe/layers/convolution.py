"""Convolution, along one axis (sequences) or two (pictures)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from trainer.recipe.layers.base import ActivationField, Filters, Layer, Padding, UseBias, by, counted, named
from trainer.recipe.layers.weights import BiasInitializer, KernelInitializer, KernelRegularizer
from trainer.recipe.layers.windows import Dilation1D, Groups, Kernel1D, Kernel2D, Stride1D, Stride2D
from trainer.recipe.shapes import Shape, ShapeError, need_rank, window
from trainer.recipe.spec import Pair, setting


class _Convolution(Layer):
    """What one and two axes share: the checks that Keras makes, and the count."""

    filters: Filters = 32
    groups: Groups = 1
    use_bias: UseBias = True
    kernel_initializer: KernelInitializer = "glorot_uniform"
    bias_initializer: BiasInitializer = "zeros"
    kernel_regularizer: KernelRegularizer = None

    rank: ClassVar[int]

    def _sides(self) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        """Window, step and dilation along each axis."""
        raise NotImplementedError

    def _output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, self.rank + 1, self.kind)
        kernel, strides, dilation = self._sides()
        if max(strides) > 1 and max(dilation) > 1:
            raise ShapeError(f"{self.kind} cannot have a step and a dilation above 1 together", "other")
        if shape[-1] % self.groups or self.filters % self.groups:
            raise ShapeError(
                f"{self.kind} cannot split {counted(shape[-1], 'channel')} and {counted(self.filters, 'filter')} into "
                f"{self.groups} groups",
                "other",
            )
        padding = self.padding  # type: ignore[attr-defined]  # each subclass declares its own choices
        sides = (window(*axis[:3], padding, axis[3]) for axis in zip(shape, kernel, strides, dilation, strict=False))
        return (*sides, self.filters)

    def parameter_count(self, shape: Shape) -> int:
        positions = 1
        for side in self._sides()[0]:
            positions *= side
        return positions * (shape[-1] // self.groups) * self.filters + self.filters * self.use_bias


class Conv1D(_Convolution):
    """Slides a small window along a sequence and looks for patterns in it."""

    kind: Literal["Conv1D"] = "Conv1D"
    filters: Filters = 32
    kernel_size: Kernel1D = 3
    strides: Stride1D = 1
    padding: Annotated[
        Literal["valid", "same", "causal"],
        setting(
            "Padding",
            "valid: the window stays inside; same: zeros are added; causal: it sees only what came before.",
            "same and causal keep the length.",
        ),
    ] = "valid"
    dilation_rate: Dilation1D = 1
    groups: Groups = 1
    activation: ActivationField = "relu"
    use_bias: UseBias = True

    group = "Text"
    title = "Pattern finder along a sequence"
    drawing = "convolution_1d"
    rank = 1

    def _sides(self) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        return (self.kernel_size,), (self.strides,), (self.dilation_rate,)

    def summary(self) -> str:
        return f"{counted(self.filters, 'filter')}, window {self.kernel_size}" + named(self.activation, "linear")


class Conv2D(_Convolution):
    """Slides a small window over the picture and looks for patterns such as edges and curves."""

    kind: Literal["Conv2D"] = "Conv2D"
    filters: Filters = 32
    kernel_size: Kernel2D = (3, 3)
    strides: Stride2D = (1, 1)
    padding: Padding = "valid"
    dilation_rate: Annotated[
        Pair,
        setting(
            "Dilation",
            "Gaps between the pixels that a window sees.",
            "Larger sees a wider part with the same parameters.",
            typical=(1, 4),
            advanced=True,
        ),
    ] = (
        1,
        1,
    )
    groups: Groups = 1
    activation: ActivationField = "relu"
    use_bias: UseBias = True

    group = "Images"
    title = "Pattern finder in pictures"
    drawing = "convolution"
    rank = 2

    def _sides(self) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        return self.kernel_size, self.strides, self.dilation_rate

    def summary(self) -> str:
        return f"{counted(self.filters, 'filter')} {by(self.kernel_size)}" + named(self.activation, "linear")
