"""The validation examples on which a run's page shows what the model has learned, as the browser is given them."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from typing import Any, TypedDict, assert_never

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from components import workspace
from trainer import data, formats
from trainer.data.dataset import Dataset
from trainer.data.validation_sample import ValidationSample, validation_sample
from trainer.i18n import _
from trainer.recipe.spec import RecipeError
from trainer.runs.store import Run

MAX_SIDE = 32
"""Pixels of a picture on each side: the page sends it again each time it runs."""
MAX_TEXT = 600
"""Characters of a text."""
MAX_COLUMNS = 30
"""Numbers of a row."""


class AnswerExample(TypedDict, total=False):
    """One example: a picture, or a text."""

    picture: str
    """The picture itself as an address."""
    text: str


class AnswerExamples(TypedDict):
    """The examples of a run."""

    checksum: str
    """Which ones; the run's log says to which ones it has the answers. Empty if they are not known."""
    items: list[AnswerExample]
    why_not: str
    """What is said where they cannot be shown."""


def answer_examples(run: Run) -> AnswerExamples:
    """The examples whose answers the log of a run holds; without them if this person may not see them, or the data has
    gone. Whether it has changed is found by the browser, which knows both checksums.
    """
    why_not = _(
        "The data file has changed, is gone, or belongs to another browser on this computer, so only the labels are "
        "shown."
    )
    found = AnswerExamples(checksum="", items=[], why_not=why_not)
    if run.recipe is None or not workspace.may_read_data_of(run):
        return found
    try:
        dataset = data.load(run.recipe.data, run.recipe.seed)
    except RecipeError:
        return found
    sample = validation_sample(dataset, run.recipe.seed)
    if sample is not None:
        found |= {"checksum": sample.checksum, "items": _items(dataset, sample)}
    return found


def _items(dataset: Dataset, sample: ValidationSample) -> list[AnswerExample]:
    part = dataset.validation
    examples = [part[place] for place in sample.places] if part is not None else []
    match dataset.modality:
        case "image":
            return [{"picture": thumbnail(pixels)} for pixels in examples]
        case "text":
            return [{"text": _shortened(text)} for text in examples]
        case "table":
            return [{"text": _row(dataset.feature_names, numbers)} for numbers in examples]
        case _:
            assert_never(dataset.modality)


def thumbnail(pixels: NDArray[np.uint8]) -> str:
    """Pixels (height, width, channels) as the address of a small PNG that holds the picture itself."""
    picture = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
    picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BOX)
    buffer = BytesIO()
    picture.save(buffer, "PNG")
    return "data:image/png;base64," + b64encode(buffer.getvalue()).decode()


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"


def _row(names: tuple[str, ...], numbers: NDArray[Any]) -> str:
    """The numbers of a row with their names, as far as they can be read in a tile."""
    named = zip(names or map(str, range(1, len(numbers) + 1)), numbers.tolist(), strict=False)
    return "\n".join(f"{name}: {formats.number(value)}" for name, value in list(named)[:MAX_COLUMNS])
