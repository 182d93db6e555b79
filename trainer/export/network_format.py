"""What formats have in common that hold a network and what goes with it: a folder, compared with the network."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from trainer.export.equality import Equality
from trainer.export.exported_run import ExportedRun
from trainer.export.format import Format, Tell

if TYPE_CHECKING:  # it loads TensorFlow
    from trainer.fit.predict import Predictor

Notes = Mapping[str, Any]
"""What stands in a file of a network beside it, as far as its format has room: `class_names`, `run`, `epoch`."""


class Reads(NamedTuple):
    """What an export takes."""

    file: str
    """Where the network is, below the folder of the export; a dot if that is the folder itself."""
    dtype: str
    is_text: bool = False
    """Whether it takes texts themselves, and not their word numbers."""
    at_once: int | None = None
    """How many examples it takes at once; None for any number."""
    scales: bool = True
    """Whether it scales rows of numbers by itself."""


class NetworkFormat(Format):
    """A format that something else than Fitboard can compute; `standalone/run_export.py` runs it by its name."""

    def write(self, run: ExportedRun, place: Path, tell: Tell) -> Equality | None:
        from trainer.export.networks import write_network  # loads TensorFlow

        return write_network(self, run, place, tell)

    @abstractmethod
    def save(self, network: Predictor, place: Path, stem: str, notes: Notes) -> Reads:
        """Write the network alone.

        Args:
            network: what to write.
            place: the folder of the export.
            stem: what the file is called, without its ending.
            notes: what is to stand in it.

        Returns:
            What it takes.

        Raises:
            ExportError: the format cannot hold the network.
        """
