"""Which column holds the texts and which the answers: a first choice with its reasons; a person can choose others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from trainer.data.splitting import MIN_ROWS
from trainer.data.table import Table
from trainer.messages import Message
from trainer.recipe.spec import RecipeError, shorten
from trainer.sources.text_csv.wording import WORDING

SAMPLE_ROWS = 20_000
"""Rows that are enough to choose by, spread evenly over the table."""
MAX_CLASSES = 1_000
"""Different labels at most: more are an id or a number, not classes."""
_LABEL_NAMES = (
    "label", "labels", "class", "category", "target", "sentiment", "topic", "tag", "answer", "type", "spam", "v1",
)  # fmt: skip
_TEXT_NAMES = ("text", "message", "review", "comment", "sentence", "tweet", "content", "body", "question", "v2")
_ROW_NAMES = re.compile(r"(?:.*[ _-])?(?:id|index|nr|no|number)|unnamed.*|column \d+", re.IGNORECASE)


@dataclass(frozen=True)
class Choice:
    """The two columns, and why."""

    text: str
    label: str
    why_text: Message
    why_label: Message


@dataclass(frozen=True)
class ColumnFacts:
    """What a column looks like."""

    name: str
    filled: float
    """Share of cells that hold something, 0 to 1."""
    words: float
    """How many words a filled cell has, on average."""
    length: float
    """How many characters a filled cell has, on average."""
    different: int
    """How many different cells there are, white space around them aside."""
    often: int
    """How many different cells there are that occur more than once."""
    once: bool
    """No cell occurs twice."""
    example: tuple[str, ...]
    """Its most common cells."""


def column_facts(table: Table, column: str) -> ColumnFacts:
    """What a column of a table looks like."""
    cells = table.frame[column]
    step = max(1, len(cells) // SAMPLE_ROWS)
    some = [cell.strip() for cell in cells.iloc[::step].to_list()]
    filled = [cell for cell in some if cell]
    counts: dict[str, int] = {}
    for cell in filled:
        counts[cell] = counts.get(cell, 0) + 1
    common = sorted(counts, key=lambda cell: -counts[cell])
    return ColumnFacts(
        name=column,
        filled=len(filled) / max(1, len(some)),
        words=sum(len(cell.split()) for cell in filled) / max(1, len(filled)),
        length=sum(map(len, filled)) / max(1, len(filled)),
        different=len(counts),
        often=sum(count > 1 for count in counts.values()),
        once=len(counts) == len(filled),
        example=tuple(common[:3]),
    )


def choose_columns(table: Table) -> Choice:
    """The likely columns of texts and of labels.

    The text column has the longest texts, empty cells counted against it. The label column is, among the others, one
    whose cells come again and again: the fewer different ones the better, a name such as “label” better still.

    Raises:
        RecipeError: the table has only one column.
    """
    if len(table.columns) < 2:
        raise RecipeError(WORDING.message("one_column", column=shorten(table.columns[0])))
    facts = [column_facts(table, column) for column in table.columns]
    named_text = [one for one in facts if _is(one.name, _TEXT_NAMES)]
    longest = max(facts, key=lambda one: one.length * one.filled)
    text = max(named_text, key=lambda one: one.length * one.filled, default=longest)
    if text.length * text.filled < 0.4 * longest.length * longest.filled:
        text = longest  # a column called “text” that holds hardly any
    others = [one for one in facts if one is not text]
    rows = len(table.frame)
    label = min(others, key=lambda one: _unlike_a_label(one, rows))
    why_label = WORDING.message(
        "few_values_and_name" if _is(label.name, _LABEL_NAMES) else "few_values",
        values=label.different,
        examples=[shorten(example, 25) for example in label.example],
        column=shorten(label.name, 40),
    )
    return Choice(text.name, label.name, WORDING.message("longest_texts", words=round(text.words)), why_label)


def why_chosen(table: Table, field: Literal["text_column", "label_column"], chosen: str) -> Message:
    """Why a column holds the texts or the labels: because of what is in it, or because somebody chose it."""
    choice = choose_columns(table) if len(table.columns) > 1 else None
    if field == "text_column" and choice is not None and choice.text == chosen:
        return choice.why_text
    if field == "label_column" and choice is not None and choice.label == chosen:
        return choice.why_label
    facts = column_facts(table, chosen)
    if field == "text_column":
        return WORDING.message("your_texts", words=round(facts.words))
    examples = [shorten(example) for example in facts.example]
    return WORDING.message("your_labels", values=facts.different, examples=examples)


def _is(column: str, names: Iterable[str]) -> bool:
    return column.strip().lower() in names


def _unlike_a_label(one: ColumnFacts, rows: int) -> tuple[int, bool, float]:
    """Sorts columns: those that can be labels first, of these the named ones, of these the ones with few answers."""
    impossible = 0
    if one.different < 2 or (rows >= MIN_ROWS and one.often < 2) or one.filled < 0.2:
        impossible = 3  # one word tells nothing apart
    elif one.once and rows > 2:
        impossible = 2  # running numbers, names of people
    elif one.different > MAX_CLASSES or (
        one.different > 20 and one.different * 3 > min(rows, SAMPLE_ROWS) * one.filled
    ):
        impossible = 1  # hardly any value occurs twice
    penalty = 3.0 if _ROW_NAMES.fullmatch(one.name.strip()) else 1.0
    return impossible, not _is(one.name, _LABEL_NAMES), one.different * penalty / max(one.filled, 0.01)
