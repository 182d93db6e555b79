"""LiteRT, formerly TensorFlow Lite: one small file for phones and small computers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from trainer.export.network_format import NetworkFormat, Notes, Reads
from trainer.i18n import N_

if TYPE_CHECKING:
    from trainer.fit.predict import Predictor


class LiteRt(NetworkFormat, name="litert", suffix="-litert"):
    """The network as a `.tflite` file, of LiteRT's own operations alone."""

    title = N_("LiteRT")
    sentence = N_("For phones and small computers, with ai_edge_litert.")

    def save(self, network: Predictor, place: Path, stem: str, notes: Notes) -> Reads:
        from trainer.export.litert_network import save  # loads TensorFlow

        return save(network, place, stem, notes)
