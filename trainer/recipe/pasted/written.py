"""A layer as somebody wrote it, whether in Python or in JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from trainer.recipe.layers import Layer

INPUTS = {"Input", "InputLayer"}
STEPWISE = {"LSTM", "GRU", "SimpleRNN", "Bidirectional", "Conv1D", "SeparableConv1D", "DepthwiseConv1D"}
"""Layers of which `input_dim` says how many numbers a step has."""
TWICE = frozenset(name for name, kind in Layer.registry.items() if kind.reads_twice)
"""Layers that are called with what asks and what is looked up."""
ALONE = "{} reads two inputs in Keras, which a Sequential cannot give it; here both are what arrives."
"""Said of a layer of `TWICE` in a model that Keras could not build."""
MADE_HERE = {"TextVectorization", "StringLookup"}
"""What turns words into numbers, which Fitboard does by itself."""
NOT_KERAS = (
    "This is neither a keras.Sequential([...]) nor the JSON of model.to_json(). Paste one of the two, from its first "
    "to its last bracket."
)
MOST_AXES, LONGEST = 8, 10**9
"""Of the shape of an example; any other is no shape."""
COMPILED = "Optimizer and loss stay as they are here; those of the pasted model are left out."
"""Fitboard chooses the loss by the data, and the optimizer on a page of its own."""


@dataclass(frozen=True)
class Call:
    """The class of a layer, or of something that it is given, and the arguments without and with names."""

    kind: str
    plain: tuple[Any, ...]
    named: dict[str, Any]


class Model(NamedTuple):
    """What a text holds: layers in order, and the shape of one example if it says one."""

    calls: tuple[Call, ...]
    reads: tuple[int | None, ...] | None
    made_here: tuple[str, ...] = ()
    """Layers that are not needed here."""
    notes: tuple[str, ...] = ()
    """What the text does beside its layers that is left out."""


def usual(kind: str) -> str:
    """Keras has second names for some layers, such as MaxPool2D, AvgPool1D and Convolution2D."""
    pooling = re.sub(r"(?P<sort>Max|Avg)Pool(?=[12]D$)", r"\g<sort>Pooling", kind.replace("Convolution", "Conv"))
    return pooling.replace("AvgPooling", "AveragePooling")


def model_of(found: list[Call], notes: Iterable[str] = ()) -> Model:
    """Sort what a model is made of into inputs and layers."""
    reads: tuple[int | None, ...] | None = None
    calls: list[Call] = []
    made_here: list[str] = []
    for call in found:
        if reads is None and not calls:
            reads = _input_shape(call)
        if call.kind in MADE_HERE:
            made_here.append(call.kind)
        elif call.kind not in INPUTS:
            calls.append(call)
    # Where words are turned into numbers by the model itself, it reads whole texts.
    return Model(tuple(calls), None if made_here else reads, tuple(made_here), tuple(notes))


def _input_shape(call: Call) -> tuple[int | None, ...] | None:
    """What a first layer says of one example; None if that is nothing that can be read."""
    batched = call.named.get("batch_shape", call.named.get("batch_input_shape"))
    shape = batched[1:] if isinstance(batched, list | tuple) else call.named.get("shape", call.named.get("input_shape"))
    if shape is None and call.kind in INPUTS and call.plain:
        shape = call.plain[0]
    if shape is None and call.kind != "Embedding":  # there it is the number of words
        shape = call.named.get("input_dim")
        if shape is not None and call.kind in STEPWISE:
            shape = (call.named.get("input_length"), shape)
    if isinstance(shape, int):
        shape = (shape,)
    if not isinstance(shape, list | tuple) or len(shape) > MOST_AXES:
        return None
    if not all(side is None or (isinstance(side, int) and 0 < side <= LONGEST) for side in shape):
        return None
    return tuple(shape)
