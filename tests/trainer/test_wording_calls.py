"""Every call that makes a message names a template of its package, with all that the template needs.

Read from the source, since a test that runs the code meets only some of the messages. Where a call takes its code from
a variable, or its parameters from a dictionary, only what is written down is looked at.
"""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import NamedTuple

import pytest

from trainer import PROJECT
from trainer.i18n import Plural
from trainer.messages import Wording

FILES = {
    ".".join(file.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__"): file
    for top in ("trainer", "components", "pages")
    for file in sorted(PROJECT.glob(f"{top}/**/*.py"))
}
NODES = {module: list(ast.walk(ast.parse(file.read_text("utf-8")))) for module, file in FILES.items()}
ORIGINS = {
    module: {
        name.asname or name.name: (node.module or "", name.name)
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    for module, nodes in NODES.items()
}
"""Module -> name in it -> the module that it is imported from, and its name there."""


class Maker(NamedTuple):
    """A function that makes a message, or that hands its parameters on to one that does."""

    wording: Wording
    code: int
    """The place of the argument with the code; of a method without its object."""
    given: frozenset[str] = frozenset()
    """Parameters that it adds."""
    own: frozenset[str] = frozenset()
    """Arguments by name that are not parameters of the message."""


class Made(NamedTuple):
    """A call of a maker."""

    maker: Maker
    call: ast.Call
    code: ast.expr | None
    given: frozenset[str]
    handed_on: frozenset[str]
    """Names of the dictionaries that further parameters come from."""


def needs(template: str | Plural) -> set[str]:
    """The parameters of a template."""
    texts = (template.one, template.many) if isinstance(template, Plural) else (template,)
    found = {field for text in texts for _text, field, _spec, _conversion in string.Formatter().parse(text) if field}
    return found | ({template.by} if isinstance(template, Plural) else set())


def wording_of(module: str, node: ast.expr) -> Wording | None:
    """The wording that a name stands for."""
    if not isinstance(node, ast.Name):
        return None
    origin, name = ORIGINS[module].get(node.id, (module, node.id))
    found = getattr(import_module(origin), name, None) if origin.endswith("wording") else None
    return found if isinstance(found, Wording) else None


def made(module: str, call: ast.Call, makers: dict[tuple[str, str], Maker]) -> Made | None:
    """What a call makes; None if that is no message."""
    maker = None
    if isinstance(call.func, ast.Attribute):
        maker = makers.get((module, f".{call.func.attr}"))
        if call.func.attr == "message" and (wording := wording_of(module, call.func.value)) is not None:
            maker = Maker(wording, 0)
    elif isinstance(call.func, ast.Name):
        maker = makers.get(ORIGINS[module].get(call.func.id, (module, call.func.id)))
    if maker is None:
        return None
    named = frozenset(keyword.arg for keyword in call.keywords if keyword.arg is not None)
    spread = [keyword.value for keyword in call.keywords if keyword.arg is None]
    handed_on = frozenset(value.id if isinstance(value, ast.Name) else "?" for value in spread)
    code = call.args[maker.code] if len(call.args) > maker.code else None
    return Made(maker, call, code, maker.given | named - maker.own, handed_on)


@cache
def all_makers() -> dict[tuple[str, str], Maker]:
    """Module and name -> the function; methods begin with a dot. Also those that hand on to others of them."""
    makers: dict[tuple[str, str], Maker] = {}
    for module, nodes in NODES.items():
        for node in nodes:  # `message = WORDING.message`
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute) and node.value.attr == "message":
                wording, target = wording_of(module, node.value.value), node.targets[0]
                if wording is not None and isinstance(target, ast.Name):
                    makers[module, target.id] = Maker(wording, 0)
    count = -1
    while len(makers) > count:
        count = len(makers)
        for module, nodes in NODES.items():
            methods = {id(one) for node in nodes if isinstance(node, ast.ClassDef) for one in node.body}
            for node in nodes:
                if isinstance(node, ast.FunctionDef) and node.args.kwarg is not None:
                    handing_on(module, node, makers, is_method=id(node) in methods)
    return makers


def handing_on(
    module: str, function: ast.FunctionDef, makers: dict[tuple[str, str], Maker], *, is_method: bool
) -> None:
    """Add a function to the makers if it hands its code and its parameters on to one."""
    arguments = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    for call in ast.walk(function):
        inner = made(module, call, makers) if isinstance(call, ast.Call) else None
        if inner is None or function.args.kwarg is None or function.args.kwarg.arg not in inner.handed_on:
            continue
        if isinstance(inner.code, ast.Name) and inner.code.id in arguments:
            place = arguments.index(inner.code.id) - is_method
            own = frozenset(one.arg for one in (*function.args.args, *function.args.kwonlyargs))
            # What it puts into the dictionary of parameters first, under some condition or other.
            put = {
                str(target.slice.value)
                for node in ast.walk(function)
                if isinstance(node, ast.Assign)
                for target in node.targets
                if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant)
            }
            name = f".{function.name}" if is_method else function.name
            makers[module, name] = Maker(inner.maker.wording, place, inner.given | put, own)


def codes(node: ast.expr | None) -> Iterator[str]:
    """Patterns of the codes that an expression can be, as far as they are written down."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield re.escape(node.value)
    elif isinstance(node, ast.IfExp):
        yield from (*codes(node.body), *codes(node.orelse))
    elif isinstance(node, ast.JoinedStr):
        known = (str(part.value) if isinstance(part, ast.Constant) else None for part in node.values)
        yield "".join("[a-z0-9_]+" if part is None else re.escape(part) for part in known)


@pytest.mark.parametrize("module", [module for module in FILES if not module.endswith("wording")])
def test_every_message_has_a_template_and_all_that_it_needs(module: str) -> None:
    for call in NODES[module]:
        one = made(module, call, all_makers()) if isinstance(call, ast.Call) else None
        if one is None:
            continue
        for pattern in codes(one.code):
            found = [code for code in one.maker.wording if re.fullmatch(pattern, code)]
            at = f"{module}:{one.call.lineno}: {pattern}"
            assert found, f"{at} is no template"
            if len(found) == 1 and not one.handed_on:
                missing = needs(one.maker.wording[found[0]]) - one.given
                assert not missing, f"{at} lacks {sorted(missing)}"


def test_the_calls_are_found() -> None:
    calls = [
        one
        for module, nodes in NODES.items()
        for call in nodes
        if isinstance(call, ast.Call) and (one := made(module, call, all_makers())) is not None
    ]
    assert sum(len(list(codes(one.code))) for one in calls) > 500
    packages = {one.maker.wording.package for one in calls}
    assert packages >= {"check", "coach", "components", "data", "engine", "keras_code", "recipe", "runs", "text_csv"}
