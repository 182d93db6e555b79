"""The held-out cases of the coach: other seeds, other models and mostly other data than those it was tuned on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.support import coach_data as made
from tests.support.coach_cases import (
    FLAT,
    NORM,
    REVIEWS,
    Case,
    adam,
    cnn,
    coarse,
    dense,
    digits,
    drop,
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
from tests.support.coach_sound import sound


def held_out(folder: Path) -> Iterator[Case]:
    """Other seeds, other models, mostly other data; written before the thresholds were chosen."""
    three = made.topics(folder / "three_topics.csv", 1800, seed=11, classes=3)
    easy = made.topics(folder / "easy.csv", 900, seed=12, telling=5, words=30)
    mixed = made.topics(folder / "doubtful.csv", 1400, seed=13, classes=3, wrong=0.5)
    rare = made.topics(folder / "one_in_twenty.csv", 1500, seed=14, share=0.95, telling=1, words=200)
    few = made.topics(folder / "small.csv", 110, seed=15, classes=4, telling=2, words=50)
    turned = made.order(folder / "who_comes_first.csv", 1600, seed=16)
    four = digits(None, 0.2, made.bars(folder / "bars.npz", 3000, seed=17))
    hundred = digits(130, 0.25, folder / "bars.npz")
    foggy = digits(None, 0.2, made.bars(folder / "fog.npz", 1200, seed=18, noise=110, classes=6))
    m, big = digits(3000), digits(7000)
    also = frozenset

    yield Case("healthy MLP, digits, seed 7", None, recipe(big, mlp(128), adam(0.001), 5, seed=7))
    yield Case("healthy CNN, digits, seed 8", None, recipe(big, cnn(12), adam(0.002), 4, seed=8))
    yield Case("healthy CNN, bars", None, recipe(four, cnn(8, classes=4), adam(0.002), 8, seed=3))
    yield Case("healthy MLP, bars, RMSprop", None, recipe(four, mlp(32, classes=4), {"kind": "RMSprop"}, 8, seed=4))
    yield Case("healthy MLP, digits, SGD 0.1", None, recipe(big, mlp(100), sgd(0.1), 10, seed=9))
    yield Case("healthy deep MLP, Nadam", None, recipe(big, mlp(64, 64, 64), {"kind": "Nadam"}, 5, seed=10))
    yield Case(
        "healthy CNN, BatchNormalization",
        None,
        recipe(
            big,
            [{"kind": "Conv2D", "filters": 8}, NORM, {"kind": "MaxPooling2D"}, FLAT, dense(10, "softmax")],
            adam(0.001),
            5,
            seed=11,
        ),
    )
    yield Case("healthy three topics", None, recipe(table(three), pooled(3), adam(0.01), 8, seed=5))
    yield Case("healthy easy table", None, recipe(table(easy), pooled(), adam(0.02), 8, seed=6))
    yield Case(
        "healthy reviews, GRU",
        None,
        recipe(table(REVIEWS), [words(), {"kind": "GRU", "units": 16}, yes()], adam(0.002), 4, seed=7),
    )
    yield Case(
        "healthy order, LSTM, seed 9",
        None,
        recipe(table(turned, length=10), [words(), {"kind": "LSTM", "units": 24}, yes()], adam(0.005), 8, seed=9),
    )
    yield Case(
        "healthy reviews, EarlyStopping", None, recipe(table(REVIEWS), pooled(), adam(0.01), 30, stopper(3), seed=8)
    )
    yield Case(
        "healthy reviews, Conv1D",
        None,
        recipe(
            table(REVIEWS),
            [words(mask=False), {"kind": "Conv1D", "filters": 16}, {"kind": "GlobalMaxPooling1D"}, yes()],
            adam(0.001),
            5,
            seed=3,
        ),
    )

    yield Case(
        "overfitting, foggy bars",
        "overfitting",
        recipe(foggy, mlp(128, classes=6), adam(0.001), 30, seed=3),
        also({"too_few_rows"}),
    )
    yield Case("overfitting, doubtful topics", "overfitting", recipe(table(mixed), pooled(3), adam(0.02), 20, seed=4))
    yield Case(
        "overfitting, reviews GRU",
        "overfitting",
        recipe(table(REVIEWS), [words(32), {"kind": "GRU", "units": 32}, yes()], adam(0.005), 14, seed=9),
    )
    yield Case("underfitting, one unit", "underfitting", recipe(m, mlp(1), adam(0.01), 20, seed=12))
    yield Case(
        "underfitting, mean of pictures",
        "underfitting",
        recipe(
            four,
            [{"kind": "Conv2D", "filters": 1}, {"kind": "GlobalAveragePooling2D"}, dense(4, "softmax")],
            adam(0.01),
            15,
            seed=5,
        ),
        also({"stuck_at_majority"}),
    )
    yield Case("too few epochs, digits", "too_few_epochs", recipe(m, mlp(32), sgd(0.02), 3, seed=13))
    yield Case("too few epochs, topics", "too_few_epochs", recipe(table(three), pooled(3), adam(0.002), 5, seed=14))
    yield Case(
        "rate too high, RMSprop 0.2",
        "learning_rate_too_high",
        recipe(m, mlp(64), rmsprop(0.2), 8, seed=15),
    )
    yield Case(
        "rate too high, bars Adam 0.2", "learning_rate_too_high", recipe(four, cnn(8, classes=4), adam(0.2), 8, seed=16)
    )
    yield Case(
        "rate too high, LSTM Adam 0.5",
        "learning_rate_too_high",
        recipe(table(turned, length=10), [words(), {"kind": "LSTM", "units": 16}, yes()], adam(0.5), 8, seed=17),
    )
    yield Case(
        "rate too high, topics Adam 2", "learning_rate_too_high", recipe(table(three), pooled(3), adam(2.0), 8, seed=18)
    )
    yield Case(
        "rate too low, bars Adam", "learning_rate_too_low", recipe(four, mlp(64, classes=4), adam(2e-5), 8, seed=19)
    )
    yield Case("rate too low, topics", "learning_rate_too_low", recipe(table(three), pooled(3), adam(2e-5), 8, seed=20))
    yield Case(
        "rate too low, RMSprop",
        "learning_rate_too_low",
        recipe(m, mlp(64), rmsprop(2e-5), 6, seed=21),
    )
    yield Case(
        "rate rather high, RMSprop 0.02",
        "learning_rate_too_high",
        recipe(big, mlp(48), rmsprop(0.02), 20, seed=22),
        also({"overfitting", "plateau"}),
    )
    yield Case(
        "rate rather high, CNN Adam 0.03",
        "learning_rate_too_high",
        recipe(big, cnn(6), adam(0.03), 16, seed=23),
        also({"overfitting", "plateau"}),
    )
    yield Case("diverged, SGD 30", "diverged", recipe(big, mlp(64, 64, 64), sgd(30.0, 0.9), 6, seed=24))
    yield Case(
        "plateau, pooled bars", "plateau", recipe(four, coarse(2, 4), adam(0.005), 24, seed=40), also({"underfitting"})
    )
    yield Case(
        "plateau, digits of 25 pixels",
        "plateau",
        recipe(big, coarse(5), rmsprop(0.005), 25, seed=41),
        also({"underfitting"}),
    )
    yield Case("diverged, SGD 300,000", "diverged", recipe(four, mlp(64, 64, classes=4), sgd(3e5, 0.5), 6, seed=42))
    yield Case("stuck, one in twenty", "stuck_at_majority", recipe(table(rare), pooled(), adam(0.001), 10, seed=25))
    yield Case(
        "stuck, order pooled, seed 26",
        "stuck_at_majority",
        recipe(table(turned, length=10), pooled(), adam(0.002), 8, seed=26),
        also({"overfitting"}),
    )
    yield Case(
        "validation better, Dropout CNN",
        "validation_better",
        recipe(
            big,
            [
                {"kind": "Conv2D", "filters": 8},
                {"kind": "MaxPooling2D"},
                FLAT,
                drop(0.5),
                dense(64),
                drop(0.5),
                dense(10, "softmax"),
            ],
            adam(0.001),
            6,
            seed=27,
        ),
    )
    yield Case(
        "validation better, bars",
        "validation_better",
        recipe(four, [FLAT, dense(128), drop(0.6), dense(4, "softmax")], adam(0.001), 10, seed=28),
    )
    yield Case(
        "too few rows, 100 bars",
        "too_few_rows",
        recipe(hundred, mlp(32, classes=4), adam(0.003), 30, seed=29),
        also({"overfitting", "noisy_validation"}),
    )
    yield Case(
        "too few rows, small table of four",
        "too_few_rows",
        recipe(table(few), pooled(4), adam(0.02), 30, seed=30),
        also({"overfitting", "noisy_validation"}),
    )
    yield Case(
        "noisy validation, 20 digits", "noisy_validation", recipe(digits(2000, 0.01), mlp(64), adam(0.003), 14, seed=31)
    )
    yield Case(
        "noisy validation, 22 topics",
        "noisy_validation",
        recipe(table(mixed, 0.016), pooled(3), adam(0.005), 8, seed=32),
        also({"overfitting"}),
    )
    yield Case(
        "early stopping too eager, bars",
        "early_stopping_too_eager",
        recipe(four, mlp(64, classes=4), sgd(0.01), 40, stopper(0, "val_accuracy"), seed=33),
    )
    yield Case(
        "early stopping too eager, digits",
        "early_stopping_too_eager",
        recipe(digits(1500, 0.1), mlp(64), adam(0.0003), 40, stopper(1, "val_accuracy"), seed=34),
    )
    yield Case(
        "batch too large, bars",
        "batch_too_large",
        recipe(four, mlp(64, classes=4), adam(0.001), 8, batch=2400, seed=35),
    )
    yield Case(
        "batch too large, topics",
        "batch_too_large",
        recipe(table(three), pooled(3), adam(0.005), 8, batch=600, seed=36),
    )
    yield Case(
        "misfit, absolute error", "misfit", recipe(m, mlp(64), sgd(0.01), 8, seed=37, loss="mean_absolute_error")
    )
    yield Case(
        "misfit, three softmax, bars",
        "misfit",
        recipe(
            four,
            [FLAT, dense(32, "softmax"), dense(32, "softmax"), dense(32, "softmax"), dense(4, "softmax")],
            adam(0.001),
            8,
            seed=38,
        ),
    )
    yield Case(
        "misfit, GRU reads padding",
        "misfit",
        recipe(
            table(REVIEWS, length=100),
            [words(mask=False), {"kind": "SimpleRNN", "units": 16}, yes()],
            adam(0.001),
            5,
            seed=39,
        ),
    )
    yield from sound(table(three), table(easy), four, big)
