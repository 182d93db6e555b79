"""Small tables and pictures made by a rule, so that the problem of a run on them is known beforehand."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

COMMON = [f"the{n}" for n in range(300)]
"""Words that say nothing."""
CLASSES = ("alpha", "beta", "gamma", "delta")


def topics(
    path: Path,
    rows: int,
    *,
    seed: int,
    classes: int = 2,
    wrong: float = 0.0,
    share: float | None = None,
    telling: int = 3,
    words: int = 40,
) -> Path:
    """A table whose classes have words of their own.

    Args:
        path: of the CSV file to write.
        rows: how many.
        seed: the same seed gives the same file.
        classes: how many classes.
        wrong: the share of rows whose label is drawn by lot.
        share: how common the first class is; None makes all equally common.
        telling: words of its class in each text of 12 words.
        words: how many different words each class has of its own.
    """
    chance = np.random.default_rng(seed)
    weights = None if share is None else [share, *[(1 - share) / (classes - 1)] * (classes - 1)]
    lines = []
    for _ in range(rows):
        label = int(chance.choice(classes, p=weights))
        own = [f"{CLASSES[label]}{chance.integers(words)}" for _ in range(telling)]
        text = own + [str(word) for word in chance.choice(COMMON, 12 - telling)]
        chance.shuffle(text)
        said = int(chance.integers(classes)) if chance.random() < wrong else label
        lines.append((" ".join(text), CLASSES[said]))
    return _written(path, lines)


def order(path: Path, rows: int, *, seed: int) -> Path:
    """A table whose label is which of two words comes first: a mean over the words cannot know it."""
    chance = np.random.default_rng(seed)
    lines = []
    for _ in range(rows):
        text = [str(word) for word in chance.choice(COMMON[:50], 6)]
        first, second = sorted(chance.choice(7, 2, replace=False))
        label = int(chance.integers(2))
        names = ("king", "queen") if label else ("queen", "king")
        text.insert(first, names[0])
        text.insert(second + 1, names[1])
        lines.append((" ".join(text), CLASSES[label]))
    return _written(path, lines)


def _written(path: Path, lines: list[tuple[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("text", "label"))
        table.writerows(lines)
    return path


def bars(path: Path, rows: int, *, seed: int, noise: int = 60, classes: int = 4) -> Path:
    """Pictures of 12 by 12 pixels with a bright bar; its slope is the class."""
    chance = np.random.default_rng(seed)
    parts: dict[str, NDArray[Any]] = {}
    for name, count in (("train", rows), ("test", 200)):
        y = chance.integers(classes, size=count)
        x = chance.normal(90, noise, (count, 12, 12))
        steps = np.linspace(-4, 4, 17)
        for picture, label in zip(x, y, strict=True):
            angle, centre = np.pi * label / classes, chance.uniform(4.5, 6.5, 2)
            at = np.rint(centre[:, None] + np.outer((np.sin(angle), np.cos(angle)), steps)).astype(int)
            at = at[:, ((at >= 0) & (at < 12)).all(axis=0)]
            picture[at[0], at[1]] += 110
        parts |= {f"x_{name}": np.clip(x, 0, 255).astype(np.uint8), f"y_{name}": y.astype(np.int64)}
    np.savez(path, allow_pickle=False, **parts)
    return path
