"""A SavedModel: the whole network for those who have TensorFlow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from trainer.export.network_format import NetworkFormat, Notes, Reads
from trainer.i18n import N_

if TYPE_CHECKING:
    from trainer.fit.predict import Predictor


class SavedModel(NetworkFormat, name="saved_model", suffix="-saved-model"):
    """The network as TensorFlow saves it: pictures or texts in, answers out."""

    title = N_("SavedModel")
    sentence = N_("For TensorFlow and TensorFlow Serving, without Keras.")

    def save(self, network: Predictor, place: Path, stem: str, notes: Notes) -> Reads:
        from trainer.export.saved_model_network import save  # loads TensorFlow

        return save(network, place, stem, notes)
