"""What Keras makes of the calls in a program: models, and tensors on their way from an input to an output."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trainer.keras_code.source_model import INPUTS, Call, attends, is_layer_name
from trainer.keras_code.values import MAX_PARTS, UNKNOWN, Unknown, source_of
from trainer.keras_code.wording import message, refusal
from trainer.messages import Message
from trainer.recipe.layers import Layer
from trainer.recipe.spec import RecipeError, clip, shorten

ATTENDS = ("query", "value", "key")
"""What attention is called on, in Keras's order."""


@dataclass(eq=False)
class Model:
    """A model, to which layers can still be added."""

    parts: list[Call | Model]
    """Its layers, of which some may be models."""
    is_functional: bool = False
    is_part: bool = False
    """It is part of another model, and must not change any more."""

    @property
    def calls(self) -> list[Call]:
        """All of its layers, with those of the models in it, and with its own input if it has one."""
        return [call for part in self.parts for call in ([part] if isinstance(part, Call) else part.inner)]

    @property
    def inner(self) -> list[Call]:
        """Its layers as they stand in another model."""
        return [call for call in self.calls if call.kind not in INPUTS]

    @property
    def layers(self) -> list[Call | Model] | Unknown:
        """What Keras gives as `model.layers`."""
        if self.is_functional:
            return list(self.parts) if len({id(part) for part in self.parts}) == len(self.parts) else UNKNOWN
        return [part for part in self.parts if isinstance(part, Model) or part.kind not in INPUTS]


@dataclass(frozen=True, eq=False)
class Tensor:
    """What has come of an input so far."""

    parts: tuple[Call | Model, ...]
    """The input, and the layers and models that it went through."""


class KerasModels:
    """The models of one program. Each method does what Keras does, or raises a RecipeError."""

    def __init__(self) -> None:
        self.made: list[Model] = []
        self.notes: list[Message] = []
        """What the program asks of Keras beside layers in a row."""
        self._attending: set[int] = set()
        """The ids of the attention layers that were called on one tensor twice."""

    def sequential(self, layers: Any, node: ast.expr) -> Model:
        """`keras.Sequential(layers)`."""
        if not isinstance(layers, list | tuple):
            raise _no_layer(layers, node)
        model = Model([])
        for one in layers:
            self.add(model, one, node)
        self.made.append(model)
        return model

    def functional(self, plain: Sequence[Any], named: Mapping[str, Any], node: ast.expr) -> Model:
        """`keras.Model(inputs, outputs)`."""
        given = {**dict(zip(("inputs", "outputs", "name"), plain, strict=False)), **named}
        begin, end = _only(given.pop("inputs", None)), _only(given.pop("outputs", None))
        if not isinstance(end, Tensor) or not isinstance(begin, Tensor) or given.keys() - {"name"}:
            raise refusal("not_a_row", node)
        if len(begin.parts) != 1 or begin.parts[0] is not end.parts[0]:
            raise refusal("not_a_row", node)
        for one in end.parts:
            if isinstance(one, Model):
                one.is_part = True
        self.made.append(Model(list(end.parts), is_functional=True))
        return self.made[-1]

    def add(self, model: Model, value: Any, node: ast.expr) -> None:
        """`model.add(value)`."""
        if model.is_part or model is value:
            raise refusal("not_followed", node)
        if isinstance(value, Tensor) and len(value.parts) == 1:  # an input
            value = value.parts[0]
        if not isinstance(value, Call | Model):
            raise _no_layer(value, node)
        if isinstance(value, Model):
            value.is_part = True
        model.parts.append(value)
        _bound(model.parts)

    def apply(self, layer: Call | Model, plain: Sequence[Any], named: Mapping[str, Any], node: ast.expr) -> Any:
        """A layer or a model that is called on a tensor, attention on one twice; `UNKNOWN` if it is called on none."""
        given = {word: value for word, value in named.items() if value is not None and value is not False}
        kind = layer.kind if isinstance(layer, Call) else "Model"
        inputs = [*plain, *(given.pop(word) for word in ("inputs", *ATTENDS) if word in given)]
        if len(inputs) == 1 and isinstance(inputs[0], list | tuple) and not attends(kind):
            inputs = list(inputs[0])
        inputs = [one for one in map(_only, inputs) if one is not None]
        arrives = [one for one in inputs if isinstance(one, Tensor)]
        is_same = len({tuple(map(id, one.parts)) for one in arrives}) == 1
        if attends(kind):
            if not is_same or len(arrives) < len(inputs) or len(inputs) not in {2, 3}:
                raise refusal("attends_elsewhere", node, kind=kind)
            if others := given.keys() - {"training", "use_causal_mask"}:
                raise refusal("called_with", kind=kind, name=clip(min(others)))
            self._attending.add(id(layer))
        elif len(arrives) > 1 and (kind in Layer.registry or not is_same):
            raise refusal("joins", node, text=shorten(kind))
        elif len(arrives) < len(inputs) or not arrives or given.keys() - {"training"}:
            return UNKNOWN
        self.notes += [message("call_argument", kind=clip(kind), name=name) for name in given]
        _bound((*arrives[0].parts, layer))
        return Tensor((*arrives[0].parts, layer))

    def set_trainable(self, on: Call | Model, value: Any) -> None:
        """`layer.trainable = value`, as if it were an argument of the layer, or of each of a model's."""
        for call in on.inner if isinstance(on, Model) else [on]:
            call.named["trainable"] = value

    def all_notes(self, model: Model) -> list[Message]:
        """The notes, with one for each kind of attention that stands in a Sequential, where Keras could not call it."""
        alone = {call.kind for call in model.calls if attends(call.kind) and id(call) not in self._attending}
        return [*self.notes, *(message("attention_alone", kind=kind) for kind in sorted(alone))]


def is_layer(value: object) -> bool:
    """Whether it is a layer and nothing else that was made by a class, such as a callback."""
    return isinstance(value, Call) and is_layer_name(value.kind)


def _no_layer(value: Any, node: ast.expr) -> RecipeError:
    where = (value.node if isinstance(value, Unknown) else None) or node
    return refusal("not_a_layer", where, text=source_of(where))


def _bound(parts: Sequence[Call | Model]) -> None:
    """Refuse more layers than could be used; each time that one is added, so that models in models stay small."""
    if sum(1 if isinstance(part, Call) else len(part.calls) for part in parts) > MAX_PARTS:
        raise refusal("too_large")


def _only(value: Any) -> Any:
    """What stands alone in brackets."""
    return value[0] if isinstance(value, list | tuple) and len(value) == 1 else value
