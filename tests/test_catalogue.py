"""The template of all catalogues: it is up to date, and it has every text that a page can show."""

from __future__ import annotations

import ast
from importlib import import_module
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tools.catalogue import ONE_TEXT, TEMPLATE, TWO_FORMS, from_python, template
from trainer import PROJECT
from trainer.i18n import Plural
from trainer.messages import _TEMPLATES
from trainer.recipe.spec import Kind

FILES = [file for top in ("pages", "components", "trainer") for file in sorted(PROJECT.glob(f"{top}/**/*.py"))]


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(PROJECT).with_suffix("").parts)


def test_the_template_is_what_the_sources_say() -> None:
    assert TEMPLATE.read_bytes() == template(), "python -m tools.catalogue makes it anew"


@pytest.fixture(scope="module")
def texts() -> set[str]:
    return {text for one in read_po(BytesIO(template())) for text in ([one.id] if isinstance(one.id, str) else one.id)}


def kinds(base: type[Kind]) -> set[type[Kind]]:
    return {base}.union(*(kinds(one) for one in base.__subclasses__()))


def test_every_message_is_in_it(texts: set[str]) -> None:
    packages = {import_module(module_of(file)).WORDING.package for file in FILES if file.stem == "wording"}
    for code, one in _TEMPLATES.items():
        if code.partition(".")[0] in packages:  # other tests have messages of their own
            assert ({one.one, one.many} if isinstance(one, Plural) else {one}) <= texts, code


def test_every_field_and_kind_is_in_it(texts: set[str]) -> None:
    import_module("trainer.recipe.recipe")
    ours = [kind for kind in kinds(Kind) if kind.__module__.startswith("trainer.")]  # not those of other tests
    shown = [kind for kind in ours if "kind" in vars(kind).get("__annotations__", {})]
    assert len(shown) > 50
    for kind in shown:
        assert {getattr(kind, name) for name in ("sentence", "title", "group") if hasattr(kind, name)} <= texts, kind
        for info in kind.form_fields().values():
            extra = info.json_schema_extra
            effect = str(extra.get("effect") or "") if isinstance(extra, dict) else ""
            assert {text for text in (info.title, info.description, effect) if text} <= texts, (kind, info)


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_only_literals_are_translated(file: Path) -> None:
    """Babel reads the sources, so a text that is put together there is in no catalogue."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if isinstance(node, ast.Call) and name in {*ONE_TEXT, *TWO_FORMS}:
            for argument in node.args:
                assert not isinstance(argument, ast.JoinedStr | ast.BinOp), f"{module_of(file)}:{node.lineno}"


def test_a_text_has_one_plural() -> None:
    """gettext finds a text by its singular alone."""
    found: dict[str, set[str]] = {}
    for file in FILES:
        for _line, _name, text, _comments in from_python(BytesIO(file.read_bytes()), {}, (), {}):
            one, many = (text, "") if isinstance(text, str) else text
            found.setdefault(one, set()).update({many} - {""})
    assert {one: many for one, many in found.items() if len(many) > 1} == {}
