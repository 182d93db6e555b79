"""Measurements behind the figures in `docs/`, and the scripts that make its tables and pictures."""
