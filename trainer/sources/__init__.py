"""Where examples come from: each folder is one source, and all that Fitboard knows of it.

`spec.py` is its part of a recipe (a `trainer.recipe.data.Data`, pure pydantic, found by itself), `source.py` reads it
(a `trainer.data.source.Source`), `wording.py` has its messages.
"""
