"""What lies in `state/` of a run's folder, as far as it can be read without Keras: the manifests of saved states.

`trainer/fit/checkpoint_manager.py` writes and reads the states themselves.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from trainer.runs.events import EpochEnded
from trainer.runs.files import read_file
from trainer.runs.versions import Versions

FOLDER = "state"
"""In a run's folder."""
VERSION: Final = 1
"""Of the format: a change that this version could not read or would misread raises it."""
MANIFEST = re.compile(r"state-([0-9]+)\.json")
"""The name of a manifest, with its epoch."""


class File(BaseModel):
    """A file of arrays as it was written."""

    model_config = ConfigDict(frozen=True)

    name: str
    sha256: str


class Manifest(BaseModel):
    """What belongs together at the end of one epoch."""

    model_config = ConfigDict(frozen=True, ser_json_inf_nan="strings")

    version: Literal[1] = VERSION
    run: str
    fingerprint: str
    """Of recipe and data: a state is only good for what it was trained with."""
    ended: EpochEnded
    weights: File
    optimizer: File
    kept: dict[str, tuple[int, File]] = {}
    """Weights of earlier epochs that are still needed: who needs them -> epoch (from 1) and file."""
    callbacks: dict[str, dict[str, float | int | None]] = {}
    """What callbacks remember, by kind."""
    versions: Versions = {}
    """Of what computed the epoch; empty in states of versions that did not say."""

    @property
    def epoch(self) -> int:
        return self.ended.epoch

    @property
    def files(self) -> set[File]:
        """All files that it names."""
        return {self.weights, self.optimizer, *(file for _, file in self.kept.values())}

    @property
    def file_name(self) -> str:
        """Of its own file."""
        return f"state-{self.epoch:05}.json"

    def to_bytes(self) -> bytes:
        """As the content of its file: a line of JSON, and a line with the hash of that."""
        line = self.model_dump_json().encode()
        return line + b"\n" + hashlib.sha256(line).hexdigest().encode() + b"\n"


def manifest_line(content: bytes) -> bytes:
    """What stands in the file of a manifest; empty if it is not as it was written."""
    line, _, rest = content.partition(b"\n")
    return line if rest.strip() == hashlib.sha256(line).hexdigest().encode() else b""


def read_manifest_line(path: Path) -> bytes:
    """What stands in a manifest; empty if the file is not as it was written, or not there."""
    try:
        return manifest_line(read_file(path))
    except OSError:
        return b""
