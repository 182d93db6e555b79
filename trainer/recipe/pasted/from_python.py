"""The layers of a model in a Python text. It is read, never run: a small part of the language is followed by hand.

Followed are names, sums of numbers, loops over what is written out, functions of the text itself, models in models,
`add` and `pop`, lists that grow, and layers called one behind the other. What only a running program could decide, such
as most `if`s, is refused where it touches the model, and passed over elsewhere.
"""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Sequence, Sized
from contextlib import suppress
from copy import copy
from typing import Any

from trainer.recipe.pasted.functions import (
    BrokenError,
    ContinuedError,
    CourseError,
    ReturnedError,
    leaves,
)
from trainer.recipe.pasted.limits import MAX_PROGRAM, TOO_LONG, Budget
from trainer.recipe.pasted.models import Models
from trainer.recipe.pasted.plain import CHANGING, MOST_PARTS, Once, Space, UnknownError, Word, rounds, truth
from trainer.recipe.pasted.said import channels_first, endless, in_a_class
from trainer.recipe.pasted.tidy import FENCE, tidied
from trainer.recipe.pasted.touching import (
    MODELS,
    TRAINED,
    Function,
    PastedModel,
    changes_nothing,
    listed,
    name_of,
    unmet,
)
from trainer.recipe.pasted.values import Names, Unknown, root, where
from trainer.recipe.pasted.written import ALONE, NOT_KERAS, TWICE, Model, model_of
from trainer.recipe.spec import RecipeError

MOST_SMALL = 10_000
"""Parts of lines that a loop may go through that has nothing to do with the model; a longer one is passed over."""
CHANGES = frozenset().union(*CHANGING.values(), {"sort", "popitem"})


def from_python(text: str) -> Model:
    """Read the layers of the one model of a text.

    Raises:
        RecipeError: it is something else, or cannot be told without running it; one sentence that names the place.
    """
    if len(text) > MAX_PROGRAM:
        raise RecipeError(TOO_LONG)
    budget = Budget()
    try:
        return _read(tidied(text), budget)
    except RecipeError:
        if FENCE in text:  # of a fence without its other half nobody knows what it fences
            with suppress(RecipeError):
                return _read(tidied(text, fenced=False), budget)
        raise


def _read(tree: ast.Module, budget: Budget) -> Model:
    if (first := channels_first(tree)) is not None:
        raise RecipeError(first)
    tree = listed(tree)
    reader = _Reader(tree, budget)
    try:
        reader.read(tree)
    except CourseError as course:
        raise RecipeError(
            f"{where(course.line)}: the program would stop here with an error. Paste a model that can be built."
        ) from None
    except (ReturnedError, BrokenError, ContinuedError):  # such as `return` outside of a function
        raise RecipeError(NOT_KERAS) from None
    whole = [model for model in reader.models if not model.used]
    if not whole:
        raise RecipeError(in_a_class(tree) or NOT_KERAS)
    if len(whole) > 1:
        raise RecipeError("There are several keras.Sequential in this text. Paste one model at a time.")
    alone = {call.kind for call in whole[0].calls if call.kind in TWICE and id(call) not in reader.attended}
    return model_of(whole[0].calls, [*reader.notes, *(ALONE.format(kind) for kind in alone)])


class _Reader(Models):
    def __init__(self, tree: ast.Module, budget: Budget) -> None:
        makes = any(isinstance(n, ast.Call) and name_of(n.func) in MODELS for n in ast.walk(tree))
        super().__init__(not makes, budget)

    def read(self, tree: ast.Module) -> None:
        """Go through a whole text."""
        self.follow(tree.body, self.names)
        if any(not model.used for model in self.models):
            return
        for function in list(self.functions):  # one of them makes it, and nobody calls that
            if isinstance(function.node, ast.FunctionDef) and self.touched(function.node.body, function.scope):
                with suppress(UnknownError):  # what it gives back; the models that it makes are kept
                    self.run(function, [], {})

    def follow(self, body: Sequence[ast.stmt], names: Names) -> None:
        for line in body:
            self.count(line)
            self.followed.clear()
            self._line(line, names)

    def _line(self, line: ast.stmt, names: Names) -> None:  # noqa: C901 - one case a kind of statement
        match line:
            case ast.Assign():
                value = self.known(line.value, names)
                for target in line.targets:
                    self.bind(target, value, names)
            case ast.AugAssign():
                self._grow(line, names)
            case ast.AnnAssign():
                if line.value is not None:
                    self.bind(line.target, self.known(line.value, names), names)
            case ast.Expr():
                self._expression(line.value, names)
            case ast.FunctionDef():
                names[line.name] = self.define(line, names)
            case ast.ClassDef():
                self._class(line, names)
            case ast.Return():
                raise ReturnedError(None if line.value is None else self.known(line.value, names))
            case ast.Break():
                raise BrokenError
            case ast.Continue():
                raise ContinuedError
            case ast.Raise():
                raise CourseError(line)
            case ast.For():
                self._for(line, names)
            case ast.While():
                self._while(line, names)
            case ast.If():
                self._if(line, names)
            case ast.With():
                for item in line.items:
                    value = self.known(item.context_expr, names)
                    if item.optional_vars is not None:
                        self.bind(item.optional_vars, Unknown(), names)
                self.follow(line.body, names)
            case ast.Try():
                with suppress(CourseError):  # no error is taken to happen
                    self.pass_over([one for handler in line.handlers for one in handler.body], names)
                self.follow([*line.body, *line.orelse, *line.finalbody], names)
            case ast.Delete():
                self._delete(line, names)
            case ast.ImportFrom():
                names.update({alias.asname or alias.name: Word(alias.name) for alias in line.names})
            case ast.Import():
                names.update({alias.asname or alias.name.split(".")[0]: Word(alias.name) for alias in line.names})
            case _:
                self.pass_over([line], names)

    def pass_over(self, lines: Sequence[ast.stmt], names: Names) -> None:
        """Lines that are not followed; what they set is not known from then on.

        Raises:
            RecipeError: they may change the model.
            CourseError: they may leave the lines around them.
        """
        self.followed.clear()
        if self.touched(lines, names) is not None:
            raise RecipeError(
                f"{where(lines[0])}: what becomes of the model here can be told only by running it. Write the layers "
                "out, one after the other."
            )
        self.budget.spend(sum(self.size(line) for line in lines))
        for part in (part for line in lines for part in ast.walk(line)):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store | ast.Del):
                names[part.id] = Unknown()
            elif isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                names[part.name] = Unknown()
            elif isinstance(part, ast.Subscript | ast.Attribute) and isinstance(part.ctx, ast.Store | ast.Del):
                self.forget(root(part, names))
            elif isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
                self._passed_call(part, part.func, names)
        left = next(leaves(lines), None)
        if left is not None:
            raise CourseError(left)

    def _passed_call(self, node: ast.Call, func: ast.Attribute, names: Names) -> None:
        """A method in lines that are passed over may change a list, or set something about the model."""
        on = root(func.value, names)
        if func.attr in CHANGES:
            self.forget(on)
        if isinstance(on, PastedModel) and func.attr in {"compile", *TRAINED}:
            self.note(func.attr, *self.arguments(node, names), node)

    def _grow(self, line: ast.AugAssign, names: Names) -> None:
        """`n += 1`; a list keeps being the same list, whatever it is called."""
        loaded = copy(line.target)
        loaded.ctx = ast.Load()
        before = self.known(loaded, names)
        value = self.known(ast.copy_location(ast.BinOp(loaded, line.op, line.value), line), names)
        if isinstance(before, list) and isinstance(value, list):
            before[:] = value
            value = before
        self.forget(before if isinstance(value, Unknown) else None)
        self.bind(line.target, value, names)

    def _delete(self, line: ast.Delete, names: Names) -> None:
        """`del row[0]`; a model that loses a name is still there."""
        for target in line.targets:
            if isinstance(target, ast.Name):
                names[target.id] = Unknown()
                continue
            whole = self.known(target.value, names) if isinstance(target, ast.Subscript) else None
            place = self.known(target.slice, names) if isinstance(target, ast.Subscript) else None
            if isinstance(whole, list) and isinstance(place, int) and -len(whole) <= place < len(whole):
                del whole[place]
            else:
                self.forget(root(target, names))

    def _class(self, line: ast.ClassDef, names: Names) -> None:
        """A class that only holds values is read; others are made and used by a running program."""
        names[line.name] = Unknown()
        if all(isinstance(one, ast.Assign | ast.AnnAssign | ast.Expr | ast.Pass) for one in line.body):
            inside = ChainMap[str, Any]({}, names)
            self.follow(line.body, inside)
            names[line.name] = Space(inside.maps[0])

    def _for(self, line: ast.For, names: Names) -> None:
        over = self.known(line.iter, names)
        matters = self.touched([*line.body, *line.orelse], names) is not None
        try:
            values = rounds(over)
        except UnknownError:
            if matters:
                raise endless(line, over) from None
            values = None
        size = sum(self.size(one) for one in line.body)
        many = values.size if isinstance(values, Once) else len(values) if isinstance(values, Sized) else 0
        if values is None or (not matters and many * size > MOST_SMALL):
            self.pass_over([line], names)
            return
        try:
            for value in values:  # a list that changes meanwhile is gone over as Python does
                self.count(line)
                if any(self.is_forgotten(one) for one in (values, *getattr(values, "sources", ()))):
                    raise CourseError(line)
                self.bind(line.target, value, names)
                with suppress(ContinuedError):
                    self.follow(line.body, names)
        except BrokenError:
            return
        except CourseError:
            self.pass_over([line], names)
            return
        self.follow(line.orelse, names)

    def _while(self, line: ast.While, names: Names) -> None:
        times = 0
        try:
            while truth(self.known(line.test, names)):
                times += 1
                if times > MOST_PARTS:
                    raise UnknownError
                with suppress(ContinuedError):
                    self.follow(line.body, names)
        except BrokenError:
            return
        except (CourseError, UnknownError):
            self.pass_over([line], names)
            return
        self.follow(line.orelse, names)

    def _if(self, line: ast.If, names: Names) -> None:
        if isinstance(line.test, ast.Compare) and name_of(line.test.left) == "__name__":
            self.follow(line.body, names)
            return
        try:
            decided = truth(self.known(line.test, names))
        except UnknownError:
            self.pass_over([*line.body, *line.orelse], names)
            return
        self.follow(line.body if decided else line.orelse, names)

    def _expression(self, node: ast.expr, names: Names) -> None:
        if self.is_part and isinstance(node, ast.List | ast.Tuple):
            self.keep(PastedModel(self.layers(node, names)))
            return
        func = node.func if isinstance(node, ast.Call) else None
        if self.is_part and isinstance(func, ast.Attribute) and func.attr == "add" and unmet(func.value, names):
            assert isinstance(func.value, ast.Name)  # noqa: S101 - nothing else is unmet
            names[func.value.id] = self.keep(PastedModel())
        self.known(node, names)
        if isinstance(node, ast.Call) and not changes_nothing(name_of(node.func)):
            self._procedure(node, names)

    def _procedure(self, node: ast.Call, names: Names) -> None:
        """A function that is not in the text may change a list that it is given: `random.shuffle(rows)`."""
        owner = root(node.func, names)
        if isinstance(owner, Function | list | dict | PastedModel):
            return
        for one in node.args:
            self.forget(root(one, names))
