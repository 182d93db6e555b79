"""Embedding and the recurrent layers, which read a sequence step by step."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from trainer.recipe.layers.base import ActivationField, Layer, Units, UseBias, counted
from trainer.recipe.layers.weights import (
    BiasInitializer,
    EmbeddingsInitializer,
    KernelInitializer,
    KernelRegularizer,
    RecurrentInitializer,
)
from trainer.recipe.shapes import Shape, need_rank
from trainer.recipe.spec import setting

RecurrentActivation = Annotated[
    Literal["sigmoid", "hard_sigmoid", "tanh", "relu", "linear"],
    setting(
        "Gate activation",
        "The curve of the gates that decide what to keep.",
        "sigmoid is nearly always right.",
        advanced=True,
    ),
]
ReturnSequences = Annotated[
    bool,
    setting(
        "Return sequences",
        "Gives an output for every step instead of only the last.",
        "Switch it on when another sequence layer follows.",
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
    """Turns each word's number into a row of learned numbers that stand for its meaning."""

    kind: Literal["Embedding"] = "Embedding"
    input_dim: Annotated[
        int,
        setting(
            "Vocabulary",
            "How many different words it knows; at least as many as the data's “max words”.",
            "More is more to learn; words that never come are for nothing.",
            ge=1,
            le=1_000_000,
        ),
    ] = 10_000
    output_dim: Annotated[
        int,
        setting(
            "Numbers per word",
            "How many numbers stand for a word.",
            "More can tell words apart more finely.",
            typical=(8, 128),
            ge=1,
            le=4096,
        ),
    ] = 16
    mask_zero: Annotated[
        bool,
        setting(
            "Skip padding",
            "Tells later layers to skip the zeros that fill short texts.",
            "Needed before LSTM, GRU, SimpleRNN and attention.",
        ),
    ] = True
    embeddings_initializer: EmbeddingsInitializer = "random_uniform"

    group = "Text"
    title = "Words to numbers"
    drawing = "embedding"
    takes_words = True

    def _output_shape(self, shape: Shape) -> Shape:
        return (*shape, self.output_dim)

    def parameter_count(self, shape: Shape) -> int:
        return self.input_dim * self.output_dim

    def summary(self) -> str:
        return f"{self.input_dim:,} words → {self.output_dim} numbers"


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

    group = "Text"
    drawing = "recurrent"
    reads_in_order = True
    keeps_mask = True

    def _output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, 2, self.kind)
        return (shape[0], self.units) if self.return_sequences else (self.units,)

    def every_step(self) -> Layer | None:
        return None if self.return_sequences else self.with_(return_sequences=True)

    @property
    def output_activation(self) -> str | None:
        return None  # gates come behind it, which let a part of each number through

    def summary(self) -> str:
        return counted(self.units, "unit") + (", every step" if self.return_sequences else "")


class LSTM(Recurrent):
    """Reads a sequence step by step and decides what to remember and what to forget."""

    kind: Literal["LSTM"] = "LSTM"
    recurrent_activation: RecurrentActivation = "sigmoid"

    title = "Long memory reader"

    def parameter_count(self, shape: Shape) -> int:
        return 4 * ((shape[-1] + self.units) * self.units + self.units * self.use_bias)


class GRU(Recurrent):
    """Reads a sequence step by step like LSTM, with fewer parameters."""

    kind: Literal["GRU"] = "GRU"
    recurrent_activation: RecurrentActivation = "sigmoid"

    title = "Light memory reader"

    def parameter_count(self, shape: Shape) -> int:
        # Keras's default `reset_after=True` holds two rows of biases.
        return 3 * ((shape[-1] + self.units) * self.units + 2 * self.units * self.use_bias)


class SimpleRNN(Recurrent):
    """Reads a sequence step by step with a short memory; the simplest of its kind."""

    kind: Literal["SimpleRNN"] = "SimpleRNN"

    title = "Short memory reader"

    @property
    def output_activation(self) -> str | None:
        return self.activation  # it has no gates

    def parameter_count(self, shape: Shape) -> int:
        return (shape[-1] + self.units) * self.units + self.units * self.use_bias


class Bidirectional(Layer):
    """Reads a sequence forwards and backwards with two copies of one layer and joins what they found."""

    kind: Literal["Bidirectional"] = "Bidirectional"
    layer: Annotated[
        LSTM | GRU | SimpleRNN,
        Field(discriminator="kind"),
        setting("Layer", "The layer that reads both ways.", "LSTM remembers longest, SimpleRNN is the quickest."),
    ] = LSTM()
    merge_mode: Annotated[
        Literal["concat", "sum", "mul", "ave"],
        setting(
            "Join by", "How the two readings become one; concat lays them side by side.", "concat doubles the output."
        ),
    ] = "concat"

    group = "Text"
    title = "Read both ways"
    drawing = "bidirectional"
    reads_in_order = True
    keeps_mask = True

    @field_validator("layer")
    @classmethod
    def _forwards(cls, layer: LSTM | GRU | SimpleRNN) -> LSTM | GRU | SimpleRNN:
        # Keras makes the second copy read backwards, whatever the first one does, and then refuses two alike.
        if layer.go_backwards:
            raise ValueError("the second copy reads backwards already. Set go_backwards of the layer to false.")
        return layer

    def _output_shape(self, shape: Shape) -> Shape:
        need_rank(shape, 2, self.kind)
        *steps, units = self.layer.output_shape(shape)
        return (*steps, 2 * units if self.merge_mode == "concat" else units)

    def parameter_count(self, shape: Shape) -> int:
        return 2 * self.layer.parameter_count(shape)

    def every_step(self) -> Layer | None:
        steps = self.layer.every_step()
        return None if steps is None else self.with_(layer=steps)

    @property
    def output_activation(self) -> str | None:
        # Halfway between two chances is a chance; any other way to join them makes something else of them.
        return self.layer.output_activation if self.merge_mode == "ave" else None

    def summary(self) -> str:
        return f"{self.layer.kind} {self.layer.summary()}"
