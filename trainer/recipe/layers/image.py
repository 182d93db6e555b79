"""Convolution and pooling, along one axis (sequences) or two (pictures)."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from trainer.recipe.layers.base import ActivationField, Filters, Layer, Padding, UseBias, by, counted, named
from trainer.recipe.shapes import Shape, ShapeError, need_rank, window
from trainer.recipe.spec import Pair, hint

Kernel1D = Annotated[
    int, hint("Window", "How many steps the layer sees at once.", "Larger windows see more context.", ge=1, le=1024)
]
Stride1D = Annotated[
    int, hint("Step", "How far the window moves each time.", "2 halves the length.", advanced=True, ge=1, le=1024)
]
Dilation1D = Annotated[
    int,
    hint(
        "Dilation",
        "Gaps between the steps that a window sees.",
        "Larger sees further with the same parameters.",
        advanced=True,
        ge=1,
        le=1024,
    ),
]
Groups = Annotated[
    int,
    hint(
        "Groups",
        "Splits channels and filters into separate groups.",
        "More groups, fewer parameters.",
        advanced=True,
        ge=1,
        le=4096,
    ),
]


class _Convolution(Layer):
    """What one and two axes share: the checks that Keras makes, and the count."""

    filters: Filters = 32
    groups: Groups = 1
    use_bias: UseBias = True
    rank: ClassVar[int]
    positional = ("filters", "kernel_size", "strides", "padding")
    keras_defaults: ClassVar[dict[str, Any]] = {"activation": "linear"}

    def _sides(self) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        """Window, step and dilation along each axis."""
        raise NotImplementedError

    def output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, self.rank + 1, self.kind)
        kernel, strides, dilation = self._sides()
        if max(strides) > 1 and max(dilation) > 1:
            raise ShapeError(f"{self.kind} cannot have a step and a dilation above 1 together", "other")
        if shape[-1] % self.groups or self.filters % self.groups:
            raise ShapeError(
                f"{self.kind} cannot split {shape[-1]} channels and {self.filters} filters into {self.groups} groups",
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
        hint(
            "Padding", "valid: the window stays inside; same: zeros are added; causal: it sees only what came before."
        ),
    ] = "valid"
    dilation_rate: Dilation1D = 1
    groups: Groups = 1
    activation: ActivationField = "relu"
    use_bias: UseBias = True

    group = "Text"
    title = "Pattern finder along a sequence"
    rank = 1

    def _sides(self) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        return (self.kernel_size,), (self.strides,), (self.dilation_rate,)

    def summary(self) -> str:
        return f"{counted(self.filters, 'filter')}, window {self.kernel_size}" + named(self.activation, "linear")


class Conv2D(_Convolution):
    """Slides a small window over the picture and looks for patterns such as edges and curves."""

    kind: Literal["Conv2D"] = "Conv2D"
    filters: Filters = 32
    kernel_size: Annotated[
        Pair, hint("Window", "Height and width of the window, in pixels.", "Larger windows see larger patterns.")
    ] = (3, 3)
    strides: Annotated[
        Pair, hint("Step", "How far the window moves each time.", "2 halves height and width.", advanced=True)
    ] = (1, 1)
    padding: Padding = "valid"
    dilation_rate: Annotated[Pair, hint("Dilation", "Gaps between the pixels that a window sees.", advanced=True)] = (
        1,
        1,
    )
    groups: Groups = 1
    activation: ActivationField = "relu"
    use_bias: UseBias = True

    group = "Images"
    title = "Pattern finder in pictures"
    rank = 2

    def _sides(self) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        return self.kernel_size, self.strides, self.dilation_rate

    def summary(self) -> str:
        return f"{counted(self.filters, 'filter')} {by(self.kernel_size)}" + named(self.activation, "linear")


PoolStep = Annotated[
    int | None,
    hint("Step", "How far the window moves; empty means as far as the window is wide.", advanced=True, ge=1, le=1024),
]


class MaxPooling1D(Layer):
    """Keeps the largest number in each window of a sequence, which shortens it."""

    kind: Literal["MaxPooling1D"] = "MaxPooling1D"
    pool_size: Kernel1D = 2
    strides: PoolStep = None
    padding: Padding = "valid"

    group = "Text"
    title = "Shorten a sequence"

    def output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, 2, self.kind)
        return (window(shape[0], self.pool_size, self.strides or self.pool_size, self.padding), shape[1])

    def summary(self) -> str:
        return f"window {self.pool_size}"


class _Pooling2D(Layer):
    pool_size: Annotated[Pair, hint("Window", "Height and width of the window.", "2 halves height and width.")] = (2, 2)
    strides: Annotated[
        Pair | None,
        hint("Step", "How far the window moves; empty means as far as the window is wide.", advanced=True),
    ] = None
    padding: Padding = "valid"

    def output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, 3, self.kind)
        strides = self.strides or self.pool_size
        return (
            window(shape[0], self.pool_size[0], strides[0], self.padding),
            window(shape[1], self.pool_size[1], strides[1], self.padding),
            shape[2],
        )

    def summary(self) -> str:
        return f"window {by(self.pool_size)}"


class MaxPooling2D(_Pooling2D):
    """Keeps the largest number in each window of the picture, which makes it smaller."""

    kind: Literal["MaxPooling2D"] = "MaxPooling2D"

    group = "Images"
    title = "Shrink, keep the strongest"


class AveragePooling2D(_Pooling2D):
    """Keeps the mean of each window of the picture, which makes it smaller."""

    kind: Literal["AveragePooling2D"] = "AveragePooling2D"

    group = "Images"
    title = "Shrink, keep the mean"


class _GlobalPooling(Layer):
    keepdims: Annotated[bool, hint("Keep axes", "Keeps the pooled axes with size 1.", advanced=True)] = False
    rank: ClassVar[int]

    def output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, self.rank + 1, self.kind)
        return (*(1,) * self.rank, shape[-1]) if self.keepdims else (shape[-1],)


class GlobalAveragePooling1D(_GlobalPooling):
    """Takes the mean over all steps of a sequence: one row of numbers is left."""

    kind: Literal["GlobalAveragePooling1D"] = "GlobalAveragePooling1D"

    group = "Text"
    title = "Mean over the sequence"
    rank = 1


class GlobalMaxPooling1D(_GlobalPooling):
    """Takes the largest number over all steps of a sequence: one row of numbers is left."""

    kind: Literal["GlobalMaxPooling1D"] = "GlobalMaxPooling1D"

    group = "Text"
    title = "Strongest over the sequence"
    rank = 1


class GlobalAveragePooling2D(_GlobalPooling):
    """Takes the mean of each channel over the whole picture: one number a channel is left."""

    kind: Literal["GlobalAveragePooling2D"] = "GlobalAveragePooling2D"

    group = "Images"
    title = "Mean over the picture"
    rank = 2
