"""Photos of drawings, read as the browser reads them."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import numpy as np
import pytest

from trainer import PROJECT
from trainer.data.drawing import PictureForm
from trainer.data.photo import ink_of_photo, photo_pixels

CASES = json.loads((PROJECT / "tests" / "pictures" / "photos.json").read_text("utf-8"))
"""Photos, and the pixels that `components/try_it/photo.js` makes of them; `photo.test.js` writes them."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_browser_makes_the_same_pixels(case: dict[str, Any]) -> None:
    given = case["picture"]
    values = np.frombuffer(b64decode(given["bytes"]), np.uint8) / 255
    found = photo_pixels(
        values.reshape(given["height"], given["width"], given["channels"]), PictureForm(**case["form"])
    )
    assert (found is None) == (case["expected"] is None)
    if found is not None:
        np.testing.assert_allclose(found.ravel(), np.frombuffer(b64decode(case["expected"]), "<f4"), atol=1 / 255)


@pytest.mark.parametrize(("shade", "slope"), [(0.0, 0.0), (1.0, 0.0), (0.5, 0.0), (0.5, 0.4), (0.5, -0.4)])
def test_where_nothing_is_drawn_there_is_no_ink(shade: float, slope: float) -> None:
    """Also where the light falls off from one side to the other."""
    light = shade + slope * np.linspace(-0.5, 0.5, 200)[None, :, None]
    noise = np.random.default_rng(2).normal(0, 0.015, (150, 200, 1))
    assert ink_of_photo((light + noise).clip(0, 1)) is None
