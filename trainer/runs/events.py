"""What happens in a run, as lines of an append-only log: the only channel out of a fit.

A line is one JSON object with `n` (its number, from 0, without gaps), `t` (seconds since the run's trainer took it up,
from a monotonic clock) and `kind`. A number that is not finite is written as the string "NaN", "Infinity" or
"-Infinity", since bare NaN is not JSON.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class RunState(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    """Waits for its turn."""
    RUNNING = "running"
    """Has begun; its numbers grow."""
    PAUSED = "paused"
    """Holds still until somebody resumes it."""
    FINISHED = "finished"
    """Ended by itself: all epochs done, or a callback stopped it."""
    STOPPED = "stopped"
    """Ended because somebody pressed Stop."""
    FAILED = "failed"
    """Ended by an error; the reason is kept."""
    INTERRUPTED = "interrupted"
    """Its trainer went away before it ended."""

    @property
    def is_over(self) -> bool:
        return self in {RunState.FINISHED, RunState.STOPPED, RunState.FAILED, RunState.INTERRUPTED}


_ENDS = {RunState.FINISHED, RunState.STOPPED, RunState.FAILED, RunState.INTERRUPTED}
TRANSITIONS: dict[RunState | None, frozenset[RunState]] = {
    None: frozenset({RunState.QUEUED, RunState.INTERRUPTED}),
    # Taken up once more: the trainer that had it waiting went away before its turn came.
    RunState.QUEUED: frozenset({RunState.QUEUED, RunState.RUNNING, *_ENDS - {RunState.FINISHED}}),
    RunState.RUNNING: frozenset({RunState.PAUSED, *_ENDS}),
    RunState.PAUSED: frozenset({RunState.RUNNING, *_ENDS - {RunState.FINISHED}}),
    # Resume, Train further.
    **{state: frozenset({RunState.QUEUED}) for state in _ENDS},
}
"""What a run may become; None is a run that nobody has taken up yet. `docs/architecture.md` draws it from here."""


class Event(BaseModel):
    """One line of the log."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="strings")

    n: int = -1
    t: float = 0.0


class StateChanged(Event):
    """The run passed into another state; `reason` is a sentence for its reader."""

    kind: Literal["state"] = "state"
    state: RunState
    reason: str | None = None
    by: str | None = None
    """Who pressed Stop, in the word that owners are known by; None at the command line, and in logs of versions that
    did not say. The reason says “by you”; whoever shows it to others puts that right."""


class Phase(Event):
    """What the trainer is busy with before, between and after the epochs, in a few words."""

    kind: Literal["phase"] = "phase"
    name: Literal["preparing", "building", "compiling", "training", "saving", "testing", "test_failed"]
    text: str | None = None
    """Why, in a sentence, if something went wrong."""


class Pace(BaseModel):
    """What the trainer chose, so that a fit is fast, and why. Nobody has to know these words."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    steps_per_execution: int
    """Batches that run inside TensorFlow before Python sees them."""
    jit_compile: bool
    """Whether the training step is compiled for this computer's processor (XLA)."""
    why: str
    """In a sentence or two."""


class Waiting(Event):
    """The run stands in the queue; written when its place changes."""

    kind: Literal["waiting"] = "waiting"
    before: int
    """Runs that get their turn first."""
    seconds: float | None
    """A guess at how long that takes; None if it cannot be told."""
    reason: str | None = None
    """Why, in a sentence, if it waits for something else than its turn."""


class Continued(Event):
    """An ended run goes on: what comes is epoch `epoch` + 1, and all that was known of later epochs is done again."""

    kind: Literal["continued"] = "continued"
    epoch: int
    """The epoch whose weights and optimizer state it goes on from; 0 if it begins anew."""
    epochs: int
    """How many epochs it shall have in all."""
    why: Literal["resume", "further"]


class Notice(Event):
    """Something that its reader has to know and that does not end the run, in a sentence."""

    kind: Literal["notice"] = "notice"
    text: str


class Prepared(Event):
    """Data and model stand ready: all that a reader needs to draw axes and to count down."""

    kind: Literal["prepared"] = "prepared"
    seconds: float
    train: int
    validation: int
    test: int
    same_rows: bool
    steps: int
    """Batches in an epoch."""
    epochs: int
    batch_size: int
    parameters: int
    class_names: tuple[str, ...]
    majority: float | None = None
    """The share of the commonest class among the training rows: the accuracy of always giving that answer (0 to 1).
    None in runs of versions that did not say."""
    val_majority: float | None = None
    """The share of that same class among the validation rows; None without any, or if it was not said."""
    pace: Pace | None = None
    """None in runs of versions that did not say."""


class BatchSeen(Event):
    """Means over the training batches since the last such point (throttled to about ten a second)."""

    kind: Literal["batch"] = "batch"
    epoch: int
    """Counted from 1."""
    step: int
    """Batches of this epoch done so far."""
    logs: dict[str, float]


class Watch(BaseModel):
    """What the trainer and its callbacks make of an epoch that has just ended, as Keras's own callbacks know it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    monitor: str
    """The number by which the best epoch is chosen."""
    best_epoch: int | None
    """The best so far, whose weights are on disk; None if the disk took none."""
    waited: int | None = None
    """Epochs for which EarlyStopping has seen nothing better; None without EarlyStopping."""
    patience: int | None = None
    """After how many of them it stops the run."""
    waits_for: str | None = None
    """The number that EarlyStopping waits for."""
    saved: bool = False
    """Whether ModelCheckpoint has written a file for this epoch."""


class EpochEnded(Event):
    """The metrics of a whole epoch as Keras reports them, `val_` ones and the learning rate included."""

    kind: Literal["epoch"] = "epoch"
    epoch: int
    seconds: float
    logs: dict[str, float]
    watch: Watch | None = None
    """None in runs of versions that did not say."""


class WeightsKept(Event):
    """Which weights are in the model now that the fit is over; `file` lies in the run's folder."""

    kind: Literal["weights"] = "weights"
    epoch: int
    """The epoch they come from; 0 if training ended before the first epoch did."""
    file: str
    reason: str
    sha256: str | None = None
    """Of the file; None in runs of versions that did not say."""
    best_epoch: int | None = None
    """The epoch with the best watched number, whose weights are on disk as well; None if they are not."""


class Tested(Event):
    """The test set was opened: metrics on it, and a file with the prediction for each row."""

    kind: Literal["tested"] = "tested"
    logs: dict[str, float]
    rows: int
    weights_epoch: int
    seconds: float
    file: str


AnyEvent = Annotated[
    StateChanged | Phase | Waiting | Continued | Notice | Prepared | BatchSeen | EpochEnded | WeightsKept | Tested,
    Field(discriminator="kind"),
]
_ADAPTER: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)


def parse(line: str | bytes) -> AnyEvent:
    """One line of a log as an event.

    Raises:
        ValueError: the line is not an event.
    """
    return _ADAPTER.validate_json(line)
