"""Parts of programs that people take home: some code with what it does in words, and functions of ours as they stand.

A program is the same in a script and in a notebook (`trainer/export/programs`), so it is made of steps.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple


class Step(NamedTuple):
    """One step of a program."""

    title: str
    """What it is about, in the words of the pages."""
    text: str
    """What it does, in a few sentences."""
    code: str
    imports: tuple[str, ...] = ()
    """The modules that it needs, as after `import`."""
    trains: bool = False
    """Whether it trains the network: after it there is a `history`."""


@cache
def snippet(module: Path, *names: str) -> str:
    """Functions and constants of a module as they stand there, without annotations, which programs do without.

    Args:
        module: its file.
        names: at the top level of the module; they come in the order of the module.

    Raises:
        KeyError: one of them is not there.
    """
    source = module.read_text("utf-8")
    lines = source.splitlines(keepends=True)
    found: dict[str, str] = {}
    for node in ast.parse(source).body:
        if (name := _name(node)) in names:
            found[name] = _plain("".join(lines[node.lineno - 1 : _end(node)[0]])).strip("\n")
    if missing := set(names) - found.keys():
        raise KeyError(*missing)
    text = ""
    for part in found.values():
        text += "\n\n\n" + part if part.startswith("def ") else "\n" + part
    return text.strip()


def _name(node: ast.stmt) -> str:
    match node:
        case ast.FunctionDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return ""


def _plain(source: str) -> str:
    """Code without annotations of types and comments for type checkers."""
    code, begins = source.encode(), [0]
    for line in code.splitlines(keepends=True):
        begins.append(begins[-1] + len(line))
    for first, last in sorted(_annotations(ast.parse(source)), reverse=True):
        begin, end = (begins[line - 1] + column for line, column in (first, last))
        code = code[:begin] + code[end:]
    text = re.sub(r"  # (?:type: ignore|noqa).*", "", code.decode())
    return re.sub(r"\(\n +([^\n]+)\n\):", r"(\1):", text)


Place = tuple[int, int]
"""A line, counted from 1, and a byte in it."""


def _annotations(tree: ast.Module) -> Iterator[tuple[Place, Place]]:
    """Where annotations begin, after the name that they are about, and where they end."""
    for node in ast.walk(tree):
        match node:
            case ast.arg(annotation=ast.expr() as annotation):
                yield (node.lineno, node.col_offset + len(node.arg.encode())), _end(annotation)
            case ast.AnnAssign(target=target, annotation=annotation):
                yield _end(target), _end(annotation)
            case ast.FunctionDef(returns=ast.expr() as annotation):
                yield (annotation.lineno, annotation.col_offset - len(" -> ")), _end(annotation)


def _end(node: ast.expr | ast.stmt) -> Place:
    return node.end_lineno or 0, node.end_col_offset or 0  # the parser always knows them


def literal(value: str) -> str:
    """A text as Python writes it, on one line whatever stands in it.

    >>> print(literal("it's"), literal("two" + chr(10) + "lines"))
    "it's" 'two\\nlines'
    """
    return json.dumps(value, ensure_ascii=False) if value.isprintable() else repr(value)
