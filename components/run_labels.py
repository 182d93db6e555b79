"""How runs are named on every page: their state and when they were started."""

from __future__ import annotations

from datetime import UTC, datetime

from trainer import formats
from trainer.i18n import N_, _
from trainer.runs.events import RunState
from trainer.runs.store import Run

_STATES = {
    RunState.QUEUED: N_("queued"),
    RunState.RUNNING: N_("running"),
    RunState.PAUSED: N_("paused"),
    RunState.FINISHED: N_("finished"),
    RunState.STOPPED: N_("stopped"),
    RunState.FAILED: N_("failed"),
    RunState.INTERRUPTED: N_("interrupted"),
}


def state_of(run: Run) -> str:
    """The state of a run; of a run that cannot be read to its end, why."""
    return _(_STATES[run.state]) if run.damage is None else str(run.condition)


def began(run: Run) -> str:
    """When a run was started, as short as it is still clear; its id if nobody knows."""
    if run.created is None:
        return _("unknown time, {id}").format(id=run.id)
    return moment(run.created)


def moment(when: datetime) -> str:
    """A time in the time zone of this computer, as short as it is still clear."""
    return formats.day_and_time(when.astimezone(), datetime.now(UTC))


def started(run: Run) -> str:
    """When a run was started, in the time zone of this computer; its id if nobody knows."""
    return formats.date(run.created.astimezone()) if run.created else run.id
