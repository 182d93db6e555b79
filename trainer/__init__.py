"""Fitboard's trainer: recipes, data, fits and the record of runs. It works without a browser."""
