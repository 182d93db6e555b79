"""What keeps weights small while training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from trainer.recipe.spec import Kind, one_of, setting


class Regularizer(Kind):
    """Adds to the loss what the weights amount to, so that training keeps them small."""

    registry: ClassVar[dict[str, type[Any]]] = {}
    keras_module = "keras.regularizers"


L1Amount = Annotated[
    float,
    setting(
        "L1 amount",
        "How much each weight's size counts.",
        "More sets more weights to zero.",
        typical=(1e-05, 0.01),
        ge=0,
        le=10,
    ),
]
L2Amount = Annotated[
    float,
    setting(
        "L2 amount",
        "How much each weight's square counts.",
        "More keeps all weights smaller.",
        typical=(1e-05, 0.01),
        ge=0,
        le=10,
    ),
]


class L1(Regularizer):
    """Counts the size of every weight, which sets those to zero that are hardly needed."""

    kind: Literal["L1"] = "L1"
    l1: L1Amount = 0.01


class L2(Regularizer):
    """Counts the square of every weight, which keeps large ones from growing."""

    kind: Literal["L2"] = "L2"
    l2: L2Amount = 0.01


class L1L2(Regularizer):
    """Counts both the size and the square of every weight."""

    kind: Literal["L1L2"] = "L1L2"
    l1: L1Amount = 0.01
    l2: L2Amount = 0.01


if TYPE_CHECKING:
    AnyRegularizer = Regularizer
else:
    AnyRegularizer = one_of(Regularizer)
