"""Which loss goes with which output, and in what form the answers have to be."""

from __future__ import annotations

from typing import Literal, NamedTuple

from trainer.messages import Message
from trainer.recipe.shapes import Shape
from trainer.recipe.spec import RecipeError
from trainer.recipe.wording import WORDING

Targets = Literal["index", "one_hot", "binary"]
FOR_AMOUNTS = {"mean_squared_error", "mean_absolute_error", "huber", "log_cosh"}
"""Losses that measure how far an amount is off. After a softmax or a sigmoid their gradient vanishes just where the
model is most wrong (Goodfellow et al., Deep Learning, 2016, section 6.2.1.2)."""


class LossError(RecipeError):
    """A loss does not go with the output."""

    message: Message


class LossChoice(NamedTuple):
    """A Keras loss name, and the form of the answers that it reads.

    `index`: whole numbers, shape (n,); `one_hot`: shape (n, classes); `binary`: 0 or 1, shape (n, 1).
    """

    name: str
    targets: Targets


def loss_for(name: str, output_shape: Shape) -> LossChoice:
    """The loss that a recipe means, for an output without the batch axis.

    >>> loss_for("auto", (10,))
    LossChoice(name='sparse_categorical_crossentropy', targets='index')

    Raises:
        LossError: the named loss does not go with the output.
    """
    single = output_shape == (1,)
    if name == "auto":
        name = "binary_crossentropy" if single else "sparse_categorical_crossentropy"
    if single and "categorical" in name:
        raise LossError(WORDING.message("loss_needs_classes", loss=name))
    if single and name == "kl_divergence":
        raise LossError(WORDING.message("loss_compares"))
    if single:
        return LossChoice(name, "binary")
    return LossChoice(name, "index" if name.startswith("sparse_") else "one_hot")
