"""Fitboard's trainer: recipes, data, fits and the record of runs. It works without a browser."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
"""The folder that holds `app.py`, `data/` and `recipes/`."""
