"""What each layer of an untrained model outputs for one example, as pictures."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from trainer.fit.build import called, layers_of
from trainer.fit.control import Control, MemoryReservation
from trainer.fit.inputs import Words, examples
from trainer.fit.run import PreparedModel, prepare
from trainer.recipe.layer_output import LayerOutput
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs.wording import WORDING

MAX_CHANNELS = 8
"""Channels of a picture that are shown: the first ones, side by side."""
MAX_LENGTH = 256
"""Steps, features or units that are shown; the rest is cut off."""
MIN_HEIGHT = 56
"""Pixels that a picture is at least enlarged to."""
MAX_NUMBERS = 12
"""So many numbers can be read as numbers."""


def outputs_of_recipe(
    recipe: Recipe, example: int | str, control: Control, memory: MemoryReservation
) -> list[LayerOutput]:
    """Build the model of a recipe, untrained, and send one example through it.

    Raises:
        RecipeError: the recipe cannot work, or there is no such example.
        FitEndedError: nobody wants the answer any more.
    """
    return layer_outputs(prepare(recipe, control=control, memory=memory), example)


def layer_outputs(ready: PreparedModel, example: int | str = 0) -> list[LayerOutput]:
    """Send an example through the model, layer by layer, as it would be used and not trained.

    Args:
        ready: a built model and its data; nothing of it is changed.
        example: the number of a training example, counted from 0, or a text.

    Raises:
        RecipeError: there is no such example.
    """
    x = _example(ready, example)
    found = [_output(np.asarray(x)[0])]
    for layer in layers_of(ready.model):
        x = called(layer, x, **({"training": False} if layer._call_has_training_arg else {}))
        found.append(_output(keras.ops.convert_to_numpy(x)[0]))
    return found


def _example(ready: PreparedModel, example: int | str) -> Any:
    if isinstance(example, str):
        if not isinstance(ready.preparation, Words):
            raise RecipeError(WORDING.message("model_reads_no_texts"))
        return keras.ops.convert_to_tensor(ready.preparation.numbers(np.array([example], object)))
    train = examples(ready.dataset.train, ready.preparation)
    if not 0 <= example < len(train):
        raise RecipeError(WORDING.message("no_such_example", count=len(train)))
    return train.take(np.array([example], np.int32))


def _output(values: NDArray[Any]) -> LayerOutput:
    known = values[np.isfinite(values)].astype(float)
    # The numbers of words are names, which no grey can stand for.
    readable = MAX_LENGTH if values.dtype.kind == "i" else MAX_NUMBERS
    return {
        "shape": list(values.shape),
        "png": b64encode(_png(_sheet(values.astype(np.float64)))).decode(),
        "least": float(known.min()) if known.size else None,
        "most": float(known.max()) if known.size else None,
        "values": [float(one) if np.isfinite(one) else None for one in values.ravel()]
        if values.size <= readable
        else None,
    }


def _sheet(values: NDArray[Any]) -> NDArray[Any]:
    """The numbers as one grey sheet (rows, columns): channels side by side, steps from left to right."""
    if values.ndim == 3:
        shown = values[:MAX_LENGTH, :MAX_LENGTH, :MAX_CHANNELS]
        gap = np.full((shown.shape[0], 1), np.nan)
        parts = [part for channel in range(shown.shape[2]) for part in (shown[..., channel], gap)]
        return np.hstack(parts[:-1])
    if values.ndim == 2:
        return values[:MAX_LENGTH, :MAX_LENGTH].T
    return values.reshape(1, -1)[:, :MAX_LENGTH]


def _png(sheet: NDArray[Any]) -> bytes:
    """Darkest the least, lightest the greatest; what is no number is transparent."""
    known = np.isfinite(sheet)
    least, most = (sheet[known].min(), sheet[known].max()) if known.any() else (0.0, 0.0)
    grey = np.where(known, (sheet - least) / ((most - least) or 1.0), 0.0)
    pixels = np.stack([255 * grey, 255.0 * known], axis=-1).astype(np.uint8)
    rows, columns = sheet.shape
    size = max(1, min(round(MIN_HEIGHT / rows), 1024 // columns))
    picture = Image.fromarray(pixels, "LA").resize((columns * size, max(rows * size, 12)), Image.Resampling.NEAREST)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
