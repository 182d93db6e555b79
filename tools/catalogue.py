"""Extracts every text of the interface, from Python, JavaScript and lessons, into `locale/fitboard.pot`.

`python -m tools.catalogue` writes the file again; `docs/languages.md` says how a language is made of it.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Collection, Iterator, Mapping
from io import BytesIO, StringIO
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import write_po

from trainer import PROJECT
from trainer.i18n import TEMPLATE

JAVASCRIPT = {"t": None, "n": (1, 2)}
"""The functions of `components/browser/i18n.js`."""
ONE_TEXT = {"_": (0,), "N_": (0,), "guarded": (0,), "setting": (0, 1, 2)}
"""Python functions -> which of their arguments are texts."""
TWO_FORMS = {"ngettext": (0, 1), "plural": (1, 2)}
"""Python functions -> which two of their arguments are the singular and the plural of one text."""
KEYWORDS = ("title", "help", "effect")
"""Arguments of `setting` that may be given by name."""
Found = tuple[int, str, str | tuple[str, ...], list[str]]
"""Line, function, text or its two forms, comments: what Babel expects of an extractor."""


def from_python(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Found]:
    """Babel's extractor for our Python: gettext's functions and `setting(...)`."""
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call):
            yield from _of_call(node)


def _of_call(node: ast.Call) -> Iterator[Found]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in TWO_FORMS:
        forms = [_literal(node.args[place]) for place in TWO_FORMS[name] if place < len(node.args)]
        if len(forms) == 2 and all(forms):
            yield node.lineno, "ngettext", (str(forms[0]), str(forms[1])), []
        return
    if name not in ONE_TEXT:
        return
    arguments: list[ast.expr] = [node.args[place] for place in ONE_TEXT[name] if place < len(node.args)]
    arguments += [keyword.value for keyword in node.keywords if name == "setting" and keyword.arg in KEYWORDS]
    for argument in arguments:
        if text := _literal(argument):
            yield node.lineno, "gettext", text, []


def _literal(node: ast.expr | None) -> str | None:
    """The text of a literal, also of several that stand one after another; None for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value else None


def from_recipe(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[Found]:
    """Babel's extractor for the lessons: their names and what they are about."""
    recipe = json.loads(file.read())
    for line, field in enumerate(("name", "about"), start=1):
        yield line, "gettext", recipe[field], []


def template() -> bytes:
    """The template of all catalogues, the same for the same sources."""
    catalogue = Catalog(project="Fitboard", charset="utf-8")
    mapping = StringIO((PROJECT / "babel.cfg").read_text("utf-8"))
    methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    found = extract_from_dir(PROJECT, methods, options, {**DEFAULT_KEYWORDS, **JAVASCRIPT})
    places: dict[tuple[str | tuple[str, ...], str | None], set[str]] = {}
    for name, _line, text, _comments, context in found:
        places.setdefault((text, context), set()).add(name)
    for (text, context), names in places.items():
        catalogue.add(text, context=context, locations=[(name, 0) for name in sorted(names)])
    written = BytesIO()
    write_po(written, catalogue, width=0, sort_by_file=True, omit_header=True, include_lineno=False)
    return HEADER.encode() + written.getvalue()


HEADER = """# The texts of Fitboard's interface. Made by `python -m tools.catalogue`.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


if __name__ == "__main__":
    TEMPLATE.parent.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(template())
