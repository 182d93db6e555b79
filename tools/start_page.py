"""Makes what the Start page shows: the recorded training that draws itself, and the picture of digits.

`python -m tools.start_page` trains lesson 1 on 2,000 pictures for 10 epochs, which takes half a minute with everything.
The recording holds the points as the live chart is sent them; nothing of it is made up or smoothed afterwards.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from components.live_curves.feed import Feed
from trainer import PROJECT, __main__
from trainer.runs.log import LogReader
from trainer.runs.store import Store
from trainer.sources.mnist.reading import BUNDLED, read_pictures

RECORDING = PROJECT / "components" / "recorded_run" / "recording.json"
DIGITS = PROJECT / "components" / "lesson_pictures" / "digits.png"
RECIPE = PROJECT / "recipes" / "mnist_cnn.json"
PICTURES, EPOCHS = 2_000, 10
ROWS, COLUMNS = 4, 12
PAPER, PEN = np.array([29, 42, 82]), np.array([255, 255, 255])
"""Colours of the digits, which stand on light and dark pages."""


def record() -> None:
    """Train, and write the curves down."""
    with tempfile.TemporaryDirectory() as folder:
        settings = (f"data.limit={PICTURES}", f"fit.epochs={EPOCHS}")
        chosen = [part for setting in settings for part in ("--set", setting)]
        __main__.main(["run", str(RECIPE), "--runs", folder, *chosen])
        store = Store(Path(folder))
        (run_id,) = store.ids()
        run, feed = store.read(run_id), Feed()
        feed.add(LogReader(store.log(run_id)).read())
    prepared = run.history.prepared
    assert prepared is not None
    recording = {
        "epochs": prepared.epochs,
        "steps": prepared.steps,
        "pictures": prepared.train,
        "best": run.history.best_epoch,
        "curves": {metric: kinds for metric, kinds in feed.whole().items() if metric in {"loss", "accuracy"}},
    }
    RECORDING.write_text(json.dumps(recording, separators=(",", ":")) + "\n", "utf-8")


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
