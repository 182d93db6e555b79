"""What Python's own functions, and the methods of lists, dictionaries and words, make of values that are known."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

from trainer.recipe.pasted.written import Call

MOST_PARTS = 1_000
"""Of a list or a word that is put together, so that no text can ask for one that fills the memory."""

DEEPEST = 50
"""Of lists in lists, for the same reason."""
LARGEST = 1e12
"""Of a number that something is worked out of, for the same reason."""
MOST_BITS = 128
"""Of a whole number that comes of it."""
MOST_DIGITS = 20
"""To which `round` rounds, before the point and behind it: for -10**9 Python would work out 10**(10**9)."""
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


class Space(dict[str, Any]):
    """The values that stand in a class of settings, by name: `class Config: units = 64`."""


class Once:
    """What can be gone over once, such as `zip(a, b)`, and follows the lists that it goes over."""

    def __init__(self, make: Callable[..., Iterator[Any]], *sources: Any, **named: Any) -> None:
        self.depth: int = 1 + max((one.depth for one in sources if isinstance(one, Once)), default=0)
        if self.depth > DEEPEST:
            raise UnknownError
        self._rest: Iterator[Any] | None = make(*sources, **named)
        self.sources = sources
        self.size = max((len(one) for one in sources if hasattr(one, "__len__")), default=0)

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        if self._rest is None:
            raise UnknownError
        return next(self._rest)

    def taken(self) -> list[Any]:
        """All that is left.

        Raises:
            UnknownError: it is too much, such as what a list gives that grows meanwhile.
        """
        found = list(islice(self, MOST_PARTS + 1))
        if len(found) > MOST_PARTS:
            self._rest = None  # nobody may go on in the middle
            raise UnknownError
        return found


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "range": range,
    "int": int,
    "float": float,
    "bool": bool,
    "len": len,
    "abs": abs,
    "round": round,
    "min": min,
    "max": max,
    "sum": sum,
    "list": list,
    "tuple": tuple,
    "dict": dict,
    "sorted": sorted,
    "zip": partial(Once, zip),
    "enumerate": partial(Once, enumerate),
    "reversed": partial(Once, reversed),
}
READING: Mapping[type, frozenset[str]] = {
    list: frozenset({"copy", "index", "count"}),
    tuple: frozenset({"index", "count"}),
    dict: frozenset({"get", "items", "keys", "values", "copy"}),
    str: frozenset({"lower", "upper", "strip"}),
}
"""Methods that leave a value as it is."""
CHANGING: Mapping[type, frozenset[str]] = {
    list: frozenset({"append", "extend", "insert", "remove", "pop", "clear", "reverse", "sort"}),
    dict: frozenset({"update", "pop", "setdefault", "clear"}),
}
"""Methods that change it, and are followed."""


def settled(value: Any) -> bool:
    """Whether something is a plain value of Python, so that its own functions tell the truth about it."""
    if isinstance(value, Word):
        return False
    return value is None or isinstance(value, bool | int | float | str | range | list | tuple | dict | Once)


def function(name: str, plain: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """What one of `FUNCTIONS` gives back.

    Raises:
        UnknownError: it would fail, take too long, or is given what is not known.
    """
    given = [*plain, *named.values()]
    if not all(settled(one) for one in given) and name != "dict":
        raise UnknownError
    if name != "len" and not all(is_small(one) for one in given):
        raise UnknownError
    if name == "round" and not all(is_number(one) and abs(one) <= MOST_DIGITS for one in given[1:]):
        raise UnknownError
    if name in {"min", "max", "sum", "sorted"} and not all(is_number(part) for one in plain for part in parts(one)):
        raise UnknownError
    if name in {"list", "tuple", "dict"}:
        plain = _taken(plain)
    return _tried(FUNCTIONS[name], plain, named)


def _taken(given: Sequence[Any]) -> list[Any]:
    """What Python's own functions may go over: nothing that grows while they do."""
    return [one.taken() if isinstance(one, Once) else one for one in given]


def is_small(value: Any) -> bool:
    """Whether Python can do whatever it is asked with a plain value, in no time and with little memory."""
    if isinstance(value, int):
        return abs(value) <= LARGEST
    return not isinstance(value, str | list | tuple | dict | range) or len(value) <= MOST_PARTS


def parts(value: Any) -> Sequence[Any]:
    """Those of a list, or a thing by itself."""
    return value if isinstance(value, list | tuple | range) else [value]


def is_number(value: Any) -> bool:
    return isinstance(value, bool | int | float)


def truth(value: Any) -> bool:
    """Whether an `if` would be followed.

    Raises:
        UnknownError: it is something whose truth Python does not tell by itself.
    """
    if not settled(value):
        raise UnknownError
    return bool(value)


def method(on: Any, name: str, plain: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """What a method of a list, a dictionary or a word gives back, once it has done its work.

    Raises:
        UnknownError: it would fail, or is not followed; nothing has been done.
    """
    if name not in READING[type(on)] | CHANGING.get(type(on), frozenset()):
        raise UnknownError
    if name in {"index", "count", "sort"} and not all(is_number(one) for one in (*on, *plain, *named.values())):
        raise UnknownError
    if name == "remove":  # of two layers that are alike, the very one that is meant
        places = [place for place, one in enumerate(on) if plain and (one is plain[0] or _alike(one, plain[0]))]
        if not places or len(plain) != 1:
            raise UnknownError
        del on[places[0]]
        return None
    if not all(is_small(one) for one in (on, *plain, *named.values())):
        raise UnknownError
    if name in {"insert", "pop"} and not (plain and isinstance(plain[0], int | str)) and (plain or name == "insert"):
        raise UnknownError
    if name == "extend" and not (plain and isinstance(plain[0], list | tuple | range | Once)):
        raise UnknownError
    if name in {"extend", "update"}:
        plain = _taken(plain)
    if sum(len(one) for one in plain if hasattr(one, "__len__")) > MOST_PARTS:
        raise UnknownError
    found = _tried(getattr(on, name), plain, named)
    return list(found) if name in {"items", "keys", "values"} else found


def _alike(one: Any, other: Any) -> bool:
    return isinstance(other, bool | int | float | str) and type(one) is type(other) and one == other


def _tried(work: Callable[..., Any], plain: Sequence[Any], named: Mapping[str, Any]) -> Any:
    try:
        found = work(*plain, **named)
    except (TypeError, ValueError, LookupError, ArithmeticError, AttributeError):
        raise UnknownError from None
    if (isinstance(found, int) and found.bit_length() > MOST_BITS) or isinstance(found, complex):
        raise UnknownError
    return found


def combined(sign: ast.operator, left: Any, right: Any) -> Any:
    """A sum, a product, or lists and words put together.

    Raises:
        UnknownError: it is something else, or more than all that could be used.
    """
    work = _OPERATORS.get(type(sign))
    if work is None or not (is_small(left) and is_small(right)):
        raise UnknownError
    if work is operator.add and type(left) is type(right) and type(left) in {list, tuple, str}:
        if len(left) + len(right) > MOST_PARTS:
            raise UnknownError
        return left + right
    if work is operator.mul and isinstance(left, list | tuple) and isinstance(right, int):
        if len(left) * right > MOST_PARTS:
            raise UnknownError
        return left * right
    is_sum = all(is_number(side) and abs(side) <= LARGEST for side in (left, right))
    if not is_sum or (work is operator.pow and not _is_small_power(left, right)):
        raise UnknownError
    return _tried(work, (left, right), {})


def _is_small_power(base: Any, exponent: Any) -> bool:
    """Whether a power has few digits, told without working it out."""
    return abs(exponent) <= MOST_BITS and (isinstance(base, float) or base.bit_length() * exponent <= MOST_BITS)


def rounds(value: Any) -> Iterable[Any]:
    """What a loop over a value goes over; a list is gone over as it is then.

    Raises:
        UnknownError: that is not known, or too much.
    """
    if isinstance(value, dict):
        return list(value)
    if isinstance(value, Once):
        return value
    if not isinstance(value, list | tuple | range) or len(value) > MOST_PARTS:
        raise UnknownError
    return value


def weight(value: Any, so_far: int = 0, depth: int = 0) -> int:
    """How many parts something has, with the parts of its parts; above `MOST_PARTS` for whatever has more.

    What is nested deeper than `DEEPEST` counts as more: nothing of that weight holds itself.
    """
    if isinstance(value, Call):
        value = (*value.plain, *value.named.values())
    elif isinstance(value, dict):
        value = tuple(value.values())
    if depth > DEEPEST:
        return MOST_PARTS + 1
    if isinstance(value, list | tuple):
        for part in value:
            if so_far > MOST_PARTS:
                break
            so_far = weight(part, so_far, depth + 1)
    return so_far + 1


def holds(test: ast.cmpop, left: Any, right: Any) -> bool:
    """One comparison between two values that are known."""
    if isinstance(test, ast.Is | ast.IsNot) and right is None:
        return (left is None) == isinstance(test, ast.Is)
    if isinstance(test, ast.In | ast.NotIn) and isinstance(right, list | tuple | dict) and _plain(left, *right):
        return (left in right) == isinstance(test, ast.In)
    compare = _TESTS.get(type(test))
    alike = all(is_number(one) for one in (left, right)) or all(type(one) is str for one in (left, right))
    if compare is None or not (alike or (isinstance(test, ast.Eq | ast.NotEq) and _plain(left, right))):
        raise UnknownError
    return compare(left, right)


def _plain(*values: Any) -> bool:
    return all(one is None or is_number(one) or type(one) is str for one in values)
