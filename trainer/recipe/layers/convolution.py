"""Convolution, along one axis (sequences) or two (pictures)."""

from __future__ import annotations

from math import prod
from typing import Annotated, Literal

from trainer.i18n import N_
from trainer.recipe.layers.base import ActivationField, Filters, Group, Layer, Padding, UseBias, by, filters, named
from trainer.recipe.layers.weights import BiasInitializer, KernelInitializer, KernelRegularizer
from trainer.recipe.layers.windows import Dilation1D, Groups, Kernel1D, Kernel2D, Stride1D, Stride2D, window_text
from trainer.recipe.shapes import Shape, ShapeError, count, window
from trainer.recipe.spec import Pair, setting
from trainer.recipe.wording import WORDING


class _Convolution(Layer):
    """What Conv1D and Conv2D share: the checks that Keras makes, and the count."""

    filters: Filters = 32
    groups: Groups = 1
    use_bias: UseBias = True
    kernel_initializer: KernelInitializer = "glorot_uniform"
    bias_initializer: BiasInitializer = "zeros"
    kernel_regularizer: KernelRegularizer = None

    def _output_shape(self, shape: Shape) -> Shape:
        kernel, strides, dilation = map(self.per_axis, ("kernel_size", "strides", "dilation_rate"))
        if max(strides) > 1 and max(dilation) > 1:
            raise ShapeError(WORDING.message("stride_and_dilation", kind=self.kind), "other")
        if shape[-1] % self.groups or self.filters % self.groups:
            numbers = {"channels": shape[-1], "filters": self.filters, "groups": self.groups}
            raise ShapeError(WORDING.message("channel_groups", kind=self.kind, **numbers), "other")
        padding = self.padding  # type: ignore[attr-defined]  # each subclass declares its own choices
        sides = (window(*axis[:3], padding, axis[3]) for axis in zip(shape, kernel, strides, dilation, strict=False))
        return (*sides, self.filters)

    def saved_count(self, shape: Shape, output: Shape) -> int:
        # Each group is cut out and put back.
        return super().saved_count(shape, output) + (count(shape) + count(output)) * (self.groups > 1)

    def parameter_count(self, shape: Shape) -> int:
        return (
            prod(self.per_axis("kernel_size")) * (shape[-1] // self.groups) * self.filters
            + self.filters * self.use_bias
        )


class Conv1D(_Convolution):
    kind: Literal["Conv1D"] = "Conv1D"
    kernel_size: Kernel1D = 3
    strides: Stride1D = 1
    padding: Annotated[
        Literal["valid", "same", "causal"],
        setting(
            "Padding",
            "valid: the window stays inside; same: zeros are added; causal: it only sees earlier steps.",
            "same and causal keep the length.",
        ),
    ] = "valid"
    dilation_rate: Dilation1D = 1
    activation: ActivationField = "relu"

    group = Group.TEXT
    title = N_("Pattern finder along a sequence")
    drawing = "convolution_1d"
    sentence = N_("Slides a small window along a sequence and looks for patterns in it.")
    input_rank = 2

    def summary(self) -> str:
        return f"{filters(self.filters)}, {window_text(self.kernel_size)}" + named(self.activation, "linear")


class Conv2D(_Convolution):
    kind: Literal["Conv2D"] = "Conv2D"
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
    ] = (1, 1)
    activation: ActivationField = "relu"

    group = Group.IMAGES
    title = N_("Pattern finder in pictures")
    drawing = "convolution"
    sentence = N_("Slides a small window over the picture and looks for patterns such as edges and curves.")
    input_rank = 3

    def summary(self) -> str:
        return f"{filters(self.filters)} {by(self.kernel_size)}" + named(self.activation, "linear")
