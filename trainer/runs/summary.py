"""A log in short: `summary.json` in a run's folder, so that a list of thousands of runs need not read their logs.

A summary is only ever a copy of what the log says, and it names the log as it was then. One that is missing, damaged,
of another version, or made before the log changed is ignored, and made again by whoever lists next.
"""

from __future__ import annotations

import logging
from math import isfinite
from pathlib import Path
from typing import Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from trainer.runs.files import require_file, write_whole
from trainer.runs.history import History

LOG = logging.getLogger(__name__)
FILE = "summary.json"
MAX_BYTES = 50_000_000
"""Of a summary that is read: those of 10,000 epochs have some 4 MB."""
VERSION: Final = 4
"""Of what a log adds up to. Raise it whenever a History of the same log changes, so that no older summary is used;
`test_a_summary_of_this_version` fails until that is done."""


class Stamp(NamedTuple):
    """A log as it was at a moment: it only grows, so one of the same stamp holds the same lines."""

    size: int
    modified: int
    """Nanoseconds, as the file system counts them."""


class Summary(BaseModel):
    """What the file holds. `history` has every field of a History but its batch points and answers, the bulk of a log,
    and its timer, which only a run that trains needs."""

    model_config = ConfigDict(frozen=True, ser_json_inf_nan="strings")

    version: Literal[4] = VERSION
    log: Stamp
    history: History


def stamp(log: Path) -> Stamp | None:
    """The stamp of a log now; None if it is not there or nobody may look at it, which whoever reads it will say."""
    try:
        status = log.stat()
    except OSError as error:
        LOG.debug("%s cannot be looked at: %s", log, error)
        return None
    return Stamp(status.st_size, status.st_mtime_ns)


def load(log: Path) -> History | None:
    """What a log adds up to, without batch points and answers, from the summary beside it; None if that is not its."""
    path = log.with_name(FILE)
    try:
        require_file(path, MAX_BYTES)
        summary = Summary.model_validate_json(path.read_bytes())
        fits = summary.log == stamp(log) and _is_sound(summary.history)
    except FileNotFoundError:
        return None  # not made yet
    except (OSError, ValueError) as error:
        LOG.debug("%s is ignored: %s", path, error)
        return None
    return summary.history if fits else None


def _is_sound(history: History) -> bool:
    """Whether a log could add up to it."""
    seconds = (
        history.seconds,
        history.training_began or 0.0,
        history.training_ended or 0.0,
        history.trained_before,
        history.paused_since,
        history.seconds_paused,
    )
    return history.state.is_over and history.cursor >= 0 and all(map(isfinite, seconds))


def keep(log: Path, before: Stamp, history: History) -> None:
    """Write the summary of a log that is over. If the disk does not take it, the log is simply read again next time.

    Args:
        log: whose folder the summary goes into.
        before: the log's stamp from before it was read.
        history: what it adds up to.
    """
    if stamp(log) != before:
        return  # it grew while it was read: nobody can say how much of it is in the history
    path, summary = log.with_name(FILE), Summary(log=before, history=history)
    try:
        write_whole(path, summary.model_dump_json(exclude={"history": {"batches", "answers", "timer"}}).encode())
    except OSError as error:
        LOG.debug("%s is not kept: %s", path, error)
