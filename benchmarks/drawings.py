"""How many hand-drawn digits lesson 1 reads right: `python -m benchmarks.drawings`.

Trains lesson 1 on all of MNIST (about a minute and a half on two cores), turns the strokes of `tests/drawings/` into
pixels by the very JavaScript of the pad (needs Node), and prints the table of `docs/drawings.md`. The drawings show
ten of each kind of trouble; they were made by `tools/drawings.py`, and no network has been trained on them.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainer import PROJECT, __main__
from trainer.fit.build import build
from trainer.recipe.recipe import Recipe
from trainer.runs.store import Store

DRAWINGS = PROJECT / "tests" / "drawings"
RECIPE = PROJECT / "recipes" / "mnist_cnn.json"
RENDER = """
import { drawnPixels } from "./components/try_it/strokes.js";
import { readFileSync } from "node:fs";
const form = { width: 28, height: 28, channels: 1, border: 0, digits: true };
const drawn = JSON.parse(readFileSync(0, "utf-8")).map(({ pen, strokes }) => {
  const drawing = { ground: null, strokes: strokes.map((points) => ({ points, width: pen, colour: [1] })) };
  return Array.from(drawnPixels(drawing, form));
});
process.stdout.write(JSON.stringify(drawn));
"""


def rendered(drawings: list[dict[str, Any]]) -> NDArray[np.float32]:
    """The pixels that a network gets of drawings: (n, 28, 28, 1), 0 to 1."""
    node = shutil.which("node")
    assert node is not None, "This needs Node."
    command = [node, "--input-type=module", "-e", RENDER]
    done = subprocess.run(command, input=json.dumps(drawings), cwd=PROJECT, capture_output=True, text=True, check=True)
    return np.array(json.loads(done.stdout), np.float32).reshape(-1, 28, 28, 1)


def trained(runs: Path, settings: list[str]) -> Path:
    """The folder of a run of lesson 1, trained to its end."""
    chosen = [part for setting in settings for part in ("--set", setting)]
    __main__.main(["run", str(RECIPE), "--runs", str(runs), *chosen])
    store = Store(runs)
    (run_id,) = store.ids()
    return runs / run_id


def answers(folder: Path, pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """The probabilities of each class, (n, 10), with the weights that the run has kept."""
    recipe = Recipe.load(folder / "recipe.json")
    kept = Store(folder.parent).read(folder.name).history.weights
    assert kept is not None
    model = build(recipe, (28, 28, 1), tokens=False)
    model.load_weights(folder / kept.file)
    return np.asarray(model.predict(pixels, verbose=0))


def main() -> None:
    """Train, or take a run, and print a row for each kind of trouble."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, help="the folder of a run of lesson 1 that is trained already")
    parser.add_argument("--set", action="append", default=[], help="a setting of the recipe, such as data.limit=6000")
    parser.add_argument("--pictures", type=Path, help="a PNG file to draw all of them into, wrong ones with a frame")
    asked = parser.parse_args()
    kinds = {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(DRAWINGS.glob("*.json"))}
    pixels = rendered([one for drawings in kinds.values() for one in drawings])
    truth = np.array([one["digit"] for drawings in kinds.values() for one in drawings])
    with tempfile.TemporaryDirectory() as runs:
        probabilities = answers(asked.run or trained(Path(runs), asked.set), pixels)
    said = probabilities.argmax(axis=1)
    right = said == truth
    print("| drawings | right | misread as |\n|---|---|---|")
    start = 0
    for kind, drawings in kinds.items():
        part = slice(start, start := start + len(drawings))
        pairs = zip(truth[part], said[part], strict=True)
        misread = [f"{digit} as {answer}" for digit, answer in pairs if digit != answer]
        print(f"| {kind.replace('_', ' ')} | {right[part].sum()} of {len(drawings)} | {', '.join(misread)} |")
    print(f"| all | {right.sum()} of {len(right)} ({100 * right.mean():.0f} %) | |")
    if asked.pictures:
        draw(asked.pictures, pixels[..., 0], right)


def draw(file: Path, pixels: NDArray[np.float32], right: NDArray[np.bool_]) -> None:
    """All drawings as the network gets them, ten in a row."""
    from PIL import Image

    tiles = np.pad(np.repeat(pixels[..., None], 3, axis=3), ((0, 0), (2, 2), (2, 2), (0, 0)), constant_values=0.3)
    tiles[~right] = np.where(tiles[~right] == np.float32(0.3), (1.0, 0.2, 0.2), tiles[~right])
    rows = [np.hstack(list(tiles[start : start + 10])) for start in range(0, len(tiles), 10)]
    Image.fromarray((255 * np.vstack(rows)).round().astype(np.uint8)).resize((960, 96 * len(rows)), 0).save(file)


if __name__ == "__main__":
    main()
