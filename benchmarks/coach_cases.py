"""The runs that the coach is judged by: each with one known problem made on purpose, or with none.

`TUNED` are those that its thresholds were chosen on. `HELD_OUT` were trained afterwards with other seeds, other models
and mostly other data, and nothing was changed after looking at them but what `docs/coach.md` tells."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import coach_data as made
from trainer.recipe.recipe import Recipe

Layers = list[dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """A run, what is wrong with it, and what may be said of it besides."""

    name: str
    problem: str | None
    """The kind of advice that it calls for; None for a healthy run."""
    recipe: Recipe
    also: frozenset[str] = frozenset()
    """Kinds that are true of it as well."""


def dense(units: int, activation: str = "relu") -> dict[str, Any]:
    return {"kind": "Dense", "units": units, "activation": activation}


def drop(rate: float) -> dict[str, Any]:
    return {"kind": "Dropout", "rate": rate}


FLAT: dict[str, Any] = {"kind": "Flatten"}
MEAN: dict[str, Any] = {"kind": "GlobalAveragePooling1D"}
NORM: dict[str, Any] = {"kind": "BatchNormalization"}


def mlp(*units: int, classes: int = 10) -> Layers:
    return [FLAT, *[dense(width) for width in units], dense(classes, "softmax")]


def cnn(filters: int = 8, classes: int = 10) -> Layers:
    return [
        {"kind": "Conv2D", "filters": filters},
        {"kind": "MaxPooling2D"},
        {"kind": "Conv2D", "filters": 2 * filters},
        FLAT,
        dense(classes, "softmax"),
    ]


def words(size: int = 16, mask: bool = True) -> dict[str, Any]:
    return {"kind": "Embedding", "input_dim": 10_000, "output_dim": size, "mask_zero": mask}


def yes() -> dict[str, Any]:
    return dense(1, "sigmoid")


def pooled(classes: int = 2) -> Layers:
    return [words(), MEAN, yes() if classes == 2 else dense(classes, "softmax")]


def stopper(patience: int, monitor: str = "val_loss") -> dict[str, Any]:
    return {"kind": "EarlyStopping", "monitor": monitor, "patience": patience}


def adam(rate: float) -> dict[str, Any]:
    return {"kind": "Adam", "learning_rate": rate}


def sgd(rate: float, momentum: float = 0.0) -> dict[str, Any]:
    return {"kind": "SGD", "learning_rate": rate, "momentum": momentum}


def rmsprop(rate: float) -> dict[str, Any]:
    return {"kind": "RMSprop", "learning_rate": rate}


def digits(limit: int | None, validation: float = 0.2, path: Path | None = None) -> dict[str, Any]:
    return {"kind": "mnist", "limit": limit, "validation": validation, "path": str(path) if path else None}


def table(path: Path | str, validation: float = 0.2, length: int = 30) -> dict[str, Any]:
    return {"kind": "text_csv", "path": str(path), "validation": validation, "sequence_length": length}


REVIEWS = "data/reviews.csv"


def recipe(
    data: dict[str, Any],
    layers: Layers,
    optimizer: dict[str, Any],
    epochs: int,
    *callbacks: dict[str, Any],
    batch: int = 32,
    seed: int = 1,
    loss: str = "auto",
) -> Recipe:
    tree = {"seed": seed, "data": data, "layers": layers, "optimizer": optimizer, "loss": loss}
    tree |= {"fit": {"epochs": epochs, "batch_size": batch}, "callbacks": list(callbacks)}
    return Recipe.from_json(json.dumps(tree))


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
    yield Case("plateau, Adam 0.03", "plateau", recipe(big, mlp(32), adam(0.03), 20), also({"learning_rate_too_high"}))
    yield Case(
        "rate rather high, SGD with momentum",
        "learning_rate_too_high",
        recipe(big, mlp(32), sgd(0.15, 0.9), 20),
        also({"overfitting", "plateau"}),
    )
    yield Case("rate too high, SGD 100", "learning_rate_too_high", recipe(m, mlp(64, 64), sgd(100.0, 0.9), 6))
    yield Case("diverged, SGD a million", "diverged", recipe(m, mlp(64, 64), sgd(1e6, 0.9), 6))
    yield Case("diverged, deep SGD 10,000", "diverged", recipe(m, mlp(64, 64, 64, 64), sgd(1e4), 6, seed=2))
    yield Case("plateau, linear Adam 0.008", "plateau", recipe(big, mlp(), adam(0.008), 20))
    yield Case("plateau, eight units, RMSprop", "plateau", recipe(m, mlp(8), rmsprop(0.008), 25))
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
        "plateau, RMSprop 0.02",
        "plateau",
        recipe(big, mlp(48), rmsprop(0.02), 20, seed=22),
        also({"learning_rate_too_high"}),
    )
    yield Case(
        "plateau, CNN Adam 0.02",
        "plateau",
        recipe(big, cnn(6), adam(0.03), 16, seed=23),
        also({"learning_rate_too_high"}),
    )
    yield Case("diverged, SGD 30", "diverged", recipe(big, mlp(64, 64, 64), sgd(30.0, 0.9), 6, seed=24))
    yield Case("plateau, linear bars", "plateau", recipe(four, mlp(classes=4), adam(0.008), 20, seed=40))
    yield Case("plateau, twelve units, RMSprop", "plateau", recipe(big, mlp(12), rmsprop(0.006), 22, seed=41))
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
