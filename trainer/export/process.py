"""The process that makes one export: reads what to do from standard input, answers on standard output, and ends.

Started by `job.py` as `python -m trainer.export.process`, which may end it at any moment.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from pathlib import Path

import psutil

from trainer.export.format import Tell, formats
from trainer.export.protocol import Job, Refused, Step, Written
from trainer.export.wording import WORDING
from trainer.i18n import using
from trainer.messages import Message, MessageError

LOG = logging.getLogger(__name__)


def main() -> None:
    """Make the export of the one line of standard input; ends at once when whoever started it is gone."""
    # Libraries print to standard output; the pipe to whoever waits is kept apart from that.
    answers = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    os.dup2(2, 1)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    job = Job.model_validate_json(sys.stdin.readline())
    if job.gently:
        _lower_priority()
    threading.Thread(target=_end_with_standard_input, daemon=True).start()

    def tell(message: Message) -> None:
        answers.write(Step(message=message).to_line())

    tell(WORDING.message("starting"))
    answers.write(export(job, tell).to_line())
    answers.flush()
    os._exit(0)  # TensorFlow takes a second to end


def _lower_priority() -> None:
    """Let everything else have the processor first, a fit as well."""
    try:
        if sys.platform == "win32":
            psutil.Process().nice(psutil.IDLE_PRIORITY_CLASS)
        else:
            psutil.Process().nice(19)
    except (psutil.Error, OSError) as error:
        LOG.info("The export keeps its priority: %s", error)


def _end_with_standard_input() -> None:
    sys.stdin.read()
    os._exit(1)


def export(job: Job, tell: Tell) -> Written | Refused:
    """Make an export.

    Args:
        job: what is wanted.
        tell: takes each step.
    """
    try:
        with using(job.language):
            return formats()[job.format].make(job, tell)
    except MessageError as error:
        return Refused(message=error.message)
    except OSError as error:
        LOG.exception("The export could not be written.")
        folder = job.place.parent.parent if error.filename is None else Path(os.fsdecode(error.filename)).parent
        if job.place.parent in (folder, *folder.parents):
            folder = job.place.parent.parent
        said = error.strerror or type(error).__name__
        return Refused(message=WORDING.message("not_written", folder=str(folder), error=said))
    except Exception as error:
        LOG.exception("The export failed.")
        return Refused(message=WORDING.message("failed", error=type(error).__name__), is_fault=True)


if __name__ == "__main__":
    main()
