"""Dense, shape, activation and regularising layers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from trainer.recipe.layers.base import ActivationField, Layer, Rate, Units, UseBias, counted, named
from trainer.recipe.shapes import Shape, ShapeError, count, written
from trainer.recipe.spec import hint


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


class Dense(Layer):
    """Connects every input number with every output number."""

    kind: Literal["Dense"] = "Dense"
    units: Units = 64
    activation: ActivationField = "linear"
    use_bias: UseBias = True

    group = "Dense"
    title = "Fully connected"
    keeps_mask = True

    def output_shape(self, shape: Shape) -> Shape:
        if not shape:
            raise ShapeError("Dense needs at least one number for each example", "other")
        return (*shape[:-1], self.units)

    def parameter_count(self, shape: Shape) -> int:
        return shape[-1] * self.units + self.units * self.use_bias

    def summary(self) -> str:
        return counted(self.units, "unit") + named(self.activation, "linear")


class Activation(Layer):
    """Sends every number through a curve, and learns nothing itself."""

    kind: Literal["Activation"] = "Activation"
    activation: ActivationField = "relu"

    group = "Dense"
    title = "Activation curve"
    keeps_mask = True

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def summary(self) -> str:
        return self.activation


class Flatten(Layer):
    """Lays all numbers of an example in one long row, so that a Dense layer can read them."""

    kind: Literal["Flatten"] = "Flatten"

    group = "Shape"
    title = "Flatten to a row"

    def output_shape(self, shape: Shape) -> Shape:
        return (count(shape),)


class Reshape(Layer):
    """Arranges the same numbers in another shape."""

    kind: Literal["Reshape"] = "Reshape"
    target_shape: Annotated[
        tuple[Annotated[int, Field(ge=-1, le=1_000_000)], ...],
        BeforeValidator(_tuple),
        hint(
            "Target shape",
            "The new shape, such as 784 or 28, 28, 1. One side may be -1: it is worked out.",
            min_length=1,
            max_length=4,
        ),
    ] = (-1,)

    group = "Shape"
    title = "Reshape"

    def output_shape(self, shape: Shape) -> Shape:
        total, sides = count(shape), self.target_shape
        fixed = count(tuple(side for side in sides if side != -1))
        if sides.count(-1) > 1:
            raise ShapeError("Reshape can work out only one side: use -1 once", "other")
        if fixed == 0:
            raise ShapeError("Reshape cannot have a side of 0", "other")
        fits = total % fixed == 0 if -1 in sides else total == fixed
        if not fits:
            raise ShapeError(
                f"{written(shape)} arrives, which are {total:,} numbers, and they do not fit into "
                f"{', '.join(map(str, sides))}",
                "other",
            )
        return tuple(total // fixed if side == -1 else side for side in sides)

    def summary(self) -> str:
        return "to " + ", ".join(map(str, self.target_shape))


class Dropout(Layer):
    """Sets some numbers to zero at random while training, so that the model does not rely on a few of them."""

    kind: Literal["Dropout"] = "Dropout"
    rate: Rate = 0.25

    group = "Regularisation"
    title = "Dropout"
    keeps_mask = True

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def summary(self) -> str:
        return f"{self.rate:.0%}"


class BatchNormalization(Layer):
    """Brings each channel to about mean 0 and spread 1 within the batch, which steadies training."""

    kind: Literal["BatchNormalization"] = "BatchNormalization"
    momentum: Annotated[
        float,
        hint(
            "Momentum",
            "How slowly the remembered mean and spread move.",
            "Higher is steadier and slower.",
            advanced=True,
            ge=0,
            lt=1,
        ),
    ] = 0.99
    epsilon: Annotated[float, hint("Epsilon", "A tiny number against division by zero.", advanced=True, gt=0, le=1)] = (
        0.001
    )
    center: Annotated[bool, hint("Center", "Learns a shift for each channel.", advanced=True)] = True
    scale: Annotated[bool, hint("Scale", "Learns a scale for each channel.", advanced=True)] = True

    group = "Regularisation"
    title = "Batch normalisation"
    keeps_mask = True

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def parameter_count(self, shape: Shape) -> int:
        return shape[-1] * (2 + self.center + self.scale)
