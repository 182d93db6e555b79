"""What a model reads, as TensorFlow deals it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import tensorflow as tf

from trainer import data
from trainer.fit.inputs import evaluation_batches, preparation_of, rows_of, training_batches
from trainer.recipe.losses import loss_for
from trainer.recipe.recipe import Recipe


@pytest.mark.parametrize("kind", ["pictures", "texts"])
def test_nobody_waits_for_a_thread_that_tunes(
    tiny: Callable[..., Recipe], texts: Callable[..., Recipe], kind: str
) -> None:
    """Lesson 1 took up to twice as long as it computed, a class of thirty three times as long.

    Whoever puts the batches of an epoch away waits for tf.data's tuning thread, which sleeps for up to a minute and
    often misses being told to end.
    """
    recipe = tiny() if kind == "pictures" else texts()
    dataset = data.load(recipe.data, recipe.seed)
    rows = rows_of(dataset.train, preparation_of(dataset), loss_for("auto", (3,)), 3)
    dealt: list[Any] = [training_batches(rows, 16, 1, tf.Variable(0, dtype=tf.int64)), evaluation_batches(rows)]
    for batches in dealt:
        assert batches.options().autotune.enabled is False
        assert sum(len(part) for _, part in batches) == len(dataset.train)
