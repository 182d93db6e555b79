"""Compiling and building: a step is traced once, accuracy is what Keras takes the word for, chances add up to 1."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from trainer.fit.build import build, compile_model
from trainer.recipe.layers import Bidirectional, Layer
from trainer.recipe.losses import loss_for
from trainer.recipe.recipe import Recipe
from trainer.sources.mnist.spec import Mnist

Tiny = Callable[..., Recipe]
DENSE = 'layers=[{{"kind": "Flatten"}}, {{"kind": "Dense", "units": {units}, "activation": "{activation}"}}]'
OUTPUTS = {
    "index": ("sparse_categorical_crossentropy", DENSE.format(units=4, activation="softmax")),
    "one_hot": ("categorical_crossentropy", DENSE.format(units=4, activation="softmax")),
    "binary": ("binary_crossentropy", DENSE.format(units=1, activation="sigmoid")),
    "one of several": ("binary_crossentropy", DENSE.format(units=4, activation="sigmoid")),
}


def answers(targets: str) -> Any:
    numbers = np.arange(24) % 4
    return {"index": numbers, "one_hot": np.eye(4)[numbers], "binary": numbers[:, None] % 2}[targets]


@pytest.mark.parametrize("output", OUTPUTS)
def test_a_step_is_traced_once_and_accuracy_is_that_of_keras(tiny: Tiny, output: str) -> None:
    name, layers = OUTPUTS[output]
    recipe = tiny(layers, f"loss={name}")
    ours, plain = (build(recipe, (5, 5, 1), tokens=False) for _ in range(2))
    loss = loss_for(recipe.loss, ours.output_shape[1:])
    compile_model(ours, recipe, loss)
    plain.compile("sgd", loss.name, metrics=["accuracy"])
    traced, step = [], ours.train_step
    ours.train_step = lambda data: [traced.append(data), step(data)][1]
    x, y = np.linspace(0, 1, 24 * 25, dtype=np.float32).reshape(24, 5, 5, 1), answers(loss.targets)
    ours.fit(x, y, batch_size=8, verbose=0)
    assert len(traced) == 1
    plain.set_weights(ours.get_weights())
    found, expected = (model.evaluate(x, y, verbose=0, return_dict=True) for model in (ours, plain))
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("kind", ["SimpleRNN", "GRU", "LSTM"])
@pytest.mark.parametrize("merge", [None, "ave", "sum", "mul", "concat"])
def test_what_counts_as_chances_of_a_reader_adds_up_to_1(kind: str, merge: Any) -> None:
    """Only SimpleRNN has no gates behind its softmax, and only a mean of two readings leaves the sum as it is."""
    layer = Layer.registry[kind](units=3, activation="softmax")
    if merge is not None:
        layer = Bidirectional(layer=layer, merge_mode=merge)
    model = build(Recipe(data=Mnist(), layers=(layer,)), (6, 5), tokens=False)
    sums = np.array(model(np.random.default_rng(1).normal(size=(8, 6, 5)))).sum(axis=1)
    assert (layer.output_activation == "softmax") == np.allclose(sums, 1, atol=1e-4)
