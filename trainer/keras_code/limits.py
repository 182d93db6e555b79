"""What reading a pasted text may take: its length, its nesting, the size of its numbers, and steps in all.

The text is somebody else's and may be hostile. Each limit is checked before whatever it limits is done, so that reading
any text takes a moment and little memory. `trainer/engine/reader.py` has the limit of seconds that needs a process.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from trainer.keras_code.wording import refusal

MAX_TEXT = 1_000_000
"""Characters of a text; `model.to_json()` of 200 Conv2D has some 240,000."""
MAX_PROGRAM = 200_000
"""Characters of one that is Python: some 4,000 lines."""
MAX_NODES = 50_000
"""Parts of a program, as `ast` counts them; 4,000 usual lines have fewer."""
MAX_DEPTH = 100
"""Of parts in parts of a program or of JSON; usual programs have some 10, usual models some 20."""
MAX_BITS = 1_024
"""Of a whole number that is written out. Python itself refuses to write down one of more than 4,300 digits."""
MAX_STEPS = 500_000
"""Small steps that reading a text may take in all, each of some microseconds; usual programs take some thousands."""
MAX_EVALUATED = 20_000
"""Lines and expressions that are followed."""
_IMPORT = re.compile(r"\b(?:import|from)\b[^\r\n;]*")
_CONTINUED = re.compile(r"\\(?:\r\n|\r|\n)")


class StepBudget:
    """Counts the steps that a reading takes, all its tries together."""

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.steps = steps
        """How many are left."""

    def spend(self, steps: int = 1) -> None:
        """Take some steps.

        Raises:
            RecipeError: there are not so many left.
        """
        self.steps -= steps
        if self.steps < 0:
            raise refusal("too_large")


def check_length(text: str, limit: int = MAX_TEXT) -> None:
    """Refuse a text that is longer than any model.

    Args:
        text: any text.
        limit: in characters.

    Raises:
        RecipeError: it is longer.
    """
    if len(text) > limit:
        raise refusal("too_large")


def parsed(text: str) -> ast.Module:
    """The syntax tree of a text, in which nothing is too deep, too large or too much.

    Raises:
        SyntaxError: it is not Python.
        RecipeError: it is beyond a limit.
    """
    _check_imports(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python has to say of somebody's "\d" is not for the server's log
            tree = ast.parse(text)
    except (RecursionError, MemoryError):  # so Python's parser says that brackets or signs are nested too deeply
        raise refusal("too_large") from None
    except ValueError as error:  # a zero byte, half a surrogate pair, or a number of more than 4,300 digits
        raise SyntaxError(str(error)) from None
    _check_tree(tree)
    return tree


def _check_imports(text: str) -> None:
    """Python's parser puts the name of a module together part by part: of 100,000 parts that is 10 GB."""
    for line in _IMPORT.findall(_CONTINUED.sub(" ", text)):
        if line.count(".") > MAX_DEPTH and sum(1 for part in line.split(".") if part.strip()) > MAX_DEPTH:
            raise refusal("too_large")


def _check_tree(tree: ast.AST) -> None:
    def parts(node: ast.AST) -> list[ast.AST]:
        return [part for part in ast.iter_child_nodes(node) if not isinstance(part, ast.expr_context)]

    for count, node in enumerate(_all_parts(tree, parts), start=1):
        value = node.value if isinstance(node, ast.Constant) else None
        if count > MAX_NODES or (type(value) is int and value.bit_length() > MAX_BITS):
            raise refusal("too_large")


def check_json(value: Any) -> None:
    """Refuse parsed JSON that is nested too deeply to be followed.

    Raises:
        RecipeError: it is.
    """

    def parts(whole: Any) -> list[Any]:
        return [one for one in (whole.values() if isinstance(whole, dict) else whole) if isinstance(one, dict | list)]

    for _ in _all_parts(value, parts) if isinstance(value, dict | list) else ():
        pass


def _all_parts(whole: Any, parts: Callable[[Any], list[Any]]) -> Iterator[Any]:
    """All parts of parts, unless they are nested too deeply."""
    left = [(whole, 1)]
    while left:
        one, depth = left.pop()
        if depth > MAX_DEPTH:
            raise refusal("too_large")
        yield one
        left += [(part, depth + 1) for part in parts(one)]
