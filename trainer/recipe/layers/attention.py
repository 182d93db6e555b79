"""Self-attention: each place of the input looks at all the others."""

from __future__ import annotations

from math import prod
from typing import Annotated, Literal

from trainer import formats
from trainer.i18n import N_, ngettext
from trainer.recipe.layers.base import Group, Layer, UseBias
from trainer.recipe.layers.weights import BiasInitializer, KernelInitializer, KernelRegularizer
from trainer.recipe.shapes import Shape, count, need_rank
from trainer.recipe.spec import setting

SAVED_PER_PAIR = {"plain": 1.5, "dropout": 1.0, "picture": 1.0}
"""How many numbers it keeps for each look of one place at another; more with dropout, and on pictures."""
WORKSPACE_PER_PAIR = 2
"""How many more there are for each look while it computes, forwards or backwards."""
SAVED_PER_POSITION = 10
"""How many numbers it keeps for each of its heads' numbers at each place."""


class MultiHeadAttention(Layer):
    """Vaswani et al. 2017, "Attention Is All You Need". Keras gives the layer a query and what it looks up; in a stack
    both are its input."""

    kind: Literal["MultiHeadAttention"] = "MultiHeadAttention"
    num_heads: Annotated[
        int,
        setting(
            "Heads",
            "How many ways of looking it learns, side by side.",
            "More heads can look for more things at once and take longer.",
            typical=(1, 8),
            ge=1,
            le=64,
        ),
    ] = 2
    key_dim: Annotated[
        int,
        setting(
            "Numbers per head",
            "How many numbers a head uses to compare two places, and how many it passes on.",
            "More can compare more finely and take longer.",
            typical=(8, 64),
            ge=1,
            le=1024,
        ),
    ] = 16
    dropout: Annotated[
        float,
        setting(
            "Dropout",
            "The share of connections between places that is left out while training.",
            "Works against memorising.",
            typical=(0, 0.5),
            advanced=True,
            ge=0,
            lt=1,
        ),
    ] = 0.0
    use_bias: UseBias = True
    kernel_initializer: KernelInitializer = "glorot_uniform"
    bias_initializer: BiasInitializer = "zeros"
    kernel_regularizer: KernelRegularizer = None

    group = Group.TEXT
    is_attention = True
    dropouts = ("dropout",)
    title = N_("Look at every other word")
    drawing = "attention"
    sentence = N_(
        "Lets every word or place look at all the others, in any order, and take what it needs (self-attention)."
    )
    is_query_and_value = True
    keeps_mask = True
    uses_mask = True

    @property
    def unmasked_padding(self) -> Literal["attended"]:
        return "attended"

    def _output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 3:  # the places of a picture look at each other just as well
            need_rank(shape, 2, self.kind)
        return shape

    def parameter_count(self, shape: Shape) -> int:
        width, features = self.num_heads * self.key_dim, shape[-1]
        # Query, key and value, and what turns them into features again.
        return 4 * width * features + (3 * width + features) * self.use_bias

    def intermediate_count(self, shape: Shape) -> int:
        return self.pair_count(shape)

    def multiplications(self, shape: Shape) -> int:
        # Beside its weights: each look compares two places by `key_dim` numbers, and takes over as many.
        return prod(shape[:-1]) * self.parameter_count(shape) + 2 * self.pair_count(shape) * self.key_dim

    def saved_count(self, shape: Shape, output: Shape) -> int:
        by_pair = SAVED_PER_PAIR["plain"] + SAVED_PER_PAIR["dropout"] * (self.dropout > 0)
        by_pair += SAVED_PER_PAIR["picture"] * (len(shape) == 3)
        by_place = SAVED_PER_POSITION * self.num_heads * self.key_dim
        return round(by_pair * self.pair_count(shape)) + by_place * count(shape[:-1]) + count(output)

    def workspace_count(self, shape: Shape) -> int:
        return WORKSPACE_PER_PAIR * self.pair_count(shape)

    def pair_count(self, shape: Shape) -> int:
        """How often one place looks at another, in one example of `shape`, all heads together."""
        return self.num_heads * prod(shape[:-1]) ** 2

    def summary(self) -> str:
        heads = ngettext("{count} head of {size}", "{count} heads of {size}", self.num_heads)
        return heads.format(count=formats.number(self.num_heads), size=formats.number(self.key_dim))
