"""Keeps the weights of a fit's epochs for those who step through them; `runs/kept_epochs.py` has their form."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras

from trainer.fit.checkpoint_manager import Arrays, DamagedStateError
from trainer.fit.graph_weights import graph_weights, model_bytes, weights_bytes, weights_size
from trainer.fit.state_saver import BEST, TrainingStateSaver
from trainer.fit.throttle import Throttle
from trainer.runs.events import Notice, WeightsKept
from trainer.runs.kept_epochs import KeptEpochs, room
from trainer.runs.wording import WORDING


class EpochKeeper:
    """Keeps the weights before training and at the end of each epoch; of fewer of them where epochs are very short.

    It only reads the weights. What the disk does not take is told once, and training continues.
    """

    def __init__(
        self,
        saver: TrainingStateSaver,
        folder: Path,
        write: Callable[[Notice], Any],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """A keeper of one fit.

        Args:
            saver: of the same fit; its model is not yet trained or restored, so it has the weights of epoch 0.
            folder: of the run.
            write: takes what is to be told.
            clock: monotonic seconds.

        Raises:
            NewerVersionError: a later version of Fitboard has kept epochs of this run.
        """
        self._saver, self._model, self._write, self._told = saver, saver.model, write, False
        self._epochs, self._throttle = KeptEpochs(folder), Throttle(clock)
        self._room = room(weights_size(self._model))
        self._untrained = model_bytes(self._model) if self._room else b""

    def begin(self, done: int) -> None:
        """Keep the weights before training, and those that the fit continues from, which the model has by now.

        Args:
            done: completed epochs; what is kept of later ones is given up, since they are trained again.
        """
        if not self._room:
            return
        try:
            self._epochs.forget_after(done)
        except OSError as error:
            self._tell(done, error)
        if 0 not in self._epochs:
            self._put(0, self._untrained, _wanted(done))
        self._untrained = b""
        if done not in self._epochs:
            self._put(done, model_bytes(self._model), _wanted(done))

    def keep(self, epoch: int, best: int | None) -> None:
        """Keep the weights at the end of an epoch, unless the last ones were kept a moment ago.

        Args:
            epoch: from 1.
            best: the best epoch so far.
        """
        if self._room and self._throttle.is_time:
            with self._throttle.timed():
                self._put(epoch, model_bytes(self._model), _wanted(epoch, best))

    def finish(self, kept: WeightsKept) -> None:
        """See to it that the weights in the model, the best and the last ones are kept, even of very short epochs.

        Args:
            kept: which weights are in the model.
        """
        if not self._room:
            return
        saver = self._saver
        wanted = _wanted(kept.place, saver.best_epoch, saver.last_epoch)
        self._put(kept.place, model_bytes(self._model), wanted, inside=kept.inside_epoch is not None)
        missing = [epoch for epoch in wanted[: self._room] if epoch not in self._epochs]
        try:
            for found in (saver.weights_of(BEST), saver.last_weights()) if missing else ():
                if found is not None and found[0] in missing:
                    self._put(found[0], self._bytes(found[1]), wanted)
        except DamagedStateError as error:
            self._write(Notice(text=error.message))

    def _bytes(self, arrays: Arrays) -> bytes:
        """The bytes of weights as the saver has them: of all of the model's variables, in its own order."""
        of = {id(variable): array for variable, array in zip(self._model.variables, arrays, strict=True)}
        return weights_bytes([of[id(variable)] for variable in graph_weights(self._model)])

    def _put(self, epoch: int, content: bytes, wanted: list[int], *, inside: bool = False) -> None:
        try:
            self._epochs.put(epoch, content, wanted, inside=inside)
        except OSError as error:
            self._tell(epoch, error)

    def _tell(self, epoch: int, error: OSError) -> None:
        if not self._told and not self._saver.has_told:  # which has said more about the same disk
            self._told = True
            why = error.strerror or str(error)
            self._write(Notice(text=WORDING.message("disk_refused_epoch", epoch=epoch, error=why)))


def _wanted(*epochs: int | None) -> list[int]:
    """The epochs that stay in any case, the most important first; at last the untrained weights."""
    return list(dict.fromkeys([*(epoch for epoch in epochs if epoch is not None), 0]))


def keep_selected(model: keras.Model, folder: Path, epoch: int, others: list[int | None]) -> None:
    """Keep the weights that have been selected after a fit, which the model has by now.

    Args:
        model: with these weights.
        folder: of the run.
        epoch: that they are of.
        others: that are to stay as well if the budget suffices, the most important first.

    Raises:
        OSError: the disk does not take them.
        NewerVersionError: a later version of Fitboard has kept epochs of this run.
    """
    KeptEpochs(folder).put(epoch, model_bytes(model), _wanted(epoch, *others))
