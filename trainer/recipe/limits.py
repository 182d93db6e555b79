"""How large a recipe may be, and what people write about runs; each limit stands here and nowhere else."""

from __future__ import annotations

MAX_LAYERS = 200
"""Of a stack, those that are turned off not counted; as many again may be turned off."""
MAX_RECIPE_BYTES = 1_000_000
"""A recipe is a page of text; a larger file is something else."""
MAX_RECIPE_PARTS = 50_000
"""Of its JSON, as its commas tell; a recipe of 200 layers, each with all its settings, has some 3,500."""
MAX_CALLBACKS = 20
MAX_CLASSES = 1_000
"""Different labels of a table: more are an id or a number, not classes."""
MAX_EPOCHS = 10_000
MAX_UNITS = 100_000
"""Numbers that one layer may output at each place."""
MAX_RUN_NAME = 100
"""Characters of a name that somebody gives a run; a recipe's name may have as many."""
MAX_NOTE = 2_000
"""Characters of a note about a run."""
MAX_REASON = 500
"""Characters of why somebody expects what they expect of a run."""
