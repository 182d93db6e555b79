"""What the tests of pasted Keras programs share."""

# ruff: noqa: E501 - programs of several lines in one

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import keras

START = "import keras\nfrom keras import layers\nfrom keras.layers import Dense, Flatten\nfrom keras.models import Sequential\n"


def without_names(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: without_names(v) for k, v in value.items() if k not in {"name", "seed"}}
    return [without_names(part) for part in value] if isinstance(value, list | tuple) else value


def in_a_row(model: keras.Model) -> Iterator[keras.layers.Layer]:
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from in_a_row(layer)
        elif not isinstance(layer, keras.layers.InputLayer):
            yield layer
