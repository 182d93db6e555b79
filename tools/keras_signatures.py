"""Writes trainer/keras_code/signatures.json: what Keras's layers, initializers, regularizers and activations take.

Run it after an update of Keras: `python -m tools.keras_signatures`. A test compares the file with the Keras that is
installed.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import keras

from trainer.keras_code.signatures import PATH


def signatures() -> dict[str, Any]:
    """What the file holds: for each group of Keras's classes or functions the arguments of each, in Keras's order.

    An argument is `[name]` if Keras needs it, else `[name, default]`. `aliases` has the second names of layers, and
    `base` what every layer takes beside its own arguments.
    """
    layers = dict(_classes(keras.layers, keras.layers.Layer))
    base = inspect.signature(keras.layers.Layer.__init__).parameters.values()
    return {
        "base": [_argument(one) for one in base if one.kind is one.KEYWORD_ONLY],
        "aliases": {name: cls.__name__ for name, cls in layers.items() if name != cls.__name__},
        "layers": {name: _arguments(cls.__init__) for name, cls in layers.items() if name == cls.__name__},
        "initializers": _by_class(keras.initializers, keras.initializers.Initializer),
        "regularizers": _by_class(keras.regularizers, keras.regularizers.Regularizer),
        "activations": {
            name: _arguments(function)
            for name, function in vars(keras.activations).items()
            if inspect.isfunction(function) and name not in {"get", "serialize", "deserialize"}
        },
    }


def text() -> str:
    """The file: JSON with one line for each class or function, so that a difference between two of them can be read."""
    groups = []
    for group, found in signatures().items():
        entries = found.items() if isinstance(found, dict) else ((None, one) for one in found)
        lines = [("" if name is None else f"{json.dumps(name)}: ") + json.dumps(one) for name, one in entries]
        left, right = "{}" if isinstance(found, dict) else "[]"
        groups.append(f" {json.dumps(group)}: {left}\n  " + ",\n  ".join(sorted(lines)) + f"\n {right}")
    return "{\n" + ",\n".join(groups) + "\n}\n"


def _classes(module: ModuleType, base: type) -> Iterator[tuple[str, type[Any]]]:
    for name, found in vars(module).items():
        if isinstance(found, type) and issubclass(found, base):
            yield name, found


def _by_class(module: ModuleType, base: type) -> dict[str, list[list[Any]]]:
    return {cls.__name__: _arguments(cls.__init__) for _, cls in _classes(module, base)}


def _arguments(function: Callable[..., Any]) -> list[list[Any]]:
    _, *found = inspect.signature(function).parameters.values()  # without self, or the tensor
    return [_argument(one) for one in found if one.kind is one.POSITIONAL_OR_KEYWORD]


def _argument(argument: inspect.Parameter) -> list[Any]:
    return [argument.name] if argument.default is argument.empty else [argument.name, argument.default]


def main() -> int:
    """Write the file."""
    PATH.write_text(text(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
