"""Short functions that build the cases on which the coach is judged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


def coarse(side: int, classes: int = 10) -> Layers:
    """The strongest pixel of each square, and one layer that answers: soon at the end of what it can do."""
    return [{"kind": "MaxPooling2D", "pool_size": side}, FLAT, dense(classes, "softmax")]


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
