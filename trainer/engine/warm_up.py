"""What the first fit of a process would wait for, done while the first page is being read."""

from __future__ import annotations

import logging

from trainer.fit.build import warm_up as first_steps  # TensorFlow before pandas, see trainer/engine/process.py

from trainer import data  # isort: skip
from trainer.recipe.data import Data
from trainer.recipe.spec import RecipeError

LOG = logging.getLogger(__name__)


def warm_up() -> None:
    """Let TensorFlow take its first steps, which load code and start threads; read and cut the lessons' pictures."""
    first_steps()
    for source in Data.registry.values():
        if source.modality == "image":  # what is large
            try:
                data.load(source.first(), seed=1)
            except RecipeError as error:
                LOG.info("The pictures of the lessons are not there: %s", error)  # whoever trains on them is told so
