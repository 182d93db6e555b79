"""What an expression in a pasted text is worth, worked out by hand as far as nothing has to be run for it."""

from __future__ import annotations

import ast
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any, TypeVar

from trainer.recipe.pasted.limits import Budget
from trainer.recipe.pasted.plain import (
    MOST_PARTS,
    Once,
    UnknownError,
    combined,
    holds,
    is_number,
    rounds,
    truth,
    weight,
)
from trainer.recipe.spec import RecipeError, shorten

MOST_STEPS = 20_000
"""Lines and parts of expressions that are followed."""
MOST_SHOWN = 2_000
"""Parts of an expression that is written out for a message, which shows its beginning."""
Names = MutableMapping[str, Any]
Whole = TypeVar("Whole")


@dataclass(frozen=True)
class Unknown:
    """An argument, or what a name stands for, that only a running program could tell."""

    node: ast.expr | None = None
    """Where it stands; None where that does not matter."""

    @property
    def text(self) -> str:
        """How it is written."""
        return "something in it" if self.node is None else source_of(self.node)

    @property
    def is_starred(self) -> bool:
        """Whether it may be any number of arguments."""
        return isinstance(self.node, ast.Starred)


class Values:
    """Works out expressions; calls are left to whoever knows what is called."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self._steps = 0
        self._forgotten: dict[int, Any] = {}
        """Lists and dictionaries that were changed in a way that is not followed, by their `id`."""
        self._sizes: dict[ast.AST, int] = {}
        self.followed: set[int] = set()
        """The parts of the expression at hand (by `id`) whose effects have all been seen to."""

    def call(self, node: ast.Call, names: Names) -> Any:
        """What a call gives back."""
        raise UnknownError

    def attribute(self, node: ast.Attribute, names: Names) -> Any:
        """What stands behind a dot."""
        raise UnknownError

    def define(self, node: ast.FunctionDef | ast.Lambda, names: Names) -> Any:
        """A function, which can be called from then on."""
        raise UnknownError

    def lost(self, node: ast.expr, names: Names) -> None:
        """Told of an expression that could not be worked out; refuses one that may change the model."""

    def count(self, node: ast.AST) -> None:
        """One more step; a text that never ends, or takes too long, is refused."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise RecipeError(f"{where(node)}: this goes round too often to be read. Write the layers out.")

    def known(self, node: ast.expr, names: Names) -> Any:
        """The value, or that it is not known, which matters only where it is used.

        Raises:
            RecipeError: it is not known, and may change the model.
        """
        before, self.followed = self.followed, set()
        try:
            found = self.value(node, names)
        except UnknownError:
            self.lost(node, names)
            found = Unknown(node)
        finally:
            self.followed = before
        self.followed.add(id(node))
        return found

    def value(self, node: ast.expr, names: Names) -> Any:
        """A number, a word, a list, or what a call gives back.

        Raises:
            UnknownError: only a running program could tell.
            RecipeError: it takes too long.
        """
        self.count(node)
        found = self._value(node, names)
        if isinstance(found, Unknown) or self.is_forgotten(found):
            raise UnknownError
        return found

    def _value(self, node: ast.expr, names: Names) -> Any:  # noqa: C901 - one case a kind of expression
        match node:
            case ast.Constant():
                return node.value
            case ast.Name():
                return names.get(node.id, Unknown())
            case ast.List():
                return self.elements(node.elts, names)
            case ast.Tuple():
                return tuple(self.elements(node.elts, names))
            case ast.Dict():
                return self._dictionary(node, names)
            case ast.UnaryOp():
                return self._unary(node, names)
            case ast.BinOp():
                return self._sum(node, names)
            case ast.BoolOp():
                return self._either(node, names)
            case ast.IfExp():
                return self.value(node.body if truth(self.value(node.test, names)) else node.orelse, names)
            case ast.NamedExpr():
                names[node.target.id] = self.value(node.value, names)
                return names[node.target.id]
            case ast.Compare():
                return self._compare(node, names)
            case ast.JoinedStr():
                return self._word(node, names)
            case ast.Subscript():
                return self._part(node, names)
            case ast.ListComp() | ast.GeneratorExp():
                return self._comprehension(node, names)
            case ast.Attribute():
                return self.attribute(node, names)
            case ast.Call():
                return self.call(node, names)
            case ast.Lambda():
                return self.define(node, names)
        raise UnknownError

    def elements(self, nodes: Sequence[ast.expr], names: Names) -> list[Any]:
        """The parts of a list as it is written; one that is not known stays open."""
        found: list[Any] = []
        for one in nodes:
            if isinstance(one, ast.Starred):
                found += rounds(self.value(one.value, names))
                self.light(found)
            else:
                found.append(self.known(one, names))
        return self.light(found)

    def _dictionary(self, node: ast.Dict, names: Names) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                whole = self.value(value, names)
                if not isinstance(whole, dict):
                    raise UnknownError
                found |= whole
                self.light(found)
                continue
            word = self.value(key, names)
            if not isinstance(word, bool | int | float | str):
                raise UnknownError
            found[word] = self.known(value, names)
            if len(found) > MOST_PARTS:  # before there are many that hash alike
                raise UnknownError
        return self.light(found)

    def light(self, whole: Whole) -> Whole:
        """What was put together, unless it holds more than all that could be used.

        Raises:
            UnknownError: it does, or holds itself.
        """
        parts = len(whole) if isinstance(whole, str) else weight(whole)
        self.budget.spend(min(parts, MOST_PARTS))
        if parts > MOST_PARTS:
            raise UnknownError
        return whole

    def size(self, node: ast.AST) -> int:
        """How many parts some lines or an expression have; goes through them the first time."""
        if node not in self._sizes:
            self._sizes[node] = sum(1 for _ in ast.walk(node))
            self.budget.spend(self._sizes[node])
        return self._sizes[node]

    def is_forgotten(self, value: object) -> bool:
        return id(value) in self._forgotten

    def forget(self, changed: object) -> None:
        """A list that is changed in a way that is not followed is not known from then on, whatever it is called."""
        left = [changed]
        while left:  # with the lists in it, since it may be one of them
            one = left.pop()
            if isinstance(one, list | dict) and not self.is_forgotten(one):
                self._forgotten[id(one)] = one
                left += one.values() if isinstance(one, dict) else one

    def _unary(self, node: ast.UnaryOp, names: Names) -> Any:
        value = self.value(node.operand, names)
        if isinstance(node.op, ast.Not):
            return not truth(value)
        if is_number(value) and isinstance(node.op, ast.USub | ast.UAdd):
            return -value if isinstance(node.op, ast.USub) else value
        raise UnknownError

    def _either(self, node: ast.BoolOp, names: Names) -> Any:
        for one in node.values[:-1]:
            value = self.value(one, names)
            if truth(value) == isinstance(node.op, ast.Or):
                return value
        return self.value(node.values[-1], names)

    def _sum(self, node: ast.BinOp, names: Names) -> Any:
        return self.combined(node, self.value(node.left, names), self.value(node.right, names))

    def combined(self, node: ast.BinOp, left: Any, right: Any) -> Any:
        """What a sign makes of two values."""
        return self.light(combined(node.op, left, right))

    def _compare(self, node: ast.Compare, names: Names) -> bool:
        sides = [self.light(self.value(side, names)) for side in (node.left, *node.comparators)]
        return all(holds(one, *pair) for one, pair in zip(node.ops, pairwise(sides), strict=True))

    def _word(self, node: ast.JoinedStr, names: Names) -> str:
        word = ""
        for part in node.values:
            if isinstance(part, ast.FormattedValue) and (part.format_spec is not None or part.conversion != -1):
                raise UnknownError
            value = self.value(part.value if isinstance(part, ast.FormattedValue) else part, names)
            if not is_number(value) and not isinstance(value, str):
                raise UnknownError
            word = self.light(word + str(value))
        return word

    def _part(self, node: ast.Subscript, names: Names) -> Any:
        whole, place = self.value(node.value, names), node.slice
        if not isinstance(whole, list | tuple | dict) and type(whole) is not str:
            raise UnknownError
        try:
            if isinstance(place, ast.Slice):
                ends = [
                    None if end is None else self.value(end, names) for end in (place.lower, place.upper, place.step)
                ]
                return self.light(whole[slice(*ends)])
            return whole[self.value(place, names)]
        except (TypeError, LookupError, ValueError):
            raise UnknownError from None

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp, names: Names) -> list[Any] | Once:
        if isinstance(node, ast.GeneratorExp):
            self.lost(node.elt, names)  # nobody knows whether it is ever asked for what it does
        found: list[Any] = []
        try:
            self.budget.spend(len(names))
            self._collect(node.elt, node.generators, dict(names), found)
        except UnknownError:
            self.followed.clear()  # what was followed in one round was not in the next
            raise
        return self.light(found) if isinstance(node, ast.ListComp) else Once(iter, found)

    def _collect(self, part: ast.expr, loops: list[ast.comprehension], inside: Names, found: list[Any]) -> None:
        """What a comprehension puts together, with all of its loops and conditions."""
        if not loops:
            found.append(self.known(part, inside))
            return
        for value in rounds(self.value(loops[0].iter, inside)):
            self.bind(loops[0].target, value, inside)
            if all(truth(self.value(test, inside)) for test in loops[0].ifs):
                self._collect(part, loops[1:], inside, found)

    def bind(self, target: ast.expr, value: Any, names: Names) -> None:
        """Give a name, or several, to a value."""
        if isinstance(target, ast.Name):
            names[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            whole = isinstance(value, list | tuple) and len(value) == len(target.elts)
            whole = whole and not any(isinstance(one, ast.Starred) for one in target.elts)
            self.budget.spend(len(target.elts))
            for place, part in enumerate(target.elts):
                self.bind(part, value[place] if whole else Unknown(), names)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, Unknown(), names)
        elif isinstance(target, ast.Subscript):
            self._replace(target, value, names)

    def _replace(self, target: ast.Subscript, value: Any, names: Names) -> None:
        """`row[0] = value`."""
        whole = self.known(target.value, names)
        place = Unknown() if isinstance(target.slice, ast.Slice) else self.known(target.slice, names)
        is_place = isinstance(whole, list) and isinstance(place, int) and -len(whole) <= place < len(whole)
        if is_place or (isinstance(whole, dict) and isinstance(place, int | float | str)):
            whole[place] = value
            self.not_too_long(whole, target)
        else:
            self.forget(root(target, names))

    def not_too_long(self, whole: Any, node: ast.AST) -> None:
        """Look at a list or a dictionary that has just been changed.

        Raises:
            RecipeError: it holds too much, or itself.
        """
        try:
            self.light(whole)
        except UnknownError:
            raise RecipeError(f"{where(node)}: this list is too long to be read. Write the layers out.") from None


def where(node: ast.AST) -> str:
    """The line of something, as a message begins."""
    return f"Line {getattr(node, 'lineno', 1)}"


def source_of(node: ast.AST) -> str:
    """A part of a program as it is written, shortened; of a large one only that it is there."""
    star = "*" if isinstance(node, ast.Starred) else ""
    if sum(1 for _ in islice(ast.walk(node), MOST_SHOWN + 1)) > MOST_SHOWN:
        return shorten(f"{star}…")
    try:
        return shorten(ast.unparse(node))
    except ValueError:  # quotes within quotes that Python cannot write down itself
        return shorten(f"{star}…")


def root(node: ast.expr, names: Names) -> Any:
    """What the first name of `rows[0].first` stands for."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return names.get(node.id) if isinstance(node, ast.Name) else None
