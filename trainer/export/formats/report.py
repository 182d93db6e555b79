"""The lab report of a run, for a folder, a wall or a teacher."""

from __future__ import annotations

from trainer.export.format import AnyFormat, Tell
from trainer.export.protocol import Job, Written
from trainer.export.wording import WORDING
from trainer.i18n import N_
from trainer.runs.store import Store


class LabReport(AnyFormat, name="report", suffix=".report.html"):
    """One page of HTML, of a run in any state."""

    title = N_("Lab report")
    sentence = N_("One page about the whole run, to complete, save and print on two sheets.")
    of_weights = False

    def make(self, job: Job, tell: Tell) -> Written:
        from trainer.export.report.contents import contents  # takes a second to load, which a page need not wait for
        from trainer.export.report.material import gather
        from trainer.export.report.page import page

        tell(WORDING.message("reading"))
        found = gather(Store(job.root, make=False), job.run_id)
        tell(WORDING.message("writing_report"))
        job.place.write_bytes(page(contents(found)).encode("utf-8", "replace"))
        kept = found.run.history.weights
        inside = kept is not None and kept.inside_epoch is not None
        return Written(epoch=None if kept is None else kept.place, inside=inside, equality=None)
