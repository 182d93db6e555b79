"""Batches at a stretch: a guess from the stack, and the same numbers whatever it is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from trainer import PROJECT
from trainer.fit import run as fit_run
from trainer.fit.control import Control
from trainer.fit.pace import MOST, steps_per_execution, work
from trainer.recipe.layers import LSTM, Conv2D, Dense, Embedding, Flatten
from trainer.recipe.recipe import Recipe
from trainer.runs.history import History

Tiny = Callable[..., Recipe]
CNN = Recipe.load(PROJECT / "recipes" / "mnist_cnn.json")


@pytest.mark.parametrize(
    ("layer", "shape", "products"),
    [
        (Dense(units=10, use_bias=False), (784,), 7840),
        (Conv2D(filters=4, use_bias=False), (28, 28, 3), 26 * 26 * 4 * 27),
        (LSTM(units=8, use_bias=False), (5, 4), 5 * 4 * (4 + 8) * 8),
        (Embedding(input_dim=100, output_dim=16), (60,), 960),
        (Flatten(), (3, 4), 12),
    ],
)
def test_work(layer: Dense, shape: tuple[int, ...], products: int) -> None:
    assert work(layer, shape) == products


def test_heavier_models_run_fewer_batches_at_a_stretch() -> None:
    light = CNN.with_(layers=(Flatten(), Dense(units=10, activation="softmax")))
    heavy = CNN.with_settings(["layers.0.filters=256", "layers.2.filters=512", "fit.batch_size=256"])
    found = [steps_per_execution(recipe, (28, 28, 1), 1688) for recipe in (light, CNN, heavy)]
    assert found == sorted(found, reverse=True)
    assert found[0] <= MOST
    assert found[-1] == 1
    assert steps_per_execution(light, (28, 28, 1), 3) == 3, "a stretch is never longer than an epoch"


@pytest.mark.parametrize("at_a_stretch", [2, 4, 5])
def test_the_numbers_do_not_depend_on_the_stretch(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_a_stretch: int
) -> None:
    """96 rows in batches of 20 are five batches, the last of 16: a stretch of 2 or 4 reaches beyond the end."""
    recipe = tiny("fit.epochs=3", "fit.batch_size=20")

    def fitted(number: int) -> History:
        monkeypatch.setattr(fit_run, "steps_per_execution", lambda *_: number)
        history = History()
        write = lambda event: history.add([event.model_copy(update={"n": history.cursor + 1})])  # noqa: E731
        fit_run.train(recipe, tmp_path, write, Control())
        return history

    alone, together = fitted(1), fitted(at_a_stretch)
    assert [epoch.logs for epoch in together.epochs] == [epoch.logs for epoch in alone.epochs]
    assert {seen.epoch: seen.step for seen in together.batches} == {1: 5, 2: 5, 3: 5}
    assert together.progress == 1.0
