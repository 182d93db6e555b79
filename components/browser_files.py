"""Our own JavaScript and pictures: where they are served, and how a page mounts a component drawn by JavaScript."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import plotly
import streamlit as st
from babel import Locale
from babel.messages.pofile import read_po

from trainer.i18n import ENGLISH, PSEUDO, TEMPLATE, _, catalogue, language

MEDIA_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
}
"""What is served, by the ends of names."""
_RUNTIME = "onnxruntime_web"
"""The folder of the library that runs networks in the browser, as built by its makers."""

# Streamlit sends inline JavaScript again with every change, so this only fetches the real module. A page may be run
# again, or left, before it has come: each call gets a number, and only the latest one counts.
STUB = """
export default (component) => {
  const host = component.parentElement;
  const mount = (host.fitboard ??= { call: 0 });
  const call = ++mount.call;
  const load = (path) => import(new URL(path, location.origin).href);
  const { early, i18n, language, texts, module } = component.data;
  const begun = early && call === 1 ? load(early).then((loaded) => loaded.begin(component.data), () => {}) : null;
  Promise.all([load(module), load(i18n).then((loaded) => loaded.followPage(language, texts)), begun]).then(
    ([loaded]) => { if (call === mount.call) loaded.show(component, mount); },
    () => { if (call === mount.call) host.textContent = component.data.failed; },
  );
  return () => { if (call === mount.call) { mount.call++; mount.close?.(); } };
};
"""
"""The JavaScript of each component, which `data_for` tells of the module that exports `show(component, mount)`."""


@cache
def files() -> dict[str, tuple[str, Path]]:
    """Path below `components/` -> (version, file). The version is part of the address: browsers may keep the file."""
    script = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    here = Path(__file__).parent
    found = {file.relative_to(here).as_posix(): file for file in sorted(here.glob("*/*")) if file.suffix in MEDIA_TYPES}
    ours = {path: file for path, file in found.items() if file.parent.name != _RUNTIME}
    # One version for all of ours: a module that imports its neighbour gets the neighbour of its own time.
    mark = sha256(b"".join(file.read_bytes() for file in ours.values())).hexdigest()[:12]
    foreign = {"plotly.min.js": (plotly.__version__, script)} | _runtime_files(here / _RUNTIME)
    return foreign | {path: (mark, file) for path, file in ours.items()}


def _runtime_files(folder: Path) -> dict[str, tuple[str, Path]]:
    """The library's files, in its own version; those that are stored compressed have `.gz` after their names."""
    vendored = json.loads((folder / "vendored.json").read_text("utf-8"))
    found: dict[str, tuple[str, Path]] = {}
    for name in vendored["sha256"]:
        stored = next(file for file in (folder / name, folder / f"{name}.gz") if file.is_file())
        found[f"{folder.name}/{name}"] = (vendored["version"], stored)
    return found


def base_path() -> str:
    """What comes before every path of this server: empty, or `/name` if Streamlit's `server.baseUrlPath` is set."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


def address(path: str) -> str:
    """The address, from the root of the server, of one of these files; folders are those of `components/`.

    >>> address("layer_stack/stack.js").endswith("/layer_stack/stack.js")
    True
    """
    return f"{base_path()}/live-static/{files()[path][0]}/{path}"


def runtime_addresses() -> dict[str, str]:
    """Where the browser finds the library that runs networks: its module and its WebAssembly."""
    return {
        "module": address(f"{_RUNTIME}/ort.wasm.bundle.min.mjs"),
        "wasm": address(f"{_RUNTIME}/ort-wasm-simd-threaded.wasm"),
    }


def texts_address(tag: str) -> str | None:
    """The address of the catalogue for our JavaScript; None for a language that it knows by itself."""
    if tag in {ENGLISH, PSEUDO}:
        return None
    return f"{base_path()}/live-static/{sha256(texts(tag)).hexdigest()[:12]}/locale/{tag}.json"


@cache
def texts(tag: str) -> bytes:
    """What our JavaScript says in a language, as JSON: by the English text, and where it counts, by plural category.

    Args:
        tag: of a language that has a catalogue.
    """
    spoken, category = catalogue(tag), Locale.parse(tag, sep="-").plural_form
    counts = {category(count): count for count in range(1000, -1, -1)}
    found: dict[str, str | dict[str, str]] = {}
    with TEMPLATE.open("rb") as file:
        for entry in read_po(file):
            if not any(place.endswith(".js") for place, _line in entry.locations):
                continue
            if isinstance(entry.id, str):
                found[entry.id] = spoken.gettext(entry.id)
            else:
                one, many = entry.id
                found[one] = {name: spoken.ngettext(one, many, count) for name, count in counts.items()}
    return json.dumps(found, ensure_ascii=False).encode()


def data_for(module: str, **data: Any) -> dict[str, Any]:
    """What a component made with `STUB` is given.

    Args:
        module: the path below `components/` of the module that draws it.
        **data: what the module reads as `component.data`; in it may be `early`, the address of another module, whose
            `begin(data)` is called while `module` and all that it imports still come.
    """
    return {
        "module": address(module),
        "i18n": address("browser/i18n.js"),
        "language": language(),
        "texts": texts_address(language()),
        "failed": _("This part could not be loaded. Reload the page."),
        **data,
    }
