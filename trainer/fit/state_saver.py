"""What a fit needs to continue after a crash, saved at the end of each epoch: weights, optimizer, callbacks."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import Any

import keras
import numpy as np

from trainer.data.dataset import Dataset
from trainer.fit.checkpoint import CheckpointSaver
from trainer.fit.checkpoint_manager import Arrays, CheckpointManager, DamagedStateError
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import Spec
from trainer.runs.events import EpochEnded, Notice, Watch
from trainer.runs.files import write_whole
from trainer.runs.metrics import Metric
from trainer.runs.saved_state import File, Manifest
from trainer.runs.wording import WORDING

REMEMBERED: dict[type[keras.callbacks.Callback], tuple[str, ...]] = {
    keras.callbacks.EarlyStopping: ("wait", "best", "best_epoch", "stopped_epoch"),
    keras.callbacks.ReduceLROnPlateau: ("wait", "best", "cooldown_counter"),
    CheckpointSaver: ("best", "saved_epoch"),
}
"""What Keras's callbacks know after an epoch that they would not know in a new fit."""
BEST = "best"
EARLY_STOPPING, MODEL_CHECKPOINT = keras.callbacks.EarlyStopping.__name__, keras.callbacks.ModelCheckpoint.__name__
"""Who may need the weights of an earlier epoch, as saved states name them."""


class NotFiniteError(Exception):
    """The weights hold numbers that are not finite: training has diverged, and they are not worth keeping."""


def state_fingerprint(recipe: Recipe, dataset: Dataset) -> str:
    """Of what a saved state must have in common with the fit that continues from it: all but the number of epochs."""
    digest = hashlib.sha256()
    digest.update(json.dumps(_comparable(recipe), sort_keys=True).encode())
    for part in (dataset.train, dataset.validation):
        if part is None:
            continue
        digest.update(part.rows.tobytes())
        digest.update(part.y.tobytes())
        digest.update(part.sample_bytes())
    return digest.hexdigest()


def _comparable(spec: Any) -> Any:
    """A recipe without what does not change its numbers, and without defaults: a field that a later version adds leaves
    the states of this one good.
    """
    if isinstance(spec, tuple):
        return [_comparable(item) for item in spec]
    if not isinstance(spec, Spec):
        return spec
    left_out = {"name", "about", "epochs", "path", "aside"}
    values = {name: getattr(spec, name) for name in type(spec).model_fields if name not in left_out}
    defaults = {name: type(spec).model_fields[name].default for name in values} | dict(spec.former_defaults)
    return {name: _comparable(value) for name, value in values.items() if name == "kind" or value != defaults[name]}


class TrainingStateSaver(keras.callbacks.Callback):  # type: ignore[misc]  # keras ships no types
    """Saves a fit at the end of each epoch, and restores it. Among the callbacks it comes after the recipe's own.

    The best epoch is always among what is kept, whether or not a callback asks for it: by the number that a callback
    of the recipe watches, else by validation loss, else by loss.
    """

    def __init__(
        self,
        model: keras.Model,
        own: list[keras.callbacks.Callback],
        checkpoints: CheckpointManager,
        write: Callable[[Notice], Any],
        *,
        reset_patience: bool = False,
    ) -> None:
        """A saver of one fit.

        Args:
            model: compiled.
            own: the recipe's callbacks.
            checkpoints: where states are saved.
            write: takes what is to be told.
            reset_patience: whether EarlyStopping starts waiting again, as for a run that is trained longer.
        """
        super().__init__()
        self.set_model(model)
        self._own, self._checkpoints, self._write, self._reset_patience = own, checkpoints, write, reset_patience
        watching = [c for c in own if isinstance(c, keras.callbacks.EarlyStopping | CheckpointSaver)]
        self._metric = Metric(watching[0].monitor, watching[0].mode) if watching else None
        self._best: float | None = None
        self._kept: dict[str, tuple[int, File]] = {}
        self._last: Manifest | None = None
        self.has_told = False
        """Whether it has told that the disk takes no more."""

    @property
    def best_epoch(self) -> int | None:
        """The best epoch (from 1) whose weights are on disk."""
        return self._kept[BEST][0] if BEST in self._kept else None

    @property
    def last_epoch(self) -> int | None:
        """The epoch whose state was saved last; None before the first."""
        return None if self._last is None else self._last.epoch

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self.restore_callbacks()  # Keras has just told them to forget everything

    def save(self, ended: EpochEnded) -> Watch:
        """Save the end of an epoch; training continues where the disk does not take it, and its reader is told once.

        Returns:
            which epoch is the best now, and what the callbacks that watch it have made of this one.

        Raises:
            NotFiniteError: the weights are no longer numbers; nothing is kept of them.
        """
        best = self._best
        weights = [variable.numpy() for variable in self.model.variables]
        if not all(np.isfinite(array).all() for array in weights if array.dtype.kind == "f"):
            raise NotFiniteError
        wanted = self._wanted(ended)
        kept = {who: self._kept[who] for who in self._kept if who not in wanted}
        optimizer = [variable.numpy() for variable in self.model.optimizer.variables]
        try:
            self._last = self._checkpoints.save(ended, weights, optimizer, kept, self._memories(), wanted)
        except OSError as error:
            self._best = best  # of what is on disk: a later epoch has to be better than that, not than what is lost
            if not self.has_told:
                self.has_told = True
                why = error.strerror or str(error)
                self._write(Notice(text=WORDING.message("disk_refused_state", epoch=ended.epoch, error=why)))
        else:
            self._kept = self._last.kept
        return self._watch(ended.epoch)

    def _watch(self, epoch: int) -> Watch:
        watch = Watch(monitor=self._metric.name if self._metric else "loss", best_epoch=self.best_epoch)
        for callback in self._own:
            if isinstance(callback, keras.callbacks.EarlyStopping):
                waited = {"waited": int(callback.wait), "patience": int(callback.patience)}
                watch = watch.model_copy(update={**waited, "waits_for": callback.monitor})
            elif isinstance(callback, CheckpointSaver):
                watch = watch.model_copy(update={"saved": callback.saved_epoch == epoch})
        return watch

    def _wanted(self, ended: EpochEnded) -> list[str]:
        """Who needs the weights of just this epoch from now on."""
        wanted = []
        metric = self._watched(ended)
        value = ended.logs.get(metric.name)
        if value is not None and isfinite(value) and (self._best is None or metric.is_better(value, self._best)):
            self._best = value
            wanted.append(BEST)
        for callback in self._own:
            if isinstance(callback, keras.callbacks.EarlyStopping) and callback.best_weights is not None:
                if callback.best_epoch + 1 == ended.epoch:
                    wanted.append(EARLY_STOPPING)
            elif isinstance(callback, CheckpointSaver) and callback.saved_epoch == ended.epoch:
                wanted.append(MODEL_CHECKPOINT)
        return wanted

    def _watched(self, ended: EpochEnded) -> Metric:
        """The number by which the best epoch is chosen."""
        if self._metric is None:
            self._metric = Metric("val_loss" if "val_loss" in ended.logs else "loss")
        return self._metric

    def _memories(self) -> dict[str, dict[str, float | int | None]]:
        memories: dict[str, dict[str, float | int | None]] = {BEST: {"value": self._best}}
        for callback in self._own:
            if names := REMEMBERED.get(type(callback)):
                memories[type(callback).__name__] = {name: _plain(getattr(callback, name)) for name in names}
        return memories

    def restore(self, manifest: Manifest) -> None:
        """Restore weights and optimizer; `restore_callbacks` does the rest once Keras has begun.

        Raises:
            DamagedStateError: a file is damaged, or does not fit the model.
        """
        self.model.optimizer.build(self.model.trainable_variables)
        self.put(self._checkpoints.arrays(manifest.weights))
        assign(self.model.optimizer.variables, self._checkpoints.arrays(manifest.optimizer))
        self._last, self._kept = manifest, manifest.kept
        self._best = (manifest.callbacks.get(BEST) or {}).get("value")
        self._watched(manifest.ended)
        for callback in self._own:
            if isinstance(callback, keras.callbacks.CSVLogger):
                _cut_csv(callback, manifest.epoch)

    def restore_callbacks(self) -> None:
        """Give callbacks back what they knew, after Keras has told them that training begins."""
        if self._last is None:
            return
        for callback in self._own:
            memory = self._last.callbacks.get(type(callback).__name__, {})
            for name in REMEMBERED.get(type(callback), ()):
                if name in memory:
                    setattr(callback, name, memory[name])
            if not isinstance(callback, keras.callbacks.EarlyStopping):
                continue
            if self._reset_patience:
                callback.wait = callback.stopped_epoch = 0
            if EARLY_STOPPING in self._kept and self._kept[EARLY_STOPPING][0] == callback.best_epoch + 1:
                # Keras remembers a model's weights, not the state of its random number generators.
                saved = self._checkpoints.arrays(self._kept[EARLY_STOPPING][1])
                of = {id(variable): value for variable, value in zip(self.model.variables, saved, strict=True)}
                callback.best_weights = [of[id(variable)] for variable in self.model.weights]

    def put(self, weights: Arrays) -> None:
        """Put weights into the model.

        Raises:
            DamagedStateError: they are not of this model.
        """
        assign(self.model.variables, weights)

    def weights_of(self, who: str) -> tuple[int, Arrays] | None:
        """The epoch and the weights that somebody (`best`, `ModelCheckpoint`) needs; None if they are not on disk.

        Raises:
            DamagedStateError: their file has been damaged since.
        """
        if who not in self._kept:
            return None
        epoch, file = self._kept[who]
        return epoch, self._checkpoints.arrays(file)

    def last_weights(self) -> tuple[int, Arrays] | None:
        """The epoch and the weights at its end that were saved last; None before the first.

        Raises:
            DamagedStateError: their file has been damaged since.
        """
        return None if self._last is None else (self._last.epoch, self._checkpoints.arrays(self._last.weights))


def assign(variables: list[Any], arrays: Arrays) -> None:
    """Set Keras variables to saved values.

    Raises:
        DamagedStateError: they are not of this model.
    """
    if [tuple(variable.shape) for variable in variables] != [array.shape for array in arrays]:
        raise DamagedStateError(WORDING.message("state_does_not_fit"))
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)


def _plain(value: Any) -> float | int | None:
    """A number of Keras's, which may be one of NumPy's or a tensor, as JSON knows it."""
    return value if value is None or isinstance(value, int) else float(value)


def _cut_csv(logger: keras.callbacks.CSVLogger, epochs: int) -> None:
    """Let CSVLogger continue its table, without the rows of epochs that are trained again."""
    path = Path(logger.filename)
    if not path.is_file():
        return
    with path.open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file, delimiter=logger.sep) or [[]]
    kept = StringIO(newline="")
    csv.writer(kept, delimiter=logger.sep).writerows(
        [head, *(row for row in rows if row and row[0].isdecimal() and int(row[0]) < epochs)]
    )
    write_whole(path, kept.getvalue().encode())
    logger.append = True
