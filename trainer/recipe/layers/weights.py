"""How a layer's weights begin, and what keeps them small: settings that most people never touch."""

from __future__ import annotations

from typing import Annotated, Literal

from trainer.recipe.regularizers import AnyRegularizer
from trainer.recipe.spec import setting

Initializer = Literal[
    "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal", "orthogonal",
    "random_uniform", "random_normal", "truncated_normal", "variance_scaling", "zeros", "ones",
]  # fmt: skip
KernelInitializer = Annotated[
    Initializer,
    setting(
        "First weights",
        "How the weights are drawn before training.",
        "he goes well with relu, lecun with selu; zeros and ones make all units alike.",
        advanced=True,
    ),
]
MixingInitializer = Annotated[
    Initializer,
    setting(
        "First mixing weights",
        "How the weights that mix the channels are drawn before training.",
        "he goes well with relu, lecun with selu; zeros and ones make all units alike.",
        advanced=True,
    ),
]
RecurrentInitializer = Annotated[
    Initializer,
    setting(
        "First memory weights",
        "How the weights from step to step are drawn.",
        "orthogonal keeps the memory steady.",
        advanced=True,
    ),
]
EmbeddingsInitializer = Annotated[
    Initializer,
    setting(
        "First numbers",
        "How the numbers of each word are drawn before training.",
        "Training changes them all; random_uniform is a good beginning.",
        advanced=True,
    ),
]
BiasInitializer = Annotated[
    Literal["zeros", "ones", "random_uniform", "random_normal", "truncated_normal"],
    setting(
        "First bias", "What the numbers that are added begin with.", "zeros is nearly always right.", advanced=True
    ),
]
KernelRegularizer = Annotated[
    AnyRegularizer | None,
    setting(
        "Keep weights small",
        "Adds to the loss what the weights amount to; none leaves them free.",
        "Works against memorising.",
        advanced=True,
    ),
]
MixingRegularizer = Annotated[
    AnyRegularizer | None,
    setting(
        "Keep mixing weights small",
        "Adds to the loss what the weights that mix the channels amount to; none leaves them free.",
        "Works against memorising.",
        advanced=True,
    ),
]
