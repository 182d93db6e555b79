"""The network that is taken home, and the network with everything around it that makes plain examples of its inputs."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from trainer.data.numbers import Scaling
from trainer.export.exported_run import ExportedRun
from trainer.export.text_reader import text_reader, with_a_word
from trainer.fit.build import BUILD_LOCK, called, layers_of
from trainer.fit.inputs import Words
from trainer.fit.predict import Predictor, predictor


def opened(run: ExportedRun) -> Predictor:
    """The network of a run with the chosen weights.

    Raises:
        RecipeError: what it has learned is missing or damaged.
        KeptEpochsError: the weights of that epoch are.
    """
    return predictor(run.recipe, run.folder, run.history, run.kept_epoch)


def whole(network: Predictor, *, reads_texts: bool = False, scales: bool = True) -> keras.Model:
    """The network as one model of Keras's own layers that takes examples as their source gives them: pixels from 0 to
    255, rows of numbers as they are, word numbers, or texts. It gives the score of each class (n, classes).

    Args:
        network: what answers.
        reads_texts: whether it takes texts instead of word numbers.
        scales: whether it scales rows of numbers by itself, which takes numbers of 64 bits.
    """
    with BUILD_LOCK:
        given, x = _inputs(network, reads_texts, scales)
        for layer in layers_of(network.model):
            x = called(layer, x)
        if x.shape[-1] == 1:
            x = ops.concatenate([1.0 - x, x], axis=-1)
        return keras.Model(given, x, name="network")


def _inputs(network: Predictor, reads_texts: bool, scales: bool) -> tuple[Any, Any]:
    """What the whole model takes, and what the network gets of it."""
    match network.preparation:
        case Words() as known:
            if reads_texts:
                given = keras.Input((), dtype="string", name="texts")
                return given, text_reader(known)(given)
            given = keras.Input(network.input_shape, dtype="int32", name="words")
            return given, with_a_word(given)
        case Scaling() if not scales:
            given = keras.Input(network.input_shape, dtype="float32", name="scaled_numbers")
            return given, given
        case Scaling() as scaling:
            # Numbers such as years lose the digits that matter if they are float32 before they are scaled.
            given = keras.Input(network.input_shape, dtype="float64", name="numbers")
            mean, variance = list(scaling.mean), [one**2 for one in scaling.deviation]
            layer = keras.layers.Normalization(mean=mean, variance=variance, dtype="float64", name="scaled")
            return given, ops.cast(layer(given), "float32")
        case _:
            given = keras.Input(network.input_shape, dtype="float32", name="pictures")
            return given, keras.layers.Rescaling(1 / 255, name="scaled")(given)
