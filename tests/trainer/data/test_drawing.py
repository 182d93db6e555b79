"""From any picture to the pixels of a network, equal to what the browser makes of it."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from trainer import PROJECT
from trainer.data.drawing import (
    PictureForm,
    border_of,
    digit,
    form_of,
    made_like_mnist,
    pixels_of,
    read_picture,
    resized,
)
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.sources.mnist.reading import BUNDLED, read_pictures
from trainer.sources.mnist.spec import Mnist

CASES = json.loads((PROJECT / "tests" / "pictures" / "recipe.json").read_text("utf-8"))
"""Pictures, and the pixels that `components/try_it/picture.js` makes of them; `picture.test.js` writes them."""
MNIST = PictureForm(28, 28, 1, 0.0, digits=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_browser_makes_the_same_pixels(case: dict[str, Any]) -> None:
    given = case["picture"]
    values = np.frombuffer(b64decode(given["bytes"]), np.uint8) / 255
    found = pixels_of(values.reshape(given["height"], given["width"], given["channels"]), PictureForm(**case["form"]))
    if case["expected"] is None:
        assert found is None
        return
    assert found is not None
    np.testing.assert_allclose(found.ravel(), np.frombuffer(b64decode(case["expected"]), "<f4"), atol=1e-4)


@pytest.mark.parametrize("size", [(5, 5), (40, 11), (200, 300)])
def test_a_digit_fills_its_place_wherever_it_was(size: tuple[int, int]) -> None:
    ink = np.zeros((400, 400, 1))
    ink[3 : 3 + size[0], 90 : 90 + size[1]] = 1
    found = digit(ink, MNIST)
    assert found is not None
    rows, columns = (np.flatnonzero(found[..., 0].any(axis=axis)) for axis in (1, 0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    for axis in (0, 1):
        assert abs((found[..., 0].sum(axis=1 - axis) @ np.arange(28)) / found.sum() - 14) <= 1


def test_resizing_keeps_the_mean() -> None:
    picture = np.random.default_rng(1).random((31, 17, 3))
    assert resized(picture, 7, 40).mean() == pytest.approx(picture.mean())


def test_pictures_of_all_kinds_are_read(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    grey = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20
    Image.fromarray(grey).save(path)
    np.testing.assert_allclose(read_picture(path)[..., 0], grey / 255)
    Image.fromarray(grey.astype(np.uint16) * 257).save(path)
    np.testing.assert_allclose(read_picture(path)[..., 0], grey / 255, atol=0.01)
    Image.new("RGBA", (3, 2), (0, 0, 0, 0)).save(path)
    assert (read_picture(path) == 1).all(), "what is transparent is paper"
    drawn = np.zeros((3, 3, 4), np.uint8)
    drawn[1, 1] = 255
    Image.fromarray(drawn).save(path)
    assert read_picture(path)[..., 0].tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 0]], "white ink is on black paper"
    turned = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 20)).save(turned, exif=exif)
    assert read_picture(turned).shape == (40, 20, 3)
    moving = tmp_path / "moving.gif"
    frames = [Image.new("L", (8, 8), shade) for shade in (255, 0)]
    frames[0].save(moving, save_all=True, append_images=frames[1:])
    assert (read_picture(moving) == 1).all(), "the first picture of an animation"


def test_a_photo_of_forty_megapixels_is_read_and_a_larger_one_is_refused(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    Image.new("L", (8000, 5000), 200).save(photo, compress_level=1)
    assert max(read_picture(photo).shape) <= 2048
    Image.new("1", (12_000, 8000)).save(photo)
    with pytest.raises(RecipeError) as refused:
        read_picture(photo)
    assert refused.value.code == "data.picture_too_large"


def test_the_form_of_pictures_is_that_of_their_data(tiny: Any) -> None:
    assert form_of(Recipe(data=Mnist()), (28, 28, 1)) == MNIST
    own = form_of(tiny(), (6, 6, 1))
    assert not own.digits
    assert 0.1 < own.border < 0.6
    assert border_of(np.ones((4, 4, 1))) == 1


def test_the_form_of_pictures_that_are_gone_is_the_one_that_was_seen_and_never_guessed(tiny: Any) -> None:
    gone = tiny("data.path=data/gone.npz")
    form = form_of(gone, (6, 6, 1), (0.9, True))
    assert (form.border, form.digits) == (0.9, True)
    with pytest.raises(RecipeError) as refused:
        form_of(gone, (6, 6, 1))
    assert refused.value.code == "data.picture_form_unknown"


def test_pictures_made_like_those_of_mnist_are_known_by_their_ink() -> None:
    given = read_pictures(BUNDLED).x_train[:500] / 255
    assert made_like_mnist(given)
    assert made_like_mnist(1 - given), "black on white"
    assert made_like_mnist(np.repeat(given, 3, axis=3)), "in three channels"
    assert not made_like_mnist(np.roll(given, 3, axis=1)), "not in the middle"
    assert not made_like_mnist(np.pad(given[:, ::2, ::2], ((0, 0), (7, 7), (7, 7), (0, 0)))), "smaller"
    assert not made_like_mnist(np.random.default_rng(1).random((50, 28, 28, 1)))
    assert not made_like_mnist(np.zeros((5, 28, 28, 1)))
