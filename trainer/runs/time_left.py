"""How long a training still takes, told from the times of its own batches and epochs. Pure."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from statistics import median

RECENT_EPOCHS = 3
"""Epochs whose times count: a computer's speed changes while it trains."""
MIN_SHARE = 0.25
"""Of an epoch's batches, from which on their time tells how long all of them take now."""
VALIDATION_COST = 1 / 3
"""Of a validation row, compared with a training row: the forward pass, without the backward pass and the update, which
together cost about twice as much. Used only until an epoch has been timed."""


@dataclass
class EpochTimer:
    """Times the batches of each epoch, and apart from them what comes after its last batch.

    What comes after is validation, callbacks and saving. The first batch of a training also builds graphs and compiles,
    so that the time counts from the end of that batch on. Moments are seconds without pauses.
    """

    validation_share: float = 0.0
    """Validation rows for each training row."""
    _batches: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT_EPOCHS))
    _rest: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT_EPOCHS))
    _epochs: int = 0
    """Epochs that were timed as a whole."""
    _began: tuple[float, float] | None = None
    """Moment and share of the epoch's batches from which on it is timed."""
    _last: tuple[float, float] | None = None
    """Moment and share of the last batch that was seen."""

    def saw_batch(self, moment: float, share: float) -> None:
        """Note a batch.

        Args:
            moment: when it ended, in seconds.
            share: of this epoch's batches, how many are done (0 to 1).
        """
        self._began = self._began or (moment, share)
        self._last = (moment, share)

    def ended_epoch(self, moment: float) -> None:
        """Note that an epoch has ended, and all that belongs to it."""
        if self._last is not None:
            rest = moment - self._last[0]
            if self._epochs == 1:  # the first validation also builds its graph
                self._rest.clear()
            self._rest.append(rest)
            if (batches := self._projected(0.0)) is not None:
                self._batches.append(batches)
            self._epochs += 1
        self._began, self._last = (moment, 0.0), None

    def seconds_left(self, epochs: float, moment: float) -> float | None:
        """How long the training still takes.

        Args:
            epochs: that are not complete, the one under way included.
            moment: now, in seconds.

        Returns:
            Seconds; None until two moments are known.

        >>> timer = EpochTimer()
        >>> timer.saw_batch(10.0, 0.1)  # after 10 seconds of preparing, which say nothing about the rest
        >>> timer.saw_batch(11.0, 0.6)
        >>> timer.seconds_left(2, 11.0)  # an epoch takes 2 seconds
        2.8
        """
        if epochs <= 0:
            return 0.0  # all that is left is to save the weights
        now = self._projected(MIN_SHARE)
        batches = [*self._batches, *([] if now is None else [now])]
        if not batches and (now := self._projected(0.0)) is not None:
            batches = [now]
        if not batches:
            return None
        batch_seconds = median(batches)
        rest = self._rest_of_an_epoch(batch_seconds)
        share, since = 0.0, 0.0
        if self._last is not None:
            share, since = self._last[1], moment - self._last[0]
        elif self._began is not None:
            since = moment - self._began[0]
        current = max((1 - share) * batch_seconds + rest - since, 0.0)
        return round(current + (epochs - 1) * (batch_seconds + rest), 3)

    def _rest_of_an_epoch(self, batch_seconds: float) -> float:
        """Seconds between an epoch's last batch and its end.

        The first validation also builds its graph, which nobody can tell from saving. Until a second one has been
        timed, the middle between it and what validation alone would take is the safest guess.
        """
        validation = VALIDATION_COST * self.validation_share * batch_seconds
        if not self._rest:
            return validation
        measured = median(self._rest)
        return (measured + min(measured, validation)) / 2 if self._epochs == 1 else measured

    def _projected(self, least: float) -> float | None:
        """Seconds for all batches of the epoch under way, if at least this share of them was timed."""
        if self._began is None or self._last is None:
            return None
        share = self._last[1] - self._began[1]
        return (self._last[0] - self._began[0]) / share if share > 0 and share >= least else None
