"""The layers of a model in a Python text. It is read, never run: a small part of the language is followed by hand.

Followed are names, sums of numbers, loops over what is written out, functions of the text itself, models in models,
`add` and `pop`, lists that grow, and layers called one behind the other. What only a running program could decide, such
as most `if`s, is refused where it touches the model, and passed over elsewhere.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from trainer.recipe.pasted.calls import MODELS, Calls, PastedModel, ReturnedError, name_of
from trainer.recipe.pasted.tidy import tidied
from trainer.recipe.pasted.values import MOST_PARTS, Names, Unknown, UnknownError, Word, where
from trainer.recipe.pasted.written import NOT_KERAS, Call, Model, model_of
from trainer.recipe.spec import RecipeError

CHANGING = {"append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse"}
"""What makes another list of a list."""
MOST_LOOKED = 500_000
"""Parts of a text that are looked at, so that none can keep the computer busy for long."""


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
                    with suppress(UnknownError):  # what it gives back; the models that it makes are kept
                        reader.run(function, [], {})
    except (RecursionError, ReturnedError):  # or `return` outside of a function
        raise RecipeError(NOT_KERAS) from None
    whole = reader.whole()
    if not whole:
        raise RecipeError(NOT_KERAS)
    if len(whole) > 1:
        raise RecipeError("There are several keras.Sequential in this text. Paste one model at a time.")
    return model_of(whole[0].calls)


def _loaded(target: ast.Name | ast.Attribute | ast.Subscript) -> ast.expr:
    """What `target += 1` reads before it writes."""
    return ast.Name(target.id, ast.Load()) if isinstance(target, ast.Name) else ast.Constant(None)


class _Reader(Calls):
    def __init__(self, tree: ast.Module) -> None:
        super().__init__()
        self._looked = 0
        self._is_part = not any(isinstance(n, ast.Call) and name_of(n.func) in MODELS for n in ast.walk(tree))
        """Only a part was pasted: `model.add(...)` without where the model begins, or a list of layers."""

    def whole(self) -> list[PastedModel]:
        """The models that are not part of another."""
        return [model for model in self.models if not model.used]

    def touches(self, nodes: Sequence[ast.AST], names: Names, asked: set[str] | None = None) -> bool:
        """Whether some lines make a model or change one."""
        asked = set() if asked is None else asked
        for part in (part for node in nodes for part in ast.walk(node)):
            self._looked += 1
            if self._looked > MOST_LOOKED:
                raise RecipeError("This text takes too long to be read. Paste only the lines that make the model.")
            if not isinstance(part, ast.Call):
                continue
            name, function = name_of(part.func), self.functions.get(name_of(part.func))
            if name in MODELS:
                return True
            if isinstance(part.func, ast.Attribute) and name in {"add", "pop"}:
                known = names.get(name_of(part.func.value))
                if isinstance(known, PastedModel) or (self._is_part and known is None):
                    return True
            given = [argument.id for argument in part.args if isinstance(argument, ast.Name)]
            if function is not None and any(isinstance(names.get(word), PastedModel) for word in given):
                return True
            if function is not None and name not in asked:
                asked.add(name)
                if self.touches([function], names, asked):
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
            case ast.AugAssign():
                grown = ast.copy_location(ast.BinOp(_loaded(line.target), line.op, line.value), line)
                self.bind(line.target, self.known(grown, names), names)
            case ast.AnnAssign():
                if line.value is not None:
                    self.bind(line.target, self.known(line.value, names), names)
            case ast.Expr():
                self._expression(line.value, names)
            case ast.FunctionDef():
                self.functions[line.name] = line
            case ast.Return():
                raise ReturnedError(None if line.value is None else self.known(line.value, names))
            case ast.For() if self.touches(line.body, names) or self._grows(line, names):
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
            elif isinstance(part, ast.Subscript) and isinstance(part.ctx, ast.Store | ast.Del):
                self._forget(part.value, names)
            elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr in CHANGING:
                self._forget(part.func.value, names)

    def _grows(self, loop: ast.For, names: Names) -> bool:
        """Whether a loop that can be followed changes a list, which may be one of layers."""
        changes = (
            part.func.attr in CHANGING and isinstance(names.get(name_of(part.func.value)), list)
            for line in loop.body
            for part in ast.walk(line)
            if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute)
        )
        return any(changes) and isinstance(self.known(loop.iter, names), list | tuple | range)

    def _choice(self, line: ast.If, names: Names) -> None:
        if isinstance(line.test, ast.Compare) and name_of(line.test.left) == "__name__":
            self.follow(line.body, names)
            return
        decided = self.known(line.test, names)
        if isinstance(decided, bool | int | float):
            self.follow(line.body if decided else line.orelse, names)
        else:
            self._pass_over([*line.body, *line.orelse], names)

    def _expression(self, node: ast.expr, names: Names) -> None:
        if self._is_part and isinstance(node, ast.List | ast.Tuple):
            self.models.append(PastedModel(self.elements(node, names)))
        elif isinstance(node, ast.Call):
            do, on = name_of(node.func), name_of(node.func.value) if isinstance(node.func, ast.Attribute) else ""
            if self._is_part and do == "add" and on and names.get(on) is None:
                names[on] = PastedModel()
                self.models.append(names[on])
            model, given = names.get(on), [*node.args, *(keyword.value for keyword in node.keywords)]
            if isinstance(model, list) and do in CHANGING:
                self._change(model, node, do, names)
            elif not isinstance(model, PastedModel):
                self._no_model(node, do, given, model, names)
            elif do == "add" and given:
                model.calls += self.layer(given[0], names)
                self.bounded(model, node)
            elif do == "pop" and model.calls:
                model.calls.pop()

    def _no_model(self, node: ast.Call, do: str, given: list[ast.expr], on: object, names: Names) -> None:
        """A call of something else; a layer that is added to what is not known would be lost without a word."""
        is_layer = do == "add" and given and isinstance(self.known(given[0], names), Call)
        if is_layer and (on is None or isinstance(on, Unknown)):
            raise RecipeError(
                f"{where(node)}: to which model this adds can be told only by running it. Write the layers out, one "
                "after the other."
            )
        self.known(node, names)

    def _change(self, whole: list[Any], node: ast.Call, do: str, names: Names) -> None:
        """A list that is made longer; what else is done to it is not followed."""
        value = self.known(node.args[0], names) if len(node.args) == 1 else None
        if do == "append" and len(node.args) == 1:
            whole.append(value)
        elif do == "extend" and isinstance(value, list | tuple):
            whole.extend(value)
        else:
            self._forget(node.func.value if isinstance(node.func, ast.Attribute) else node.func, names)
        if len(whole) > MOST_PARTS:
            raise RecipeError(f"{where(node)}: this list is too long to be read. Write the layers out.")
