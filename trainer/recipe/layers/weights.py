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
        "Initial weights",
        "How the weights are initialised before training.",
        "he suits relu, lecun suits selu; zeros and ones make all units the same.",
        advanced=True,
    ),
]
MixingInitializer = Annotated[
    Initializer,
    setting(
        "Initial mixing weights",
        "How the weights that mix the channels are initialised before training.",
        "he suits relu, lecun suits selu; zeros and ones make all units the same.",
        advanced=True,
    ),
]
RecurrentInitializer = Annotated[
    Initializer,
    setting(
        "Initial memory weights",
        "How the weights from step to step are initialised.",
        "orthogonal keeps the memory steady.",
        advanced=True,
    ),
]
EmbeddingsInitializer = Annotated[
    Initializer,
    setting(
        "Initial numbers",
        "How the numbers of each word are initialised before training.",
        "Training changes them all; random_uniform is a good start.",
        advanced=True,
    ),
]
BiasInitializer = Annotated[
    Literal["zeros", "ones", "random_uniform", "random_normal", "truncated_normal"],
    setting(
        "Initial bias",
        "The initial value of the numbers that are added.",
        "zeros is nearly always right.",
        advanced=True,
    ),
]
KernelRegularizer = Annotated[
    AnyRegularizer | None,
    setting(
        "Keep weights small",
        "Penalises large weights; none means no penalty.",
        "Works against memorising.",
        advanced=True,
    ),
]
MixingRegularizer = Annotated[
    AnyRegularizer | None,
    setting(
        "Keep mixing weights small",
        "Penalises large weights that mix the channels; none means no penalty.",
        "Works against memorising.",
        advanced=True,
    ),
]
