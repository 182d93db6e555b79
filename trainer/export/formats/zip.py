"""A run as one file that another Fitboard opens."""

from __future__ import annotations

from pathlib import Path

from trainer.export.exported_run import ExportedRun
from trainer.export.format import Format, Tell
from trainer.export.run_zip import pack
from trainer.export.wording import WORDING
from trainer.i18n import N_
from trainer.runs.store import Store


class RunZip(Format, name="zip", suffix=".zip"):
    """Recipe, log, tests, weights of epochs and saved state; opened on the Runs page, or by `trainer open`."""

    title = N_("Run for another Fitboard")
    sentence = N_("One zip with curves, results, weights and recipe, which another Fitboard opens on its Runs page.")
    of_weights = False

    def write(self, run: ExportedRun, place: Path, tell: Tell) -> None:
        tell(WORDING.message("packing_run"))
        pack(Store(run.folder.parent, make=False), run.id, place)
