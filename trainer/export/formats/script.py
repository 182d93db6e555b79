"""A Python script that trains the network."""

from __future__ import annotations

from pathlib import Path

from trainer.export.exported_run import ExportedRun
from trainer.export.format import Format, Tell
from trainer.export.programs.script import script
from trainer.export.programs.steps import has_changed
from trainer.export.wording import WORDING
from trainer.i18n import N_
from trainer.messages import Message


class Script(Format, name="script", suffix=".py"):
    """A Python script that trains the network from the file of its data, to the same losses."""

    title = N_("Python script")
    sentence = N_(
        "Trains the same network from the same data file to the same losses, with Keras, TensorFlow and NumPy alone."
    )
    of_weights = False

    def write(self, run: ExportedRun, place: Path, tell: Tell) -> None:
        tell(WORDING.message("writing_program"))
        place.write_bytes(script(run).encode())

    def note(self, run: ExportedRun) -> Message | None:
        return WORDING.message("program_other_data") if has_changed(run) else None
