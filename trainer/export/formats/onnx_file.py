"""ONNX: one file with graph and weights, which onnxruntime computes in many languages and on many machines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from trainer.export.network_format import NetworkFormat, Notes, Reads
from trainer.i18n import N_

if TYPE_CHECKING:
    from trainer.fit.predict import Predictor


class Onnx(NetworkFormat, name="onnx", suffix="-onnx"):
    """The network as a graph in ONNX, with its weights."""

    title = N_("ONNX")
    sentence = N_("For programs in many languages, with onnxruntime.")

    def save(self, network: Predictor, place: Path, stem: str, notes: Notes) -> Reads:
        from trainer.export.onnx_network import save  # loads TensorFlow

        return save(network, place, stem, notes)
