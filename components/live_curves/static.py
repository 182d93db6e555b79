"""The files that the live chart loads, and the addresses at which they are served."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import streamlit as st


@cache
def files() -> dict[str, tuple[str, Path]]:
    """Name -> (version, file). The version is part of the address, so that browsers may keep the file for ever."""
    spec = find_spec("plotly")
    if spec is None or spec.origin is None:
        raise RuntimeError("The package plotly is not installed; pip install -r requirements.txt brings it.")
    plotly = Path(spec.origin).parent / "package_data" / "plotly.min.js"
    ours = sorted(Path(__file__).parent.glob("*.js"))
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
