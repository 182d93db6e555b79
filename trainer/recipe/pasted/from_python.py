"""The layers of a model in a Python text. It is read, never run: a small part of the language is followed by hand.

Followed are names, sums of numbers, loops over what is written out, functions of the text itself, models in models,
`add` and `pop`, and layers called one behind the other. What only a running program could decide, such as most `if`s,
is refused where it touches the model, and passed over elsewhere.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from trainer.recipe.pasted.call import INPUTS, NOT_KERAS, Call, Model, model_of, usual
from trainer.recipe.pasted.tidy import tidied
from trainer.recipe.pasted.values import Names, Unknown, UnknownError, Values, Word, where
from trainer.recipe.spec import RecipeError, shorten

MODELS = {"Sequential", "Model", "Functional"}
PLAIN = {"range": range, "int": int, "float": float, "len": len}


def from_python(text: str) -> Model:
    """Read the layers of the one model of a text.

    Raises:
        RecipeError: it is something else, or cannot be told without running it; one sentence that names the place.
    """
    tree = tidied(text)
    reader = _Reader(tree)
    try:
        reader.follow(tree.body, reader.names)
        if not reader.whole():  # a function makes it, and nobody calls that
            for function in list(reader.functions.values()):
                if reader.touches([function], reader.names):
                    reader.run(function, [], {})
    except RecursionError:
        raise RecipeError(NOT_KERAS) from None
    whole = reader.whole()
    if not whole:
        raise RecipeError(NOT_KERAS)
    if len(whole) > 1:
        raise RecipeError("There are several keras.Sequential in this text. Paste one model at a time.")
    return model_of(whole[0].calls)


@dataclass(eq=False)
class _Model:
    """A Sequential model, or what has come of an input so far."""

    calls: list[Call] = field(default_factory=list)
    used: bool = False
    """It is part of another."""


class _Returned(Exception):  # noqa: N818 - it leaves a function, and is no error
    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


class _Reader(Values):
    def __init__(self, tree: ast.Module) -> None:
        super().__init__()
        self.models: list[_Model] = []
        self.functions: dict[str, ast.FunctionDef] = {}
        self.names: Names = {}
        self._is_part = not any(isinstance(n, ast.Call) and _name(n.func) in MODELS for n in ast.walk(tree))
        """Only a part was pasted: `model.add(...)` without where the model begins, or a list of layers."""

    def whole(self) -> list[_Model]:
        """The models that are not part of another."""
        return [model for model in self.models if not model.used]

    def touches(self, nodes: Sequence[ast.AST], names: Names, asked: frozenset[str] = frozenset()) -> bool:
        """Whether some lines make a model or change one."""
        for part in (part for node in nodes for part in ast.walk(node)):
            if not isinstance(part, ast.Call):
                continue
            name, function = _name(part.func), self.functions.get(_name(part.func))
            if name in MODELS:
                return True
            if isinstance(part.func, ast.Attribute) and name in {"add", "pop"}:
                known = names.get(_name(part.func.value))
                if isinstance(known, _Model) or (self._is_part and known is None):
                    return True
            given = [argument.id for argument in part.args if isinstance(argument, ast.Name)]
            if function is not None and any(isinstance(names.get(word), _Model) for word in given):
                return True
            if function is not None and name not in asked and self.touches([function], names, asked | {name}):
                return True
        return False

    # Lines

    def follow(self, body: Sequence[ast.stmt], names: Names) -> None:
        """Go through some lines in order."""
        for line in body:
            self.count(line)
            self._line(line, names)

    def _line(self, line: ast.stmt, names: Names) -> None:
        match line:
            case ast.Assign():
                value = self.known(line.value, names)
                for target in line.targets:
                    self.bind(target, value, names)
            case ast.AnnAssign():
                if line.value is not None:
                    self.bind(line.target, self.known(line.value, names), names)
            case ast.Expr():
                self._expression(line.value, names)
            case ast.FunctionDef():
                self.functions[line.name] = line
            case ast.Return():
                raise _Returned(None if line.value is None else self.known(line.value, names))
            case ast.For() if self.touches(line.body, names):
                for value in self.rounds(line.iter, names):
                    self.bind(line.target, value, names)
                    self.follow(line.body, names)
            case ast.If():
                self._choice(line, names)
            case ast.With():
                self.follow(line.body, names)
            case ast.Try():
                self.follow([*line.body, *line.orelse, *line.finalbody], names)
            case ast.ImportFrom():
                names |= {alias.asname or alias.name: Word(alias.name) for alias in line.names}
            case ast.Import() | ast.ClassDef():
                pass
            case _:
                self._pass_over([line], names)

    def _pass_over(self, lines: Sequence[ast.stmt], names: Names) -> None:
        """Lines that are not followed; what they set is not known from then on."""
        if self.touches(lines, names):
            raise RecipeError(
                f"{where(lines[0])}: what becomes of the model here can be told only by running it. Write the layers "
                "out, one after the other."
            )
        for part in (part for line in lines for part in ast.walk(line)):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store | ast.Del):
                names[part.id] = Unknown()

    def _choice(self, line: ast.If, names: Names) -> None:
        if isinstance(line.test, ast.Compare) and _name(line.test.left) == "__name__":
            self.follow(line.body, names)
            return
        decided = self.known(line.test, names)
        if isinstance(decided, bool | int | float):
            self.follow(line.body if decided else line.orelse, names)
        else:
            self._pass_over([*line.body, *line.orelse], names)

    def _expression(self, node: ast.expr, names: Names) -> None:
        if self._is_part and isinstance(node, ast.List | ast.Tuple):
            self.models.append(_Model(self._elements(node, names)))
        elif isinstance(node, ast.Call):
            do, on = _name(node.func), _name(node.func.value) if isinstance(node.func, ast.Attribute) else ""
            if self._is_part and do == "add" and on and names.get(on) is None:
                names[on] = _Model()
                self.models.append(names[on])
            model, given = names.get(on), [*node.args, *(keyword.value for keyword in node.keywords)]
            if not isinstance(model, _Model):
                self.known(node, names)
            elif do == "add" and given:
                model.calls += self._layer(given[0], names)
            elif do == "pop" and model.calls:
                model.calls.pop()

    # Calls

    def call(self, node: ast.Call, names: Names) -> Any:
        kind = _name(node.func)
        called = names.get(kind) if isinstance(node.func, ast.Name) else None
        if isinstance(node.func, ast.Call):  # a layer, made and called at once: Dense(10)(x)
            return self._chain(self.value(node.func, names), node, names)
        if isinstance(called, _Model | Call):  # a layer or a model that has a name: flat(x)
            return self._chain(called, node, names)
        if kind == "Sequential":
            given = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "layers")]
            self.models.append(_Model(self._elements(given[0], names) if given else []))
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
            tuple(self.known(one, names) for one in node.args),
            {keyword.arg or "**": self.known(keyword.value, names) for keyword in node.keywords},
        )
        return _Model([call]) if call.kind == "Input" else call

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
        except _Returned as back:
            if isinstance(back.value, Unknown):
                raise UnknownError from None
            return back.value
        return None

    def _layer(self, node: ast.expr, names: Names) -> list[Call]:
        """One layer, or those of a model that is put in its place."""
        value = self.known(node, names)
        if isinstance(value, Call | _Model):
            return self._parts(value)
        raise RecipeError(f"{where(node)}: {shorten(ast.unparse(node))} is not a layer written out. Write it out.")

    @staticmethod
    def _parts(value: Call | _Model) -> list[Call]:
        if isinstance(value, Call):
            return [value]
        value.used = True
        return list(value.calls)

    def _elements(self, node: ast.expr, names: Names) -> list[Call]:
        """The layers of a list, which may be put together of several."""
        if isinstance(node, ast.List | ast.Tuple):
            found: list[Call] = []
            for one in node.elts:
                found += self._elements(one.value, names) if isinstance(one, ast.Starred) else self._layer(one, names)
            return found
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return self._elements(node.left, names) + self._elements(node.right, names)
        value = self.known(node, names)
        if isinstance(value, list | tuple) and all(isinstance(one, Call | _Model) for one in value):
            return [call for one in value for call in self._parts(one)]
        raise RecipeError(
            f"{where(node)}: keras.Sequential is not given a list of layers in brackets here. Write the layers out."
        )

    def _chain(self, layer: object, node: ast.Call, names: Names) -> _Model:
        """What comes of calling a layer, or a model, on what has come so far."""
        before = self.known(node.args[0], names) if node.args else None
        if not isinstance(before, _Model) or not isinstance(layer, Call | _Model):
            raise UnknownError
        return _Model([*before.calls, *(call for call in self._parts(layer) if call.kind not in INPUTS)])

    def _functional(self, node: ast.Call, names: Names) -> _Model:
        ends = [*node.args[1:2], *(keyword.value for keyword in node.keywords if keyword.arg == "outputs")]
        model = self.known(ends[0], names) if ends else None
        if not isinstance(model, _Model):
            raise RecipeError(
                f"{where(node)}: the layers of this model do not stand in one row, and Fitboard's do. Paste a model "
                "without branches."
            )
        self.models.append(model)
        return model
