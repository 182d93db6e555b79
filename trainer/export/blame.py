"""Which layer a format cannot hold: the first with which the layers up to it cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import keras

from trainer.export.equality import ExportError
from trainer.export.wording import WORDING
from trainer.fit.build import layers_of
from trainer.fit.predict import Predictor


def layer_error(network: Predictor, format: str, works: Callable[[Predictor], bool]) -> ExportError:
    """Why a format cannot hold a network. It is searched for by halves: with a layer that cannot, all longer stacks
    cannot either.

    Args:
        network: that cannot be exported.
        format: the title of the format.
        works: tries to export the first layers of it.
    """
    layers = layers_of(network.model)
    good, bad = 0, len(layers)
    while bad - good > 1:
        count = (good + bad) // 2
        model = keras.Model(network.model.inputs[0], layers[count - 1].output)
        if works(replace(network, model=model)):
            good = count
        else:
            bad = count
    return refused(format, bad, type(layers[bad - 1]).__name__)


def refused(format: str, number: int, kind: str) -> ExportError:
    """The error that names a layer."""
    return ExportError(WORDING.message("layer", format=format, number=number, kind=kind))
