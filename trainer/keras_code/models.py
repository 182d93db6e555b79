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
from trainer.recipe.spec import clip, shorten

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
            return self.parts if len({id(part) for part in self.parts}) == len(self.parts) else UNKNOWN
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

    def sequential(self, layers: Any, node: ast.expr, written: ast.expr | None = None) -> Model:
        """`keras.Sequential(layers)`; `written` is the list as it stands in the text."""
        if not isinstance(layers, list | tuple):
            raise refusal("no_list", node)
        places = written.elts if isinstance(written, ast.List | ast.Tuple) else []
        model = Model([])
        for place, one in enumerate(layers):
            self.add(model, one, places[place] if len(places) == len(layers) else node)
        self.made.append(model)
        return model

    def functional(self, plain: Sequence[Any], named: Mapping[str, Any], node: ast.expr) -> Model:
        """`keras.Model(inputs, outputs)`."""
        given = {**dict(zip(("inputs", "outputs", "name"), plain, strict=False)), **named}
        begin, end = _only(given.pop("inputs", None)), _only(given.pop("outputs", None))
        if not isinstance(end, Tensor) or not isinstance(begin, Tensor) or given.keys() - {"name"}:
            raise refusal("not_a_row", node)
        if len(begin.parts) != 1 or begin.parts[0] is not end.parts[0]:
            raise refusal("output_without_input", node)
        for one in end.parts:
            if isinstance(one, Model):
                one.is_part = True
        self.made.append(Model(list(end.parts), is_functional=True))
        return self.made[-1]

    def add(self, model: Model, value: Any, node: ast.expr) -> None:
        """`model.add(value)`."""
        if model.is_part or model is value:
            raise refusal("changed_in_use", node, text=source_of(node))
        if isinstance(value, Tensor) and len(value.parts) == 1:  # an input
            value = value.parts[0]
        if not isinstance(value, Call | Model):
            raise refusal("not_a_layer", node, text=source_of(node))
        if isinstance(value, Model):
            value.is_part = True
        model.parts.append(value)
        _bound(model.parts, node)

    def apply(self, layer: Call | Model, plain: Sequence[Any], named: Mapping[str, Any], node: ast.expr) -> Any:
        """A layer or a model that is called on a tensor; `UNKNOWN` where it is not called on one."""
        arrives: Sequence[Any]
        if isinstance(layer, Call) and attends(layer.kind):
            arrives, named = self._attended(layer, plain, named, node)
        else:
            arrives = _one_way(layer, plain, node)
        before = _only(arrives[0] if arrives else named.get("inputs"))
        if not isinstance(before, Tensor) or len(arrives) > 1 or not named.keys() <= {"training", "inputs"}:
            return UNKNOWN
        if training := named.get("training"):
            self.note("call_argument", node, name="training", value=str(training) if training is True else "...")
        _bound((*before.parts, layer), node)
        return Tensor((*before.parts, layer))

    def _attended(
        self, layer: Call, plain: Sequence[Any], named: Mapping[str, Any], node: ast.expr
    ) -> tuple[list[Any], dict[str, Any]]:
        """`attention(x, x)` as if it were called on one `x`."""
        given = {**dict(zip(ATTENDS, plain, strict=False)), **named}
        given = {word: value for word, value in given.items() if value is not None and value is not False}
        inputs = [_only(given.pop(word)) for word in ATTENDS if word in given]
        if not inputs or any(isinstance(one, Unknown) for one in inputs) or len(plain) > len(ATTENDS):
            return [], {}
        if len(inputs) == 1 or not _same(inputs):
            raise refusal("attends_elsewhere", node, kind=layer.kind)
        if given.pop("use_causal_mask", False):
            self.note("call_argument", node, name="use_causal_mask", value="True")
        if others := given.keys() - {"training"}:
            raise refusal("called_with", node, kind=layer.kind, name=clip(min(others)))
        self._attending.add(id(layer))
        return inputs[:1], given

    def set_trainable(self, on: Call | Model, value: Any) -> None:
        """`layer.trainable = value`, as if it were an argument of the layer, or of each of a model's."""
        for call in on.inner if isinstance(on, Model) else [on]:
            call.named["trainable"] = value

    def note(self, name: str, node: ast.expr, /, **parameters: str) -> None:
        """Say that something is left out."""
        self.notes.append(message(name, line=node.lineno, **parameters))

    def all_notes(self, model: Model) -> list[Message]:
        """The notes, with one for each kind of attention that stands in a Sequential, where Keras could not call it."""
        alone = {call.kind for call in model.calls if attends(call.kind) and id(call) not in self._attending}
        return [*self.notes, *(message("attention_alone", kind=kind) for kind in sorted(alone))]


def is_layer(value: object) -> bool:
    """Whether it is a layer and nothing else that was made by a class, such as a callback."""
    return isinstance(value, Call) and is_layer_name(value.kind)


def _bound(parts: Sequence[Call | Model], node: ast.expr) -> None:
    """Refuse more layers than could be used; each time that one is added, so that models in models stay small."""
    if sum(1 if isinstance(part, Call) else len(part.calls) for part in parts) > MAX_PARTS:
        raise refusal("too_many_parts", node)


def _one_way(layer: Call | Model, plain: Sequence[Any], node: ast.expr) -> Sequence[Any]:
    """What a layer is called on, if that is one tensor, however often it is named."""
    whole = plain[0] if len(plain) == 1 and isinstance(plain[0], list | tuple) else plain
    if len(whole) < 2 or not all(isinstance(one, Tensor) for one in whole):
        return plain
    kind = layer.kind if isinstance(layer, Call) else "Model"
    if kind in Layer.registry or not _same(whole):
        raise refusal("joins", node, text=shorten(kind))
    return [whole[0]]  # a layer that Fitboard does not have: that is said of it, by its name


def _same(ways: Sequence[Any]) -> bool:
    """Whether all are tensors that went through the very same layers."""
    return all(isinstance(one, Tensor) for one in ways) and len({tuple(map(id, one.parts)) for one in ways}) == 1


def _only(value: Any) -> Any:
    """What stands alone in brackets."""
    return value[0] if isinstance(value, list | tuple) and len(value) == 1 else value
