"""A Jupyter notebook that trains the network."""

from __future__ import annotations

from pathlib import Path

from trainer.export.exported_run import ExportedRun
from trainer.export.format import Format, Tell
from trainer.export.programs.steps import has_changed
from trainer.export.wording import WORDING
from trainer.i18n import N_
from trainer.messages import Message


class Notebook(Format, name="notebook", suffix=".ipynb"):
    """The script as a notebook, explained cell by cell, with curves."""

    title = N_("Notebook")
    sentence = N_("The same as a Jupyter notebook, explained cell by cell, with curves. For Jupyter or Google Colab.")
    of_weights = False

    def write(self, run: ExportedRun, place: Path, tell: Tell) -> None:
        from trainer.export.programs.notebook import notebook  # loads nbformat, which only this format needs

        tell(WORDING.message("writing_program"))
        place.write_bytes(notebook(run).encode())

    def note(self, run: ExportedRun) -> Message | None:
        return WORDING.message("program_other_data") if has_changed(run) else None
