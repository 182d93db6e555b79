"""What several files of tests of the trainer work with."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator

import pytest

from trainer.data.source import Source
from trainer.recipe.data import Data
from trainer.recipe.recipe import Recipe


@pytest.fixture(scope="module")
def flowers() -> Iterator[type[Data]]:
    """A source of rows of numbers, registered as long as the module is tested that asks for it."""
    module = importlib.import_module("tests.support.third_source")
    yield module.Flowers
    del Data.registry["flowers"], Source.registered[module.Flowers], sys.modules[module.__name__]
    Recipe.model_rebuild(force=True)
