"""Graphs of TensorFlow that models with the same stack share: traced for one, run with the variables of any.

Tracing a training step takes Python a quarter of a second, that of a recurrent layer twice as long, and TensorFlow as
much again until it is ready to run; thirty people who train the same lesson need it once. So a graph here gets the
variables as arguments: while a model is traced, arguments stand in for the variables that it has.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import tensorflow as tf

from trainer.fit.build import BUILD_LOCK
from trainer.recipe.recipe import Recipe

MOST_KEPT = 12
"""Graphs that are kept: those of training, validation and answers of four stacks. One of an LSTM takes 10 MB."""


def stack_of(recipe: Recipe, *, jit_compile: bool = False) -> Hashable:
    """All of a recipe that its graphs depend on but for sizes of batches and forms of data.

    Seeds, weights and the learning rate are variables, and epochs and callbacks are Python's.
    """
    optimizer = recipe.optimizer.model_dump_json(exclude={"learning_rate"})
    return tuple(layer.model_dump_json() for layer in recipe.layers), optimizer, recipe.loss, jit_compile


class Graphs:
    """Graphs by what they compute; those that have not been used for longest are dropped. Safe in any thread."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    @property
    def keys(self) -> tuple[Hashable, ...]:
        """What is kept; what was used last comes last."""
        with BUILD_LOCK:
            return tuple(self._kept)

    def find(self, key: Hashable | None, trace: Callable[[], Any]) -> Any:
        """The graph of a key, traced if need be; None shares nothing.

        One that holds a variable or a tensor of the model that it was traced for is right for that model alone, and is
        not kept.
        """
        with BUILD_LOCK:  # Keras races when several threads trace
            if key is None or key not in self._kept:
                graph = trace()
                if key is None or graph.captured_inputs:
                    return graph
                self._kept[key] = graph
                if len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]


SHARED = Graphs()
"""Those of this process."""


class Computation:
    """Something computed with a model's variables, as a graph; made or found when it is first called."""

    def __init__(
        self,
        key: Hashable | None,
        model: keras.Model,
        compute: Callable[..., Any],
        signature: Sequence[tf.TensorSpec],
    ) -> None:
        """A computation.

        Args:
            key: of what it computes: two with the same key, whatever their models, have the same graph, so everything
                that `compute` depends on has to be in it but for its arguments and the values of variables. None: it
                shares its graph with no other.
            model: built; its variables are used.
            compute: takes tensors, and works on `model`.
            signature: what these tensors are.
        """
        self._variables = variables_of(model)
        self._values = [variable._value for variable in self._variables]
        self._key = None if key is None else (key, tuple(signature))
        self._compute, self._signature = compute, signature
        self._graph: Any = None

    def __call__(self, *tensors: tf.Tensor) -> Any:
        """What it comes to; variables change as `compute` changes them."""
        if self._graph is None:
            self._graph = SHARED.find(self._key, self._trace)
        return self._graph(self._values, *tensors)

    def _trace(self) -> Any:
        def compute(values: list[tf.Variable], *tensors: tf.Tensor) -> Any:
            with _standing_in(self._variables, values):
                return self._compute(*tensors)

        return tf.function(compute, autograph=False).get_concrete_function(self._values, *self._signature)


def variables_of(model: keras.Model) -> list[keras.Variable]:
    """All that a model, its optimizer and its metrics remember, each once, in the same order for the same stack."""
    variables = list(model.variables)
    if model.compiled:
        if not model._compile_metrics.built:  # before that it does not say what its metrics remember
            model._compile_metrics.build(None, None)
        variables += [*model.optimizer.variables, *model.metrics_variables]
    return list({id(variable): variable for variable in variables}.values())


@contextmanager
def _standing_in(variables: list[keras.Variable], values: list[tf.Variable]) -> Iterator[None]:
    """Let other variables of TensorFlow stand in for those that Keras's hold.

    Keras has no other way to hand a model its variables so that they are changed in place: its `StatelessScope` returns
    them. Where one is missed, the graph holds a variable of its own, which `Graphs` sees.
    """
    kept = [variable._value for variable in variables]
    _assign(variables, values)
    try:
        yield
    finally:
        _assign(variables, kept)


def _assign(variables: list[keras.Variable], values: list[tf.Variable]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable._value = value
