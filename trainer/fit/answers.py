"""What a model answers to a few validation examples at the end of each epoch, for people who watch it learn."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from trainer.data.validation_sample import ValidationSample
from trainer.fit.inputs import Examples
from trainer.fit.shared_graphs import Computation
from trainer.fit.throttle import Throttle
from trainer.runs.events import Answered


class AnswerReporter(keras.callbacks.Callback):  # type: ignore[misc]  # keras ships no types
    """Writes the answers before training and after each epoch; after fewer of them where epochs are very short.

    The model answers as it does when it is used, and nothing of it changes: the numbers of the fit are the same with
    it and without.
    """

    def __init__(
        self,
        model: keras.Model,
        sample: ValidationSample,
        examples: Examples,
        write: Callable[[Answered], Any],
        epochs: int,
        epochs_done: int = 0,
        clock: Callable[[], float] = time.monotonic,
        stack: Hashable | None = None,
    ) -> None:
        """Report to `write`.

        Args:
            model: built.
            sample: which validation examples.
            examples: all validation examples, as the model reads them.
            write: takes the events.
            epochs: of the fit, those before `epochs_done` included.
            epochs_done: completed epochs of an earlier fit that this one continues.
            clock: monotonic seconds.
            stack: decides with which others it shares its graph (`shared_graphs.stack_of`); None shares nothing.
        """
        super().__init__()
        self._sample, self._write, self._throttle = sample, write, Throttle(clock)
        self._epochs, self._done = epochs, epochs_done
        x = examples.take(tf.constant(sample.places.astype(np.int32)))
        # One graph for the whole fit: Keras's `predict` would make new batches each time, and a plain call of an LSTM
        # takes forty times as long.
        key = None if stack is None else (stack, "answers")
        predict = Computation(key, model, partial(_looked_at, model), [tf.TensorSpec(x.shape, x.dtype)])
        self._predict = partial(predict, x)
        self._written: set[int] = set()

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        if not self._done:
            self.answer(0)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        is_last = epoch + 1 == self._epochs or self.model.stop_training
        if is_last or self._throttle.is_time:
            self.answer(epoch + 1)

    def answer(self, epoch: int) -> None:
        """Write what the model answers now, as its answers after an epoch, unless they have been written."""
        if epoch in self._written:
            return
        if not self._written:
            self._predict()  # traces the graph, which is no part of what later answers cost
        with self._throttle.timed():
            scores = class_scores(self._predict().numpy())
            self._write(answered(self._sample, scores, epoch))
        self._written.add(epoch)


def _looked_at(model: keras.Model, x: tf.Tensor) -> tf.Tensor:
    """What a model says, without a trace: Keras's recurrent layers draw for their dropout although it is not used."""
    weights = {id(variable) for variable in model.weights}
    generators = [variable for variable in model.variables if id(variable) not in weights]
    before = [tf.identity(generator.value) for generator in generators]
    output = model(x, training=False)
    for generator, state in zip(generators, before, strict=True):
        generator.assign(state)
    return output


def class_scores(output: NDArray[Any]) -> NDArray[Any]:
    """The score of each class (n, classes) from a model's output (n, units); a single unit is the score of class 1.

    >>> class_scores(np.array([[0.25], [1.0]])).tolist()
    [[0.75, 0.25], [0.0, 1.0]]
    """
    return np.hstack([1 - output, output]) if output.shape[1] == 1 else output


def answered(sample: ValidationSample, scores: NDArray[Any], epoch: int) -> Answered:
    """The event that tells of the scores (n, classes) of a sample after an epoch."""
    best, known = scores.argmax(axis=1), np.isfinite(scores).all(axis=1)
    are_probabilities = bool(((scores >= 0) & (scores <= 1))[known].all())
    return Answered(
        epoch=epoch,
        checksum=sample.checksum,
        rows=tuple(sample.rows.tolist()),
        truth=tuple(sample.truth.tolist()),
        answers=tuple(int(one) if is_known else None for one, is_known in zip(best, known, strict=True)),
        confidences=tuple(
            round(float(one), 3) if is_known and are_probabilities else None
            for one, is_known in zip(scores.max(axis=1), known, strict=True)
        ),
    )
