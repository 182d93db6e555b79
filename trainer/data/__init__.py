"""Examples to train on: read, checked, and cut into three parts. TensorFlow is never loaded here."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from trainer.data.dataset import Dataset
from trainer.data.files import find_file, identity
from trainer.data.mnist import load_mnist, mnist_file, unpacked
from trainer.data.table import weight
from trainer.data.text_csv import load_text, regardless_of_sizes
from trainer.data.turn import Kept
from trainer.recipe.data import Data, DataFacts, Mnist, TextCsv
from trainer.recipe.spec import RecipeError

__all__ = ["facts", "load", "stamp"]

_datasets: Kept[Dataset] = Kept(8)
_cut: Kept[Dataset] = Kept(8)
"""Tables that are cut into their parts, whatever vocabulary and length their texts are read with."""


def load(spec: Data, seed: int) -> Dataset:
    """The data set of a recipe, cut into its parts; kept, so that all fits of a process share one copy.

    Raises:
        RecipeError: the file is missing or not what it should be, in words for the person who chose it.
    """
    path = _file(spec)
    # Size and time belong to the key, so that a file that was written anew is read anew. Thirty fits that start at once
    # must not read thirty copies: the first reads, the others wait and share.
    size = weight(path) if isinstance(spec, TextCsv) else unpacked(path)
    # All that is cut from the same pictures shares them.
    shared = identity(path) if isinstance(spec, Mnist) else None
    return _datasets.get((spec, seed, identity(path)), size, partial(_load, spec, seed, path), shared)


def stamp(spec: Data) -> str:
    """The same word while a data set's file is the same; empty where there is none."""
    try:
        return ":".join(map(str, identity(_file(spec))))
    except RecipeError:
        return ""


def _file(spec: Data) -> Path:
    if isinstance(spec, Mnist):
        return mnist_file(spec)
    if isinstance(spec, TextCsv):
        return find_file(spec.path)
    raise RecipeError(f"There is no data of the kind “{spec.kind}”. Choose mnist or text_csv.")


def facts(spec: Data, seed: int) -> DataFacts:
    """What the check of a recipe has to know about its data.

    Raises:
        RecipeError: as for `load`.
    """
    return load(spec, seed).facts()


def _load(spec: Data, seed: int, path: Path) -> Dataset:
    return _load_text(spec, seed, path) if isinstance(spec, TextCsv) else load_mnist(Mnist.model_validate(spec), seed)


def _load_text(spec: TextCsv, seed: int, path: Path) -> Dataset:
    plain = regardless_of_sizes(spec)
    cut = _cut.get((plain, seed, identity(path)), weight(path), lambda: load_text(plain, seed))
    return replace(cut, input_shape=(spec.sequence_length,), vocabulary=spec.max_words)
