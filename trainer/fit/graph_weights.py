"""The weights of a model as one row of bytes: what the graph of a run reads, and what is kept of each epoch."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

WEIGHTS_DTYPE = np.dtype("<f4")
"""Of the bytes, whatever the computer's own order is."""


def graph_weights(model: keras.Model) -> list[Any]:
    """The variables of a built model whose values a graph of it needs, in the order of their bytes.

    The rule: the variables of `model.weights`, in the order of that list, whose dtype is a float. `model.weights` goes
    through the layers in the order of the stack, names each variable once, and does not depend on whether a layer is
    frozen. It holds the moving means and variances of BatchNormalization; the states of random number generators, the
    optimizer and metrics are not in it. A variable that the graph does not read just takes up its bytes.

    Returns:
        Keras variables. Each takes up 4 bytes for each number of its shape, and the next one begins right behind it.
    """
    return [variable for variable in model.weights if keras.backend.is_float_dtype(variable.dtype)]


def weights_bytes(arrays: Sequence[NDArray[Any]]) -> bytes:
    """The values of `graph_weights`, in their order, as one file: float32, little-endian, in Keras's layout (C order).

    Args:
        arrays: of any float dtype.
    """
    return b"".join(np.ascontiguousarray(array, WEIGHTS_DTYPE).data for array in arrays)


def weights_size(model: keras.Model) -> int:
    """How many bytes the weights of a model have as a file."""
    return sum(WEIGHTS_DTYPE.itemsize * prod(variable.shape) for variable in graph_weights(model))


def model_bytes(model: keras.Model) -> bytes:
    """The weights of a model as they are now; see `weights_bytes`."""
    return weights_bytes([variable.numpy() for variable in graph_weights(model)])
