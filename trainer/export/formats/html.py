"""One HTML file: a page with the network inside, for everybody who has a browser."""

from __future__ import annotations

from pathlib import Path

from trainer.export.equality import Equality
from trainer.export.exported_run import ExportedRun
from trainer.export.format import Format, Tell
from trainer.i18n import N_


class HtmlFile(Format, name="html", suffix=".html"):
    """The page *Try it* alone, with the network, in a file that needs neither a server nor a network connection."""

    title = N_("HTML")
    sentence = N_("For everybody: a page to draw on or type into, which works without a network, from a USB stick too.")

    def write(self, run: ExportedRun, place: Path, tell: Tell) -> Equality | None:
        from trainer.export.html_page import write_page  # loads TensorFlow

        return write_page(run, place, tell, self.title)
