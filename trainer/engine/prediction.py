"""Asks a run's network on the command line: one picture, one text, or a whole table. Loads TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, count
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from trainer.fit.predict import Predictor, predictor  # TensorFlow before pandas, see trainer/engine/process.py

from trainer import data  # isort: skip
import pandas as pd

from trainer.data.drawing import form_of, read_picture
from trainer.data.files import named
from trainer.data.numbers import Scaling
from trainer.data.photo import photo_pixels
from trainer.data.source import source_of
from trainer.data.spreadsheet import csv_of
from trainer.data.table import read_table
from trainer.engine.wording import WORDING
from trainer.fit.inputs import Words
from trainer.i18n import _
from trainer.messages import Message
from trainer.recipe.data import Data
from trainer.recipe.recipe import Recipe
from trainer.recipe.spec import RecipeError, clip
from trainer.runs.network import Network, brought_pictures, kept_network
from trainer.runs.store import Run, Store

MAX_TEXT = 1_000_000
"""Characters of one text."""
UNKNOWN = 1
"""The word number that stands for every word that is not in the vocabulary; 0 is padding."""


class Answered(NamedTuple):
    """What a network answers to one example."""

    answer: str | None
    """The name of a class; None where there is no ground for an answer."""
    scores: dict[str, float]
    """By the name of each class; empty without an answer."""
    why: Message | None = None
    """Why there is no answer."""
    are_probabilities: bool = True
    """Whether the scores could be; what a last layer without an activation outputs are any numbers."""

    def as_json(self) -> dict[str, Any]:
        """For `--json`."""
        why, name = None if self.why is None else str(self.why), "probabilities" if self.are_probabilities else "scores"
        return {"answer": self.answer, "why": why, name: self.scores}

    def without(self, why: Message) -> Answered:
        """No answer after all."""
        return self._replace(answer=None, scores={}, why=why)


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
        self._folder = store.folder(run.id)
        self._network: Predictor = predictor(run.recipe, self._folder, run.history, epoch)

    @property
    def epoch(self) -> int:
        """Whose weights answer."""
        return self._network.epoch

    @property
    def inside(self) -> bool:
        """Whether they are those of the middle of this epoch, in which the run was stopped."""
        return self._network.inside

    @property
    def class_names(self) -> tuple[str, ...]:
        """What it can answer."""
        return self._network.class_names

    def picture(self, path: Path) -> Answered:
        """The answer to a picture, made as those that the network was trained on.

        Raises:
            RecipeError: the file cannot be read, the network does not read pictures, or nobody knows any more in which
                form they have to come.
        """
        if self._recipe.data.modality != "image":
            raise RecipeError(WORDING.message("predict_no_pictures"))
        picture = read_picture(path)
        kept = kept_network(self._folder)
        known = kept.pictures if isinstance(kept, Network) else brought_pictures(self._folder)
        seen = None if known is None else (known.border, known.digits)
        pixels = photo_pixels(picture, form_of(self._recipe, self._network.input_shape, seen))
        if pixels is None:
            return Answered(None, {}, WORDING.message("nothing_drawn"))
        return self._answers(pixels[None])[0]

    def scores(self, content: bytes) -> list[float]:
        """The score of each class for the numbers of one example, as the network reads them.

        Args:
            content: little-endian, int32 for words and float32 for everything else.

        Raises:
            RecipeError: these are no numbers of one example.
        """
        shape, dtype = self._network.input_shape, "<i4" if self._recipe.data.modality == "text" else "<f4"
        if len(content) != 4 * prod(shape):
            raise RecipeError(WORDING.message("not_an_example"))
        x = np.frombuffer(content, dtype).reshape(1, *shape)
        return [float(score) for score in self._network.scores(x)[0]]

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
        answers = zip(self._answers(numbers), numbers, strict=True)
        return [one if (row > UNKNOWN).any() else one.without(WORDING.message("no_known_word")) for one, row in answers]

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
        why = WORDING.message("numbers_missing")
        return [one if is_complete else one.without(why) for one, is_complete in zip(answers, complete, strict=True)]

    def _answers(self, x: NDArray[Any]) -> list[Answered]:
        if not len(x):
            return []
        return answers_of(self._network.scores(x), self._network.class_names)


def answers_of(scores: NDArray[np.float32], names: Sequence[str]) -> list[Answered]:
    """The answers to some examples, whose scores (n, classes) are probabilities if all of them could be.

    Args:
        scores: by example and class.
        names: of the classes.
    """
    finite = np.array([bool(np.isfinite(one).all()) for one in scores], bool)
    are_probabilities = bool(((scores >= 0) & (scores <= 1))[finite].all())
    answers = [
        Answered(names[int(one.argmax())], dict(zip(names, map(float, one), strict=True)), None, are_probabilities)
        for one in scores
    ]
    why = WORDING.message("answer_is_no_number")
    return [one if is_finite else one.without(why) for one, is_finite in zip(answers, finite, strict=True)]


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
    """A table with its answers: its own columns, the answer, why there is none, and the score of each class.

    Where the table has a column of the same name, ours gets a number behind it. A spreadsheet can open it safely:
    whatever it would take for a formula gets an apostrophe in front.

    Args:
        frame: the table.
        answers: one a row.
        names: of the classes.
    """
    made: dict[str, list[Any]] = {_("answer"): [one.answer or "" for one in answers]}
    made[_("why there is none")] = ["" if one.why is None else str(one.why) for one in answers]
    are_probabilities = all(one.are_probabilities for one in answers)
    heading = _("probability of {name}") if are_probabilities else _("score of {name}")
    made |= {heading.format(name=name): [one.scores.get(name) for one in answers] for name in names}
    taken = {str(name) for name in frame.columns}
    added = pd.DataFrame({_free_name(name, taken): column for name, column in made.items()})
    return csv_of(pd.concat([frame.reset_index(drop=True), added], axis=1))


def _free_name(name: str, taken: set[str]) -> str:
    """A name for a column of ours, with a number behind it where the table has that name already."""
    found = next(one for one in chain([name], (f"{name} ({number})" for number in count(2))) if one not in taken)
    taken.add(found)
    return found
