"""Asks a run's network on the command line: one picture, one text, or a whole table. Loads TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from trainer.fit.predict import Predictor, predictor  # TensorFlow before pandas, see trainer/engine/process.py

from trainer import data  # isort: skip
import pandas as pd

from trainer.data.drawing import form_of, read_picture
from trainer.data.files import named
from trainer.data.photo import photo_pixels
from trainer.data.source import source_of
from trainer.data.spreadsheet import csv_of
from trainer.data.table import read_table
from trainer.engine.wording import WORDING
from trainer.fit.inputs import Scaling, Words
from trainer.i18n import _
from trainer.messages import Message
from trainer.recipe.data import Data
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError, clip
from trainer.runs.store import Run, Store

MAX_TEXT = 1_000_000
"""Characters of one text."""
UNKNOWN = 1
"""The word number that stands for every word that is not in the vocabulary; 0 is padding."""


class Answered(NamedTuple):
    """What a network answers to one example."""

    answer: str | None
    """The name of a class; None where there is no ground for an answer."""
    probabilities: dict[str, float]
    """By the name of each class; empty without an answer."""
    why: Message | None = None
    """Why there is no answer."""

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        why = None if self.why is None else str(self.why)
        return {"answer": self.answer, "why": why, "probabilities": self.probabilities}


class Asked:
    """A run's network, ready to be asked."""

    def __init__(self, store: Store, run: Run, epoch: int | None = None) -> None:
        """Build it.

        Args:
            store: of the run.
            run: which.
            epoch: whose weights; None takes those that the run has kept as its result.

        Raises:
            RecipeError: the run cannot be read, or has no weights yet.
            KeptEpochsError: the weights of that epoch are not kept.
        """
        if run.recipe is None:
            raise RecipeError(run.damage or WORDING.message("unreadable"))
        self._recipe: Recipe = run.recipe
        self._network: Predictor = predictor(run.recipe, store.folder(run.id), run.history, epoch)

    @property
    def epoch(self) -> int:
        """Whose weights answer."""
        return self._network.epoch

    @property
    def class_names(self) -> tuple[str, ...]:
        """What it can answer."""
        return self._network.class_names

    def picture(self, path: Path) -> Answered:
        """The answer to a picture, made as those that the network was trained on.

        Raises:
            RecipeError: the file cannot be read, or the network does not read pictures.
        """
        if self._recipe.data.modality != "image":
            raise RecipeError(WORDING.message("predict_no_pictures"))
        picture = read_picture(path)
        pixels = photo_pixels(picture, form_of(self._recipe, self._network.input_shape))
        if pixels is None:
            return Answered(None, {}, WORDING.message("nothing_drawn"))
        return self._answers(pixels[None])[0]

    def text(self, text: str) -> Answered:
        """The answer to a text.

        Raises:
            RecipeError: it is too long, or the network does not read texts.
        """
        return self._texts([text])[0]

    def table(self, path: Path) -> tuple[pd.DataFrame, list[Answered]]:
        """The answers to all rows of a table, and the table itself.

        Raises:
            RecipeError: the file is not a table, or lacks the columns that the network reads.
        """
        known = self._network.preparation
        if known is None:
            raise RecipeError(WORDING.message("predict_no_tables"))
        if not path.is_file():
            raise RecipeError(WORDING.message("predict_no_file", file=named(path)))
        frame = read_table(path).frame
        if isinstance(known, Words):
            column = _text_column(self._recipe.data, frame, path)
            return frame, self._texts([str(cell) for cell in frame[column]])
        return frame, self._rows(frame, path, known)

    def _texts(self, texts: Sequence[str]) -> list[Answered]:
        known = self._network.preparation
        if not isinstance(known, Words):
            raise RecipeError(WORDING.message("predict_no_texts"))
        longest = max(map(len, texts), default=0)
        if longest > MAX_TEXT:
            raise RecipeError(WORDING.message("predict_text_too_long", limit=MAX_TEXT))
        spec, names = self._recipe.data, self._network.class_names
        read = [source_of(spec).read_typed(spec, text, names) for text in texts]
        numbers = known.numbers(np.array(read, object))
        without = Answered(None, {}, WORDING.message("no_known_word"))
        answers = zip(self._answers(numbers), numbers, strict=True)
        return [one if (row > UNKNOWN).any() else without for one, row in answers]

    def _rows(self, frame: pd.DataFrame, path: Path, scaling: Scaling) -> list[Answered]:
        names = list(data.load(self._recipe.data, self._recipe.seed).feature_names)
        missing = [name for name in names if name not in frame]
        if missing:
            raise RecipeError(
                WORDING.message("predict_columns_missing", file=named(path), names=list(map(clip, missing)))
            )
        numbers = frame[names].apply(pd.to_numeric, errors="coerce").to_numpy(np.float64)
        complete = np.isfinite(numbers).all(axis=1)
        answers = self._answers(scaling.numbers(np.where(complete[:, None], numbers, 0.0)))
        without = Answered(None, {}, WORDING.message("numbers_missing"))
        return [one if is_complete else without for one, is_complete in zip(answers, complete, strict=True)]

    def _answers(self, x: NDArray[Any]) -> list[Answered]:
        if not len(x):
            return []
        return [_answered(one, self._network.class_names) for one in self._network.scores(x)]


def _answered(scores: NDArray[np.float32], names: Sequence[str]) -> Answered:
    if not np.isfinite(scores).all():
        return Answered(None, {}, WORDING.message("answer_is_no_number"))
    return Answered(names[int(scores.argmax())], dict(zip(names, map(float, scores), strict=True)))


def _text_column(spec: Data, frame: pd.DataFrame, path: Path) -> str:
    """The column that is named as in training, or the only one."""
    name = getattr(spec, "text_column", None) or getattr(source_of(spec).choose(spec).spec, "text_column", None)
    if name in frame:
        return str(name)
    if len(frame.columns) == 1:
        return str(frame.columns[0])
    columns = list(map(clip, map(str, frame.columns[:10])))
    raise RecipeError(
        WORDING.message("predict_no_text_column", file=named(path), name=clip(str(name)), columns=columns)
    )


def as_csv(frame: pd.DataFrame, answers: Sequence[Answered], names: Sequence[str]) -> str:
    """A table with its answers: its own columns, the answer, why there is none, and the probability of each class.

    A spreadsheet can open it safely: whatever it would take for a formula gets an apostrophe in front.

    Args:
        frame: the table.
        answers: one a row.
        names: of the classes.
    """
    made = {_("answer"): [one.answer or "" for one in answers]}
    made[_("why there is none")] = ["" if one.why is None else str(one.why) for one in answers]
    heading = _("probability of {name}")
    chances = {heading.format(name=name): [one.probabilities.get(name) for one in answers] for name in names}
    return csv_of(pd.concat([frame.reset_index(drop=True), pd.DataFrame(made | chances)], axis=1))
