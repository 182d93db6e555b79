"""What our own parts of a page load in the browser, where it is served, and how a page mounts them."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import streamlit as st

# Streamlit sends inline JavaScript again with every change, so this only fetches the real module. A page may be run
# again, or left, before it has come: each call gets a number, and only the latest one counts.
STUB = """
export default (component) => {
  const host = component.parentElement;
  const mount = (host.fitboard ??= { call: 0 });
  const call = ++mount.call;
  import(new URL(component.data.module, location.origin).href).then(
    (module) => { if (call === mount.call) module.show(component, mount); },
    () => { if (call === mount.call) host.textContent = "This part could not be loaded. Reload the page."; },
  );
  return () => { if (call === mount.call) { mount.call++; mount.close?.(); } };
};
"""
"""The JavaScript of each component: `data.module` is the address of a module that exports `show(component, mount)`."""


@cache
def files() -> dict[str, tuple[str, Path]]:
    """Name -> (version, file). The version is part of the address, so that browsers may keep the file for ever."""
    spec = find_spec("plotly")
    if spec is None or spec.origin is None:
        raise RuntimeError("The package plotly is not installed; pip install -r requirements.txt brings it.")
    plotly = Path(spec.origin).parent / "package_data" / "plotly.min.js"
    ours = sorted(Path(__file__).parent.glob("*/*.js"))
    # One version for all of ours: a module that imports its neighbour gets the neighbour of its own time.
    mark = sha256(b"".join(file.read_bytes() for file in ours)).hexdigest()[:12]
    return {"plotly.min.js": (version("plotly"), plotly)} | {file.name: (mark, file) for file in ours}


def base_path() -> str:
    """What stands before every path of this server: empty, or `/name` if Streamlit's `server.baseUrlPath` is set."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


def address(name: str) -> str:
    """The path, from the root of the server, of one of these files."""
    return f"{base_path()}/live-static/{files()[name][0]}/{name}"
