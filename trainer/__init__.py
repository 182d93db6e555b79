"""Fitboard's trainer: recipes, data, fits and the record of runs. It works without a browser."""

import tomllib
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
"""The folder that holds `app.py`, `data/` and `recipes/`."""


@cache
def fitboard_version() -> str:
    """Fitboard's own version: it is never installed as a package, so its one place is `pyproject.toml`."""
    with (PROJECT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])
