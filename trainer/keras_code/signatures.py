"""The arguments of Keras's layers, in Keras's order and with its defaults, without importing Keras.

`signatures.json` is made from Keras by `python -m tools.keras_signatures`; a test compares the two.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("signatures.json")
REQUIRED = object()
"""The default of an argument that Keras does not do without."""
_SECOND_WORDS = {"uniform": "randomuniform", "normal": "randomnormal", "swish": "silu", "hardswish": "hardsilu"}
Arguments = Mapping[str, Any]
"""Defaults by name, in Keras's order."""


@cache
def _group(name: str) -> dict[str, Arguments]:
    file = json.loads(PATH.read_text("utf-8"))
    return {kind: _arguments(found) for kind, found in file[name].items()}


def _arguments(found: list[list[Any]]) -> Arguments:
    return {name: default[0] if default else REQUIRED for name, *default in found}


@cache
def base() -> Arguments:
    """What every layer takes beside its own arguments, always by name."""
    return _arguments(json.loads(PATH.read_text("utf-8"))["base"])


@cache
def aliases() -> Mapping[str, str]:
    """Keras's second names of layers, such as MaxPool2D for MaxPooling2D."""
    return dict(json.loads(PATH.read_text("utf-8"))["aliases"])


def layers() -> Mapping[str, Arguments]:
    """The arguments of each of Keras's layers, by the layer's name.

    >>> list(layers()["RepeatVector"]), layers()["ELU"]["alpha"]
    (['n'], 1.0)
    """
    return _group("layers")


def regularizers() -> Mapping[str, Arguments]:
    """The arguments of each regularizer."""
    return _group("regularizers")


def activations() -> Mapping[str, Arguments]:
    """The arguments of each function that is an activation."""
    return _group("activations")


@cache
def words() -> Mapping[str, Arguments]:
    """What an initializer or an activation does where only its word is given, by the word as `squeezed` writes it."""
    return {squeezed(name): found for group in ("initializers", "activations") for name, found in _group(group).items()}


def of_class(name: str) -> Arguments:
    """The arguments of what is made by a class, such as `LeakyReLU` or `HeNormal`; empty if it is unknown."""
    return layers().get(name) or regularizers().get(name) or words().get(squeezed(name), {})


def squeezed(word: str) -> str:
    """The same for all ways in which Keras lets one write a word.

    >>> squeezed("RandomUniform"), squeezed("random_uniform"), squeezed("uniform"), squeezed("VALID")
    ('randomuniform', 'randomuniform', 'randomuniform', 'valid')
    """
    form = word.replace("_", "").lower()
    return _SECOND_WORDS.get(form, form)
