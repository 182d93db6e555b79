"""Saving weights so that a file is either whole or not there.

Keras makes a file in memory, and we write it: left to write on a full disk by itself, HDF5 takes the whole trainer
process with it (a segmentation fault in h5py 3.16), and what it writes in place would be half a file after a crash.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import keras

from trainer.recipe.callbacks import ModelCheckpoint
from trainer.runs.events import Notice
from trainer.runs.wording import WORDING


class _Memory(BytesIO):
    """A file in memory with a name, from whose ending Keras takes the format."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def __str__(self) -> str:
        return self._name


def save_weights(model: keras.Model, path: Path) -> str:
    """Write the weights and return the file's SHA-256.

    Raises:
        OSError: the disk does not take it; an older file of that name is untouched.
    """
    content = _content(model.save_weights, ".weights.h5")
    _write_together({path: content})
    return hashlib.sha256(content).hexdigest()


def _content(save: Callable[[_Memory], object], ending: str) -> bytes:
    """The file that one of Keras's methods would write under a name with this ending."""
    memory = _Memory(f"memory{ending}")
    save(memory)
    return memory.getvalue()


def _write_together(files: dict[Path, bytes]) -> None:
    """Write all files or none: each under a temporary name first."""
    temporary = {path: path.with_name(f".{path.name}") for path in files}
    try:
        for path, content in files.items():
            temporary[path].write_bytes(content)
        for path, name in temporary.items():
            os.replace(name, path)
    finally:
        for name in temporary.values():
            with suppress(OSError):
                name.unlink(missing_ok=True)


class _Decision:
    """Stands for the model while Keras's callback decides: takes note that it would save now."""

    def __init__(self, model: keras.Model) -> None:
        self._model = model
        self.to_save = False

    def save(self, *_: Any, **__: Any) -> None:
        self.to_save = True

    save_weights = save

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)


class CheckpointSaver(keras.callbacks.ModelCheckpoint):  # type: ignore[misc]  # keras ships no types
    """Keras's ModelCheckpoint, which decides when to save, with whole files and a memory of what was saved.

    `save_best_only` keeps `best.weights.h5`, otherwise each epoch has a file of its own. What the disk does not take is
    told once; training continues, and the earlier file stays.
    """

    best: float | None

    def __init__(self, spec: ModelCheckpoint, folder: Path, write: Callable[[Notice], object] = lambda _: None) -> None:
        """Save as `spec` says into `folder`, which is made at the first save; `write` takes what is to be told."""
        self._folder, self._spec, self._write, self._told = folder, spec, write, False
        self.saved_epoch: int | None = None
        """The epoch (from 1) of the latest file."""
        super().__init__(
            "decided.weights.h5" if spec.save_weights_only else "decided.keras",  # never written
            monitor=spec.monitor,
            save_best_only=spec.save_best_only,
            save_weights_only=spec.save_weights_only,
            mode=spec.mode,
        )

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        model, best = self.model, self.best
        decision = _Decision(model)
        self.set_model(decision)
        try:
            super().on_epoch_end(epoch, logs)
        finally:
            self.set_model(model)
        if not decision.to_save:
            return
        try:
            self._save("best" if self._spec.save_best_only else f"epoch-{epoch + 1:04d}")
        except OSError as error:
            self.best = best  # of what is on disk: the next epoch has to be better than that, not than what is lost
            self._tell(epoch + 1, error)
        else:
            self.saved_epoch = epoch + 1

    def _save(self, name: str) -> None:
        files = {self._folder / f"{name}.weights.h5": _content(self.model.save_weights, ".weights.h5")}
        if not self._spec.save_weights_only:
            # The whole model is for use elsewhere; we only ever load weights, into a model built from the recipe.
            files[self._folder / f"{name}.keras"] = _content(self.model.save, ".keras")
        self._folder.mkdir(exist_ok=True)
        _write_together(files)

    def _tell(self, epoch: int, error: OSError) -> None:
        if self._told:
            return
        self._told = True
        why = error.strerror or str(error)
        if self.saved_epoch is None:
            text = WORDING.message("disk_refused_checkpoint", epoch=epoch, error=why)
        else:
            text = WORDING.message("disk_refused_later_checkpoint", epoch=epoch, error=why, saved=self.saved_epoch)
        self._write(Notice(text=text))

    @property
    def best_file(self) -> Path | None:
        """The file of the best weights; None if it does not keep them apart or has not saved yet."""
        has_best = self._spec.save_best_only and self.saved_epoch is not None
        return self._folder / "best.weights.h5" if has_best else None
