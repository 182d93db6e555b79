"""Texts with their classes out of a table: which rows count, what the classes are, and the three parts."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from trainer.data.dataset import Dataset, Indices, Part
from trainer.data.files import find_file, named
from trainer.data.garbled import repaired
from trainer.data.progress import report
from trainer.data.splitting import split
from trainer.data.table import Reading, Table, read_table
from trainer.data.wording import few
from trainer.recipe.limits import MAX_CLASSES
from trainer.recipe.spec import RecipeError, shorten
from trainer.sources.text_csv.cleaning import choose_rows, labels_in, read_texts, same_texts
from trainer.sources.text_csv.columns import column_facts, columns_of
from trainer.sources.text_csv.spec import TextCsv
from trainer.sources.text_csv.wording import WORDING

MANY_CLASSES = 20
"""Classes from which on three rows each, one for every part, are the least that is asked for at once."""
_SORTING = WORDING.message("sorting")
_NAMELESS = re.compile(r"Column \d+|Unnamed: \d+")
_PLAIN_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,17}")


def load_text(spec: TextCsv, seed: int) -> Dataset:
    """The texts of a table with their classes, cut into parts.

    A label is the word as it is written, without white space around it; `1`, `01` and `1.0` are three classes. Rows
    whose text is only white space, or whose label is empty, are left out and counted, as are those that the recipe
    chooses to leave out.

    Raises:
        RecipeError: the file or its table is wrong, a column does not exist, or the classes cannot be learned from.
    """
    cells = cells_of(spec)
    name, texts, label_column = cells.file, cells.texts, cells.label_column
    report(_SORTING, 0.1)
    rows, labels, left_out = choose_rows(spec, texts, cells.labels)
    report(_SORTING, 0.3)
    names = _class_names({labels[row] for row in rows}, label_column, name)
    if len(names) > MANY_CLASSES and len(rows) < 3 * len(names):
        if column_facts(cells.table, label_column).are_amounts:
            raise RecipeError(WORDING.message("labels_are_amounts", columns=[shorten(label_column)]))
        column = shorten(label_column)
        raise RecipeError(
            WORDING.message("labels_too_rare", column=column, file=name, labels=len(names), rows=len(rows))
        )
    number = {label: index for index, label in enumerate(names)}
    x = np.array([texts[row] for row in rows], dtype=object)
    y = np.array([number[labels[row]] for row in rows], dtype=np.int64)
    report(_SORTING, 0.5)
    groups = same_texts(x) if spec.keep_together else None
    report(_SORTING, 0.7)
    parts = split(y, names, spec.validation, spec.test, seed, groups)

    def part(chosen: Indices) -> Part:
        return Part(x[chosen], y[chosen], rows[chosen])

    return Dataset(
        modality="text",
        train=part(parts.train),
        validation=None if parts.validation is None else part(parts.validation),
        test=part(parts.test),
        class_names=names,
        input_shape=(spec.sequence_length,),
        same_rows=parts.same_rows,
        vocabulary=spec.max_words,
        standardize=spec.standardize,
        left_out=left_out,
    )


def reading_of(spec: TextCsv) -> Reading:
    """How the table of a recipe is to be read."""
    return Reading(spec.encoding, spec.delimiter, spec.quoting, spec.header, spec.above, spec.sample)


class Cells(NamedTuple):
    """What a recipe has of a table before its rows are chosen."""

    file: str
    """How a message calls it."""
    table: Table
    text_column: str
    label_column: str
    texts: list[str]
    """Of all rows, as the recipe has them read."""
    labels: list[str]
    """Of all rows, without white space around them."""


def cells_of(spec: TextCsv) -> Cells:
    """The texts and labels of a table, from the columns that the recipe names or leaves to be chosen.

    Raises:
        RecipeError: the file or its table is wrong, a column does not exist, or the label column must be asked for.
    """
    path = find_file(spec.path)
    table = read_table(path, reading_of(spec))
    name = named(path)
    text, label = columns_of(spec, table)
    for column, code in ((text, "no_text_column"), (label, "no_label_column")):
        if column not in table.columns:
            there = few([shorten(column, 40) for column in table.columns], 20)
            raise RecipeError(WORDING.message(code, file=name, column=shorten(column), columns=there))
    if text == label:
        raise RecipeError(WORDING.message("same_column", column=shorten(text)))
    labels = [cell.strip() for cell in table.frame[label].to_list()]
    texts = table.frame[text].to_list()
    if spec.join_columns:
        for column in columns_after(table, text):
            pieces = table.frame[column].to_list()
            texts = [
                f"{one}{table.delimiter}{piece}" if piece else one for one, piece in zip(texts, pieces, strict=True)
            ]
    if spec.repair_letters:
        labels = list(map(repaired, labels))
    if spec.first_label:
        labels = [labels_in(label)[0] for label in labels]
    return Cells(name, table, text, label, read_texts(spec, texts, labels), labels)


def columns_after(table: Table, text: str) -> list[str]:
    """Columns without a name after that of the texts, into which texts run that no quotation marks hold together."""
    after = table.columns[table.columns.index(text) + 1 :]
    return [column for column in after if _NAMELESS.fullmatch(column)] if table.header else []


def _class_names(labels: set[str], column: str, name: str) -> tuple[str, ...]:
    """The classes in order: by value if all are plain whole numbers, else by alphabet."""
    where = {"column": shorten(column), "file": name}
    if not labels:
        raise RecipeError(WORDING.message("no_rows", **where))
    if len(labels) == 1:
        raise RecipeError(WORDING.message("one_label", label=shorten(next(iter(labels))), **where))
    if len(labels) > MAX_CLASSES:
        raise RecipeError(WORDING.message("too_many_labels", labels=len(labels), limit=MAX_CLASSES, **where))
    plain = all(_PLAIN_NUMBER.fullmatch(label) for label in labels)
    return tuple(sorted(labels, key=int)) if plain else tuple(sorted(labels))
