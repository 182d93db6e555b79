"""Writes a network as Keras saves it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from trainer.export.network import whole
from trainer.export.network_format import Notes, Reads
from trainer.fit.inputs import Words
from trainer.fit.predict import Predictor

METADATA = "metadata.json"
"""In a `.keras` file: what Keras notes about it, and we beside it."""


def save(network: Predictor, place: Path, stem: str, notes: Notes) -> Reads:
    """Write a `.keras` file, which takes plain pictures, or plain texts by either rule; see `NetworkFormat.save`."""
    reads_texts = isinstance(network.preparation, Words)
    model = whole(network, reads_texts=reads_texts)
    file = place / f"{stem}.keras"
    model.save(file)
    _note(file, notes)
    return Reads(file.name, model.inputs[0].dtype, is_text=reads_texts)


def _note(file: Path, notes: Notes) -> None:
    """Write the names of the classes into the file itself, where Keras keeps what it notes about it.

    What is text in it is packed: a reader of texts lists all characters.
    """
    with zipfile.ZipFile(file) as saved:
        content = {name: saved.read(name) for name in saved.namelist()}
    content[METADATA] = json.dumps({**json.loads(content[METADATA]), **notes}).encode()
    with zipfile.ZipFile(file, "w") as changed:
        for name, one in content.items():
            changed.writestr(name, one, zipfile.ZIP_DEFLATED if name.endswith(".json") else zipfile.ZIP_STORED)
