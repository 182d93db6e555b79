"""Examples to train on: read, checked, and cut into three parts. TensorFlow is never loaded here."""

from __future__ import annotations

from collections.abc import Hashable

from trainer.data.cache import Cache
from trainer.data.dataset import Dataset
from trainer.data.source import source_of
from trainer.recipe.data import Data, DataFacts
from trainer.recipe.spec import RecipeError

__all__ = ["facts", "known_facts", "load", "stamp"]

_datasets: Cache[Dataset] = Cache(8)


def load(spec: Data, seed: int) -> Dataset:
    """The data set of a recipe, cut into its parts; kept, so that all fits of a process share one copy.

    Args:
        spec: of the recipe.
        seed: the same seed cuts in the same way.

    Raises:
        RecipeError: the file is missing or not what it should be, in words for the person who chose it.
    """
    source = source_of(spec)
    # Thirty fits that start at once must not read thirty copies: the first reads, the others wait and share.
    key = _key(spec, seed)
    return _datasets.get(key, source.weight(spec), lambda: source.load(spec, seed), source.shared(spec))


def known(spec: Data, seed: int) -> Dataset | None:
    """What `load` returns, at once; None if it would have to be read first.

    Raises:
        RecipeError: as for `load`.
    """
    return _datasets.known(_key(spec, seed))


def facts(spec: Data, seed: int) -> DataFacts:
    """What the check of a recipe has to know about its data.

    Raises:
        RecipeError: as for `load`.
    """
    return load(spec, seed).facts()


def known_facts(spec: Data, seed: int) -> DataFacts | None:
    """The facts of data that have been read already, at once; None if they have not.

    Raises:
        RecipeError: they have been read, and are wrong; or they are missing.
    """
    dataset = known(spec, seed)
    return None if dataset is None else dataset.facts()


def _key(spec: Data, seed: int) -> Hashable:
    """What a data set depends on: with the identity of its file, so that one that was written again is read again."""
    return spec, seed, source_of(spec).identity(spec)


def stamp(spec: Data) -> str:
    """The same word while a source's data are the same; empty where they are missing."""
    try:
        return repr(source_of(spec).identity(spec))
    except RecipeError:
        return ""
