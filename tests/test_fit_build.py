"""Compiling: TensorFlow traces a training step once, and accuracy is what Keras takes the word for."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from trainer.fit.build import build, compile_model
from trainer.recipe.losses import loss_for
from trainer.recipe.recipe import Recipe

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
    ours.train_step = lambda data: [traced.append(data), step(data)][1]  # type: ignore[func-returns-value]
    x, y = np.linspace(0, 1, 24 * 25, dtype=np.float32).reshape(24, 5, 5, 1), answers(loss.targets)
    ours.fit(x, y, batch_size=8, verbose=0)
    assert len(traced) == 1
    plain.set_weights(ours.get_weights())
    found, expected = (model.evaluate(x, y, verbose=0, return_dict=True) for model in (ours, plain))
    assert found == pytest.approx(expected)
