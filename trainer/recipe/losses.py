"""Which loss goes with which output, and in what form the answers have to be."""

from __future__ import annotations

from typing import Literal, NamedTuple

from trainer.recipe.shapes import Shape

Targets = Literal["index", "one_hot", "binary"]


class LossChoice(NamedTuple):
    """A Keras loss name, and the form of the answers that it reads.

    `index`: whole numbers, shape (n,); `one_hot`: shape (n, classes); `binary`: 0 or 1, shape (n, 1).
    """

    name: str
    targets: Targets


def loss_for(name: str, output_shape: Shape) -> LossChoice:
    """The loss that a recipe means, for an output without the batch axis.

    Raises:
        ValueError: the named loss does not go with the output; one sentence.
    """
    single = output_shape == (1,)
    if name == "auto":
        name = "binary_crossentropy" if single else "sparse_categorical_crossentropy"
    if single and "categorical" in name:
        raise ValueError(
            f"The loss {name} needs one output for each class, but the model has one output. Set it to auto."
        )
    if single and name == "kl_divergence":
        raise ValueError(
            "The loss kl_divergence compares several chances, but the model has one output. Set it to auto."
        )
    if single:
        return LossChoice(name, "binary")
    return LossChoice(name, "index" if name.startswith("sparse_") else "one_hot")
