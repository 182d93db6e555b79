"""Embedding and the recurrent layers, which read a sequence step by step."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from trainer import formats
from trainer.i18n import N_, _
from trainer.recipe.layers.base import ActivationField, Group, Layer, Units, UseBias, units
from trainer.recipe.layers.weights import (
    BiasInitializer,
    EmbeddingsInitializer,
    KernelInitializer,
    KernelRegularizer,
    RecurrentInitializer,
)
from trainer.recipe.shapes import Shape, count
from trainer.recipe.spec import RecipeError, setting
from trainer.recipe.wording import WORDING

RecurrentActivation = Annotated[
    Literal["sigmoid", "hard_sigmoid", "tanh", "relu", "linear"],
    setting(
        "Gate activation",
        "The activation function of the gates that decide what to keep.",
        "sigmoid is nearly always right.",
        advanced=True,
    ),
]
ReturnSequences = Annotated[
    bool,
    setting(
        "Return sequences",
        "Returns an output for every step instead of only the last.",
        "Turn it on when another sequence layer follows.",
    ),
]
RecurrentRate = Annotated[
    float,
    setting(
        "Dropout",
        "The share of inputs set to zero while training.",
        "Works against memorising.",
        typical=(0, 0.5),
        advanced=True,
        ge=0,
        lt=1,
    ),
]
StateRate = Annotated[
    float,
    setting(
        "Recurrent dropout",
        "The share of the layer's memory set to zero while training.",
        "Slows training down a lot.",
        typical=(0, 0.3),
        advanced=True,
        ge=0,
        lt=1,
    ),
]
Backwards = Annotated[
    bool,
    setting(
        "Backwards", "Reads the sequence from its end.", "Then the beginning of a text counts most.", advanced=True
    ),
]


class Embedding(Layer):
    kind: Literal["Embedding"] = "Embedding"
    input_dim: Annotated[
        int,
        setting(
            "Vocabulary",
            "How many different words it knows; at least as many as the vocabulary of the data.",
            "A larger vocabulary has more to learn; words that never occur are wasted.",
            ge=1,
            le=1_000_000,
        ),
    ] = 10_000
    output_dim: Annotated[
        int,
        setting(
            "Numbers per word",
            "How many numbers stand for a word.",
            "More numbers can express finer differences between words.",
            typical=(8, 128),
            ge=1,
            le=4096,
        ),
    ] = 16
    mask_zero: Annotated[
        bool,
        setting(
            "Skip padding",
            "Tells later layers to skip the zeros that fill up short texts.",
            "Needed before LSTM, GRU, SimpleRNN and attention.",
        ),
    ] = True
    embeddings_initializer: EmbeddingsInitializer = "random_uniform"

    group = Group.TEXT
    title = N_("Words to numbers")
    drawing = "embedding"
    sentence = N_("Turns each word's number into a row of learned numbers that stand for its meaning.")
    reads_word_numbers = True

    def _output_shape(self, shape: Shape) -> Shape:
        return (*shape, self.output_dim)

    def parameter_count(self, shape: Shape) -> int:
        return self.input_dim * self.output_dim

    def fitted_to(self, shape: Shape, words: int | None = None) -> Layer:
        return self if words is None else self.with_(input_dim=words)

    @property
    def vocabulary(self) -> int | None:
        return self.input_dim

    @property
    def marks_padding(self) -> bool:
        return self.mask_zero

    def multiplications(self, shape: Shape) -> int:
        return count(self.output_shape(shape))  # it looks rows up

    def summary(self) -> str:
        words, numbers = formats.number(self.input_dim), formats.number(self.output_dim)
        return _("{words} words → {numbers} numbers").format(words=words, numbers=numbers)


class Recurrent(Layer):
    """What LSTM, GRU and SimpleRNN share."""

    units: Units = 32
    activation: ActivationField = "tanh"
    use_bias: UseBias = True
    return_sequences: ReturnSequences = False
    go_backwards: Backwards = False
    dropout: RecurrentRate = 0.0
    recurrent_dropout: StateRate = 0.0
    kernel_initializer: KernelInitializer = "glorot_uniform"
    recurrent_initializer: RecurrentInitializer = "orthogonal"
    bias_initializer: BiasInitializer = "zeros"
    kernel_regularizer: KernelRegularizer = None

    group = Group.TEXT
    input_rank = 2
    drawing = "recurrent"
    is_recurrent = True
    uses_mask = True
    dropouts = ("dropout", "recurrent_dropout")
    keeps_mask = True
    saved_per_step: ClassVar[int] = 12
    """How many numbers it keeps for each unit and step: gates, states, and what they were made of."""

    def multiplications(self, shape: Shape) -> int:
        return shape[0] * self.parameter_count(shape)

    def saved_count(self, shape: Shape, output: Shape) -> int:
        by_step = self.units * self.saved_per_step
        if self.recurrent_dropout:
            by_step *= 2  # one state with all its numbers, one with some of them set to zero
        return shape[0] * by_step + 2 * count(shape) + count(output)

    def _output_shape(self, shape: Shape) -> Shape:
        return (shape[0], self.units) if self.return_sequences else (self.units,)

    def every_step(self) -> Layer | None:
        return None if self.return_sequences else self.with_(return_sequences=True)

    @property
    def unmasked_padding(self) -> Literal["read_last"] | None:
        return None if self.go_backwards else "read_last"

    @property
    def output_activation(self) -> str | None:
        return None  # gates come after it, which let a part of each number through

    def summary(self) -> str:
        return units(self.units) + (", " + _("every step") if self.return_sequences else "")


class LSTM(Recurrent):
    kind: Literal["LSTM"] = "LSTM"
    recurrent_activation: RecurrentActivation = "sigmoid"

    title = N_("Reader with a long memory")
    sentence = N_("Reads a sequence step by step and decides what to remember and what to forget.")

    def parameter_count(self, shape: Shape) -> int:
        return 4 * ((shape[-1] + self.units) * self.units + self.units * self.use_bias)


class GRU(Recurrent):
    kind: Literal["GRU"] = "GRU"
    recurrent_activation: RecurrentActivation = "sigmoid"

    title = N_("Reader with a light memory")
    sentence = N_("Reads a sequence step by step like LSTM, with fewer parameters.")

    def parameter_count(self, shape: Shape) -> int:
        # Keras's default `reset_after=True` holds two rows of biases.
        return 3 * ((shape[-1] + self.units) * self.units + 2 * self.units * self.use_bias)


class SimpleRNN(Recurrent):
    kind: Literal["SimpleRNN"] = "SimpleRNN"

    title = N_("Reader with a short memory")
    saved_per_step = 4
    remembers = 100
    sentence = N_("Reads a sequence step by step with a short memory; the simplest of its kind.")

    @property
    def output_activation(self) -> str | None:
        return self.activation  # it has no gates

    def parameter_count(self, shape: Shape) -> int:
        return (shape[-1] + self.units) * self.units + self.units * self.use_bias


class Bidirectional(Layer):
    kind: Literal["Bidirectional"] = "Bidirectional"
    layer: Annotated[
        LSTM | GRU | SimpleRNN,
        Field(discriminator="kind"),
        setting("Layer", "The layer that reads both ways.", "LSTM remembers longest, SimpleRNN is the quickest."),
    ] = LSTM()
    merge_mode: Annotated[
        Literal["concat", "sum", "mul", "ave"],
        setting(
            "Join by", "How the two readings become one; concat puts them side by side.", "concat doubles the output."
        ),
    ] = "concat"

    group = Group.TEXT
    input_rank = 2
    title = N_("Read both ways")
    drawing = "bidirectional"
    sentence = N_("Reads a sequence forwards and backwards with two copies of one layer and joins the results.")
    is_recurrent = True
    keeps_mask = True
    uses_mask = True

    @field_validator("layer")
    @classmethod
    def _forwards(cls, layer: LSTM | GRU | SimpleRNN) -> LSTM | GRU | SimpleRNN:
        # Keras makes the second copy read backwards, whatever the first one does, and then refuses two alike.
        if layer.go_backwards:
            raise RecipeError(WORDING.message("backwards_twice"))
        return layer

    def _output_shape(self, shape: Shape) -> Shape:
        *steps, units = self.layer.output_shape(shape)
        return (*steps, 2 * units if self.merge_mode == "concat" else units)

    def parameter_count(self, shape: Shape) -> int:
        return 2 * self.layer.parameter_count(shape)

    def multiplications(self, shape: Shape) -> int:
        return shape[0] * self.parameter_count(shape)

    def saved_count(self, shape: Shape, output: Shape) -> int:
        return 2 * self.layer.saved_count(shape, self.layer.output_shape(shape)) + count(output)

    @property
    def unmasked_padding(self) -> Literal["read_both_ways"]:
        return "read_both_ways"

    @property
    def inner_layer(self) -> Layer:
        return self.layer

    def with_inner_layer(self, inner_layer: Layer) -> Layer:
        return self.with_(layer=inner_layer)

    @classmethod
    def width_field(cls) -> str | None:
        return None  # its inner_layer has one

    def every_step(self) -> Layer | None:
        steps = self.layer.every_step()
        return None if steps is None else self.with_(layer=steps)

    @property
    def output_activation(self) -> str | None:
        # Halfway between two probabilities is a probability; any other way to join them makes something else of them.
        return self.layer.output_activation if self.merge_mode == "ave" else None

    def summary(self) -> str:
        return f"{self.layer.kind} {self.layer.summary()}"
