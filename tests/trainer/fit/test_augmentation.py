"""Layers with chance in them: in training only, from their own seed, and inside `fit` at a stretch."""

import keras
import numpy as np
import pytest

from trainer.fit.build import build, compile_model
from trainer.recipe.layers import Augmentation, Dense, Flatten, Layer
from trainer.recipe.losses import LossChoice
from trainer.recipe.recipe import Recipe
from trainer.runs.events import ExecutionConfig
from trainer.sources.mnist.spec import Mnist

DISTURBING = [cls for cls in Layer.registry.values() if cls.is_stochastic]
PICTURES = np.random.default_rng(7).random((6, 8, 8, 1), dtype="float32")


def disturbed(cls: type[Layer], seed: int, shape: tuple[int, ...] = (8, 8, 1), *, training: bool) -> np.ndarray:
    model = build(Recipe(data=Mnist(), layers=(cls(),), seed=seed), shape, tokens=False)  # type: ignore[call-arg]  # each kind has its own
    return np.asarray(model(PICTURES.reshape(6, *shape), training=training))


@pytest.mark.parametrize("cls", DISTURBING, ids=lambda cls: cls.__name__)
def test_in_training_only_and_the_same_for_the_same_seed(cls: type[Layer]) -> None:
    shape = (8, 8) if cls.__name__.endswith("1D") else (8, 8, 1)
    trained = disturbed(cls, 1, shape, training=True)
    assert not np.array_equal(trained, PICTURES.reshape(6, *shape))
    np.testing.assert_array_equal(trained, disturbed(cls, 1, shape, training=True))
    assert not np.array_equal(trained, disturbed(cls, 2, shape, training=True))
    np.testing.assert_array_equal(disturbed(cls, 1, shape, training=False), PICTURES.reshape(6, *shape))
    if issubclass(cls, Augmentation):
        assert trained.min() >= -1e-6
        assert trained.max() <= 1 + 1e-6, "our pixels go from 0 to 1"


def test_all_augmentation_at_once_in_fit_at_a_stretch() -> None:
    def losses() -> list[float]:
        augmenting = [cls for cls in Layer.registry.values() if issubclass(cls, Augmentation)]
        layers = (*(cls() for cls in augmenting), Flatten(), Dense(units=2, activation="softmax"))  # type: ignore[call-arg]  # each kind has its own
        recipe = Recipe(data=Mnist(), layers=layers)
        model = build(recipe, (8, 8, 1), tokens=False)
        choice = LossChoice("sparse_categorical_crossentropy", "index")
        compile_model(model, recipe, choice, ExecutionConfig(steps_per_execution=3, jit_compile=False, why=""))
        x, y = np.tile(PICTURES, (4, 1, 1, 1)), np.tile([0, 1], 12)
        fitted: keras.callbacks.History = model.fit(x, y, batch_size=4, epochs=2, shuffle=False, verbose=0)
        return [float(loss) for loss in fitted.history["loss"]]

    once = losses()
    assert np.isfinite(once).all()
    assert once == losses()
