"""Writes a network as TensorFlow saves it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from errno import ENOSPC
from pathlib import Path

import keras
import tensorflow as tf

from trainer.export.network import whole
from trainer.export.network_format import Notes, Reads
from trainer.fit.build import BUILD_LOCK
from trainer.fit.inputs import Words
from trainer.fit.predict import Predictor


class Served(tf.Module):  # type: ignore[misc]  # tensorflow ships no types
    """What a SavedModel does."""

    def __init__(self, model: keras.Model, class_names: Sequence[str]) -> None:
        """A network that answers with the names of classes.

        Args:
            model: the whole network.
            class_names: by the places of scores.
        """
        super().__init__(name="network")
        self.model = model
        self.states = [one.value for one in model.variables]  # also those of random numbers, which nobody draws
        count = model.output_shape[-1]
        names = [*class_names, *map(str, range(len(class_names), count))][:count]
        self.class_names = tf.constant([name.encode("utf-8", "replace") for name in names], tf.string)
        read = tf.TensorSpec(model.inputs[0].shape, model.inputs[0].dtype, name="examples")
        self.serve = tf.function(self._serve, input_signature=[read])

    def _serve(self, examples: tf.Tensor) -> dict[str, tf.Tensor]:
        scores = self.model(examples, training=False)
        return {"scores": scores, "answers": tf.gather(self.class_names, tf.argmax(scores, axis=-1))}


def save(network: Predictor, place: Path, stem: str, notes: Notes) -> Reads:
    """Write a SavedModel, which takes plain pictures, or plain texts by either rule; see `NetworkFormat.save`."""
    reads_texts = isinstance(network.preparation, Words)
    model = whole(network, reads_texts=reads_texts)
    with BUILD_LOCK:
        served = Served(model, notes["class_names"])
        try:
            tf.saved_model.save(served, str(place), signatures={"serving_default": served.serve})
        except tf.errors.ResourceExhaustedError as error:  # TensorFlow's word for a full disk
            raise OSError(ENOSPC, os.strerror(ENOSPC)) from error
    return Reads(".", model.inputs[0].dtype, is_text=reads_texts)
