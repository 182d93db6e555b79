"""What keeps weights small while training."""

from __future__ import annotations

from typing import Annotated, Literal

from trainer.i18n import N_
from trainer.recipe.spec import Kind, OneOf, setting


class Regularizer(Kind):
    """Adds a penalty for large weights to the loss, so that training keeps them small."""

    keras_module = "keras.regularizers"


L1Amount = Annotated[
    float,
    setting(
        "L1 amount",
        "How much the size of each weight counts.",
        "More sets more weights to zero.",
        typical=(1e-05, 0.01),
        by_factors=True,
        ge=0,
        le=10,
    ),
]
L2Amount = Annotated[
    float,
    setting(
        "L2 amount",
        "How much the square of each weight counts.",
        "More keeps all weights smaller.",
        typical=(1e-05, 0.01),
        by_factors=True,
        ge=0,
        le=10,
    ),
]


class L1(Regularizer):
    kind: Literal["L1"] = "L1"
    sentence = N_("Penalises the size of every weight, which sets those to zero that are hardly needed.")
    l1: L1Amount = 0.01


class L2(Regularizer):
    kind: Literal["L2"] = "L2"
    sentence = N_("Penalises the square of every weight, which keeps large ones from growing.")
    l2: L2Amount = 0.01


class L1L2(Regularizer):
    kind: Literal["L1L2"] = "L1L2"
    sentence = N_("Penalises both the size and the square of every weight.")
    l1: L1Amount = 0.01
    l2: L2Amount = 0.01


AnyRegularizer = Annotated[Regularizer, OneOf(Regularizer)]
