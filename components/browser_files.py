"""Our own JavaScript: where it is served, and how a page mounts a component that is drawn by it."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import streamlit as st

from trainer.i18n import _, language

MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css"}
"""What is served, by the ends of names."""

# Streamlit sends inline JavaScript again with every change, so this only fetches the real module. A page may be run
# again, or left, before it has come: each call gets a number, and only the latest one counts.
STUB = """
export default (component) => {
  const host = component.parentElement;
  const mount = (host.fitboard ??= { call: 0 });
  const call = ++mount.call;
  const load = (path) => import(new URL(path, location.origin).href);
  Promise.all([load(component.data.i18n), load(component.data.module)]).then(
    ([i18n, module]) => {
      if (call !== mount.call) return;
      i18n.useLanguage(component.data.language);
      module.show(component, mount);
    },
    () => { if (call === mount.call) host.textContent = component.data.failed; },
  );
  return () => { if (call === mount.call) { mount.call++; mount.close?.(); } };
};
"""
"""The JavaScript of each component, which `data_for` tells of the module that exports `show(component, mount)`."""


@cache
def files() -> dict[str, tuple[str, Path]]:
    """Path below `components/` -> (version, file). The version is part of the address: browsers may keep the file."""
    spec = find_spec("plotly")
    if spec is None or spec.origin is None:
        raise RuntimeError("The package plotly is not installed; pip install -r requirements.txt brings it.")
    plotly = Path(spec.origin).parent / "package_data" / "plotly.min.js"
    here = Path(__file__).parent
    ours = {file.relative_to(here).as_posix(): file for file in sorted(here.glob("*/*")) if file.suffix in MEDIA_TYPES}
    # One version for all of ours: a module that imports its neighbour gets the neighbour of its own time.
    mark = sha256(b"".join(file.read_bytes() for file in ours.values())).hexdigest()[:12]
    return {"plotly.min.js": (version("plotly"), plotly)} | {path: (mark, file) for path, file in ours.items()}


def base_path() -> str:
    """What stands before every path of this server: empty, or `/name` if Streamlit's `server.baseUrlPath` is set."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


def address(path: str) -> str:
    """The address, from the root of the server, of one of these files; folders are those of `components/`.

    >>> address("layer_stack/stack.js").endswith("/layer_stack/stack.js")
    True
    """
    return f"{base_path()}/live-static/{files()[path][0]}/{path}"


def data_for(module: str, **data: Any) -> dict[str, Any]:
    """What a component made with `STUB` is given.

    Args:
        module: the path below `components/` of the module that draws it.
        **data: what the module reads as `component.data`.
    """
    return {
        "module": address(module),
        "i18n": address("browser/i18n.js"),
        "language": language(),
        "failed": _("This part could not be loaded. Reload the page."),
        **data,
    }
