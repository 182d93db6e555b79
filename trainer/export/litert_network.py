"""Writes a network for LiteRT, of its own operations alone: those that need TensorFlow beside it run nowhere else."""

from __future__ import annotations

import contextlib
import logging
import tempfile
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

from trainer.export.blame import layer_error
from trainer.export.network import whole
from trainer.export.network_format import Notes, Reads
from trainer.fit.build import BUILD_LOCK, layers_of
from trainer.fit.predict import Predictor
from trainer.recipe.layers import Layer

LOG = logging.getLogger(__name__)
TITLE = "LiteRT"


class _UnknownError(Exception):
    """LiteRT has no operations for a network."""


def save(network: Predictor, place: Path, stem: str, notes: Notes) -> Reads:
    """Write a `.tflite` file; see `NetworkFormat.save`.

    What reads step by step has loops of which LiteRT has to know the sizes: such a network takes one example at a
    time, and so does one that LiteRT can only compute like that. It has no numbers of 64 bits: rows of numbers have to
    be scaled before. A file has no room for notes.
    """
    for at_once in (1,) if _reads_steps(network) else (None, 1):
        try:
            content = litert_network(network, at_once)
        except _UnknownError as error:
            LOG.info("LiteRT cannot take %s examples at once: %s", at_once or "several", error)
            continue
        file = place / f"{stem}.tflite"
        file.write_bytes(content)
        return Reads(file.name, network.model.inputs[0].dtype, at_once=at_once, scales=False)
    raise layer_error(network, TITLE, _works)


def _reads_steps(network: Predictor) -> bool:
    inner = (getattr(layer, "forward_layer", layer) for layer in layers_of(network.model))
    return any(Layer.registry[type(layer).__name__].is_recurrent for layer in inner)


def litert_network(network: Predictor, at_once: int | None) -> bytes:
    """The whole network as a file of LiteRT, which has computed something.

    Args:
        network: what is converted.
        at_once: how many examples it takes at once; None for any number.

    Raises:
        _UnknownError: LiteRT has no operations for it.
    """
    model = whole(network, scales=False)
    given = model.inputs[0]
    signature = [keras.InputSpec(shape=(at_once, *given.shape[1:]), dtype=given.dtype)]
    own = {"supported_ops": [tf.lite.OpsSet.TFLITE_BUILTINS]}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "network.tflite"
        try:
            with BUILD_LOCK, contextlib.redirect_stdout(None):
                model.export(file, format="litert", verbose=False, input_signature=signature, target_spec=own)
        except Exception as error:  # whatever TensorFlow and its converter raise of what they do not know
            raise _UnknownError(f"{type(error).__name__}: {str(error)[:500]}") from error
        content = file.read_bytes()
    _compute(content, at_once or 2)
    return content


def _compute(content: bytes, count: int) -> None:
    """Let LiteRT compute some examples.

    Raises:
        _UnknownError: it cannot.
    """
    try:
        network = Interpreter(model_content=content)
        (read,) = network.get_input_details()
        network.resize_tensor_input(read["index"], (count, *read["shape"][1:]))
        network.allocate_tensors()
        network.set_tensor(read["index"], np.ones((count, *read["shape"][1:]), read["dtype"]))
        network.invoke()
    except (RuntimeError, ValueError) as error:
        raise _UnknownError(str(error)) from error


def _works(network: Predictor) -> bool:
    try:
        litert_network(network, 1)
    except _UnknownError:
        return False
    return True
