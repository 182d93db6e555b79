"""Photos of drawings on paper: what is drawn is found, and the browser finds the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import asdict

import numpy as np
import pytest
from PIL import Image, ImageDraw

from trainer import PROJECT
from trainer.data.drawing import Picture, PictureForm
from trainer.data.photo import photo_pixels

NODE = shutil.which("node")
MNIST = PictureForm(28, 28, 1, 0.0, digits=True)
WIDE, HIGH = 300, 220


def four(pen: int, at: tuple[int, int] = (90, 40), size: int = 130) -> Picture:
    """Where a 4 is drawn: 1 in its strokes."""
    drawn = Image.new("L", (4 * WIDE, 4 * HIGH))
    for points in ([(0.3, 0.1), (0.15, 0.6), (0.85, 0.6)], [(0.62, 0.3), (0.6, 0.95)]):
        line = [(4 * (at[0] + x * size), 4 * (at[1] + y * size)) for x, y in points]
        ImageDraw.Draw(drawn).line(line, fill=255, width=4 * pen, joint="curve")
    return np.asarray(drawn.resize((WIDE, HIGH), Image.Resampling.BOX), np.float64) / 255


def photos() -> Iterator[tuple[str, Picture]]:
    chance = np.random.default_rng(3)
    y, x = np.mgrid[:HIGH, :WIDE] / np.array([HIGH, WIDE])[:, None, None]
    noise = chance.normal(0, 0.015, (HIGH, WIDE))
    yield "clean, black on white", 1 - four(12)
    yield "white on black", four(12)
    yield "pencil in uneven light", (0.55 + 0.35 * x - 0.2 * y) * (1 - 0.45 * four(4)) + noise
    yield "small, in a corner", 0.8 * (1 - 0.7 * four(3, (10, 8), 50)) + noise
    table = np.where((abs(x - 0.52) < 0.36) & (abs(y - 0.5) < 0.42), 0.85, 0.3)
    yield "a sheet on a table", table * (1 - 0.6 * four(6)) + noise
    lines = np.where(np.arange(HIGH) % 22 == 0, 0.12, 0.0)[:, None]
    yield "lined paper", 0.9 - lines - 0.6 * four(7) + noise
    yield "nothing drawn", 0.8 + noise
    yield "all the same", np.full((HIGH, WIDE), 0.5)


PHOTOS = {name: values.clip(0, 1)[..., None] for name, values in photos()}


@pytest.mark.parametrize("name", PHOTOS)
def test_the_drawing_is_found(name: str) -> None:
    found, clean = photo_pixels(PHOTOS[name], MNIST), photo_pixels(PHOTOS["white on black"], MNIST)
    assert clean is not None
    if name in {"nothing drawn", "all the same"}:
        assert found is None
        return
    assert found is not None
    assert found.shape == (28, 28, 1)
    assert np.corrcoef(found.ravel(), clean.ravel())[0, 1] > 0.8


def test_a_picture_of_the_networks_own_size_is_left_as_it_is() -> None:
    picture = np.random.default_rng(1).random((28, 28, 1))
    found = photo_pixels(picture, PictureForm(28, 28, 1, 0.5, digits=False))
    assert found == pytest.approx(picture, abs=1e-6)


def test_the_browser_finds_the_same() -> None:
    if NODE is None and not os.environ.get("FITBOARD_NEEDS_BROWSER"):
        pytest.skip("needs Node")
    questions = [
        {"picture": {"width": WIDE, "height": HIGH, "channels": 1, "data": one.ravel().tolist()}, "form": asdict(MNIST)}
        for one in PHOTOS.values()
    ]
    asked = "".join(json.dumps(one) + "\n" for one in questions)
    script = PROJECT / "tests" / "javascript" / "read_photos.js"
    said = subprocess.run([NODE or "node", str(script)], input=asked, capture_output=True, text=True, check=True).stdout
    for (name, photo), theirs in zip(PHOTOS.items(), map(json.loads, said.splitlines()), strict=True):
        ours = photo_pixels(photo, MNIST)
        if theirs is None:
            assert ours is None, name
        else:
            assert ours is not None, name
            assert ours.ravel() == pytest.approx(theirs, abs=2 / 255), name
