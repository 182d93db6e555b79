"""What happens in a run, as lines of an append-only log: the only channel out of a fit.

A line is one JSON object with `n` (its number, from 0, without gaps), `t` (seconds since the run's trainer took it up,
from a monotonic clock) and `kind`, and last a checksum (`log.py`). A number that is not finite is written as the string
"NaN", "Infinity" or "-Infinity", since bare NaN is not JSON.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self, get_args

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, TypeAdapter, field_validator, model_validator

from trainer.messages import Message
from trainer.runs.versions import Versions


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
    # Resume, Train longer.
    **{state: frozenset({RunState.QUEUED}) for state in _ENDS},
}
"""What a run may become; None is a run that nobody has taken up yet. `docs/architecture.md` draws it from here."""


Count = Annotated[int, Field(ge=0, le=2**53)]
"""Up to where JavaScript still counts."""
Seconds = Annotated[float, Field(ge=0, le=1e10, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Logs = Annotated[dict[str, float], Field(max_length=200)]
"""Metrics by their name; a value may be NaN or infinite."""
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=200)]
"""Of a file in the run's own folder, never a path that leads out of it."""
Text = Message | str
"""Something that is told: a code with parameters, from which a sentence is made where it is shown. Logs of 0.1 and 0.2
have the English sentence itself."""
MAX_LINE = 16_000_000
"""Bytes of a line: names of 1,000 classes with 16,000 characters each stand in one."""


class Event(BaseModel):
    """One line of the log. The bounds of its fields are those of any run: a line beyond them is damage."""

    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="strings")

    n: Annotated[int, Field(ge=-1, le=2**53)] = -1
    t: Seconds = 0.0


class StateChanged(Event):
    """The run passed into another state."""

    kind: Literal["state"] = "state"
    state: RunState
    reason: Text | None = None
    """Why. It does not say who pressed Stop, except in older logs (“by you”): see `History.reason_for`."""
    by: str | None = None
    """Who pressed Stop, in the word that owners are known by; None at the command line, and in older logs."""


class Phase(Event):
    """What the trainer is busy with before, between and after the epochs."""

    kind: Literal["phase"] = "phase"
    name: Literal["preparing", "building", "compiling", "training", "saving", "testing", "test_failed"]
    """`test_failed` stands in older logs only; today that is an `ActionFailed`."""
    text: Text | None = None
    """Why, with `test_failed`."""


class ActionFailed(Event):
    """Something that was asked of a run that is over could not be done; the run is as it was before."""

    kind: Literal["action_failed"] = "action_failed"
    action: Literal["test", "keep"]
    """Opening the test set, or putting other saved weights into the model."""
    message: Text


class ExecutionConfig(BaseModel):
    """How a fit runs its batches, so that it is fast, and why."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    steps_per_execution: Count
    """Batches that run inside TensorFlow before Python sees them; of the lean loop, which measures, an estimate."""
    jit_compile: bool
    """Whether the training step is compiled for this computer's processor (XLA)."""
    loop: Literal["lean", "keras"] = "keras"
    """Whose loop goes from batch to batch; all older fits ran in Keras's."""
    one_thread: bool = False
    """Whether the operations of a step run one after the other, without handing them from thread to thread."""
    intra_op_threads: Count = 0
    """Threads that an operation is split among, which decides how sums are rounded; 0 if TensorFlow chose."""
    known_sizes: bool = False
    """Whether whole batches and the shorter last one of an epoch each have a graph of their own."""
    why: Text


class Waiting(Event):
    """The run stands in the queue; written when its place changes."""

    kind: Literal["waiting"] = "waiting"
    before: Count
    """Runs that get their turn first."""
    seconds: Seconds | None
    """A guess at how long that takes; None if it cannot be told."""
    reason: Text | None = None
    """Why, if it waits for something else than its turn."""


class Continued(Event):
    """An ended run continues: epoch `epoch` + 1 comes next, and all later epochs are trained again."""

    kind: Literal["continued"] = "continued"
    epoch: Count
    """The epoch whose weights and optimizer state it continues from; 0 if it starts from the beginning."""
    epochs: Annotated[Count, Field(ge=1)]
    """How many epochs it shall have in all."""
    why: Literal["resume", "further"]


class Notice(Event):
    """Something that its reader has to know and that does not end the run."""

    kind: Literal["notice"] = "notice"
    text: Text


class TextsRead(BaseModel):
    """How much of the texts the model gets to read, and whether that tells the classes apart."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    cut: Share
    """Training texts with more words than are read."""
    padding: Share
    """Places of what is read that hold no word, but padding."""
    unknown: Share
    """Words of new texts that are not in the vocabulary."""
    contradicting: Share
    """Training rows whose text also stands there with another label."""
    told_whole: Share
    """Training texts whose class naive Bayes tells rightly from all of their words, learned on other such texts."""
    told_beginning: Share
    """The same, from the words that are not cut off."""
    told_read: Share
    """The same, from what the model reads of these: a word outside the vocabulary is just “unknown”."""
    tried: Count
    """Texts on which these three were measured."""
    length_wanted: Annotated[Count, Field(ge=1)]
    """Words with which at most one training text of twenty is cut."""


class Prepared(Event):
    """Data and model stand ready: all that a reader needs to draw axes and to count down."""

    kind: Literal["prepared"] = "prepared"
    seconds: Seconds
    train: Count
    validation: Count
    test: Count
    same_rows: bool
    steps: Annotated[Count, Field(ge=1)]
    """Batches in an epoch."""
    epochs: Annotated[Count, Field(ge=1)]
    batch_size: Count
    parameters: Count
    class_names: tuple[str, ...]
    input_shape: tuple[Annotated[Count, Field(ge=1)], ...] | None = None
    """Of one example; None in runs of versions that did not say."""
    majority: Share | None = None
    """The share of the most common class among the training rows: the accuracy of always giving that answer (0 to 1).
    None in older runs."""
    val_majority: Share | None = None
    """The share of that same class among the validation rows; None without any, or if it was not said."""
    test_majority: Share | None = None
    """The share of that same class among the test rows; None in older runs, or without any."""
    most_common: Annotated[str, Field(max_length=MAX_LINE)] | None = None
    """The name of that class; None in older runs."""
    texts: TextsRead | None = None
    """How much of the texts the model gets to read; None in older runs, and if the examples are not texts."""
    execution: ExecutionConfig | None = Field(None, validation_alias=AliasChoices("execution", "pace"))
    """None in older runs."""
    versions: Versions | None = None
    """Of what computes from here on; None in older runs."""


class BatchSeen(Event):
    """Means over the training batches since the last such point (throttled to about ten a second)."""

    kind: Literal["batch"] = "batch"
    epoch: Count
    """Counted from 1."""
    step: Count
    """Batches of this epoch done so far."""
    logs: Logs


class Watch(BaseModel):
    """What the trainer and its callbacks make of an epoch that has just ended, as Keras's own callbacks know it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    monitor: str
    """The number by which the best epoch is chosen."""
    best_epoch: Count | None
    """The best so far, whose weights are on disk; None if the disk took none."""
    waited: Count | None = None
    """Epochs for which EarlyStopping has seen nothing better; None without EarlyStopping."""
    patience: Count | None = None
    """After how many of them it stops the run."""
    waits_for: str | None = None
    """The number that EarlyStopping waits for."""
    saved: bool = False
    """Whether ModelCheckpoint has written a file for this epoch."""


class EpochEnded(Event):
    """The metrics of a completed epoch as Keras reports them, `val_` ones and the learning rate included."""

    kind: Literal["epoch"] = "epoch"
    epoch: Count
    seconds: Seconds
    logs: Logs
    watch: Watch | None = None
    """None in older runs."""


MAX_ANSWERED = 12


class Answered(Event):
    """What the model answers to a few validation examples, always the same ones in a run. All tuples are as long."""

    kind: Literal["answers"] = "answers"
    epoch: Count
    """After this epoch; 0 is before training."""
    checksum: Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]
    """Of the examples, so that others in a changed file are not taken for them."""
    rows: Annotated[tuple[Count, ...], Field(min_length=1, max_length=MAX_ANSWERED)]
    """Where each stands in its source."""
    truth: Annotated[tuple[Count, ...], Field(max_length=MAX_ANSWERED)]
    """The class of each, an index into the class names."""
    answers: Annotated[tuple[Count | None, ...], Field(max_length=MAX_ANSWERED)]
    """The class that the model answers; None where its outputs are not numbers."""
    confidences: Annotated[tuple[Share | None, ...], Field(max_length=MAX_ANSWERED)]
    """The probability that it gives that class; None where its outputs are no probabilities."""

    @model_validator(mode="after")
    def _is_one_table(self) -> Self:
        if len({len(column) for column in (self.rows, self.truth, self.answers, self.confidences)}) > 1:
            raise ValueError("the columns are not as long as each other")
        return self


class WeightsKept(Event):
    """Which weights are in the model now that the fit is over; `file` lies in the run's folder."""

    kind: Literal["weights"] = "weights"
    epoch: Count
    """The last completed epoch that they have learned from; 0 if training ended before the first epoch did."""
    file: FileName
    reason: Text
    """Which weights these are."""
    sha256: str | None = None
    """Of the file; None in older runs."""
    best_epoch: Count | None = None
    """The epoch with the best watched number, whose weights are on disk as well; None if they are not."""
    inside_epoch: Count | None = None
    """The epoch in whose middle the run was stopped, if these are the weights of that moment; None if they are those of
    the end of `epoch`, and in older runs."""

    @property
    def place(self) -> int:
        """Where these weights are among the kept epochs (`runs/kept_epochs.py`)."""
        return self.epoch if self.inside_epoch is None else self.inside_epoch


class Tested(Event):
    """The test set was opened: metrics on it, and a file with the prediction for each row."""

    kind: Literal["tested"] = "tested"
    logs: Logs
    """The loss and the accuracy at least."""
    rows: Count
    weights_epoch: Count
    """As `WeightsKept.epoch`, of the weights that were tested."""
    seconds: Seconds
    file: FileName
    inside_epoch: Count | None = None
    """As `WeightsKept.inside_epoch`."""

    @field_validator("logs")
    @classmethod
    def _has_what_every_test_has(cls, logs: dict[str, float]) -> dict[str, float]:
        if not {"loss", "accuracy"} <= logs.keys():
            raise ValueError("a test without loss or accuracy")
        return logs


AnyEvent = Annotated[
    StateChanged
    | Phase
    | ActionFailed
    | Waiting
    | Continued
    | Notice
    | Prepared
    | BatchSeen
    | EpochEnded
    | Answered
    | WeightsKept
    | Tested,
    Field(discriminator="kind"),
]
_ADAPTER: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)
KINDS: tuple[str, ...] = tuple(kind.model_fields["kind"].default for kind in get_args(get_args(AnyEvent)[0]))
"""What `kind` may be."""


def parse(line: str | bytes, *, strict: bool = False) -> AnyEvent:
    """One event from its JSON.

    Args:
        line: the JSON.
        strict: whether a field that is not known is an error; else it is one of a later version, and passed over.

    Raises:
        ValidationError: it is not an event.
        ValueError: it is longer than any event.
    """
    if len(line) > MAX_LINE:
        raise ValueError("the line is longer than any event")
    return _ADAPTER.validate_json(line, extra="forbid" if strict else None)
