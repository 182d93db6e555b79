"""Runs whose trainer ended before they did: written into their own log, so that every reader knows."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path

from filelock import Timeout

from trainer.messages import Message
from trainer.recipe.spec import NewerVersionError
from trainer.runs import summary
from trainer.runs.events import RunState, StateChanged
from trainer.runs.log import DamagedLogError, LogWriter
from trainer.runs.store import Store

LOG = logging.getLogger(__name__)
WRITTEN = ("state", "checkpoints", "epochs", "network")
"""Folders in a run's folder that its trainer writes to."""


def mark_interrupted(store: Store, run_id: str, reason: Message) -> None:
    """Write down that a run was interrupted, unless a trainer holds it."""
    try:
        with store.lock(run_id).acquire(blocking=False):
            remove_leftovers(store.folder(run_id))
            log = LogWriter(store.log(run_id))
            try:
                log.write(StateChanged(state=RunState.INTERRUPTED, reason=reason))
            finally:
                log.close()
    except Timeout:
        LOG.info("Run %s is alive elsewhere.", run_id)
    except (DamagedLogError, NewerVersionError) as error:
        LOG.info("Run %s is left as it is: %s", run_id, error)
    except OSError as error:
        LOG.warning("Run %s could not be marked as interrupted (%s).", run_id, error)


def remove_leftovers(folder: Path) -> None:
    """Remove what a killed trainer left half-written in a run's folder. Only for whoever holds the run.

    It looks only where a trainer writes: whatever else lies in the folder, or where a link leads, is not ours.
    """
    for place in (folder, *(folder / name for name in WRITTEN if not (folder / name).is_symlink())):
        for path in place.glob(".*"):
            if path.is_file() and not path.name.startswith(f".{summary.FILE}."):  # readers write those at any time
                with suppress(OSError):
                    path.unlink()
