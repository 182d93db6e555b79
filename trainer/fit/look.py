"""What each layer of a still untrained model makes of one example, as pictures."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from trainer.fit.inputs import examples
from trainer.fit.run import Prepare

CHANNELS = 8
"""Of a picture so many are shown: the first ones, side by side."""
LONGEST = 256
"""Steps, features or units that are shown; the rest is cut off."""
TALL = 56
"""Pixels that a picture is at least enlarged to."""

Seen = list[dict[str, Any]]
"""For the example itself and then for each layer: `shape`, and `png` in base64."""


def look(ready: Prepare, number: int = 0) -> Seen:
    """Send a training example through the model, layer by layer, as it would be used and not trained.

    Args:
        ready: a built model and its data; nothing of it is changed.
        number: of the example among the training rows.
    """
    x: Any = examples(ready.dataset.train, ready.words).take(np.array([number], np.int32))
    found = [_seen(np.asarray(x)[0])]
    for layer in ready.model.layers:
        if not isinstance(layer, keras.layers.InputLayer):
            x = layer(x, training=False) if layer._call_has_training_arg else layer(x)
            found.append(_seen(keras.ops.convert_to_numpy(x)[0]))
    return found


def _seen(values: NDArray[Any]) -> dict[str, Any]:
    return {"shape": list(values.shape), "png": b64encode(_png(_sheet(values.astype(np.float64)))).decode()}


def _sheet(values: NDArray[Any]) -> NDArray[Any]:
    """The numbers as one grey sheet (rows, columns): channels side by side, steps from left to right."""
    if values.ndim == 3:
        shown = values[:LONGEST, :LONGEST, :CHANNELS]
        gap = np.full((shown.shape[0], 1), np.nan)
        parts = [part for channel in range(shown.shape[2]) for part in (shown[..., channel], gap)]
        return np.hstack(parts[:-1])
    if values.ndim == 2:
        return values[:LONGEST, :LONGEST].T
    return values.reshape(1, -1)[:, :LONGEST]


def _png(sheet: NDArray[Any]) -> bytes:
    """Darkest the least, lightest the greatest; what is no number is transparent."""
    known = np.isfinite(sheet)
    least, most = (sheet[known].min(), sheet[known].max()) if known.any() else (0.0, 0.0)
    grey = np.where(known, (sheet - least) / ((most - least) or 1.0), 0.0)
    pixels = np.stack([255 * grey, 255.0 * known], axis=-1).astype(np.uint8)
    rows, columns = sheet.shape
    size = max(1, min(round(TALL / rows), 1024 // columns))
    picture = Image.fromarray(pixels, "LA").resize((columns * size, max(rows * size, 12)), Image.Resampling.NEAREST)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
