"""The network that is taken home, and the network with everything around it that makes plain examples of its inputs."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from trainer.data.numbers import Scaling
from trainer.export.exported_run import ExportedRun
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
        reads_texts: whether it takes texts, which Keras can only cut into words by its own rule.
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
            given = keras.Input((), dtype="string", name="texts") if reads_texts else _words(network)
            return given, _with_a_word(_vectorized(known, given) if reads_texts else given)
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


def _words(network: Predictor) -> Any:
    return keras.Input(network.input_shape, dtype="int32", name="words")


def _vectorized(known: Words, texts: Any) -> Any:
    layer = keras.layers.TextVectorization(
        max_tokens=max(len(known.words), 3),
        output_sequence_length=known.sequence_length,
        vocabulary=list(known.words[2:]),
        name="read",
    )
    return layer(texts)


def _with_a_word(x: Any) -> Any:
    """Word numbers in which a text without a word is one unknown word, as in training."""
    first = ops.concatenate([ops.ones_like(x[:, :1]), ops.zeros_like(x[:, 1:])], axis=1)
    return ops.where(ops.any(ops.not_equal(x, 0), axis=1, keepdims=True), x, first)
