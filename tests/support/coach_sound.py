"""Healthy cases of many kinds, added after all thresholds were fixed, to count false alarms of the coach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.support.coach_cases import (
    FLAT,
    NORM,
    REVIEWS,
    Case,
    adam,
    cnn,
    dense,
    digits,
    mlp,
    pooled,
    recipe,
    rmsprop,
    sgd,
    stopper,
    table,
    words,
    yes,
)
from trainer import PROJECT
from trainer.recipe.recipe import Recipe


def sound(three: dict[str, Any], easy: dict[str, Any], four: dict[str, Any], big: dict[str, Any]) -> Iterator[Case]:
    """Healthy cases.

    Args:
        three: a table of three topics.
        easy: an easy table of two.
        four: pictures of bars with four slopes.
        big: several thousand digits.
    """
    gru, lstm = [words(), {"kind": "GRU", "units": 24}, yes()], [words(24), {"kind": "LSTM", "units": 32}, yes()]
    sound = [
        ("MLP, Adamax, batches of 128", recipe(big, mlp(128, 64), {"kind": "Adamax"}, 8, batch=128, seed=51)),
        ("MLP, AdamW", recipe(big, mlp(96), {"kind": "AdamW"}, 7, seed=52)),
        ("MLP, Lion 0.0003", recipe(big, mlp(64), {"kind": "Lion", "learning_rate": 0.0003}, 6, seed=53)),
        ("MLP, Adadelta 1", recipe(big, mlp(64), {"kind": "Adadelta", "learning_rate": 1.0}, 8, seed=54)),
        ("MLP, Adam 0.003, batches of 256", recipe(big, mlp(64), adam(0.003), 8, batch=256, seed=55)),
        ("CNN, SGD 0.05, momentum", recipe(big, cnn(), sgd(0.05, 0.9), 5, seed=56)),
        (
            "deep MLP, BatchNormalization",
            recipe(big, [FLAT, dense(64), NORM, dense(64), NORM, dense(10, "softmax")], adam(0.001), 6, seed=57),
        ),
        ("CNN, bars, batches of 64", recipe(four, cnn(12, classes=4), adam(0.003), 10, batch=64, seed=58)),
        ("MLP, bars, EarlyStopping", recipe(four, mlp(48, classes=4), adam(0.002), 40, stopper(3), seed=59)),
        ("three topics, SGD with momentum", recipe(three, pooled(3), sgd(0.5, 0.9), 25, seed=60)),
        (
            "three topics, GRU",
            recipe(three, [words(), {"kind": "GRU", "units": 16}, dense(3, "softmax")], adam(0.005), 5, seed=61),
        ),
        ("reviews, GRU, EarlyStopping", recipe(table(REVIEWS), gru, adam(0.001), 20, stopper(2), seed=62)),
        ("reviews, LSTM", recipe(table(REVIEWS), lstm, adam(0.001), 5, seed=63)),
        (
            "reviews, pooled, Nadam",
            recipe(table(REVIEWS), pooled(), {"kind": "Nadam", "learning_rate": 0.005}, 8, seed=64),
        ),
        (
            "reviews, pooled, AdamW",
            recipe(table(REVIEWS), pooled(), {"kind": "AdamW", "learning_rate": 0.01}, 6, seed=65),
        ),
        ("easy table, RMSprop", recipe(easy, pooled(), rmsprop(0.01), 10, seed=66)),
        ("MLP, no validation", recipe(digits(5000, 0.0), mlp(64), adam(0.001), 6, seed=67)),
        ("MLP, two epochs", recipe(big, mlp(64), adam(0.001), 2, seed=68)),
        ("MLP, one epoch", recipe(big, mlp(64), adam(0.001), 1, seed=69)),
        ("lesson 1, all digits", Recipe.load(PROJECT / "recipes" / "mnist_cnn.json")),
        ("lesson 3, all digits", Recipe.load(PROJECT / "recipes" / "mnist_checkpoint_early_stopping.json")),
    ]
    for name, one in sound:
        yield Case(f"healthy {name}", None, one)
