"""What an expression in a pasted text is worth, worked out by hand as far as nothing has to be run for it."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from trainer.recipe.spec import RecipeError, shorten

MOST_STEPS = 20_000
MOST_PARTS = 1_000
"""Of a list or a word that is put together, so that no text can ask for one that fills the memory."""
LARGEST = 1e12
"""Of a number that is worked out, for the same reason."""
Names = dict[str, Any]
_OPERATORS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_TESTS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class UnknownError(Exception):
    """Only a running program could tell what an expression is worth."""


class Word(str):
    """The last name of something in a module, such as `relu` of `keras.activations.relu`; nobody compares it."""

    __slots__ = ()


@dataclass(frozen=True)
class Unknown:
    """An argument, or what a name stands for, that only a running program could tell."""

    text: str = ""


class Values:
    """Works out expressions; calls are left to whoever knows what is called."""

    def __init__(self) -> None:
        self._steps = 0

    def call(self, node: ast.Call, names: Names) -> Any:
        """What a call gives back."""
        raise UnknownError

    def count(self, node: ast.AST) -> None:
        """One more step; a text that never ends, or takes too long, is refused."""
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise RecipeError(f"{where(node)}: this goes round too often to be read. Write the layers out.")

    def known(self, node: ast.expr, names: Names) -> Any:
        """The value, or that it is not known, which matters only where it is used."""
        try:
            return self.value(node, names)
        except UnknownError:
            return Unknown(shorten(ast.unparse(node)))

    def value(self, node: ast.expr, names: Names) -> Any:
        """A number, a word, a list, or what a call gives back.

        Raises:
            UnknownError: only a running program could tell.
            RecipeError: it takes too long.
        """
        self.count(node)
        match node:
            case ast.Constant():
                return node.value
            case ast.Name():
                found = names.get(node.id, Unknown())
                if isinstance(found, Unknown):
                    raise UnknownError
                return found
            case ast.List():
                return [self.value(one, names) for one in node.elts]
            case ast.Tuple():
                return tuple(self.value(one, names) for one in node.elts)
            case ast.UnaryOp():
                return self._unary(node, names)
            case ast.BinOp():
                return self._sum(node, names)
            case ast.Compare():
                return self._compare(node, names)
            case ast.JoinedStr():
                return self._word(node, names)
            case ast.Subscript():
                return self._part(node, names)
            case ast.ListComp() | ast.GeneratorExp():
                return self._comprehension(node, names)
            case ast.Attribute():
                return Word(node.attr)  # keras.activations.relu
            case ast.Call():
                return self.call(node, names)
        raise UnknownError

    def rounds(self, node: ast.expr, names: Names) -> list[Any]:
        """What a loop goes over.

        Raises:
            RecipeError: that is not known.
        """
        over = self.known(node, names)
        if not isinstance(over, list | tuple | range):
            raise RecipeError(
                f"{where(node)}: how often this goes round, over {shorten(ast.unparse(node))}, can be told only by "
                "running it. Write the layers out."
            )
        if len(over) > MOST_PARTS:
            raise RecipeError(f"{where(node)}: this goes round too often to be read. Write the layers out.")
        return list(over)

    def bind(self, target: ast.expr, value: Any, names: Names) -> None:
        """Give a name, or several, to a value."""
        if isinstance(target, ast.Name):
            names[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            whole = isinstance(value, list | tuple) and len(value) == len(target.elts)
            for place, part in enumerate(target.elts):
                self.bind(part, value[place] if whole else Unknown(), names)
        elif isinstance(target, ast.Subscript):
            self._forget(target.value, names)

    @staticmethod
    def _forget(node: ast.expr, names: Names) -> None:
        """A list that is changed in a way that is not followed is not known from then on, whatever it is called."""
        changed = names.get(node.id) if isinstance(node, ast.Name) else None
        if isinstance(changed, list):
            names |= {name: Unknown() for name, value in names.items() if value is changed}

    def _unary(self, node: ast.UnaryOp, names: Names) -> Any:
        value = self.value(node.operand, names)
        if isinstance(node.op, ast.Not) and isinstance(value, bool | int | float):
            return not value
        if isinstance(value, int | float) and isinstance(node.op, ast.USub | ast.UAdd):
            return -value if isinstance(node.op, ast.USub) else value
        raise UnknownError

    def _sum(self, node: ast.BinOp, names: Names) -> Any:
        left, right = self.value(node.left, names), self.value(node.right, names)
        work = _OPERATORS.get(type(node.op))
        if work is operator.add and type(left) is type(right) and isinstance(left, list | tuple):
            if len(left) + len(right) > MOST_PARTS:
                raise UnknownError
            return left + right
        is_number = all(isinstance(side, int | float) and abs(side) <= LARGEST for side in (left, right))
        if work is None or not is_number or (work is operator.pow and abs(right) > 64):
            raise UnknownError
        try:
            return work(left, right)
        except (ArithmeticError, ValueError):
            raise UnknownError from None

    def _compare(self, node: ast.Compare, names: Names) -> bool:
        sides = [self.value(side, names) for side in (node.left, *node.comparators)]
        test = _TESTS.get(type(node.ops[0]))
        alike = all(isinstance(one, int | float) for one in sides) or all(type(one) is str for one in sides)
        if test is None or len(sides) != 2 or not alike:
            raise UnknownError
        return test(*sides)

    def _word(self, node: ast.JoinedStr, names: Names) -> str:
        parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
        word = "".join(str(self.value(part, names)) for part in parts)
        if len(word) > MOST_PARTS:
            raise UnknownError
        return word

    def _part(self, node: ast.Subscript, names: Names) -> Any:
        whole, place = self.value(node.value, names), node.slice
        if not isinstance(whole, list | tuple):
            raise UnknownError
        try:
            if isinstance(place, ast.Slice):
                ends = [None if end is None else self.value(end, names) for end in (place.lower, place.upper)]
                return whole[ends[0] : ends[1]]
            return whole[self.value(place, names)]
        except (TypeError, IndexError):
            raise UnknownError from None

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp, names: Names) -> list[Any]:
        (first, *others), inside, found = node.generators, dict(names), []
        if others or first.ifs:
            raise UnknownError
        for value in self.rounds(first.iter, names):
            self.bind(first.target, value, inside)
            found.append(self.value(node.elt, inside))
        return found


def where(node: ast.AST) -> str:
    """The line of something, as a message begins."""
    return f"Line {getattr(node, 'lineno', 1)}"
