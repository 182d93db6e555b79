"""Saving weights so that a file is either whole or not there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import keras

from trainer.recipe.callbacks import ModelCheckpoint


def save_weights(model: keras.Model, path: Path) -> None:
    """Write the weights under a temporary name first: Keras writes in place, and a crash would leave half a file.

    Raises:
        OSError: the disk does not take it; an older file of that name is untouched.
    """
    temporary = path.with_name(f".{path.name}")  # keeps the ending, which Keras insists on
    try:
        model.save_weights(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


class CheckpointSaver(keras.callbacks.ModelCheckpoint):  # type: ignore[misc]  # keras ships no types
    """Keras's ModelCheckpoint, which decides when to save, with whole files and a memory of what was saved.

    `save_best_only` keeps `best.weights.h5`, otherwise each epoch has a file of its own.
    """

    def __init__(self, spec: ModelCheckpoint, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        ending = ".weights.h5" if spec.save_weights_only else ".keras"
        self._temporary = folder / f".saving{ending}"
        self._folder, self._spec = folder, spec
        self.saved_epoch: int | None = None
        """The epoch (from 1) of the latest file."""
        super().__init__(
            str(self._temporary).replace("{", "{{").replace("}", "}}"),  # Keras fills places such as {epoch} in
            monitor=spec.monitor,
            save_best_only=spec.save_best_only,
            save_weights_only=spec.save_weights_only,
            mode=spec.mode,
        )

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        try:
            super().on_epoch_end(epoch, logs)
            if not self._temporary.exists():
                return
            name = "best" if self._spec.save_best_only else f"epoch-{epoch + 1:04d}"
            if self._spec.save_weights_only:
                os.replace(self._temporary, self._folder / f"{name}.weights.h5")
            else:
                # A whole model is for taking along; we only ever load weights, into a model built from the recipe.
                os.replace(self._temporary, self._folder / f"{name}.keras")
                save_weights(self.model, self._folder / f"{name}.weights.h5")
            self.saved_epoch = epoch + 1
        finally:
            self._temporary.unlink(missing_ok=True)

    @property
    def keeps_best(self) -> bool:
        """Whether it keeps the best weights apart and has saved some."""
        return self._spec.save_best_only and self.saved_epoch is not None

    @property
    def best_file(self) -> Path | None:
        """The file of the best weights; None if it does not keep them apart or has not saved yet."""
        path = self._folder / "best.weights.h5"
        return path if self.keeps_best else None
