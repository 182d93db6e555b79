"""Keras's training loop without what lies between two batches: rows in memory are walked inside TensorFlow.

Keras's `fit` takes each batch from an iterator of `tf.data`, whose threads, queues and optional values cost as much as
a small model's batch itself. Here one call of TensorFlow picks a batch by the numbers of its rows, trains it, and goes
on to the next, as many as take a twentieth of a second. What a batch does to the model stays Keras's own `train_step`
and `test_step`, so layers, losses, metrics and optimizers are all the same. So are the losses: to the last bit, except
where operations run in one thread (`ExecutionConfig.one_thread`).

Which callback is called when follows `TensorFlowTrainer.fit` and `evaluate` in Keras 3
(`keras/src/backend/tensorflow/trainer.py`). No recipe asks for what these can do beyond that; what else there may be is
seen before the fit (`execution.obstacle_to_lean_loop`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, nullcontext

import keras
import tensorflow as tf

from trainer.fit.batch_timer import Clock
from trainer.fit.execution import EXECUTION_SECONDS
from trainer.fit.inputs import WHITE, Examples, Rows, epoch_order
from trainer.fit.shared_graphs import Computation
from trainer.recipe.check.memory import EVALUATION_BATCH
from trainer.runs.events import ExecutionConfig

MAX_GROWTH = 4
"""How many times as many batches a call may have as the one before: a single measurement may be wrong."""
PLAIN = ExecutionConfig(steps_per_execution=1, jit_compile=False, loop="lean", why="")
"""Nothing special."""
Logs = dict[str, float]


class Pace:
    """How many batches a call may have, from how long the last one took.

    >>> pace = Pace()
    >>> for batches, seconds in [(1, 2.0), (1, 0.001), (4, 0.004), (16, 0.016), (50, 0.2), (1, 0.005)]:
    ...     pace.add(batches, seconds)
    ...     print(pace.batches)
    1
    4
    16
    50
    12
    12
    """

    def __init__(self) -> None:
        self.batches = 1
        self._is_warm = False

    def add(self, batches: int, seconds: float) -> None:
        """Take note of a call.

        The first one has made the graph and tells nothing, nor does the shorter one at the end of an epoch, unless it
        took too long.
        """
        if self._is_warm and (batches >= self.batches or seconds > EXECUTION_SECONDS):
            fitting = int(EXECUTION_SECONDS * batches / max(seconds, 1e-9))
            self.batches = max(1, min(fitting, MAX_GROWTH * batches))
        self._is_warm = True


class Walk:
    """Runs one of Keras's steps over batches of rows."""

    def __init__(
        self,
        model: keras.Model,
        step: Callable[[object], object],
        rows: Rows,
        size: int,
        clock: Clock,
        stack: Hashable | None = None,
        known_sizes: bool = False,
    ) -> None:
        """A walk through `rows` in batches of `size`, the last of which holds what is left; `step` takes a batch.

        `stack` decides with which other walks it shares its graphs, and `known_sizes` how many it has, as for
        `LeanLoop`.
        """
        self.steps = -(-len(rows) // size)
        self._pace, self._clock = Pace(), clock
        self._tensors = (rows.x.pool, rows.x.places, rows.y, tf.constant(WHITE))
        number, order = tf.TensorSpec([], tf.int32), tf.TensorSpec([None], tf.int32)
        signature = [*map(_of_any_length, self._tensors), order, number, number]

        def graph(batch: int | None) -> Computation:
            key = None if stack is None else (stack, step.__name__, size, batch)
            return Computation(key, model, _walk(model, step, size, batch), signature)

        left = len(rows) % size
        has_two = known_sizes and 0 < left < len(rows)
        self._same = self.steps - has_two
        self._run = graph(None if left and not has_two else min(size, len(rows)))
        self._run_last = graph(left) if has_two else self._run

    def calls(self) -> Iterator[tuple[int, int]]:
        """The next call each time: the number of its first batch, and how many it has."""
        first = 0
        while first < self.steps:
            end = self._same if first < self._same else self.steps
            together = min(self._pace.batches, end - first)
            yield first, together
            first += together

    def run(self, order: tf.Tensor, first: int, together: int) -> Logs:
        """Run so many batches of the rows in this order; the means of loss and metrics since they were reset."""
        began, is_same = self._clock(), first < self._same
        graph = self._run if is_same else self._run_last
        found = graph(*self._tensors, order, tf.constant(first), tf.constant(together))
        logs = {name: float(value) for name, value in found.items()}
        if is_same:
            self._pace.add(together, self._clock() - began)
        return logs


def _of_any_length(tensor: tf.Tensor) -> tf.TensorSpec:
    return tf.TensorSpec([None, *tensor.shape[1:]] if tensor.shape.rank else [], tensor.dtype)


def _walk(
    model: keras.Model, step: Callable[[object], object], size: int, batch_size: int | None
) -> Callable[..., object]:
    """What a walk computes, as a graph: all that changes from call to call is a tensor.

    Batches begin every `size` rows, and have `batch_size` of them; None if the last one may be shorter. A known size
    spares operations that find it out.
    """

    def walk(
        pool: tf.Tensor,
        places: tf.Tensor,
        answers: tf.Tensor,
        white: tf.Tensor,
        order: tf.Tensor,
        first: tf.Tensor,
        together: tf.Tensor,
    ) -> object:
        rows = Rows(Examples(pool, places), answers)

        def batch(number: tf.Tensor) -> tf.Tensor:
            begin = number * size
            picked = order[begin : begin + size] if batch_size is None else tf.slice(order, [begin], [batch_size])
            step(rows.take(picked, white))
            return number + 1

        end = first + together
        tf.while_loop(lambda number: number < end, batch, [first], parallel_iterations=1)
        return model.get_metrics_result()

    return walk


class LeanLoop:
    """Trains and evaluates a compiled model on rows that are in memory."""

    def __init__(
        self,
        model: keras.Model,
        training: Rows,
        validation: Rows | None,
        batch_size: int,
        seed: int,
        execution: ExecutionConfig = PLAIN,
        stack: Hashable | None = None,
        clock: Clock = time.perf_counter,
    ) -> None:
        """A loop of one fit.

        Args:
            model: compiled.
            training: the training rows.
            validation: the validation rows; None without any.
            batch_size: training rows of a batch.
            seed: of the order of the training rows.
            execution: whether operations run one after the other, and whether the shorter last batch of an epoch has a
                graph of its own, so that the other's batches are all of one size.
            stack: all that its steps depend on but for sizes and data (`shared_graphs.stack_of`): loops with the
                same one share their graphs. None shares nothing.
            clock: seconds, to find out how many batches a call may have.
        """
        self._model, self._seed, self._rows = model, seed, len(training)
        self._training = Walk(model, model.train_step, training, batch_size, clock, stack, execution.known_sizes)
        self._validation = None
        if validation is not None:
            self._validation = Walk(model, model.test_step, validation, EVALUATION_BATCH, clock, stack)
            self._in_order = tf.range(len(validation))
        self._one_thread = execution.one_thread

    def fit(self, callbacks: keras.callbacks.CallbackList, epochs: range) -> None:
        """Train these epochs (from 0), as Keras's `fit` does."""
        model, logs = self._model, None
        model.stop_training = False
        callbacks.on_train_begin()
        for epoch in epochs:
            model.reset_metrics()
            callbacks.on_epoch_begin(epoch)
            logs = self._train(callbacks, epoch)
            if self._validation is not None:
                logs |= {f"val_{name}": value for name, value in self.evaluate(callbacks).items()}
            callbacks.on_epoch_end(epoch, logs)
            if model.stop_training:
                break
        model.optimizer.finalize_variable_values(model.trainable_variables)
        callbacks.on_train_end(logs)

    def _train(self, callbacks: keras.callbacks.CallbackList, epoch: int) -> Logs:
        order, logs = epoch_order(self._rows, self._seed, epoch), Logs()
        for first, together in self._training.calls():
            callbacks.on_train_batch_begin(first)
            with self._executor():
                logs = self._training.run(order, first, together)
            callbacks.on_train_batch_end(first + together - 1, logs)
            if self._model.stop_training:
                break
        return logs

    def evaluate(self, callbacks: keras.callbacks.CallbackList) -> Logs:
        """Loss and metrics of the validation rows, as Keras's `evaluate` finds them; empty without any."""
        logs = Logs()
        if self._validation is None:
            return logs
        callbacks.on_test_begin()
        self._model.reset_metrics()
        for first, together in self._validation.calls():
            callbacks.on_test_batch_begin(first)
            with self._executor():
                logs = self._validation.run(self._in_order, first, together)
            callbacks.on_test_batch_end(first + together - 1, logs)
        callbacks.on_test_end(logs)
        return logs

    def _executor(self) -> AbstractContextManager[object]:
        if not self._one_thread:
            return nullcontext()
        executor: AbstractContextManager[object] = tf.experimental.function_executor_type("SINGLE_THREADED_EXECUTOR")
        return executor
