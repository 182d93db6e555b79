"""What a fit needs to go on after a crash, kept at the end of each epoch: weights, optimizer, callbacks."""

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
from trainer.fit.checkpoint_manager import Arrays, CheckpointManager, DamagedStateError, File, Manifest
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import Spec
from trainer.runs.events import EpochEnded, Notice, Watch
from trainer.runs.files import write_whole

FOLDER = "state"
REMEMBERED: dict[type[keras.callbacks.Callback], tuple[str, ...]] = {
    keras.callbacks.EarlyStopping: ("wait", "best", "best_epoch", "stopped_epoch"),
    keras.callbacks.ReduceLROnPlateau: ("wait", "best", "cooldown_counter"),
    CheckpointSaver: ("best", "saved_epoch"),
}
"""What Keras's callbacks know after an epoch that they would not know in a new fit."""
BEST, EARLY, CHECKPOINT = "best", "EarlyStopping", "ModelCheckpoint"
"""Who may need the weights of an earlier epoch."""


class NotFiniteError(Exception):
    """The weights hold numbers that are not finite: training has diverged, and they are not worth keeping."""


def state_fingerprint(recipe: Recipe, dataset: Dataset) -> str:
    """What a saved state must have in common with the fit that goes on from it: everything but the number of epochs."""
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
    defaults = {name: type(spec).model_fields[name].default for name in values}
    return {name: _comparable(value) for name, value in values.items() if name == "kind" or value != defaults[name]}


class TrainingStateSaver:
    """Saves a fit at the end of each epoch, and puts it back.

    The best epoch is always among what is kept, whether or not a callback asks for it: by the number that a callback
    of the recipe watches, else by validation loss, else by loss.
    """

    def __init__(
        self,
        model: keras.Model,
        own: list[keras.callbacks.Callback],
        checkpoints: CheckpointManager,
        write: Callable[[Notice], Any],
    ) -> None:
        self._model, self._own, self._checkpoints, self._write = model, own, checkpoints, write
        watching = [c for c in own if isinstance(c, keras.callbacks.EarlyStopping | CheckpointSaver)]
        self.monitor: str | None = watching[0].monitor if watching else None
        self._mode = watching[0].mode if watching else "auto"
        self._best: float | None = None
        self._kept: dict[str, tuple[int, File]] = {}
        self._last: Manifest | None = None
        self._told = False

    @property
    def best_epoch(self) -> int | None:
        """The best epoch (from 1) whose weights are on disk."""
        return self._kept[BEST][0] if BEST in self._kept else None

    @property
    def last_epoch(self) -> int:
        """The last epoch (from 1) whose state is on disk; 0 before there is one."""
        return self._last.epoch if self._last is not None else 0

    def epoch_ended(self, ended: EpochEnded) -> Watch:
        """Keep the end of an epoch; training goes on where the disk does not take it, and its reader is told once.

        Returns:
            which epoch is the best now, and what the callbacks that watch it have made of this one.

        Raises:
            NotFiniteError: the weights are no longer numbers; nothing is kept of them.
        """
        best = self._best
        weights = [variable.numpy() for variable in self._model.variables]
        if not all(np.isfinite(array).all() for array in weights if array.dtype.kind == "f"):
            raise NotFiniteError
        wanted = self._wanted(ended)
        kept = {who: self._kept[who] for who in self._kept if who not in wanted}
        optimizer = [variable.numpy() for variable in self._model.optimizer.variables]
        try:
            self._last = self._checkpoints.save(ended, weights, optimizer, kept, self._memories(), wanted)
        except OSError as error:
            self._best = best  # of what is on disk: a later epoch has to be better than that, not than what is lost
            if not self._told:
                self._told = True
                self._write(
                    Notice(
                        text=f"The disk did not take the state of epoch {ended.epoch} ({error.strerror or error}). "
                        "Training goes on, but after a crash it could only go on from an earlier epoch. Make room on "
                        "the disk."
                    )
                )
        else:
            self._kept = self._last.kept
        return self._watch(ended.epoch)

    def _watch(self, epoch: int) -> Watch:
        watch = Watch(monitor=self.monitor or "loss", best_epoch=self.best_epoch)
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
        if self.monitor is None:
            self.monitor = "val_loss" if "val_loss" in ended.logs else "loss"
        value = ended.logs.get(self.monitor)
        if value is not None and isfinite(value) and (self._best is None or self._is_better(value, self._best)):
            self._best = value
            wanted.append(BEST)
        for callback in self._own:
            if isinstance(callback, keras.callbacks.EarlyStopping) and callback.best_weights is not None:
                if callback.best_epoch + 1 == ended.epoch:
                    wanted.append(EARLY)
            elif isinstance(callback, CheckpointSaver) and callback.saved_epoch == ended.epoch:
                wanted.append(CHECKPOINT)
        return wanted

    def _is_better(self, value: float, than: float) -> bool:
        grows = self._mode == "max" or (self._mode == "auto" and "acc" in (self.monitor or ""))
        return value > than if grows else value < than

    def _memories(self) -> dict[str, dict[str, float | int | None]]:
        memories: dict[str, dict[str, float | int | None]] = {BEST: {"value": self._best}}
        for callback in self._own:
            if names := REMEMBERED.get(type(callback)):
                memories[type(callback).__name__] = {name: _plain(getattr(callback, name)) for name in names}
        return memories

    def restore(self, manifest: Manifest) -> None:
        """Put weights and optimizer back as they were; `restore_callbacks` does the rest once Keras has begun.

        Raises:
            DamagedStateError: a file is damaged, or does not fit the model.
        """
        self._model.optimizer.build(self._model.trainable_variables)
        self.put(self._checkpoints.arrays(manifest.weights))
        assign(self._model.optimizer.variables, self._checkpoints.arrays(manifest.optimizer))
        self._last, self._kept = manifest, manifest.kept
        self._best = (manifest.callbacks.get(BEST) or {}).get("value")
        if self.monitor is None:
            self.monitor = "val_loss" if "val_loss" in manifest.ended.logs else "loss"
        for callback in self._own:
            if isinstance(callback, keras.callbacks.CSVLogger):
                _cut_csv(callback, manifest.epoch)

    def restore_callbacks(self, *, anew: bool) -> None:
        """Give callbacks back what they knew; called after Keras has told them that training begins.

        Args:
            anew: whether EarlyStopping begins to wait anew, as for a run that is trained further.
        """
        if self._last is None:
            return
        for callback in self._own:
            memory = self._last.callbacks.get(type(callback).__name__, {})
            for name in REMEMBERED.get(type(callback), ()):
                if name in memory:
                    setattr(callback, name, memory[name])
            if not isinstance(callback, keras.callbacks.EarlyStopping):
                continue
            if anew:
                callback.wait = callback.stopped_epoch = 0
            if EARLY in self._kept and self._kept[EARLY][0] == callback.best_epoch + 1:
                # Keras remembers what is learned or carried along, not the counters of a layer's chance.
                saved = self._checkpoints.arrays(self._kept[EARLY][1])
                of = {id(variable): value for variable, value in zip(self._model.variables, saved, strict=True)}
                callback.best_weights = [of[id(variable)] for variable in self._model.weights]

    def put(self, weights: Arrays) -> None:
        """Put weights into the model.

        Raises:
            DamagedStateError: they are not of this model.
        """
        assign(self._model.variables, weights)

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
        raise DamagedStateError("The saved state does not fit this model. Train the run again from the start.")
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)


def _plain(value: Any) -> float | int | None:
    """Keras keeps some numbers as numpy's or as tensors, which JSON does not know."""
    return value if value is None or isinstance(value, int) else float(value)


def _cut_csv(logger: keras.callbacks.CSVLogger, epochs: int) -> None:
    """Let CSVLogger go on with its table, without the rows of epochs that are done again."""
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
