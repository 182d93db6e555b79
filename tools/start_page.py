"""Makes what the Start page shows: the recorded training that draws itself, and the picture of digits.

`python -m tools.start_page` trains lesson 1 on 2,000 pictures for 10 epochs, which takes half a minute with everything.
The recording is the log of that run as the trainer wrote it.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from components.recorded_run import LOG as RECORDING
from trainer import PROJECT, __main__
from trainer.runs.store import Store
from trainer.sources.mnist.reading import BUNDLED, read_pictures

DIGITS = PROJECT / "components" / "lesson_pictures" / "digits.png"
RECIPE = PROJECT / "recipes" / "mnist_cnn.json"
PICTURES, EPOCHS = 2_000, 10
ROWS, COLUMNS = 4, 12
PAPER, PEN = np.array([29, 42, 82]), np.array([255, 255, 255])
"""Colours of the digits, which stand on light and dark pages."""


def record() -> None:
    """Train, and keep the log."""
    with tempfile.TemporaryDirectory() as folder:
        settings = (f"data.limit={PICTURES}", f"fit.epochs={EPOCHS}")
        chosen = [part for setting in settings for part in ("--set", setting)]
        __main__.main(["run", str(RECIPE), "--runs", folder, *chosen])
        store = Store(Path(folder))
        (run_id,) = store.ids()
        shutil.copy(store.log(run_id), RECORDING)


def draw_digits() -> None:
    """A wall of digits, 0 to 9 and on, each in another handwriting."""
    pictures = read_pictures(BUNDLED)
    x, y = pictures.x_train[..., 0], pictures.y_train
    rows = []
    for row in range(ROWS):
        of_class = [np.flatnonzero(y == (3 * row + column) % 10) for column in range(COLUMNS)]
        rows.append(np.hstack([x[found[7 + 5 * row + column]] for column, found in enumerate(of_class)]))
    ink = np.vstack(rows)[..., None] / 255
    Image.fromarray((PAPER * (1 - ink) + PEN * ink).round().astype(np.uint8)).quantize(64).save(DIGITS, optimize=True)


def main() -> None:
    """Make both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args()
    draw_digits()
    record()


if __name__ == "__main__":
    main()
