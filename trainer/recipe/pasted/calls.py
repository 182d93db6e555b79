"""What a call in a pasted text gives back: a layer, a model, or what a function of the text itself returns."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from trainer.recipe.pasted.values import MOST_PARTS, Names, Unknown, UnknownError, Values, Word, where
from trainer.recipe.pasted.written import INPUTS, Call, usual
from trainer.recipe.spec import RecipeError, shorten

MODELS = {"Sequential", "Model", "Functional"}
PLAIN = {"range": range, "int": int, "float": float, "len": len}


@dataclass(eq=False)
class PastedModel:
    """A Sequential model, or what has come of an input so far."""

    calls: list[Call] = field(default_factory=list)
    used: bool = False
    """It is part of another."""


class ReturnedError(Exception):
    """Leaves a function."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


class Calls(Values, ABC):
    """Works out calls, and keeps the models, the functions and the names that have been met so far."""

    def __init__(self) -> None:
        super().__init__()
        self.models: list[PastedModel] = []
        self.functions: dict[str, ast.FunctionDef] = {}
        self.names: Names = {}

    @abstractmethod
    def follow(self, body: Sequence[ast.stmt], names: Names) -> None:
        """Go through some lines in order."""

    def call(self, node: ast.Call, names: Names) -> Any:
        kind = name_of(node.func)
        called = names.get(kind) if isinstance(node.func, ast.Name) else None
        if isinstance(node.func, ast.Call):  # a layer, made and called at once: Dense(10)(x)
            return self._chain(self.value(node.func, names), node, names)
        if isinstance(called, PastedModel | Call):  # a layer or a model that has a name: flat(x)
            return self._chain(called, node, names)
        if kind == "Sequential":
            given = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "layers")]
            self.models.append(self.bounded(PastedModel(self.elements(given[0], names) if given else []), node))
            return self.models[-1]
        if kind in MODELS:
            return self._functional(node, names)
        if isinstance(node.func, ast.Name) and kind in self.functions:
            named = {keyword.arg: self.known(keyword.value, names) for keyword in node.keywords if keyword.arg}
            return self.run(self.functions[kind], [self.known(one, names) for one in node.args], named)
        if isinstance(node.func, ast.Name) and kind in PLAIN:
            try:
                return PLAIN[kind](*[self.value(one, names) for one in node.args])  # type: ignore[operator]
            except (TypeError, ValueError, OverflowError):
                raise UnknownError from None
        call = Call(
            usual(called if isinstance(called, Word) else kind),
            tuple(self._argument(one, names) for one in node.args),
            {keyword.arg or "**": self._argument(keyword.value, names) for keyword in node.keywords},
        )
        return PastedModel([call]) if call.kind == "Input" else call

    def _argument(self, node: ast.expr, names: Names) -> Any:
        value = self.known(node, names)
        return Unknown(shorten(ast.unparse(node))) if isinstance(value, PastedModel) else value

    def run(self, function: ast.FunctionDef, plain: list[Any], named: Names) -> Any:
        """What a function of the text gives back, if it is called so."""
        self.count(function)
        given, defaults = function.args.args, function.args.defaults
        inside: Names = dict(self.names)
        inside |= {argument.arg: Unknown() for argument in (*given, *function.args.kwonlyargs)}
        inside |= {
            argument.arg: self.known(value, self.names)
            for argument, value in zip(given[len(given) - len(defaults) :], defaults, strict=True)
        }
        inside |= {argument.arg: value for argument, value in zip(given, plain, strict=False)} | named
        try:
            self.follow(function.body, inside)
        except ReturnedError as back:
            if isinstance(back.value, Unknown):
                raise UnknownError from None
            return back.value
        return None

    def layer(self, node: ast.expr, names: Names) -> list[Call]:
        """One layer, or those of a model that is put in its place."""
        value = self.known(node, names)
        if isinstance(value, Call | PastedModel):
            return self._parts(value)
        raise RecipeError(f"{where(node)}: {shorten(ast.unparse(node))} is not a layer written out. Write it out.")

    @staticmethod
    def _parts(value: Call | PastedModel) -> list[Call]:
        if isinstance(value, Call):
            return [value]
        value.used = True
        return list(value.calls)

    def elements(self, node: ast.expr, names: Names) -> list[Call]:
        """The layers of a list, which may be put together of several."""
        if isinstance(node, ast.List | ast.Tuple):
            found: list[Call] = []
            for one in node.elts:
                found += self.elements(one.value, names) if isinstance(one, ast.Starred) else self.layer(one, names)
                self.bounded(PastedModel(found), one)
            return found
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self.elements(node.left, names) + self.elements(node.right, names)
        value = self.known(node, names)
        if isinstance(value, list | tuple) and all(isinstance(one, Call | PastedModel) for one in value):
            return [call for one in value for call in self._parts(one)]
        raise RecipeError(
            f"{where(node)}: keras.Sequential is not given a list of layers in brackets here. Write the layers out."
        )

    def _chain(self, layer: object, node: ast.Call, names: Names) -> PastedModel:
        """What comes of calling a layer, or a model, on what has come so far."""
        before = self.known(node.args[0], names) if node.args else None
        if not isinstance(before, PastedModel) or not isinstance(layer, Call | PastedModel):
            raise UnknownError
        behind = [call for call in self._parts(layer) if call.kind not in INPUTS]
        return self.bounded(PastedModel([*before.calls, *behind]), node)

    def _functional(self, node: ast.Call, names: Names) -> PastedModel:
        ends = [*node.args[1:2], *(keyword.value for keyword in node.keywords if keyword.arg == "outputs")]
        model = self.known(ends[0], names) if ends else None
        if not isinstance(model, PastedModel):
            raise RecipeError(
                f"{where(node)}: the layers of this model do not stand in one row, and Fitboard's do. Paste a model "
                "without branches."
            )
        self.models.append(model)
        return model

    @staticmethod
    def bounded(model: PastedModel, node: ast.AST) -> PastedModel:
        """The model, unless it has grown beyond all that could be used."""
        if len(model.calls) > MOST_PARTS:
            raise RecipeError(f"{where(node)}: this model has too many layers. Paste a smaller one.")
        return model
