"""Self-attention: each place of what arrives looks at all the others."""

from __future__ import annotations

from math import prod
from typing import Annotated, Literal

from trainer.recipe.layers.base import Layer, UseBias, counted
from trainer.recipe.layers.weights import BiasInitializer, KernelInitializer, KernelRegularizer
from trainer.recipe.shapes import Shape, need_rank
from trainer.recipe.spec import setting


class MultiHeadAttention(Layer):
    """Lets every word or place look at all others, whatever their order, and take what it needs (self-attention).

    Vaswani et al. 2017, "Attention Is All You Need". Keras gives the layer a query and what it looks up; in a stack
    both are what arrives.
    """

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
            "By how many numbers a head compares two places, and how many it takes over.",
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
            "The share of looks at other places that is left out while training.",
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

    group = "Text"
    title = "Look at every other word"
    drawing = "attention"
    reads_twice = True
    keeps_mask = True

    def _output_shape(self, shape: Shape) -> Shape:
        if len(shape) != 3:  # the places of a picture look at each other just as well
            need_rank(shape, 2, self.kind)
        return shape

    def parameter_count(self, shape: Shape) -> int:
        width, features = self.num_heads * self.key_dim, shape[-1]
        # Query, key and value, and what makes features of them again.
        return 4 * width * features + (3 * width + features) * self.use_bias

    def inner_count(self, shape: Shape) -> int:
        return self.looks(shape)

    def looks(self, shape: Shape) -> int:
        """How often one place looks at another, in one example of `shape`, all heads together."""
        return self.num_heads * prod(shape[:-1]) ** 2

    def summary(self) -> str:
        return f"{counted(self.num_heads, 'head')} of {counted(self.key_dim, 'number')}"
