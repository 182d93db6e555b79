"""The cases on which the thresholds of the coach were chosen."""

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
from trainer import PROJECT
from trainer.recipe.recipe import Recipe


def tuned(folder: Path) -> Iterator[Case]:
    """The runs that thresholds were chosen on; files that they need are written into `folder`."""
    plain = made.topics(folder / "topics.csv", 1500, seed=1)
    mixed = made.topics(folder / "wrong_labels.csv", 900, seed=2, wrong=0.4)
    rare = made.topics(folder / "rare_class.csv", 1200, seed=3, share=0.92, telling=1, words=150)
    third = made.topics(folder / "three.csv", 1500, seed=6, classes=3)
    few = made.topics(folder / "few.csv", 90, seed=4, telling=2, words=60)
    turned = made.order(folder / "order.csv", 1200, seed=5)
    m, big = digits(2500), digits(6000)
    also = frozenset

    yield Case("healthy MLP, 4,800 digits", None, recipe(big, mlp(64), adam(0.001), 6))
    yield Case("healthy CNN, 4,800 digits", None, recipe(big, cnn(), adam(0.001), 5))
    yield Case(
        "healthy MLP with BatchNormalization",
        None,
        recipe(big, [FLAT, dense(64), NORM, dense(10, "softmax")], adam(0.001), 5),
    )
    yield Case("healthy MLP, SGD with momentum", None, recipe(big, mlp(64), sgd(0.05, 0.9), 6))
    yield Case("healthy MLP, SGD 0.3", None, recipe(big, mlp(64), sgd(0.3), 6))
    yield Case("healthy MLP, Adam 0.005", None, recipe(big, mlp(64), adam(0.005), 6))
    yield Case("healthy reviews, pooled", None, recipe(table(REVIEWS), pooled(), adam(0.01), 6))
    yield Case("healthy topics, pooled", None, recipe(table(plain), pooled(), adam(0.01), 8))
    yield Case(
        "healthy order, LSTM",
        None,
        recipe(table(turned, length=10), [words(), {"kind": "LSTM", "units": 16}, yes()], adam(0.01), 8),
    )
    yield Case("healthy MLP, EarlyStopping", None, recipe(big, mlp(64), adam(0.001), 25, stopper(3)))

    yield Case(
        "overfitting, 1,200 digits 30 epochs",
        "overfitting",
        recipe(digits(1500), mlp(256, 256), adam(0.001), 30),
        also({"too_few_rows"}),
    )
    yield Case(
        "overfitting, reviews word by word",
        "overfitting",
        recipe(table(REVIEWS), [words(), FLAT, dense(64), yes()], adam(0.003), 12),
    )
    yield Case(
        "overfitting, wrong labels",
        "overfitting",
        recipe(table(mixed), pooled(), adam(0.01), 30),
        also({"too_few_rows"}),
    )
    yield Case("underfitting, two units", "underfitting", recipe(big, mlp(2), adam(0.005), 15))
    yield Case(
        "underfitting, one filter",
        "underfitting",
        recipe(
            big,
            [{"kind": "Conv2D", "filters": 2}, {"kind": "GlobalAveragePooling2D"}, dense(10, "softmax")],
            adam(0.01),
            15,
        ),
    )
    yield Case("too few epochs, SGD", "too_few_epochs", recipe(m, mlp(64), sgd(0.01), 4))
    yield Case("too few epochs, reviews", "too_few_epochs", recipe(table(REVIEWS), pooled(), adam(0.001), 6))
    yield Case("rate too high, Adam 0.1", "learning_rate_too_high", recipe(m, mlp(64), adam(0.1), 10))
    yield Case("rate too high, CNN Adam 0.3", "learning_rate_too_high", recipe(m, cnn(), adam(0.3), 8))
    yield Case("rate too high, SGD 3", "learning_rate_too_high", recipe(m, mlp(64), sgd(3.0), 10))
    yield Case(
        "rate too high, reviews Adam 3", "learning_rate_too_high", recipe(table(REVIEWS), pooled(), adam(3.0), 10)
    )
    yield Case("rate too low, Adam 0.00001", "learning_rate_too_low", recipe(m, mlp(64), adam(1e-5), 8))
    yield Case("rate too low, SGD 0.0002", "learning_rate_too_low", recipe(m, mlp(64), sgd(2e-4), 8))
    yield Case("rate too low, reviews", "learning_rate_too_low", recipe(table(REVIEWS), pooled(), adam(3e-5), 8))
    yield Case(
        "rate rather high, Adam 0.03",
        "learning_rate_too_high",
        recipe(big, mlp(32), adam(0.03), 20),
        also({"overfitting", "plateau"}),
    )
    yield Case(
        "rate rather high, SGD with momentum",
        "learning_rate_too_high",
        recipe(big, mlp(32), sgd(0.15, 0.9), 20),
        also({"overfitting", "plateau"}),
    )
    yield Case("rate too high, SGD 100", "learning_rate_too_high", recipe(m, mlp(64, 64), sgd(100.0, 0.9), 6))
    yield Case("diverged, SGD a million", "diverged", recipe(m, mlp(64, 64), sgd(1e6, 0.9), 6))
    yield Case("diverged, deep SGD 10,000", "diverged", recipe(m, mlp(64, 64, 64, 64), sgd(1e4), 6, seed=2))
    yield Case("overfitting, linear Adam 0.008", "overfitting", recipe(big, mlp(), adam(0.008), 20))
    yield Case("overfitting, eight units, RMSprop", "overfitting", recipe(m, mlp(8), rmsprop(0.008), 25))
    yield Case(
        "plateau, pooled pixels, Adam", "plateau", recipe(big, coarse(4), adam(0.009), 20), also({"underfitting"})
    )
    yield Case(
        "plateau, pooled pixels, RMSprop", "plateau", recipe(big, coarse(4), rmsprop(0.009), 20), also({"underfitting"})
    )
    lesson = Recipe.load(PROJECT / "recipes" / "text_lstm.json")
    yield Case("healthy lesson 2, reviews, LSTM", None, lesson)
    yield Case("healthy linear model", None, recipe(big, mlp(), adam(0.001), 10, seed=2))
    yield Case(
        "healthy CNN, some Dropout", None, recipe(big, [*cnn()[:-1], drop(0.2), cnn()[-1]], adam(0.001), 6, seed=2)
    )
    yield Case("healthy three topics, batches of 64", None, recipe(table(third), pooled(3), adam(0.01), 12, batch=64))
    yield Case("healthy MLP, RMSprop, 12 epochs", None, recipe(big, mlp(64), rmsprop(0.001), 12, seed=3))
    yield Case("stuck, a rare class", "stuck_at_majority", recipe(table(rare), pooled(), adam(0.001), 8))
    yield Case(
        "stuck, order of words pooled",
        "stuck_at_majority",
        recipe(table(turned, length=10), pooled(), adam(0.001), 10),
        also({"overfitting"}),
    )
    yield Case(
        "validation better, Dropout",
        "validation_better",
        recipe(big, [FLAT, dense(64), drop(0.5), dense(64), drop(0.5), dense(10, "softmax")], adam(0.001), 8),
    )
    yield Case(
        "too few rows, 100 digits",
        "too_few_rows",
        recipe(digits(130), mlp(64), adam(0.001), 30),
        also({"overfitting", "noisy_validation"}),
    )
    yield Case(
        "too few rows, small table",
        "too_few_rows",
        recipe(table(few), pooled(), adam(0.02), 25),
        also({"overfitting", "noisy_validation"}),
    )
    yield Case("noisy validation, 18 digits", "noisy_validation", recipe(digits(900, 0.02), mlp(64), adam(0.003), 15))
    yield Case(
        "noisy validation, 24 reviews",
        "noisy_validation",
        recipe(table(REVIEWS, 0.01), pooled(), adam(0.01), 10),
        also({"overfitting"}),
    )
    yield Case(
        "early stopping too eager, patience 0",
        "early_stopping_too_eager",
        recipe(digits(600, 0.1), mlp(64), sgd(0.05), 40, stopper(0, "val_accuracy")),
        also({"noisy_validation"}),
    )
    yield Case(
        "early stopping too eager, reviews",
        "early_stopping_too_eager",
        recipe(
            table(REVIEWS, 0.05),
            [words(), {"kind": "GRU", "units": 8}, yes()],
            adam(0.001),
            30,
            stopper(0, "val_accuracy"),
        ),
    )
    yield Case("batch too large, digits", "batch_too_large", recipe(m, mlp(64), adam(0.001), 8, batch=2000))
    yield Case(
        "batch too large, reviews", "batch_too_large", recipe(table(REVIEWS), pooled(), adam(0.003), 10, batch=1024)
    )
    yield Case("misfit, squared error", "misfit", recipe(m, mlp(64), sgd(0.01), 8, loss="mean_squared_error"))
    yield Case(
        "misfit, softmax inside",
        "misfit",
        recipe(m, [FLAT, dense(64, "softmax"), dense(64, "softmax"), dense(10, "softmax")], adam(0.001), 8),
    )
    yield Case(
        "misfit, LSTM reads padding",
        "misfit",
        recipe(table(REVIEWS, length=80), [words(mask=False), {"kind": "LSTM", "units": 16}, yes()], adam(0.001), 5),
    )
