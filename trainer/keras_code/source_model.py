"""A model as its text has it, in Python or in JSON: calls with arguments, not yet layers of a recipe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from trainer.keras_code import signatures
from trainer.keras_code.wording import message
from trainer.messages import Message
from trainer.recipe.layers import Layer

INPUTS = frozenset({"Input", "InputLayer"})
MADE_HERE = frozenset({"TextVectorization", "StringLookup"})
"""Layers that turn words into numbers, which Fitboard does by itself."""
MODELS = frozenset({"Sequential", "Model", "Functional"})
MAX_AXES, MAX_SIDE = 8, 10**9
"""Of the shape of an example; any other is no shape."""

InputShape = tuple[int | None, ...]
"""Of one example; None for a side of any length."""


@dataclass(frozen=True)
class Call:
    """The class of a layer, or of something that a layer is given, and the arguments without and with names."""

    kind: str
    plain: tuple[Any, ...]
    named: dict[str, Any]
    line: int | None = field(default=None, compare=False, repr=False)
    """Where it stands in a program."""


@dataclass(frozen=True)
class SourceModel:
    """What a text holds."""

    calls: tuple[Call, ...]
    """The layers, in order."""
    input_shape: InputShape | None
    notes: tuple[Message, ...]
    """What the text does beside its layers that is left out."""


def is_layer_name(name: str) -> bool:
    """Whether a call of this name makes a layer that means something here."""
    return name in Layer.registry or name in INPUTS or name in MADE_HERE


def attends(kind: str) -> bool:
    """Whether a layer is called with what asks and what is looked up, as attention is."""
    return kind in Layer.registry and Layer.registry[kind].is_query_and_value


def usual_name(kind: str) -> str:
    """The name of a layer in Fitboard, of which Keras has several: `MaxPool2D` is `MaxPooling2D`."""
    return signatures.aliases().get(kind, kind)


def source_model(found: Sequence[Call], notes: Iterable[Message] = ()) -> SourceModel:
    """Sort what a model is made of into inputs and layers."""
    made_here = [call.kind for call in found if call.kind in MADE_HERE]
    layers = tuple(call for call in found if call.kind not in INPUTS | MADE_HERE)
    before = _until_first_layer(found)
    # Where words are turned into numbers by the model itself, it reads whole texts.
    shape = None if made_here else next((one for one in map(_input_shape, before) if one is not None), None)
    return SourceModel(layers, shape, (*(message("makes_numbers", kind=kind) for kind in made_here), *notes))


def _until_first_layer(found: Iterable[Call]) -> Iterator[Call]:
    for call in found:
        yield call
        if call.kind not in INPUTS | MADE_HERE:
            return


def _input_shape(call: Call) -> InputShape | None:
    """What a first layer says of one example; None if that is nothing that can be read."""
    batched = call.named.get("batch_shape", call.named.get("batch_input_shape"))
    shape = batched[1:] if isinstance(batched, list | tuple) else call.named.get("shape", call.named.get("input_shape"))
    if shape is None and call.kind in INPUTS and call.plain:
        shape = call.plain[0]
    if shape is None and call.kind != "Embedding":  # there it is the number of words
        shape = call.named.get("input_dim")
        reads_steps = call.kind.endswith("1D") or getattr(Layer.registry.get(call.kind), "is_recurrent", False)
        if shape is not None and reads_steps:  # of which it is how many numbers each has
            shape = (call.named.get("input_length"), shape)
    if isinstance(shape, int):
        shape = (shape,)
    if not isinstance(shape, list | tuple) or len(shape) > MAX_AXES:
        return None
    if not all(side is None or (isinstance(side, int) and 0 < side <= MAX_SIDE) for side in shape):
        return None
    return tuple(shape)
