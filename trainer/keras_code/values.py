"""What operators, comparisons and a few of Python's own functions make of values that are known.

No value is ever changed: `row.append(x)` makes a new list. Whatever could be large or slow is refused before it is
done; the answer is then `UNKNOWN`.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from trainer.keras_code.source_model import Call
from trainer.recipe.spec import shorten

MAX_PARTS = 1_000
"""Of a list, with the parts of its parts, of a word and of what a loop goes over."""
MAX_OPERAND = 1e12
MAX_RESULT_BITS = 128
"""Of a whole number that is worked out."""
MAX_DIGITS = 20
"""To which `round` rounds, before the point and after it: for -10**9 Python would work out 10**(10**9)."""
MAX_SHOWN = 2_000
"""Parts of an expression that is written out for a message, which shows its beginning."""


@dataclass(frozen=True)
class Unknown:
    """What only a running program could tell."""

    node: ast.expr | None = None
    """Where it stands in the text; None where that does not matter."""

    @property
    def is_starred(self) -> bool:
        """Whether it may be any number of arguments."""
        return isinstance(self.node, ast.Starred)


UNKNOWN = Unknown()


class Reference(str):
    """The last name of something that is imported, such as `relu` of `keras.activations.relu`."""

    __slots__ = ()


_OPERATORS: Mapping[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    one.__name__: one for one in (range, int, float, len, abs, round, min, max, sum, list, tuple, dict)
}
"""Python's own functions that are worked out."""


def is_number(value: object) -> bool:
    return isinstance(value, bool | int | float)


def is_plain(value: object) -> bool:
    """Whether it is a number, a word or None."""
    return value is None or is_number(value) or type(value) is str


def weight(value: Any, so_far: int = 0) -> int:
    """How many parts a value has, with the parts of its parts; more than `MAX_PARTS` for whatever has more.

    >>> weight([1, [2, 3]]), weight("word"), weight([0] * 5000) > MAX_PARTS
    (5, 4, True)
    """
    if isinstance(value, Call):
        value = (*value.plain, *value.named.values())
    elif isinstance(value, dict):
        value = tuple(value.values())
    elif isinstance(value, str):
        return so_far + min(len(value), MAX_PARTS + 1)
    if isinstance(value, list | tuple):
        for part in value:
            if so_far > MAX_PARTS:
                break
            so_far = weight(part, so_far)
    return so_far + 1


def copied(value: Any) -> Any:
    """The value as it is now, whatever becomes of the lists and dictionaries in it."""
    if isinstance(value, list | tuple):
        return type(value)(map(copied, value))
    return {key: copied(one) for key, one in value.items()} if isinstance(value, dict) else value


def truth(value: Any) -> bool | None:
    """Whether an `if` would be followed; None if that is not known."""
    return bool(value) if is_plain(value) or isinstance(value, list | tuple | dict | range) else None


def combined(sign: ast.operator, left: Any, right: Any) -> Any:
    """A sum, a product, or lists and words put together.

    >>> combined(ast.Pow(), 2, 10), combined(ast.Add(), [1], [2]), combined(ast.Pow(), 9, 10**9)
    (1024, [1, 2], Unknown(node=None))
    """
    if isinstance(sign, ast.Add) and type(left) is type(right) and type(left) in {list, tuple, str}:
        return left + right if len(left) + len(right) <= MAX_PARTS else UNKNOWN
    if isinstance(sign, ast.Mult) and isinstance(left, list | tuple) and isinstance(right, int):
        return left * right if right <= MAX_PARTS and len(left) * right <= MAX_PARTS else UNKNOWN
    if type(sign) not in _OPERATORS or not all(is_number(one) and abs(one) <= MAX_OPERAND for one in (left, right)):
        return UNKNOWN
    if isinstance(sign, ast.Pow):  # whether it has few digits is told without working it out
        bits = 1 if isinstance(left, float) else left.bit_length()
        if abs(right) > MAX_RESULT_BITS or bits * right > MAX_RESULT_BITS:
            return UNKNOWN
    return tried(_OPERATORS[type(sign)], left, right)


def tried(work: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """What a function gives back; `UNKNOWN` where Python would raise an error, or where it is too large."""
    try:
        found = work(*given, **named)
    except (TypeError, ValueError, LookupError, ArithmeticError):
        return UNKNOWN
    is_large = isinstance(found, int) and found.bit_length() > MAX_RESULT_BITS
    return UNKNOWN if is_large or isinstance(found, complex) else found


def holds(test: ast.cmpop, left: Any, right: Any) -> bool | None:
    """One comparison; None if it is not known."""
    match test:
        case ast.Is() | ast.IsNot() if right is None and not isinstance(left, Unknown):
            return (left is None) == isinstance(test, ast.Is)
        case ast.In() | ast.NotIn() if isinstance(right, list | tuple | dict) and all(map(is_plain, (left, *right))):
            return (left in right) == isinstance(test, ast.In)
        case ast.Eq() | ast.NotEq() if is_plain(left) and is_plain(right):
            return bool(left == right) == isinstance(test, ast.Eq)
    if type(test) in _OPERATORS and is_number(left) and is_number(right):
        return bool(_OPERATORS[type(test)](left, right))
    return None


def part(whole: Any, place: Any) -> Any:
    """`whole[place]`, where the place may be a slice."""
    if isinstance(whole, dict):
        return whole.get(place, UNKNOWN) if is_plain(place) else UNKNOWN
    is_row = isinstance(whole, list | tuple | range) or type(whole) is str
    return tried(operator.getitem, whole, place) if is_row and isinstance(place, int | slice) else UNKNOWN


def function(name: str, plain: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """What one of `FUNCTIONS` gives back.

    >>> function("round", [12.4], {}), function("round", [123, -10**9], {}), function("max", [2, 7], {})
    (12, Unknown(node=None), 7)
    """
    work = FUNCTIONS[name]
    if name == "dict":
        is_known = all(isinstance(one, dict) for one in plain) and "**" not in named
        return tried(work, *plain, **named) if is_known else UNKNOWN
    rows = [one if isinstance(one, list | tuple | range) or type(one) is str else [one] for one in plain]
    if named or any(isinstance(one, Unknown) for one in plain) or (name != "len" and sum(map(len, rows)) > MAX_PARTS):
        return UNKNOWN
    numbers: list[Any] = [] if name in {"len", "list", "tuple"} else [one for row in rows for one in row]
    if not all(is_number(one) and abs(one) <= MAX_OPERAND for one in numbers):
        return UNKNOWN
    if name == "round" and not all(isinstance(one, int) and abs(one) <= MAX_DIGITS for one in plain[1:]):
        return UNKNOWN
    return tried(work, *plain)


def source_of(node: ast.AST) -> str:
    """A part of a program as it is written, shortened; of a large one only that it is there."""
    star = "*" if isinstance(node, ast.Starred) else ""
    if sum(1 for _ in islice(ast.walk(node), MAX_SHOWN + 1)) > MAX_SHOWN:
        return shorten(f"{star}…")
    try:
        return shorten(ast.unparse(node))
    except ValueError:  # quotes within quotes that Python cannot write down itself
        return shorten(f"{star}…")
