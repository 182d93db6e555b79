"""Examples to train on: read, checked, and cut into three parts. TensorFlow is never loaded here."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from threading import Lock

from trainer.data.dataset import Dataset
from trainer.data.files import find_file, identity
from trainer.data.mnist import load_mnist, mnist_file
from trainer.data.text_csv import load_text
from trainer.recipe.data import Data, DataFacts, Mnist, TextCsv
from trainer.recipe.spec import RecipeError

__all__ = ["facts", "load"]

_one_at_a_time = Lock()


def load(spec: Data, seed: int) -> Dataset:
    """The data set of a recipe, cut into its parts; kept, so that all fits of a process share one copy.

    Raises:
        RecipeError: the file is missing or not what it should be, in words for the person who chose it.
    """
    if isinstance(spec, Mnist):
        path = mnist_file(spec)
    elif isinstance(spec, TextCsv):
        path = find_file(spec.path)
    else:
        raise RecipeError(f"There is no data of the kind “{spec.kind}”. Choose mnist or text_csv.")
    # Thirty fits that start at once must not read thirty copies: the first reads, the others wait and share.
    with _one_at_a_time:
        return _load(spec, seed, *identity(path))


def facts(spec: Data, seed: int) -> DataFacts:
    """What the check of a recipe has to know about its data.

    Raises:
        RecipeError: as for `load`.
    """
    return load(spec, seed).facts()


@lru_cache(maxsize=8)
def _load(spec: Mnist | TextCsv, seed: int, path: Path, size: int, modified: int) -> Dataset:
    """Size and time belong to the key, so that a file that was written anew is read anew."""
    return load_mnist(spec, seed) if isinstance(spec, Mnist) else load_text(spec, seed)
