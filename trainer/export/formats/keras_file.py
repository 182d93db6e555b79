"""A `.keras` file: the whole network for those who have Keras."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from trainer.export.network_format import NetworkFormat, Notes, Reads
from trainer.i18n import N_

if TYPE_CHECKING:
    from trainer.fit.predict import Predictor


class KerasFile(NetworkFormat, name="keras", suffix="-keras"):
    """The network as Keras saves it, with what makes its inputs of plain pictures and texts."""

    title = N_("Keras")
    sentence = N_("To go on in Python with Keras: look into the network, train it further, build on it.")

    def save(self, network: Predictor, place: Path, stem: str, notes: Notes) -> Reads:
        from trainer.export.keras_network import save  # loads TensorFlow

        return save(network, place, stem, notes)
