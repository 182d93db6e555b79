"""Callbacks: what acts on a training while it runs. Names, arguments and defaults are Keras's own where it has them."""

from __future__ import annotations

from math import cos, pi
from typing import Annotated, ClassVar, Literal, Self

from trainer.i18n import N_
from trainer.recipe.limits import MAX_EPOCHS
from trainer.recipe.spec import Kind, OneOf, setting

Monitor = Annotated[
    Literal["val_loss", "val_accuracy", "loss", "accuracy"],
    setting("Watch", "The metric that is monitored after each epoch.", "val_ means measured on the validation data."),
]
Mode = Annotated[
    Literal["auto", "min", "max"],
    setting("Better is", "auto knows that a lower loss and a higher accuracy are better.", advanced=True),
]
MinDelta = Annotated[
    float, setting("Smallest gain", "A smaller change does not count as an improvement.", advanced=True, ge=0, le=100)
]
Patience = Annotated[
    int,
    setting("Patience", "How many epochs without improvement to wait.", "Higher waits longer.", ge=0, le=MAX_EPOCHS),
]


class Callback(Kind):
    """Something that acts on a training after each epoch."""

    keras_module = "keras.callbacks"
    title: ClassVar[str]
    """What it is for, in plain words, marked with `N_`: its name for people who do not know Keras's."""
    may_end_training: ClassVar[bool] = False
    """Whether it may end a training that goes well before its last epoch."""
    writes_models: ClassVar[bool] = False
    """Whether it writes models or their graphs to the disk, which can take longer than the training."""

    @property
    def watches(self) -> str | None:
        """The metric it needs after each epoch, or None."""
        return getattr(self, "monitor", None)

    def acts_after(self) -> int | None:
        """The first epoch, counted from 1, after whose end it may change the training; None if it does not wait."""
        return None

    def fitted_to(self, epochs: int) -> Self:
        """Itself if it can act within so many epochs, or never could; else with a shorter wait, so that it can."""
        return self

    def _soonest(self, epochs: int, *waits: dict[str, int]) -> Self:
        """With the first of these settings that lets it act in time."""
        for wait in ({}, *waits):
            tried = self.with_(**wait)
            first = tried.acts_after()
            if first is None or first < epochs:
                return tried
        return self


def _patience(callback: Callback, epochs: int) -> int:
    """The usual patience, and no more than half of so many epochs."""
    usual: int = type(callback).model_fields["patience"].default
    return max(1, min(usual, (epochs - 1) // 2))


class EarlyStopping(Callback):
    kind: Literal["EarlyStopping"] = "EarlyStopping"
    title = N_("Stop when it no longer improves")
    sentence = N_("Stops training when the monitored metric has not improved for a while.")
    may_end_training = True
    monitor: Monitor = "val_loss"
    patience: Patience = 3
    restore_best_weights: Annotated[
        bool, setting("Restore the best weights", "At the end, uses the weights of the best epoch instead of the last.")
    ] = True
    min_delta: MinDelta = 0.0
    mode: Mode = "auto"
    baseline: Annotated[
        float | None,
        setting("Baseline", "Stops unless the metric becomes better than this.", advanced=True, ge=-1e9, le=1e9),
    ] = None
    start_from_epoch: Annotated[
        int, setting("Start from epoch", "Epochs to wait before monitoring.", advanced=True, ge=0, le=MAX_EPOCHS)
    ] = 0

    def acts_after(self) -> int:
        # The first epoch that it sees is the best so far; where that is no better than the baseline, it counts already.
        waited = self.patience - (self.baseline is not None)
        return self.start_from_epoch + max(1, waited) + 1

    def fitted_to(self, epochs: int) -> Self:
        left = _patience(self, epochs - self.start_from_epoch)
        return self._soonest(
            epochs,
            {"patience": left},
            {"start_from_epoch": 0},
            {"start_from_epoch": 0, "patience": _patience(self, epochs)},
        )


class ModelCheckpoint(Callback):
    writes_models = True
    kind: Literal["ModelCheckpoint"] = "ModelCheckpoint"
    title = N_("Keep the best weights")
    sentence = N_("Saves the weights after each epoch, or only when they are the best so far.")
    monitor: Monitor = "val_loss"
    save_best_only: Annotated[
        bool, setting("Only the best", "Keeps one file with the best weights, which the test uses.")
    ] = True
    save_weights_only: Annotated[
        bool,
        setting("Weights only", "Off also saves the whole model as a .keras file, to use elsewhere.", advanced=True),
    ] = True
    mode: Mode = "auto"


class ReduceLROnPlateau(Callback):
    kind: Literal["ReduceLROnPlateau"] = "ReduceLROnPlateau"
    title = N_("Slow down when it no longer improves")
    sentence = N_("Lowers the learning rate when the monitored metric has not improved for a while.")
    monitor: Monitor = "val_loss"
    factor: Annotated[float, setting("Factor", "The learning rate is multiplied by this.", gt=0, lt=1)] = 0.1
    patience: Patience = 10
    min_delta: MinDelta = 0.0001
    mode: Mode = "auto"
    cooldown: Annotated[
        int, setting("Cooldown", "Epochs to wait after each reduction.", advanced=True, ge=0, le=MAX_EPOCHS)
    ] = 0
    min_lr: Annotated[
        float,
        setting("Lowest rate", "The learning rate never falls below this.", advanced=True, by_factors=True, ge=0, le=1),
    ] = 0.0

    def acts_after(self) -> int:
        return max(1, self.patience) + 1  # `cooldown` counts only from its first deed on

    def fitted_to(self, epochs: int) -> Self:
        return self._soonest(epochs, {"patience": _patience(self, epochs)})


class LearningRateScheduler(Callback):
    kind: Literal["LearningRateScheduler"] = "LearningRateScheduler"
    title = N_("Change the learning rate by a plan")
    sentence = N_("Changes the learning rate by a fixed schedule, epoch by epoch.")
    schedule: Annotated[
        Literal["step_decay", "exponential_decay", "cosine_decay", "linear_warmup"],
        setting(
            "Schedule",
            "step_decay: falls every few epochs; exponential_decay: a little each epoch; cosine_decay: along a cosine "
            "to zero; linear_warmup: rises over the first epochs.",
        ),
    ] = "exponential_decay"
    factor: Annotated[
        float,
        setting(
            "Factor",
            "What the learning rate is multiplied by (step_decay, exponential_decay).",
            "A lower factor falls faster.",
            gt=0,
            le=1,
        ),
    ] = 0.9
    every: Annotated[
        int,
        setting(
            "Epochs",
            "Epochs between two reductions (step_decay), or of the rise (linear_warmup).",
            advanced=True,
            ge=1,
            le=MAX_EPOCHS,
        ),
    ] = 5

    def acts_after(self) -> int | None:
        return self.every if self.schedule == "step_decay" else None

    def fitted_to(self, epochs: int) -> Self:
        return self._soonest(epochs, {"every": max(1, epochs // 2)})

    def rate(self, epoch: int, epochs: int, start: float) -> float:
        """The learning rate of an epoch, counted from 0, of a fit of `epochs` that starts at rate `start`."""
        match self.schedule:
            case "step_decay":
                return start * self.factor ** (epoch // self.every)
            case "exponential_decay":
                return start * self.factor**epoch
            case "cosine_decay":
                return start * 0.5 * (1 + cos(pi * epoch / max(epochs, 1)))
            case "linear_warmup":
                return start * min(1.0, (epoch + 1) / self.every)


class TerminateOnNaN(Callback):
    kind: Literal["TerminateOnNaN"] = "TerminateOnNaN"
    title = N_("Stop when the loss is no longer a number")
    sentence = N_("Stops training as soon as the loss is NaN (not a number).")


class CSVLogger(Callback):
    kind: Literal["CSVLogger"] = "CSVLogger"
    title = N_("Write a table of the epochs")
    sentence = N_("Writes the metrics of each epoch to a table, training.csv, which the Results page offers.")
    separator: Annotated[
        Literal[",", ";", "\t"], setting("Separator", "The character between two columns.", advanced=True)
    ] = ","


class TensorBoard(Callback):
    writes_models = True
    kind: Literal["TensorBoard"] = "TensorBoard"
    title = N_("Write files for TensorBoard")
    sentence = N_("Writes files for TensorBoard, Google's viewer of training runs; the Results page offers them.")
    histogram_freq: Annotated[
        int,
        setting(
            "Histograms every",
            "Epochs between two histograms of the weights; 0 for none.",
            advanced=True,
            ge=0,
            le=1000,
        ),
    ] = 0


AnyCallback = Annotated[Callback, OneOf(Callback)]
