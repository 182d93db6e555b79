"""The same recipe and seed give the same numbers, whatever else goes on in the process."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from trainer.fit.build import build
from trainer.fit.control import Control
from trainer.fit.run import train
from trainer.recipe.layers import (
    GRU,
    LSTM,
    BatchNormalization,
    Bidirectional,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    SimpleRNN,
)
from trainer.recipe.recipe import Recipe
from trainer.runs.events import AnyEvent, BatchSeen, EpochEnded

pytestmark = pytest.mark.slow

LAYERS = (Conv2D(filters=4), Dropout(rate=0.3), BatchNormalization(), Flatten(), Dense(units=3, activation="softmax"))


@pytest.fixture
def recipe(tiny: Callable[..., Recipe]) -> Recipe:
    return tiny("fit.epochs=3").with_(layers=LAYERS)


def losses(recipe: Recipe, folder: Path, begun: threading.Event | None = None) -> list[float]:
    found: list[float] = []

    def write(event: AnyEvent) -> None:
        if isinstance(event, EpochEnded):
            found.extend((event.logs["loss"], event.logs["val_loss"]))
        elif isinstance(event, BatchSeen) and begun is not None:
            begun.set()

    folder.mkdir()
    train(recipe, folder, write, Control())
    return found


def test_initial_weights(tiny: Callable[..., Recipe], texts: Callable[..., Recipe]) -> None:
    words = (Embedding(input_dim=50), Bidirectional(layer=LSTM(units=3, recurrent_dropout=0.2)), Dense(units=1))
    for recipe, shape, tokens in ((tiny().with_(layers=LAYERS), (6, 6, 1), False), (texts(), (5,), True)):
        layers = words if tokens else LAYERS
        first, again, other = (
            build(recipe.with_(layers=layers, seed=seed), shape, tokens).get_weights() for seed in (7, 7, 8)
        )
        assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
        drawn = [(a, b) for a, b in zip(first, other, strict=True) if a.ndim > 1]
        assert drawn
        assert not any(np.array_equal(a, b) for a, b in drawn)


@pytest.mark.parametrize("kind", [LSTM, GRU, SimpleRNN])
@pytest.mark.parametrize("both_ways", [False, True])
def test_what_is_left_out_while_learning(
    kind: type[LSTM | GRU | SimpleRNN], both_ways: bool, tiny: Callable[..., Recipe]
) -> None:
    layer = kind(units=3, dropout=0.5, recurrent_dropout=0.5)
    spec = tiny().with_(layers=(Bidirectional(layer=layer) if both_ways else layer,))
    x = np.random.default_rng(1).random((2, 4, 2), np.float32)
    one, other = (build(spec, (4, 2), False)(x, training=True).numpy() for _ in range(2))
    assert np.array_equal(one, other)
    assert not np.array_equal(one, build(spec.with_(seed=2), (4, 2), False)(x, training=True).numpy())


def test_each_layer_draws_its_own(tiny: Callable[..., Recipe]) -> None:
    alike = (Flatten(), *[Dense(units=36)] * 3)
    weights = [w for w in build(tiny().with_(layers=alike), (6, 6, 1), False).get_weights() if w.ndim == 2]
    assert not np.array_equal(weights[0], weights[1])
    both = build(tiny().with_(layers=(Bidirectional(layer=LSTM(units=3)),)), (4, 2), False).layers[0]
    forward, backward = both.forward_layer.get_weights()[0], both.backward_layer.get_weights()[0]
    assert not np.array_equal(forward, backward), "the two directions begin differently"


def test_same_losses_alone_and_beside_another_fit(recipe: Recipe, tmp_path: Path) -> None:
    alone = losses(recipe, tmp_path / "alone")
    assert losses(recipe, tmp_path / "again") == pytest.approx(alone, rel=1e-5)
    assert losses(recipe.with_(seed=9), tmp_path / "other seed") != pytest.approx(alone, rel=1e-3)
    begun = threading.Event()
    noise = recipe.with_(seed=5, fit=recipe.fit.with_(epochs=20))
    beside = threading.Thread(target=losses, args=(noise, tmp_path / "noise", begun))
    beside.start()
    assert begun.wait(60)
    together = losses(recipe, tmp_path / "together")
    beside.join(60)
    assert together == pytest.approx(alone, rel=1e-5)
