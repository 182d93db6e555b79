"""Texts with their classes out of a table: which rows count, what the classes are, and the three parts."""

from __future__ import annotations

import re

import numpy as np

from trainer.data.cleaning import choose_rows, read_texts, same_texts
from trainer.data.dataset import Dataset, Indices, Part
from trainer.data.files import find_file, named
from trainer.data.letters import repaired
from trainer.data.splitting import split
from trainer.data.table import read_table, reading_of
from trainer.data.turn import reached
from trainer.recipe.data import TextCsv
from trainer.recipe.spec import RecipeError, shorten

MAX_CLASSES = 1_000
MANY = 20
"""Classes from which on three rows each, one for every part, are the least that is asked for at once."""
SORTING = "Sorting the texts"
_PLAIN_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,17}")


def load_text(spec: TextCsv, seed: int) -> Dataset:
    """The texts of a table with their classes, cut into parts.

    A label is the word as it is written, without white space around it; `1`, `01` and `1.0` are three classes. Rows
    whose text is only white space, or whose label is empty, are left out and counted, as are those that the recipe
    chooses to leave out.

    Raises:
        RecipeError: the file or its table is wrong, a column does not exist, or the classes cannot be learned from.
    """
    name, texts, labels = cells_of(spec)
    reached(SORTING, 0.1)
    rows, labels, left_out = choose_rows(spec, texts, labels)
    reached(SORTING, 0.3)
    names = _class_names({labels[row] for row in rows}, spec.label_column, name)
    if len(names) > MANY and len(rows) < 3 * len(names):
        raise RecipeError(
            f"The column {shorten(spec.label_column)} of {name} holds {len(names):,} different labels in "
            f"{len(rows):,} rows, too few of each to learn from. Choose a column with fewer different answers as the "
            f"label column, or bring more rows."
        )
    number = {label: index for index, label in enumerate(names)}
    x = np.array([texts[row] for row in rows], dtype=object)
    y = np.array([number[labels[row]] for row in rows], dtype=np.int64)
    reached(SORTING, 0.5)
    groups = same_texts(x) if spec.keep_together else None
    reached(SORTING, 0.7)
    parts = split(y, names, spec.validation, spec.test, seed, groups)

    def part(chosen: Indices) -> Part:
        return Part(x[chosen], y[chosen], rows[chosen])

    return Dataset(
        kind="text",
        train=part(parts.train),
        validation=None if parts.validation is None else part(parts.validation),
        test=part(parts.test),
        class_names=names,
        input_shape=(spec.sequence_length,),
        same_rows=parts.same_rows,
        vocabulary=spec.max_words,
        left_out=sum(left_out.values()),
        why_left_out=left_out,
    )


def regardless_of_sizes(spec: TextCsv) -> TextCsv:
    """The same for all vocabularies and lengths that the texts of a table are read with."""
    return spec.with_(**{name: TextCsv.model_fields[name].default for name in ("max_words", "sequence_length")})


def cells_of(spec: TextCsv) -> tuple[str, list[str], list[str]]:
    """How a message calls the file, its texts, and its labels without white space around them.

    Raises:
        RecipeError: the file or its table is wrong, or a column does not exist.
    """
    path = find_file(spec.path)
    table = read_table(path, reading_of(spec))
    name = named(path)
    for column, purpose in ((spec.text_column, "texts"), (spec.label_column, "labels")):
        if column not in table.columns:
            there = ", ".join(shorten(column, 40) for column in table.columns[:20])
            raise RecipeError(
                f"{name} has no column {shorten(column)} for the {purpose}. Choose one of these: {there}"
                f"{' and others' if len(table.columns) > 20 else ''}."
            )
    if spec.text_column == spec.label_column:
        raise RecipeError(
            f"The column {shorten(spec.text_column)} is chosen for both the texts and the labels. Choose two columns."
        )
    labels = [label.strip() for label in table.frame[spec.label_column].to_list()]
    if spec.repair_letters:
        labels = list(map(repaired, labels))
    return name, read_texts(spec, table.frame[spec.text_column].to_list(), labels), labels


def _class_names(labels: set[str], column: str, name: str) -> tuple[str, ...]:
    """The classes in order: by value if all are plain whole numbers, else by alphabet."""
    where = f"the column {shorten(column)} of {name}"
    if not labels:
        raise RecipeError(f"No row of {name} has both a text and a label in {shorten(column)}. Choose other columns.")
    if len(labels) == 1:
        raise RecipeError(
            f"All labels in {where} are {shorten(next(iter(labels)))}, so there is nothing to tell apart. Choose a "
            f"column with at least two different labels."
        )
    if len(labels) > MAX_CLASSES:
        raise RecipeError(
            f"There are {len(labels):,} different labels in {where}; at most {MAX_CLASSES:,} are possible. Choose the "
            f"column with the answers, not with texts or numbers of rows."
        )
    plain = all(_PLAIN_NUMBER.fullmatch(label) for label in labels)
    return tuple(sorted(labels, key=int)) if plain else tuple(sorted(labels))
