"""How large a recipe may be; each limit stands here and nowhere else."""

from __future__ import annotations

MAX_LAYERS = 200
"""Of a stack, those that are turned off not counted; as many again may be turned off."""
MAX_RECIPE_BYTES = 1_000_000
"""A recipe is a page of text; a larger file is something else."""
MAX_RECIPE_PARTS = 50_000
"""Of its JSON, as its commas tell; a recipe of 200 layers, each with all its settings, has some 3,500."""
MAX_CALLBACKS = 20
MAX_EPOCHS = 10_000
MAX_UNITS = 100_000
"""Numbers that one layer may output at each place."""
