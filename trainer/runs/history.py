"""Events -> what they add up to: state, epochs, curves, best epoch. Pure; readers get snapshots."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from math import isfinite, nan
from typing import NamedTuple

from trainer.messages import Message
from trainer.runs.events import (
    ActionFailed,
    Answered,
    AnyEvent,
    BatchSeen,
    Continued,
    EpochEnded,
    Notice,
    Phase,
    Prepared,
    RunState,
    StateChanged,
    Tested,
    Text,
    Waiting,
    Watch,
    WeightsKept,
)
from trainer.runs.metrics import Metric
from trainer.runs.time_left import EpochTimer
from trainer.runs.versions import Versions
from trainer.runs.wording import STOPPED_CODES, WORDING

MAX_ANSWERS = 200
"""Epochs whose answers are remembered; more of them than anybody steps through."""


class Curve(NamedTuple):
    """One line of a chart: `x` in epochs (1.5 is half-way through the second), `y` in the metric's own unit."""

    x: list[float]
    y: list[float]


@dataclass
class History:
    """Everything that a reader may want to know about a run, folded from its events."""

    state: RunState = RunState.QUEUED
    reason: Text | None = None
    """Why it is in this state; for people see `reason_for`."""
    stopped_by: str | None = None
    """Who pressed Stop, if that is why it is over and it has been said."""
    phase: Phase | None = None
    failed_action: ActionFailed | None = None
    """What was asked of the run last, if it failed: a test, or a choice of weights."""
    prepared: Prepared | None = None
    epochs: list[EpochEnded] = field(default_factory=list)
    batches: list[BatchSeen] = field(default_factory=list)
    answers: list[Answered] = field(default_factory=list)
    """What the model answered to a few examples, by epoch; of a long run the first, the last, and others evenly
    between them."""
    weights: WeightsKept | None = None
    tests: list[Tested] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    """What happened on the way, since the run was last taken up."""
    waiting: Waiting | None = None
    """Its place in the queue while it stands there."""
    continued: list[Continued] = field(default_factory=list)
    """How often and where it was resumed or trained further."""
    versions: list[Versions] = field(default_factory=list)
    """What it was computed with, one after another where it continued with others; empty if its log does not say."""
    seconds: float = 0.0
    """In which the trainer had the run, at the last event."""
    training_began: float | None = None
    """When the first batch was begun, or the first one after the run was last continued."""
    training_ended: float | None = None
    trained_before: float = 0.0
    """Seconds of training before the run was last continued."""
    paused_since: float = 0.0
    seconds_paused: float = 0.0
    """Since training began or was last continued."""
    timer: EpochTimer = field(default_factory=EpochTimer, compare=False, repr=False)
    """Of the epochs since training began or was last continued."""
    cursor: int = -1
    """The number of the last event folded in."""

    def add(self, events: Iterable[AnyEvent]) -> History:  # noqa: C901 - one case a kind of event
        """Fold further events in; one that is already in is passed over."""
        for event in events:
            if event.n <= self.cursor:
                continue
            self.cursor, self.seconds = event.n, event.t
            match event:
                case StateChanged():
                    if self.state is RunState.PAUSED:
                        self.seconds_paused += event.t - self.paused_since
                    if event.state is RunState.PAUSED:
                        self.paused_since = event.t
                    self.state, self.reason, self.stopped_by, self.waiting = event.state, event.reason, event.by, None
                    if event.state.is_over and self.training_began is not None and self.training_ended is None:
                        self.training_ended = event.t
                case Phase(name="test_failed"):  # as versions up to 0.2 said it
                    message = event.text or WORDING.message("action_failed")
                    self._fail(ActionFailed(n=event.n, t=event.t, action="test", message=message))
                case ActionFailed():
                    self._fail(event)
                case Phase():
                    self.phase, self.waiting, self.failed_action = event, None, None
                    if event.name in {"compiling", "training"} and self.training_began is None:
                        self.training_began = event.t
                    if event.name == "saving":
                        self.training_ended = event.t
                case Waiting():
                    self.waiting = event
                case Notice():
                    self.notices.append(event)
                case Continued():
                    self._continue(event)
                case Prepared():
                    self.prepared = event
                    self.timer.validation_share = event.validation / max(event.train, 1)
                    if event.versions is not None and self.versions[-1:] != [event.versions]:
                        self.versions.append(event.versions)
                case BatchSeen():
                    self.batches.append(event)
                    self.timer.saw_batch(event.t - self.seconds_paused, event.step / self._steps)
                case EpochEnded():
                    self.epochs.append(event)
                    self.timer.ended_epoch(event.t - self.seconds_paused)
                case Answered():
                    self._remember(event)
                case WeightsKept():
                    self.weights, self.failed_action = event, None
                case Tested():
                    self.tests.append(event)
                    self.phase = self.failed_action = None
        return self

    def _fail(self, failed: ActionFailed) -> None:
        self.failed_action, self.phase, self.waiting = failed, None, None

    def _remember(self, event: Answered) -> None:
        """Put answers in their place by epoch: those of weights that are kept may come after those of later epochs."""
        others = [one for one in self.answers if one.epoch != event.epoch]
        self.answers = found = sorted([*others, event], key=lambda one: one.epoch)
        if len(found) > MAX_ANSWERS:
            # The one that is missed least: its neighbours are nearest to each other.
            del found[min(range(1, len(found) - 1), key=lambda i: found[i + 1].epoch - found[i - 1].epoch)]

    def _continue(self, event: Continued) -> None:
        self.trained_before = self.seconds_of_training
        self.training_began = self.training_ended = None
        self.seconds_paused, self.timer = 0.0, EpochTimer(self.timer.validation_share)
        self.continued.append(event)
        self.notices = []
        if self.prepared is not None:
            self.prepared = self.prepared.model_copy(update={"epochs": event.epochs})
        # Whatever came after the epoch that it continues from is trained again, with the same numbers.
        self.epochs = [epoch for epoch in self.epochs if epoch.epoch <= event.epoch]
        self.batches = [batch for batch in self.batches if batch.epoch <= event.epoch]
        self.answers = [one for one in self.answers if one.epoch <= event.epoch]

    def snapshot(self) -> History:
        """A copy that does not change when further events are folded into this one."""
        return replace(
            self,
            epochs=self.epochs[:],
            batches=self.batches[:],
            answers=self.answers[:],
            tests=self.tests[:],
            notices=self.notices[:],
            continued=self.continued[:],
            versions=self.versions[:],
            timer=deepcopy(self.timer),
        )

    @property
    def watch(self) -> Watch | None:
        """What the trainer made of the last epoch; None before the first, and in older runs."""
        return self.epochs[-1].watch if self.epochs else None

    @property
    def monitor(self) -> str:
        """The number by which the best epoch is chosen."""
        if self.watch is not None:
            return self.watch.monitor
        return "val_loss" if any("val_loss" in epoch.logs for epoch in self.epochs) else "loss"

    @property
    def best_epoch(self) -> int | None:
        """The best epoch (from 1) by the number that a callback watches, else by validation loss, or training loss
        without one; None before the first.
        """
        if self.watch is not None and self.watch.best_epoch is not None:
            return self.watch.best_epoch
        curve = self.epoch_curve(self.monitor)
        return Metric(self.monitor).best((int(x), y) for x, y in zip(curve.x, curve.y, strict=True))

    @property
    def kept_epoch(self) -> int | None:
        """The epoch at whose end the model had the weights that it has now that the run is over; 0 is untrained. None
        while it trains, without weights, and if they are those of a moment in the middle of an epoch.
        """
        if not self.state.is_over or self.weights is None or self.weights.inside_epoch is not None:
            return None
        return self.weights.epoch

    @property
    def scored_epoch(self) -> EpochEnded | None:
        """The epoch whose numbers are the run's score wherever one stands: that of the weights in the model once the
        run is over, else the last one; None before the first.
        """
        for epoch in self.epochs:
            if epoch.epoch == self.kept_epoch:
                return epoch
        return self.epochs[-1] if self.epochs else None

    @property
    def test_of_weights(self) -> Tested | None:
        """The last test, if it was of the weights that are in the model now; None if these were not tested."""
        for last in self.tests[-1:]:
            tested = last.weights_epoch, last.inside_epoch
            # A run that is stopped inside the same epoch again has other weights, since it is stopped elsewhere.
            if self.weights is not None and self.weights.inside_epoch is not None and last.n < self.weights.n:
                return None
            if self.weights is None or tested == (self.weights.epoch, self.weights.inside_epoch):
                return last
        return None

    @property
    def is_being_tested(self) -> bool:
        """Whether a test has begun and not ended; if no trainer holds the run, it never will."""
        return self.phase is not None and self.phase.name == "testing"

    def reason_for(self, reader: str | None = None) -> Text | None:
        """Why the run is in this state, told to one reader.

        Args:
            reader: in the word that owners are known by; None is told what everybody may read.
        """
        if isinstance(self.reason, str):  # a sentence of 0.1 or 0.2, which always said “by you”
            if self.stopped_by is None or self.stopped_by == reader:
                return self.reason
            other = "Stopped" if reader is None else "Stopped by somebody else at this computer"
            return self.reason.replace("Stopped by you", other, 1)
        if self.reason is None or self.stopped_by is None or reader is None:
            return self.reason
        told = f"{self.reason.code}_by_{'you' if self.stopped_by == reader else 'other'}"
        return Message(code=told, parameters=self.reason.parameters) if told in STOPPED_CODES else self.reason

    @property
    def has_diverged(self) -> bool:
        """Whether the last loss that was seen is not a number any more."""
        last = (self.batches or self.epochs)[-1:]
        return any(not isfinite(event.logs.get("loss", 0.0)) for event in last)

    def batch_curve(self, metric: str) -> Curve:
        """The training batches of a metric; a value that is not finite is a gap and is left out."""
        points = [(b.epoch - 1 + b.step / self._steps, b.logs.get(metric, nan)) for b in self.batches]
        return _finite(points)

    def epoch_curve(self, metric: str) -> Curve:
        """A metric at the end of each epoch, `val_` ones included; a value that is not finite is left out."""
        points = [(float(e.epoch), e.logs.get(metric, nan)) for e in self.epochs]
        return _finite(points)

    @property
    def _steps(self) -> int:
        return self.prepared.steps if self.prepared else 1

    @property
    def progress(self) -> float:
        """The share of all batches that is done, 0 to 1; 1 once the run has finished."""
        return 1.0 if self.state is RunState.FINISHED else self.progress_of_epochs

    @property
    def progress_of_epochs(self) -> float:
        """The share of all batches that is done, 0 to 1, also where a finished run needed no more of them."""
        if self.prepared is None:
            return 0.0
        done = float(len(self.epochs))
        if self.batches and self.batches[-1].epoch > done:
            done = self.batches[-1].epoch - 1 + self.batches[-1].step / self.prepared.steps
        return min(done / self.prepared.epochs, 1.0)

    @property
    def seconds_of_training(self) -> float:
        """From the first batch to the last, or to the last event of a fit that continues; pauses left out."""
        if self.training_began is None:
            return self.trained_before
        until = self.seconds if self.training_ended is None else self.training_ended
        if self.state is RunState.PAUSED:
            until = min(until, self.paused_since)
        return self.trained_before + until - self.training_began - self.seconds_paused

    @property
    def seconds_left(self) -> float | None:
        """An estimate from its own batches and epochs; None before there is one, or once the run is over."""
        if self.prepared is None or self.state.is_over:
            return None
        moment = (self.paused_since if self.state is RunState.PAUSED else self.seconds) - self.seconds_paused
        return self.timer.seconds_left(self.prepared.epochs - len(self.epochs), moment)

    @property
    def epochs_wanted(self) -> int | None:
        """How many epochs it shall have in all, as last said; None if it has not been said beyond the recipe."""
        if self.continued:
            return self.continued[-1].epochs
        return self.prepared.epochs if self.prepared is not None else None


def _finite(points: list[tuple[float, float]]) -> Curve:
    kept = [(x, y) for x, y in points if isfinite(y)]
    return Curve([x for x, _ in kept], [y for _, y in kept])
