"""Our JavaScript as one module, for a page that is a single file: nothing lies beside it that it could import."""

from __future__ import annotations

import json
import re
from pathlib import Path

_IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let) )", re.MULTILINE)
_TEXT = re.compile(r'stylesheet\("([^"]+)", import\.meta\.url\)')
_ADDRESS = re.compile(r'new URL\("([^"]+)", import\.meta\.url\)')
_LEFT = re.compile(r"^(?:import|export)\b|^(?!\s*(?://|\*)).*\bimport\.meta\b", re.MULTILINE)


def one_module(entry: Path) -> str:
    """A module with all that it imports, each in a function of its own, those that others import first.

    What a module fetches from beside itself is put in its place: a style sheet as its text, a worker as the address of
    its text. It is for modules that are written as ours are: names are imported and exported where they are declared.

    Args:
        entry: the module that starts the rest.

    Raises:
        ValueError: a module imports or exports in another way, or modules import each other in a circle.
    """
    order: list[Path] = []
    _visit(entry.resolve(), order, ())
    sources = {file: file.read_text("utf-8") for file in order}
    wanted: dict[Path, set[str]] = {file: set() for file in order}
    for file, source in sources.items():
        for names, path in _IMPORT.findall(source):
            wanted[(file.parent / path).resolve()] |= {name.split(" as ")[0].strip() for name in _listed(names)}
    numbers = {file: number for number, file in enumerate(order)}
    return "\n".join(_function(file, sources[file], numbers, sorted(wanted[file])) for file in order)


def _visit(file: Path, order: list[Path], importing: tuple[Path, ...]) -> None:
    if file in order:
        return
    if file in importing:
        raise ValueError(f"{file.name} imports itself by way of others")
    for _, path in _IMPORT.findall(file.read_text("utf-8")):
        _visit((file.parent / path).resolve(), order, (*importing, file))
    order.append(file)


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


def _function(file: Path, source: str, numbers: dict[Path, int], wanted: list[str]) -> str:
    """A module as a function whose result are the names that others want of it."""

    def imported(found: re.Match[str]) -> str:
        names = ", ".join(name.replace(" as ", ": ") for name in _listed(found[1]))
        return f"const {{ {names} }} = module{numbers[(file.parent / found[2]).resolve()]};\n"

    def beside(found: re.Match[str]) -> str:
        return json.dumps((file.parent / found[1]).read_text("utf-8"))

    body = _EXPORT.sub("", _IMPORT.sub(imported, source))
    body = _TEXT.sub(beside, body)
    body = _ADDRESS.sub(
        lambda found: f'URL.createObjectURL(new Blob([{beside(found)}], {{ type: "text/javascript" }}))', body
    )
    if left := _LEFT.search(body):
        raise ValueError(f"{file.name} cannot be put into one file: {left[0]}")
    return (
        f"// {file.parent.name}/{file.name}\n"
        f"const module{numbers[file]} = await (async () => {{\n{body}\nreturn {{ {', '.join(wanted)} }};\n}})();\n"
    )
