"""Examples to train on: read, checked, and cut into three parts. TensorFlow is never loaded here."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from threading import Lock

from trainer.data.dataset import Dataset
from trainer.data.files import find_file, identity
from trainer.data.mnist import load_mnist, mnist_file
from trainer.data.text_csv import load_text
from trainer.recipe.data import Data, DataFacts, Mnist, TextCsv
from trainer.recipe.spec import RecipeError

__all__ = ["facts", "load", "stamp"]

_one_at_a_time = Lock()


def load(spec: Data, seed: int) -> Dataset:
    """The data set of a recipe, cut into its parts; kept, so that all fits of a process share one copy.

    Raises:
        RecipeError: the file is missing or not what it should be, in words for the person who chose it.
    """
    path = _file(spec)
    # Thirty fits that start at once must not read thirty copies: the first reads, the others wait and share.
    with _one_at_a_time:
        return _load(spec, seed, *identity(path))


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


@lru_cache(maxsize=8)
def _load(spec: Mnist | TextCsv, seed: int, path: Path, size: int, modified: int) -> Dataset:
    """Size and time belong to the key, so that a file that was written anew is read anew."""
    if isinstance(spec, Mnist):
        return load_mnist(spec, seed)
    usual = {name: TextCsv.model_fields[name].default for name in ("max_words", "sequence_length")}
    cut = _cut(spec.with_(**usual), seed, path, size, modified)
    return replace(cut, input_shape=(spec.sequence_length,), vocabulary=spec.max_words)


@lru_cache(maxsize=8)
def _cut(spec: TextCsv, seed: int, path: Path, size: int, modified: int) -> Dataset:
    """A table cut into its parts: the same ones whatever vocabulary and length its texts are read with."""
    return load_text(spec, seed)
