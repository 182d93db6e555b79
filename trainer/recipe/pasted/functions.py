"""The functions of a pasted text: what they are given, what they do, and what they give back."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections import ChainMap
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from trainer.recipe.pasted.limits import Budget
from trainer.recipe.pasted.plain import MOST_PARTS, Once, UnknownError, rounds
from trainer.recipe.pasted.touching import Function, Touching, parameters
from trainer.recipe.pasted.values import Names, Unknown
from trainer.recipe.pasted.written import NOT_KERAS
from trainer.recipe.spec import RecipeError

MOST_CALLS = 25
"""Of functions that call functions that call functions, one inside the other."""


class LeftError(Exception):
    """Lines are left before their end."""


class ReturnedError(LeftError):
    """Leaves a function."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class BrokenError(LeftError):
    """Leaves a loop."""


class ContinuedError(LeftError):
    """Leaves one round of a loop."""


class CourseError(LeftError):
    """Only a running program could tell what comes after a line: whether it returns there, or goes on."""

    def __init__(self, line: ast.AST) -> None:
        super().__init__()
        self.line = line


class Functions(Touching, ABC):
    """Follows functions, as far as nothing has to be run for it."""

    def __init__(self, is_part: bool, budget: Budget) -> None:
        super().__init__(is_part, budget)
        self.names: Names = {}
        self.functions: list[Function] = []
        self._inside = 0
        """How many functions are being followed, one inside the other."""

    @abstractmethod
    def follow(self, body: Sequence[ast.stmt], names: Names) -> None:
        """Go through some lines in order."""

    @abstractmethod
    def pass_over(self, lines: Sequence[ast.stmt], names: Names) -> None:
        """Leave some lines out; refuse them if they may change the model."""

    def define(self, node: ast.FunctionDef | ast.Lambda, names: Names) -> Function:
        """A function, with what stands for arguments that are not given, which Python works out now."""
        given, last = [*node.args.posonlyargs, *node.args.args], node.args.defaults
        pairs = [
            *zip(given[len(given) - len(last) :], last, strict=True),
            *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True),
        ]
        defaults = {argument.arg: self.known(value, names) for argument, value in pairs if value is not None}
        self.functions.append(Function(node, names, defaults))
        return self.functions[-1]

    def arguments(self, node: ast.Call, names: Names) -> tuple[list[Any], dict[str, Any]]:
        """What a call is given, without and with names, and with what stands behind a star if that is known."""
        plain: list[Any] = []
        for one in node.args:
            whole = self.known(one.value, names) if isinstance(one, ast.Starred) else None
            if not isinstance(one, ast.Starred):
                plain.append(self.known(one, names))
            elif isinstance(whole, list | tuple | range | Once):
                plain += rounds(whole)
                self._few(plain)
            else:
                plain.append(Unknown(one))
        named: dict[str, Any] = {}
        for keyword in node.keywords:
            value = self.known(keyword.value, names)
            if keyword.arg is None and isinstance(value, dict) and all(isinstance(name, str) for name in value):
                named |= value
                self._few(named)
            else:
                named[keyword.arg or "**"] = value
        return plain, named

    def _few(self, given: list[Any] | dict[str, Any]) -> None:
        """Nothing is called with more arguments than could be used."""
        self.budget.spend(len(given))
        if len(given) > MOST_PARTS:
            raise UnknownError

    def run(
        self, function: Function, plain: Sequence[Any], named: dict[str, Any], called: ast.AST | None = None
    ) -> Any:
        """What a function of the text gives back, if it is called so.

        Raises:
            UnknownError: that is not known; what it does to the model has been followed.
            RecipeError: it may change the model in a way that only running it could tell.
        """
        node = function.node
        self.count(node)
        self.budget.spend(self.size(node))
        if self._inside == MOST_CALLS:
            raise RecipeError(NOT_KERAS)
        inside: ChainMap[str, Any] = ChainMap(_given(function, plain, named), function.scope)
        before, self.followed = self.followed, set()
        self._inside += 1
        try:
            found = self._result(node, inside)
        finally:
            self._inside -= 1
            self.followed = before
            self._outside(node, inside)
        if called is not None:
            self.followed.add(id(called))
        if isinstance(found, Unknown):
            raise UnknownError
        return found

    def _result(self, node: ast.FunctionDef | ast.Lambda, inside: Names) -> Any:
        if isinstance(node, ast.Lambda):
            return self.known(node.body, inside)
        if any(isinstance(part, ast.Yield | ast.YieldFrom) for line in node.body for part in ast.walk(line)):
            with suppress(CourseError):
                self.pass_over(node.body, inside)
            return Unknown()
        try:
            self.follow(node.body, inside)
        except ReturnedError as back:
            return back.value
        except CourseError:
            with suppress(CourseError):
                self.pass_over(node.body, inside)  # which refuses what matters
            return Unknown()
        return None

    def _outside(self, node: ast.FunctionDef | ast.Lambda, inside: ChainMap[str, Any]) -> None:
        """Names that the function declares to be those of the text around it are set there."""
        for part in ast.walk(node):
            if isinstance(part, ast.Global | ast.Nonlocal):
                self.budget.spend(len(part.names))
                there = self.names if isinstance(part, ast.Global) else inside.maps[1]
                there.update({name: inside.maps[0][name] for name in part.names if name in inside.maps[0]})


def _given(function: Function, plain: Sequence[Any], named: dict[str, Any]) -> dict[str, Any]:
    """The names that a function begins with."""
    arguments = function.node.args
    in_order = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    inside: dict[str, Any] = {one.arg: Unknown() for one in parameters(function.node)} | function.defaults
    if "**" in named or any(isinstance(one, Unknown) and one.is_starred for one in plain):
        return {name: Unknown() for name in inside}
    inside |= dict(zip(in_order, plain, strict=False))
    inside |= {name: value for name, value in named.items() if name in inside}
    if arguments.vararg is not None:
        inside[arguments.vararg.arg] = tuple(plain[len(in_order) :])
    if arguments.kwarg is not None:
        inside[arguments.kwarg.arg] = {name: value for name, value in named.items() if name not in inside}
    return inside


def leaves(lines: Sequence[ast.AST], in_loop: bool = False) -> Iterator[ast.AST]:
    """The lines among these that leave a function, or the loop around them."""
    for line in lines:
        if isinstance(line, ast.Return) or (isinstance(line, ast.Break | ast.Continue) and not in_loop):
            yield line
        elif not isinstance(line, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.expr):
            is_loop = isinstance(line, ast.For | ast.While)
            yield from leaves(list(ast.iter_child_nodes(line)), in_loop or is_loop)
