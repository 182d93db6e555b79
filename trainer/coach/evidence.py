"""The curves of a run as plain rows of numbers, and the few questions that several rules ask of them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cached_property
from math import isfinite, log, nan, sqrt
from statistics import fmean, median

from trainer.coach import thresholds as at
from trainer.coach.changes import width_of
from trainer.recipe.callbacks import EarlyStopping, ModelCheckpoint
from trainer.recipe.layers import BatchNormalization
from trainer.recipe.recipe import Recipe
from trainer.runs.events import RunState, TextsRead
from trainer.runs.history import History

Series = tuple[float, ...]


@dataclass(frozen=True)
class Evidence:
    """What there is to see of a run so far."""

    recipe: Recipe
    history: History

    @cached_property
    def epochs(self) -> tuple[int, ...]:
        """The numbers of the whole epochs, up to the first whose training loss is not a number."""
        return tuple(event.epoch for event in self.history.epochs[: self._count])

    @cached_property
    def _count(self) -> int:
        count = 0
        for event in self.history.epochs:
            if not isfinite(event.logs.get("loss", nan)):
                break
            count += 1
        return count

    def series(self, metric: str) -> Series:
        """A metric at the end of each epoch; empty if it is missing or not a number anywhere."""
        values = tuple(event.logs.get(metric, nan) for event in self.history.epochs[: self._count])
        return values if all(isfinite(value) for value in values) else ()

    @cached_property
    def loss(self) -> Series:
        return self.series("loss")

    @cached_property
    def accuracy(self) -> Series:
        return self.series("accuracy")

    @cached_property
    def val_loss(self) -> Series:
        return self.series("val_loss")

    @cached_property
    def val_accuracy(self) -> Series:
        return self.series("val_accuracy")

    @property
    def is_over(self) -> bool:
        return self.history.state.is_over

    @property
    def is_finished(self) -> bool:
        """Whether it came to its own end: all epochs, or a callback that ended it."""
        return self.history.state is RunState.FINISHED

    @property
    def wanted(self) -> int:
        """How many epochs it was to have."""
        return self.history.epochs_wanted or self.recipe.fit.epochs

    @cached_property
    def stopper(self) -> EarlyStopping | None:
        """The EarlyStopping of the recipe."""
        return next((callback for callback in self.recipe.callbacks if isinstance(callback, EarlyStopping)), None)

    @property
    def was_stopped_early(self) -> bool:
        """Whether EarlyStopping ended it."""
        return self.is_finished and self.stopper is not None and 0 < len(self.history.epochs) < self.wanted

    @property
    def did_all_epochs(self) -> bool:
        return self.is_finished and len(self.history.epochs) >= self.wanted

    @property
    def keeps_best(self) -> bool:
        """Whether the best epoch's weights end up in the model, so that what comes after it does no harm."""
        restores = self.stopper is not None and self.stopper.restore_best_weights
        saves = any(isinstance(c, ModelCheckpoint) and c.save_best_only for c in self.recipe.callbacks)
        return restores or saves

    @property
    def has_fair_validation(self) -> bool:
        """Whether the validation numbers come from rows that were not trained on."""
        prepared = self.history.prepared
        return bool(self.val_loss) and prepared is not None and not prepared.same_rows and prepared.validation > 0

    @property
    def rows(self) -> tuple[int, int]:
        """Training and validation rows; 0 where it has not been said."""
        prepared = self.history.prepared
        return (prepared.train, prepared.validation) if prepared is not None else (0, 0)

    @property
    def classes(self) -> int:
        return len(self.history.prepared.class_names) if self.history.prepared is not None else 0

    @property
    def rate_ratio(self) -> float:
        """The learning rate as a multiple of the optimizer's usual one."""
        return self.recipe.optimizer.learning_rate / self.recipe.optimizer.usual_rate

    @property
    def uses_cross_entropy(self) -> bool:
        return (
            self.recipe.loss == "auto"
            or self.recipe.loss.endswith("categorical_crossentropy")
            or (self.recipe.loss == "binary_crossentropy")
        )

    @property
    def guessing_loss(self) -> float | None:
        """The cross-entropy of calling all classes equally likely: ln(classes); None for other losses."""
        return log(self.classes) if self.uses_cross_entropy and self.classes > 1 else None

    @cached_property
    def reached(self) -> float | None:
        """The mean accuracy of the last two epochs: of validation where it is fair, else of training."""
        values = self.val_accuracy if self.is_judged_by_validation else self.accuracy
        return fmean(values[-2:]) if values else None

    @property
    def is_judged_by_validation(self) -> bool:
        return self.has_fair_validation and bool(self.val_accuracy)

    @cached_property
    def quality(self) -> float | None:
        """How far the last epochs came from always giving the most common answer (0) to no mistake (1).

        By validation where it is fair, else by training; None if accuracies or the most common share are not known.
        """
        prepared = self.history.prepared
        if prepared is None or self.reached is None:
            return None
        least = prepared.val_majority if self.is_judged_by_validation else prepared.majority
        if least is None:
            least = 1 / self.classes if self.classes else None
        return None if least is None or least >= 1 else (self.reached - least) / (1 - least)

    @cached_property
    def is_poor(self) -> bool:
        """Whether the model has not learned its task, and further epochs are unlikely to change that."""
        if len(self.loss) < at.FEWEST_EPOCHS or not self.accuracy:
            return False
        return self.is_at_chance or (self.is_over and self.quality is not None and self.quality < at.POOR)

    @property
    def texts(self) -> TextsRead | None:
        """How much of its texts the model gets to read; None for other data, and where it has not been said."""
        return self.history.prepared.texts if self.history.prepared is not None else None

    @property
    def majority(self) -> float:
        """The share of the most common class among the training rows; 0 where it has not been said."""
        prepared = self.history.prepared
        return (prepared.majority if prepared is not None else None) or 0.0

    def tells_apart(self, share: float) -> bool:
        """Whether a count of words that is right about such a share of the texts knows more than the baseline."""
        tried = self.texts.tried if self.texts is not None else 0
        return share > self.majority + 2 * self.error_of(self.majority, tried)

    def is_lost(self, more: float, less: float) -> bool:
        """Whether a count of words is clearly right less often about a part of the texts than about more of them."""
        return more - less > max(at.LOST * (1 - self.majority), self._chance_of_a_count)

    @property
    def is_behind_a_count(self) -> bool:
        """Whether the model is right clearly less often than a count of the words that it reads."""
        if self.texts is None or self.reached is None:
            return False
        return self.texts.told_read - self.reached > self._chance_of_a_count

    @property
    def _chance_of_a_count(self) -> float:
        """By how much two shares of such texts may differ by chance."""
        tried = self.texts.tried if self.texts is not None else 0
        return at.LOST_ERRORS / sqrt(max(tried, 1))

    def error_of(self, accuracy: float, rows: int) -> float:
        """The standard error of an accuracy measured on so many rows: of the binomial, sqrt(p(1 - p)/n).

        Two right and two wrong answers are added first (Agresti and Coull 1998): else five right of five would be sure.
        """
        share = (min(max(accuracy, 0.0), 1.0) * rows + 2) / (rows + 4)
        return sqrt(share * (1 - share) / (rows + 4))

    @cached_property
    def is_at_chance(self) -> bool:
        """Whether the last epochs are no better than always giving the most common answer, and enough of them."""
        epochs = at.STUCK_EPOCHS if self.is_over else at.STUCK_EPOCHS_WHILE_RUNNING
        prepared = self.history.prepared
        if prepared is None or len(self.accuracy) < epochs:
            return False
        if prepared.majority is None:
            return self._stands_still(epochs)
        trained, most = fmean(self.accuracy[-epochs:]), prepared.majority
        is_guessing = trained <= self._chance(most, self.rows[0])
        # Rows seen again and again let the training accuracy creep upwards where nothing is learned that holds
        # elsewhere; while a run is in progress, that may also be its beginning.
        is_creeping = self.is_over and most < 1 and (trained - most) / (1 - most) < at.CREEPS
        if prepared.val_majority is None or not self.has_fair_validation or not self.val_accuracy:
            return is_guessing
        return (is_guessing or is_creeping) and self.is_validation_at_chance(epochs)

    def is_validation_at_chance(self, epochs: int) -> bool:
        """Whether validation accuracy has been no better than the most common answer for so many epochs."""
        prepared = self.history.prepared
        if prepared is None or prepared.val_majority is None or len(self.val_accuracy) < epochs:
            return False
        return max(self.val_accuracy[-epochs:]) <= self._chance(prepared.val_majority, self.rows[1])

    def _chance(self, share: float, rows: int) -> float:
        """The highest accuracy on so many rows that may still be the most common answer's."""
        return share + 2 * self.error_of(share, rows) + at.STUCK_SLACK

    def _stands_still(self, epochs: int) -> bool:
        """For logs that do not tell the most common share: validation accuracy the same to the last row, not near 1."""
        values = self.val_accuracy[-epochs - 1 :]
        trained = self.accuracy[-epochs - 1 :]
        return (
            len(values) > epochs and len(set(values)) == 1 and values[0] < 0.95 and max(trained) - min(trained) < 0.01
        )

    @property
    def can_memorise(self) -> bool:
        """Whether the model has more parameters than training rows, an Embedding's left out, since most of its rows are
        touched by few texts. Such a model can learn even random labels (Zhang et al. 2017, arXiv:1611.03530).
        """
        prepared = self.history.prepared
        if prepared is None:
            return True
        reads_words = any(layer.reads_word_numbers for layer in self.recipe.layers)
        narrowest = min((width[1] for layer in self.recipe.layers if (width := width_of(layer))), default=self.classes)
        return reads_words or (prepared.parameters > prepared.train and narrowest >= min(self.classes, 4))

    @cached_property
    def fall(self) -> float:
        """By what share the training loss fell in an epoch, mean of the last two steps; negative if it rose."""
        return _fall(self.loss)

    @cached_property
    def val_fall(self) -> float:
        return _fall(self.val_loss)

    @cached_property
    def rises(self) -> float:
        """How much of the training loss's way went upwards: the sum of its rises from epoch to epoch, as a share of the
        loss it began with (or of guessing's loss, if that is lower).
        """
        if len(self.loss) < 2:
            return 0.0
        upwards = sum(max(0.0, now - was) for was, now in zip(self.loss, self.loss[1:], strict=False))
        start = min(self.loss[0], self.guessing_loss or self.loss[0])
        return upwards / start if start > 0 else 0.0

    @cached_property
    def share_of_rises(self) -> float:
        """In what share of the steps between two epochs the training loss rose, over the second half."""
        late = self.loss[len(self.loss) // 2 :]
        steps = list(itertools.pairwise(late))
        return sum(now > was for was, now in steps) / len(steps) if steps else 0.0

    @cached_property
    def jump(self) -> float:
        """How far the validation accuracy typically jumps from one epoch to the next, over the second half."""
        late = self.val_accuracy[len(self.val_accuracy) // 2 :]
        steps = [abs(now - was) for was, now in itertools.pairwise(late)]
        return median(steps) if steps else 0.0

    @property
    def is_norm_warming_up(self) -> bool:
        """Whether BatchNormalization's remembered means cannot have settled yet, so that validation is not to be
        trusted.
        """
        prepared = self.history.prepared
        updates = len(self.loss) * (prepared.steps if prepared is not None else 0)
        norms = [layer for layer in self.recipe.layers if isinstance(layer, BatchNormalization)]
        return any(updates * (1 - layer.momentum) < at.NORM_SETTLED for layer in norms)

    def span(self, first: int, last: int = -1) -> tuple[float, float]:
        """From one epoch to another, by their places in the row."""
        return float(self.epochs[first]), float(self.epochs[last])


def _fall(values: Series) -> float:
    late = values[-3:]
    if len(late) < 2 or late[0] <= 0:
        return 0.0
    return 1 - float((max(late[-1], 0.0) / late[0]) ** (1 / (len(late) - 1)))
