"""Pooling: a smaller picture or a shorter sequence, with one number for each window."""

from __future__ import annotations

from typing import Annotated, Literal

from trainer.i18n import N_
from trainer.recipe.layers.base import Group, Layer, Padding, by
from trainer.recipe.layers.windows import Kernel1D, window_text
from trainer.recipe.shapes import Shape, window
from trainer.recipe.spec import Pair, setting

PoolStep = Annotated[
    int | None,
    setting(
        "Stride",
        "How far the window moves each time; empty means by its own width.",
        "A smaller stride keeps more detail.",
        typical=(1, 3),
        advanced=True,
        ge=1,
        le=1024,
    ),
]


class _WindowPooling(Layer):
    is_pooling = True

    def _output_shape(self, shape: Shape) -> Shape:
        size, padding = self.per_axis("pool_size"), self.value_of("padding")
        strides = self.per_axis("strides") if self.value_of("strides") else size
        sides = zip(shape[:-1], size, strides, strict=True)
        return (*(window(*axis, padding) for axis in sides), shape[-1])

    def summary(self) -> str:
        size = self.value_of("pool_size")
        return window_text(by(size) if isinstance(size, tuple) else size)


class _Pooling1D(_WindowPooling):
    pool_size: Kernel1D = 2
    strides: PoolStep = None
    padding: Padding = "valid"

    group = Group.TEXT
    input_rank = 2
    drawing = "pooling_1d"


class MaxPooling1D(_Pooling1D):
    kind: Literal["MaxPooling1D"] = "MaxPooling1D"

    title = N_("Shorten, keep the strongest")
    sentence = N_("Keeps the largest number in each window of a sequence, which shortens it.")


class AveragePooling1D(_Pooling1D):
    kind: Literal["AveragePooling1D"] = "AveragePooling1D"

    title = N_("Shorten, keep the mean")
    sentence = N_("Keeps the mean of each window of a sequence, which shortens it.")


class _Pooling2D(_WindowPooling):
    input_rank = 3
    group = Group.IMAGES
    drawing = "pooling"
    pool_size: Annotated[
        Pair, setting("Window", "Height and width of the window.", "2 halves height and width.", typical=(2, 3))
    ] = (2, 2)
    strides: Annotated[
        Pair | None,
        setting(
            "Stride",
            "How far the window moves each time; empty means by its own width.",
            "A smaller stride keeps more detail.",
            typical=(1, 3),
            advanced=True,
        ),
    ] = None
    padding: Padding = "valid"


class MaxPooling2D(_Pooling2D):
    kind: Literal["MaxPooling2D"] = "MaxPooling2D"

    title = N_("Shrink, keep the strongest")
    sentence = N_("Keeps the largest number in each window of the picture, which makes it smaller.")


class AveragePooling2D(_Pooling2D):
    kind: Literal["AveragePooling2D"] = "AveragePooling2D"

    title = N_("Shrink, keep the mean")
    sentence = N_("Keeps the mean of each window of the picture, which makes it smaller.")


class _GlobalPooling(Layer):
    drawing = "global_pooling"
    is_pooling = True
    keepdims: Annotated[
        bool,
        setting(
            "Keep axes",
            "Keeps the pooled axes with size 1.",
            "On lets another layer for pictures or sequences follow.",
            advanced=True,
        ),
    ] = False

    def _output_shape(self, shape: Shape) -> Shape:
        return (*(1 for _ in shape[:-1]), shape[-1]) if self.keepdims else (shape[-1],)


class GlobalAveragePooling1D(_GlobalPooling):
    kind: Literal["GlobalAveragePooling1D"] = "GlobalAveragePooling1D"

    group = Group.TEXT
    title = N_("Mean over the sequence")
    uses_mask = True
    sentence = N_("Takes the mean over all steps of a sequence: one row of numbers is left.")
    input_rank = 2


class GlobalMaxPooling1D(_GlobalPooling):
    kind: Literal["GlobalMaxPooling1D"] = "GlobalMaxPooling1D"

    group = Group.TEXT
    title = N_("Strongest over the sequence")
    sentence = N_("Takes the largest number over all steps of a sequence: one row of numbers is left.")
    input_rank = 2


class GlobalAveragePooling2D(_GlobalPooling):
    kind: Literal["GlobalAveragePooling2D"] = "GlobalAveragePooling2D"

    group = Group.IMAGES
    title = N_("Mean over the picture")
    sentence = N_("Takes the mean of each channel over the whole picture: one number per channel is left.")
    input_rank = 3


class GlobalMaxPooling2D(_GlobalPooling):
    kind: Literal["GlobalMaxPooling2D"] = "GlobalMaxPooling2D"

    group = Group.IMAGES
    title = N_("Strongest over the picture")
    sentence = N_("Takes the largest number of each channel over the whole picture: one number per channel is left.")
    input_rank = 3
