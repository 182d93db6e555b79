"""Learning curves written by hand: one for each problem that the coach knows, and healthy ones."""

from __future__ import annotations

from math import inf, nan
from typing import Any

from tests.support.histories import MLP, TEXT, history, recipe
from trainer.recipe.recipe import Recipe
from trainer.runs.events import RunState, TextsRead
from trainer.runs.history import History

TABLE: dict[str, Any] = {"data": {"kind": "text_csv", "path": "reviews.csv"}, "layers": TEXT}
TWO: dict[str, Any] = {
    "class_names": ("no", "yes"),
    "train": 1600,
    "validation": 400,
    "majority": 0.5,
    "val_majority": 0.5,
    "steps": 50,
    "parameters": 8009,
}


def readable(**lacking: float) -> TextsRead:
    """Texts of which all that matters is read, apart from what is given."""
    known: dict[str, Any] = {
        "cut": 0.0,
        "padding": 0.4,
        "unknown": 0.05,
        "contradicting": 0.0,
        "told_whole": 0.95,
        "told_beginning": 0.95,
        "told_read": 0.95,
        "tried": 800,
        "length_wanted": 40,
    }
    return TextsRead(**known | lacking)


def poor(train: int = 1600, **lacking: float) -> History:
    """A run on texts that has learned nothing."""
    accuracies = [0.5] * 6
    two = TWO | {"train": train, "steps": -(-train // 32), "input_shape": (60,)}
    return history([0.694] * 6, accuracies, [0.694] * 6, accuracies, **two, texts=readable(**lacking))


MASKED = [TEXT[0] | {"mask_zero": True}, {"kind": "Flatten"}, TEXT[2]]
DROPS = [*MLP[:2], {"kind": "Dropout", "rate": 0.5}, MLP[2]]

LEARNS = ([0.8, 0.4, 0.3, 0.24, 0.2, 0.17], [0.78, 0.89, 0.915, 0.93, 0.945, 0.95])
HOLDS = ([0.5, 0.36, 0.31, 0.28, 0.265, 0.26], [0.86, 0.895, 0.91, 0.918, 0.922, 0.925])
RISING = (
    [0.8, 0.4, 0.25, 0.15, 0.09, 0.05, 0.03, 0.02, 0.01, 0.008],
    [0.75, 0.87, 0.92, 0.95, 0.97, 0.985, 0.99, 0.995, 1.0, 1.0],
    [0.5, 0.4, 0.36, 0.37, 0.39, 0.42, 0.46, 0.5, 0.55, 0.6],
    [0.85, 0.88, 0.89, 0.89, 0.892, 0.89, 0.888, 0.889, 0.887, 0.886],
)
CASES: list[tuple[str, Recipe, History, str | None]] = [
    ("overfitting", recipe(10), history(*RISING), "add_early_stopping"),
    (
        "overfitting",
        recipe(6, layers=DROPS),
        history(
            [0.8, 0.3, 0.1, 0.05, 0.02, 0.01],
            [0.8, 0.9, 0.97, 0.99, 1.0, 1.0],
            [0.7] * 6,
            [0.7, 0.75, 0.8, 0.8, 0.8, 0.8],
        ),
        None,  # 0.5 is there already, and validation loss has no best epoch to go back to
    ),
    (
        "overfitting",
        recipe(6),
        history(
            [0.8, 0.3, 0.1, 0.05, 0.02, 0.01],
            [0.8, 0.9, 0.97, 0.99, 1.0, 1.0],
            [0.7] * 6,
            [0.7, 0.85, 0.9, 0.9, 0.9, 0.9],
        ),
        "add_dropout 0.3",
    ),
    ("contradictions", recipe(6, **TABLE), poor(contradicting=0.6, told_whole=0.5, told_read=0.5), None),
    ("texts_cut", recipe(6, **TABLE), poor(cut=1.0, told_beginning=0.5, told_read=0.5), "set_length 40"),
    ("words_unknown", recipe(6, **TABLE), poor(unknown=0.5, told_read=0.5), None),
    (
        "words_unknown",  # one word a text, and none comes again
        recipe(6, **TABLE),
        poor(unknown=1.0, told_whole=0.5, told_beginning=0.5, told_read=0.5),
        None,
    ),
    ("labels_unrelated", recipe(6, **TABLE), poor(told_whole=0.51, told_beginning=0.5, told_read=0.5), None),
    ("misfit", recipe(6, **TABLE | {"layers": MASKED}), poor(padding=0.9), "set_length 40"),
    ("few_steps", recipe(6, **TABLE), poor(60, tried=60), "train_epochs 100"),
    (
        "diverged",
        recipe(10, optimizer={"kind": "SGD", "learning_rate": 100.0}),
        history([2.5, nan], [0.1, 0.1], state=RunState.FAILED, epochs=10),
        "set_rate 0.01",
    ),
    (
        "diverged",
        recipe(10),
        history([2.5], [0.1], state=RunState.FAILED, epochs=10, batch_loss=inf),
        "set_rate 0.0001",
    ),
    (
        "learning_rate_too_high",
        recipe(8, optimizer={"kind": "Adam", "learning_rate": 0.1}),
        history([3.1, 2.32, 2.31, 2.32, 2.31, 2.33, 2.31, 2.31], [0.11] * 8, [2.31] * 8, [0.1] * 8),
        "set_rate 0.001",
    ),
    (
        "learning_rate_too_high",
        recipe(6, optimizer={"kind": "Adam", "learning_rate": 0.03}),
        history([2.0, 1.4, 1.9, 1.3, 1.8, 1.5], [0.4, 0.5, 0.42, 0.55, 0.45, 0.5], [1.7] * 6, [0.4] * 6),
        "set_rate 0.001",
    ),
    (
        "learning_rate_too_low",
        recipe(8, optimizer={"kind": "Adam", "learning_rate": 1e-5}),
        history(
            [2.4, 2.35, 2.3, 2.25, 2.2, 2.15, 2.1, 2.05],
            [0.1, 0.13, 0.16, 0.2, 0.24, 0.27, 0.3, 0.33],
            [2.37, 2.32, 2.27, 2.22, 2.17, 2.12, 2.07, 2.02],
            [0.12, 0.15, 0.18, 0.21, 0.25, 0.28, 0.3, 0.33],
        ),
        "set_rate 0.001",
    ),
    (
        "stuck_at_majority",
        recipe(6, **TABLE),
        history(
            [0.4, 0.3, 0.29, 0.28, 0.28, 0.28],
            [0.92] * 6,
            [0.3] * 6,
            [0.92] * 6,
            **TWO | {"majority": 0.92, "val_majority": 0.92},
        ),
        "set_rate 0.01",
    ),
    (
        "stuck_at_majority",  # a log from before the share was written down
        recipe(6, **TABLE),
        history(
            [0.4, 0.3, 0.29, 0.28, 0.28, 0.28],
            [0.92] * 6,
            [0.3] * 6,
            [0.92] * 6,
            **TWO | {"majority": None, "val_majority": None},
        ),
        "set_rate 0.01",
    ),
    (
        "misfit",
        recipe(5, **TABLE | {"layers": [TEXT[0] | {"mask_zero": False}, {"kind": "LSTM", "units": 16}, TEXT[2]]}),
        history([0.69] * 5, [0.5] * 5, [0.69] * 5, [0.5] * 5, **TWO),
        "skip_padding",
    ),
    (
        "misfit",
        recipe(5, loss="mean_squared_error"),
        history(
            [0.09, 0.089, 0.088, 0.088, 0.087],
            [0.11, 0.12, 0.13, 0.14, 0.15],
            [0.09] * 5,
            [0.1, 0.12, 0.13, 0.14, 0.15],
        ),
        "set_loss",
    ),
    (
        "batch_too_large",
        recipe(5, fit={"epochs": 5, "batch_size": 2400}),
        history(
            [2.3, 2.0, 1.8, 1.6, 1.5],
            [0.15, 0.4, 0.5, 0.56, 0.6],
            [2.1, 1.9, 1.7, 1.55, 1.45],
            [0.3, 0.45, 0.52, 0.57, 0.6],
            steps=2,
            batch_size=2400,
        ),
        "set_batch 32",
    ),
    (
        "too_few_epochs",
        recipe(3, optimizer={"kind": "SGD", "learning_rate": 0.01}),
        history([2.1, 1.7, 1.4], [0.3, 0.5, 0.6], [1.9, 1.5, 1.25], [0.45, 0.58, 0.65]),
        "train_epochs 10",
    ),
    (
        "underfitting",
        recipe(8, layers=[MLP[0], {"kind": "Dense", "units": 2, "activation": "relu"}, MLP[2]]),
        history(
            [1.8, 1.5, 1.4, 1.37, 1.36, 1.355, 1.352, 1.35],
            [0.3, 0.4, 0.45, 0.46, 0.47, 0.47, 0.47, 0.475],
            [1.6, 1.45, 1.4, 1.38, 1.37, 1.365, 1.36, 1.36],
            [0.35, 0.42, 0.45, 0.46, 0.46, 0.47, 0.47, 0.47],
            parameters=1600,
        ),
        "set_width units 2 32",
    ),
    (
        "plateau",
        recipe(12, optimizer={"kind": "Adam", "learning_rate": 0.005}),
        history(
            [0.5, 0.3, 0.25, 0.22, 0.21, 0.2, 0.21, 0.2, 0.22, 0.2, 0.21, 0.205], [0.84] * 12, [0.3] * 12, [0.83] * 12
        ),
        "add_reduce_on_plateau",
    ),
    (
        "too_few_rows",
        recipe(5, data={"kind": "mnist", "limit": 140, "validation": 0.2}),
        history(
            [2, 1.0, 0.4, 0.1, 0.03],
            [0.4, 0.8, 0.95, 1.0, 1.0],
            [1.8, 1.2, 1.1, 1.1, 1.1],
            [0.4, 0.6, 0.64, 0.64, 0.64],
            train=100,
            validation=40,
        ),
        "use_pictures 700",
    ),
    (
        "noisy_validation",
        recipe(6, data={"kind": "mnist", "limit": 1200, "validation": 0.02}),
        history(*LEARNS, HOLDS[0], [0.83, 0.92, 0.83, 0.92, 0.88, 0.96], train=1176, validation=24),
        "set_validation 0.2",
    ),
    (
        "validation_better",
        recipe(6, layers=DROPS),
        history(
            [1.2, 0.7, 0.55, 0.48, 0.44, 0.41],
            [0.6, 0.78, 0.83, 0.85, 0.87, 0.88],
            [0.5, 0.36, 0.31, 0.28, 0.26, 0.25],
            [0.86, 0.9, 0.91, 0.92, 0.925, 0.93],
        ),
        None,
    ),
    (
        "early_stopping_too_eager",
        recipe(30, callbacks=[{"kind": "EarlyStopping", "monitor": "val_accuracy", "patience": 0}]),
        history([2.1, 1.8, 1.5, 1.3], [0.3, 0.5, 0.6, 0.65], [1.9, 1.6, 1.4, 1.2], [0.45, 0.55, 0.6, 0.6], epochs=30),
        "set_patience 5",
    ),
]

HEALTHY: list[tuple[str, Recipe, History]] = [
    ("learns and holds", recipe(6), history(*LEARNS, *HOLDS)),
    ("nothing yet", recipe(6), History()),
    ("only prepared", recipe(6), history([], epochs=6, state=RunState.RUNNING)),
    ("one epoch", recipe(1), history([2.0], [0.2], [1.9], [0.25])),
    ("two epochs", recipe(2), history([2.0, 1.5], [0.2, 0.4], [1.9, 1.4], [0.25, 0.45])),
    ("no validation", recipe(6), history(*LEARNS, validation=0, val_majority=None)),
    ("six sentences, learnt by heart", recipe(6), history(*LEARNS, *LEARNS, same_rows=True, train=6, validation=6)),
    (
        "three epochs still going on",
        recipe(9),
        history([2.1, 1.7, 1.4], [0.3, 0.5, 0.6], [1.9, 1.5, 1.2], [0.4, 0.5, 0.6], state=RunState.RUNNING, epochs=9),
    ),
    (
        "at the commonest answer, but only just begun",
        recipe(9, **TABLE),
        history([0.69, 0.69, 0.69], [0.5] * 3, [0.69] * 3, [0.5] * 3, state=RunState.RUNNING, epochs=9, **TWO),
    ),
    (
        "stopped by hand while it still learned",
        recipe(9),
        history([2.1, 1.7, 1.4], [0.3, 0.5, 0.6], [1.9, 1.5, 1.2], [0.4, 0.5, 0.6], state=RunState.STOPPED, epochs=9),
    ),
    (
        "validation rises, but the best is kept",
        recipe(10, callbacks=[{"kind": "EarlyStopping", "patience": 7}]),
        history(*RISING[:2], RISING[2], [0.93, 0.94, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95]),
    ),
    (
        "a rise of next to nothing",
        recipe(6),
        history(
            [0.1, 0.05, 0.03, 0.02, 0.01, 0.008],
            [0.97, 0.98, 0.99, 0.995, 1.0, 1.0],
            [0.05, 0.04, 0.045, 0.05, 0.052, 0.055],
            [0.98, 0.985, 0.985, 0.984, 0.985, 0.985],
        ),
    ),
    (
        "BatchNormalization has not settled",
        recipe(3, layers=[MLP[0], {"kind": "BatchNormalization"}, MLP[2]]),
        history(
            [0.8, 0.3, 0.2],
            [0.8, 0.92, 0.95],
            [2.0, 1.5, 1.0],
            [0.3, 0.5, 0.7],
            steps=10,
            epochs=9,
            state=RunState.RUNNING,
        ),
    ),
]
