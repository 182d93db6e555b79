"""What a call in a pasted text gives back: a layer, a model, or what a function of the text itself returns."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from trainer.recipe.pasted.functions import Functions
from trainer.recipe.pasted.plain import (
    FUNCTIONS,
    READING,
    Space,
    UnknownError,
    Word,
    function,
    method,
)
from trainer.recipe.pasted.touching import (
    MODELS,
    Bound,
    Function,
    PastedModel,
    changes_nothing,
    is_layer,
    name_of,
)
from trainer.recipe.pasted.values import Names, Unknown, where
from trainer.recipe.pasted.written import Call, usual
from trainer.recipe.spec import RecipeError, shorten

CURVES = frozenset({"relu", "sigmoid", "softmax", "tanh", "elu", "selu", "silu", "swish", "softplus", "softsign"})
"""Functions of numbers that are also activations of layers, the same wherever they are taken from."""


@dataclass(frozen=True, eq=False)
class Partial:
    """A layer's class with some of its arguments: `partial(Conv2D, padding="same")`."""

    kind: str
    plain: tuple[Any, ...]
    named: dict[str, Any]


class Calls(Functions):
    """Works out calls; what is done to models stands in `models.py`."""

    def attribute(self, node: ast.Attribute, names: Names) -> Any:
        return self.part_of(self._owner(node.value, names), node)

    def _owner(self, node: ast.expr, names: Names) -> Any:
        """What stands before a dot; a module stands for itself."""
        try:
            return self.value(node, names)
        except UnknownError:
            if isinstance(node, ast.Name) and names.get(node.id) is None:
                return Word(node.id)  # `keras` of keras.layers, which may have been imported further up
            raise

    def part_of(self, owner: Any, node: ast.Attribute) -> Any:
        """What a module, a list, a class of settings, or a model has under a name."""
        if isinstance(owner, Word):
            return Word(node.attr)  # keras.activations.relu
        if isinstance(owner, Space) and node.attr in owner:
            return owner[node.attr]
        if type(owner) in READING:
            return Bound(owner, node.attr)
        raise UnknownError

    def call(self, node: ast.Call, names: Names) -> Any:
        called, owner = self._called(node.func, names)
        kind = str(called) if isinstance(called, Word) else name_of(node.func)
        if isinstance(called, Bound):
            return self.do(called, node, names)
        if isinstance(owner, Call | PastedModel) and (self.is_model(owner) or is_layer(owner)):
            return self.do(Bound(owner, kind), node, names)
        if isinstance(called, PastedModel | Call):  # a layer or a model that is called: flat(x), Dense(10)(x)
            return self.chain(called, node, names)
        if isinstance(called, Space) and not node.args:
            return self.light(Space(called | self.arguments(node, names)[1]))
        if kind == "Sequential":
            return self.sequential(node, names)
        if kind in MODELS:
            return self.functional(node, names)
        plain, named = self.arguments(node, names)
        if isinstance(called, Function):
            return self.run(called, plain, named, node)
        if isinstance(node.func, ast.Name) and kind in FUNCTIONS and names.get(kind) is None:
            for one in (*plain, *named.values()):
                self.light(one)
            return self.light(function(kind, plain, named))
        return self._made(called, kind, plain, named, node)

    def _called(self, node: ast.expr, names: Names) -> tuple[Any, Any]:
        """What is called, and what stands before its dot; None where that is not known."""
        owner = None
        try:
            if isinstance(node, ast.Attribute):
                owner = self._owner(node.value, names)
                return self.part_of(owner, node), owner
            return self.value(node, names), None
        except UnknownError:
            if not isinstance(node, ast.Name | ast.Attribute):
                raise
            if isinstance(node, ast.Attribute) and owner is None:
                self.lost(node.value, names)
            return None, owner

    def _made(self, called: Any, kind: str, plain: list[Any], named: dict[str, Any], node: ast.Call) -> Any:
        """A layer, or whatever else is made by something that is not in the text."""
        if kind == "partial" and plain and isinstance(plain[0], Word):
            return Partial(usual(plain[0]), tuple(plain[1:]), named)
        if kind == "add" and isinstance(node.func, ast.Attribute) and len(plain) == 1 and _might_be_layer(plain[0]):
            raise RecipeError(
                f"{where(node)}: to which model this adds can be told only by running it. Write the layers out, one "
                "after the other."
            )
        if self._is_curve(called, node) and len(plain) == 1 and not named and self._goes_on(plain[0]):
            self.followed.add(id(node))  # keras.activations.relu(x), tf.nn.relu(x)
            return PastedModel([*plain[0].calls, Call("Activation", (kind,), {})], within=plain[0].within)
        given = [*plain, *named.values()]
        if not changes_nothing(kind) and any(self.precious(one) for one in given):
            raise RecipeError(
                f"{where(node)}: what {shorten(kind)} does to the model is not written here, so it cannot be followed. "
                "Leave this line out if it changes no layer, or write the layers out."
            )
        if isinstance(called, Partial):
            kind, plain, named = called.kind, [*called.plain, *plain], called.named | named
        nodes = node.args if len(node.args) == len(plain) else [None] * len(plain)
        by_name = {keyword.arg: keyword.value for keyword in node.keywords}
        call = Call(
            usual(kind),
            tuple(_argument(one, there) for one, there in zip(plain, nodes, strict=True)),
            {name: _argument(one, by_name.get(name)) for name, one in named.items()},
        )
        return PastedModel([call]) if self.light(call).kind == "Input" else call

    @staticmethod
    def _is_curve(called: Any, node: ast.Call) -> bool:
        """Whether it is one of Keras's or TensorFlow's own functions, and none of the text's of the same name."""
        func = node.func
        if not isinstance(func, ast.Attribute) or not isinstance(called, Word):
            return False
        return func.attr in CURVES and name_of(func.value) in {"nn", "math", "activations", "ops", "backend", "K", "tf"}

    def _goes_on(self, value: object) -> bool:
        """Whether it is what has come of an input so far."""
        return isinstance(value, PastedModel) and not self.is_model(value)

    def do(self, bound: Bound, node: ast.Call, names: Names) -> Any:
        """What a method of a list, a dictionary or a word gives back."""
        plain, named = self.arguments(node, names)
        try:
            for one in (bound.on, *plain, *named.values()):
                self.light(one)
            found = method(bound.on, bound.name, plain, named)
        except UnknownError:
            if isinstance(bound.on, list | dict) and bound.name not in READING[type(bound.on)]:
                self.forget(bound.on)
            raise
        self.not_too_long(bound.on, node)
        self.followed.add(id(node))
        return found

    def sequential(self, node: ast.Call, names: Names) -> PastedModel:
        """A model of layers in a row."""
        raise NotImplementedError

    def functional(self, node: ast.Call, names: Names) -> PastedModel:
        """A model from an input to an output."""
        raise NotImplementedError

    def chain(self, layer: Call | PastedModel, node: ast.Call, names: Names) -> PastedModel:
        """What comes of calling a layer, or a model, on what has come so far."""
        raise NotImplementedError


def _argument(value: Any, node: ast.expr | None) -> Any:
    """What a layer is given; a model or a function is no setting."""
    return Unknown(node) if isinstance(value, PastedModel | Function | Bound | Partial) else value


def _might_be_layer(value: object) -> bool:
    return isinstance(value, PastedModel) or (isinstance(value, Call) and value.kind[:1].isupper())
