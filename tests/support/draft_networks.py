"""The network of a draft against Keras: one example through both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from trainer import data
from trainer.data.numbers import numbers_of
from trainer.fit.build import called, layers_of
from trainer.fit.control import Control
from trainer.fit.graph import make_draft_network, run_graph
from trainer.fit.graph_weights import model_bytes
from trainer.fit.inputs import examples
from trainer.fit.run import prepare
from trainer.recipe.recipe import Recipe
from trainer.runs.draft_networks import FOLDER, DraftNetwork, kept_draft, key_of
from trainer.runs.kept_epochs import read_epoch
from trainer.runs.network import read_graph


class AnyMemory:
    """As much as anybody wants."""

    def take(self, size: int) -> None:
        assert size > 0

    def limit(self) -> int:
        return 2**40


def assert_as_keras_computes(recipe: Recipe, root: Path, place: int = 3) -> None:
    """One training example through the network of a draft: every layer outputs what Keras's own does."""
    dataset, ready = data.load(recipe.data, recipe.seed), prepare(recipe)
    found = make_draft_network(recipe, dataset.input_shape, root, Control(), AnyMemory())
    key = key_of(recipe, dataset.input_shape)
    kept, folder = kept_draft(root, key), root / FOLDER / key
    assert isinstance(kept, DraftNetwork)
    assert (kept.network, kept.weights.epoch) == (found, 0)
    weights = read_epoch(folder, 0)
    assert weights == model_bytes(ready.model), "those that a training begins with"
    x: Any = examples(ready.dataset.train, ready.preparation).take(np.array([place], np.int32))
    numbers = numbers_of(dataset, dataset.train[place])
    np.testing.assert_allclose(numbers, np.asarray(x)[0], rtol=1e-6)
    outputs = run_graph(read_graph(folder), weights, numbers[None])
    for layer, ours in zip(layers_of(ready.model), outputs, strict=True):
        x = called(layer, x, **({"training": False} if layer._call_has_training_arg else {}))
        np.testing.assert_allclose(ours, np.asarray(x), rtol=1e-5, atol=1e-5)
