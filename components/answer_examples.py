"""The validation examples on which a run's page shows what the model has learned, as the browser is given them."""

from __future__ import annotations

import logging
from base64 import b64encode
from io import BytesIO
from threading import Lock, Thread
from typing import Any, TypedDict, assert_never
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from components import workspace
from components.waiting import wait
from trainer import data, formats
from trainer.data.dataset import Dataset
from trainer.data.validation_sample import ValidationSample, validation_sample
from trainer.i18n import _, language
from trainer.recipe.data import Data
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError
from trainer.runs.store import Run

LOG = logging.getLogger(__name__)
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
    """Which ones; the run's log says to which ones it has the answers. Empty if they are not known, or not yet."""
    items: list[AnswerExample]
    why_not: str
    """What is said where they cannot be shown; empty while they are being read."""


def answer_examples(run: Run) -> AnswerExamples:
    """The examples whose answers the log of a run holds; without them if this person may not see them, or the data has
    gone. Whether it has changed is found by the browser, which knows both checksums.

    Data that are not in memory are read in the background, so that the page need not wait; see `await_examples`.
    """
    why_not = _(
        "The data file has changed, is gone, or belongs to another browser on this computer, so only the labels are "
        "shown."
    )
    found = AnswerExamples(checksum="", items=[], why_not=why_not)
    has_answers = bool(run.history.answers) or not run.state.is_over
    if run.recipe is None or not has_answers or not workspace.may_read_data_of(run):
        return found
    try:
        dataset = _dataset(run.recipe)
    except RecipeError:
        return found
    if dataset is None:
        return AnswerExamples(checksum="", items=[], why_not="")
    return _examples(dataset, run.recipe.seed, why_not)


def is_loading(examples: AnswerExamples) -> bool:
    """Whether the data are still being read."""
    return not examples["checksum"] and not examples["why_not"]


def await_examples(run: Run, examples: AnswerExamples) -> None:
    """Run the page again once data that were being read for it are there."""
    if is_loading(examples):
        wait(lambda: _("Loading the examples …") if is_loading(answer_examples(run)) else None)


_LOADING: dict[tuple[Data, int, str], Thread] = {}
"""Who reads, or has read, which data; only looked at under the lock, since several tabs ask for the same ones."""
_LOADING_LOCK = Lock()


def _dataset(recipe: Recipe) -> Dataset | None:
    """The data of a recipe; None while they are read in the background.

    Raises:
        RecipeError: they cannot be read.
    """
    key = recipe.data, recipe.seed, data.stamp(recipe.data)
    with _LOADING_LOCK:
        loading = _LOADING.get(key)
        was_read = loading is not None and not loading.is_alive()
        if was_read:
            del _LOADING[key]
        found = data.known(recipe.data, recipe.seed)
        if found is None and loading is None:
            loading = Thread(target=_load, args=(recipe.data, recipe.seed), daemon=True)
            loading.start()
            _LOADING[key] = loading
    # What was read is in memory, or what is wrong with it is; only a disk that failed for a moment is asked again.
    return data.load(recipe.data, recipe.seed) if found is None and was_read else found


def _load(spec: Data, seed: int) -> None:
    try:
        data.load(spec, seed)
    except RecipeError as error:
        LOG.info("The examples of a run cannot be read: %s", error)


def _examples(dataset: Dataset, seed: int, why_not: str) -> AnswerExamples:
    """What the browser is given, made once for each data set, seed and language."""
    made = _MADE.setdefault(dataset, {})
    key = seed, language()
    if key not in made:
        sample = validation_sample(dataset, seed)
        checksum, items = ("", []) if sample is None else (sample.checksum, _items(dataset, sample))
        made[key] = AnswerExamples(checksum=checksum, items=items, why_not=why_not)
    return made[key]


_MADE: WeakKeyDictionary[Dataset, dict[tuple[int, str], AnswerExamples]] = WeakKeyDictionary()


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
    return "\n".join(f"{formats.isolated(name)}: {formats.number(value)}" for name, value in list(named)[:MAX_COLUMNS])
